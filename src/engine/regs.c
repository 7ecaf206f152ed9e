#include "engine/regs.h"

#include "engine/ptrace.h"

#if defined(__x86_64__)

#include <linux/audit.h>
#include <stdbool.h>
#include <sys/user.h>

enum { SYSCALL_SIZE = 2 }; /* bytes of `syscall`, of `int $0x80` and of `sysenter` */

/* What NT_PRSTATUS is for a task in 32-bit mode (struct user_regs_struct32 of the kernel). */
struct regs32 {
    uint32_t ebx, ecx, edx, esi, edi, ebp, eax, ds, es, fs, gs, orig_eax, eip, cs, eflags, esp, ss;
};

struct regs {
    union {
        struct user_regs_struct r64;
        struct regs32 r32;
    };
    size_t len;
};

static int load(pid_t tid, struct regs *r)
{
    r->len = sizeof r->r64;
    return ptrace_get_regs(tid, &r->r64, &r->len);
}

static int store(pid_t tid, const struct regs *r)
{
    return ptrace_set_regs(tid, &r->r64, r->len);
}

static bool is32(const struct regs *r)
{
    return r->len == sizeof r->r32;
}

int regs_get_call(pid_t tid, struct regs_call *call)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    if (is32(&r))
        *call = (struct regs_call){.arch = AUDIT_ARCH_I386,
                                   .nr = (int32_t)r.r32.orig_eax,
                                   .args = {r.r32.ebx, r.r32.ecx, r.r32.edx},
                                   .result = (int32_t)r.r32.eax};
    else
        *call = (struct regs_call){.arch = AUDIT_ARCH_X86_64,
                                   .nr = (int64_t)r.r64.orig_rax,
                                   .args = {r.r64.rdi, r.r64.rsi, r.r64.rdx},
                                   .result = (int64_t)r.r64.rax};
    return 0;
}

static void set_result(struct regs *r, int64_t result)
{
    if (is32(r))
        r->r32.eax = (uint32_t)result;
    else
        r->r64.rax = (uint64_t)result;
}

static void set_args(struct regs *r, uint64_t arg1, uint64_t arg2)
{
    if (is32(r)) {
        r->r32.ecx = (uint32_t)arg1;
        r->r32.edx = (uint32_t)arg2;
    } else {
        r->r64.rsi = arg1;
        r->r64.rdx = arg2;
    }
}

/* 64-bit code that makes a 32-bit call passes its arguments as 32-bit code does. */
int regs_set_first(pid_t tid, uint32_t arch, uint64_t arg)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    if (is32(&r))
        r.r32.ebx = (uint32_t)arg;
    else if (arch == AUDIT_ARCH_I386)
        r.r64.rbx = arg;
    else
        r.r64.rdi = arg;
    return store(tid, &r);
}

int regs_skip(pid_t tid, int64_t result)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    set_result(&r, result);
    if (is32(&r))
        r.r32.orig_eax = UINT32_MAX;
    else
        r.r64.orig_rax = UINT64_MAX;
    return store(tid, &r);
}

int regs_set_result(pid_t tid, int64_t result)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    set_result(&r, result);
    return store(tid, &r);
}

int regs_set_return(pid_t tid, int64_t result, uint64_t arg1, uint64_t arg2)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    set_result(&r, result);
    set_args(&r, arg1, arg2);
    return store(tid, &r);
}

/* The number goes back to where the instruction takes it from, and no restart of the kernel's own
 * is to come on top: orig_rax says "not in a syscall". */
int regs_run_again(pid_t tid, int64_t nr, uint64_t arg1, uint64_t arg2)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    set_args(&r, arg1, arg2);
    if (is32(&r)) {
        r.r32.eax = nr < 0 ? r.r32.orig_eax : (uint32_t)nr;
        r.r32.eip -= SYSCALL_SIZE;
        r.r32.orig_eax = UINT32_MAX;
    } else {
        r.r64.rax = nr < 0 ? r.r64.orig_rax : (uint64_t)nr;
        r.r64.rip -= SYSCALL_SIZE;
        r.r64.orig_rax = UINT64_MAX;
    }
    return store(tid, &r);
}

int regs_run_not(pid_t tid, int64_t result, uint64_t arg1, uint64_t arg2)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    set_result(&r, result);
    set_args(&r, arg1, arg2);
    if (is32(&r))
        r.r32.eip += SYSCALL_SIZE;
    else
        r.r64.rip += SYSCALL_SIZE;
    return store(tid, &r);
}

#else

int regs_get_call(pid_t tid, struct regs_call *call)
{
    (void)tid;
    (void)call;
    return -1;
}

int regs_set_first(pid_t tid, uint32_t arch, uint64_t arg)
{
    (void)tid;
    (void)arch;
    (void)arg;
    return -1;
}

int regs_skip(pid_t tid, int64_t result)
{
    (void)tid;
    (void)result;
    return -1;
}

int regs_set_result(pid_t tid, int64_t result)
{
    (void)tid;
    (void)result;
    return -1;
}

int regs_set_return(pid_t tid, int64_t result, uint64_t arg1, uint64_t arg2)
{
    (void)tid;
    (void)result;
    (void)arg1;
    (void)arg2;
    return -1;
}

int regs_run_again(pid_t tid, int64_t nr, uint64_t arg1, uint64_t arg2)
{
    (void)nr;
    return regs_set_return(tid, 0, arg1, arg2);
}

int regs_run_not(pid_t tid, int64_t result, uint64_t arg1, uint64_t arg2)
{
    return regs_set_return(tid, result, arg1, arg2);
}

#endif
