#include "engine/regs.h"

#include "engine/ptrace.h"

#if defined(__x86_64__)

#include <errno.h>
#include <linux/audit.h>
#include <stdbool.h>
#include <sys/user.h>

#include "engine/sysent.h"

enum { ERESTARTNOHAND = 514 }; /* include/linux/errno.h of the kernel */

/* What NT_PRSTATUS is for a task in 32-bit mode: ebx ecx edx esi edi ebp eax ds es fs gs orig_eax ... */
struct regs32 {
    uint32_t ebx, ecx, edx, esi, edi, ebp, eax, ds, es, fs, gs, orig_eax, eip, cs, eflags, esp, ss;
};

union regs {
    struct user_regs_struct r64;
    struct regs32 r32;
};

static int get(pid_t tid, union regs *r, size_t *len)
{
    *len = sizeof *r;
    return ptrace_get_regs(tid, r, len);
}

int regs_result(pid_t tid, int64_t *result)
{
    union regs r;
    size_t len;

    if (get(tid, &r, &len) < 0)
        return -1;
    *result = len == sizeof r.r32 ? (int32_t)r.r32.eax : (int64_t)r.r64.rax;
    return 0;
}

static bool rerun(uint32_t arch, int64_t nr, int64_t result)
{
    const struct sysent *ent = nr >= 0 ? sysent_find(arch, (uint64_t)nr) : NULL;

    return ent && result == -EINTR && sysent_can_rerun(ent);
}

void regs_hide_interrupt(pid_t tid)
{
    union regs r;
    size_t len;

    if (get(tid, &r, &len) < 0)
        return;
    if (len == sizeof r.r32) {
        if (!rerun(AUDIT_ARCH_I386, (int32_t)r.r32.orig_eax, (int32_t)r.r32.eax))
            return;
        r.r32.eax = (uint32_t)-ERESTARTNOHAND;
    } else {
        if (!rerun(AUDIT_ARCH_X86_64, (int64_t)r.r64.orig_rax, (int64_t)r.r64.rax))
            return;
        r.r64.rax = (uint64_t)-ERESTARTNOHAND;
    }
    ptrace_set_regs(tid, &r, len);
}

#else

int regs_result(pid_t tid, int64_t *result)
{
    (void)tid;
    (void)result;
    return -1;
}

void regs_hide_interrupt(pid_t tid)
{
    (void)tid;
}

#endif
