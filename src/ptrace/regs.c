/* A table tells where the registers are in what PTRACE_GETREGSET returns. */
#include "ptrace/regs.h"

#include <linux/audit.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/user.h>

#include "ptrace/ptrace.h"

enum { SYSCALL_SIZE = 2 }; /* bytes of `syscall`, of `int $0x80` and of `sysenter` */

enum reg { REG_NR, REG_RESULT, REG_PC, REG_ARG0, REG_ARG1, REG_ARG2, REGS };

/* Offsets of the registers in the NT_PRSTATUS of a task. Its size depends on the program (64-bit or
 * 32-bit), the registers of the arguments on the call. */
static const struct layout {
    uint32_t arch; /* of the call, AUDIT_ARCH_* */
    size_t size;   /* bytes of all registers */
    size_t width;  /* bytes of one register */
    size_t at[REGS];
} layouts[] = {
#if defined(__x86_64__)
#define AT(reg) offsetof(struct user_regs_struct, reg)
    {AUDIT_ARCH_X86_64,
     sizeof(struct user_regs_struct),
     8,
     {AT(orig_rax), AT(rax), AT(rip), AT(rdi), AT(rsi), AT(rdx)}},
    {AUDIT_ARCH_I386,
     sizeof(struct user_regs_struct),
     8,
     {AT(orig_rax), AT(rax), AT(rip), AT(rbx), AT(rcx), AT(rdx)}},
#undef AT
    /* The kernel's struct user_regs_struct32: ebx ecx edx esi edi ebp eax ds es fs gs orig_eax eip
     * ... */
    {AUDIT_ARCH_I386, 17 * 4, 4, {11 * 4, 6 * 4, 12 * 4, 0, 1 * 4, 2 * 4}},
#endif
    {0, 0, 0, {0}},
};

struct regs {
    struct user_regs_struct raw;
    size_t len;
    const struct layout *layout;
};

/* Reads the registers. The size tells the kind of program, the kernel the kind of call. */
static int load(pid_t tid, struct regs *r)
{
    struct syscall_stop stop;

    r->len = sizeof r->raw;
    if (ptrace_get_regs(tid, &r->raw, &r->len) < 0 || ptrace_syscall_stop(tid, &stop) < 0)
        return -1;
    for (r->layout = layouts; r->layout->arch; r->layout++)
        if (r->layout->size == r->len && r->layout->arch == stop.arch)
            return 0;
    return -1;
}

static int store(pid_t tid, const struct regs *r)
{
    return ptrace_set_regs(tid, &r->raw, r->len);
}

/* Of a 32-bit call only the low halves count. */
static uint64_t get(const struct regs *r, enum reg reg)
{
    const char *at = (const char *)&r->raw + r->layout->at[reg];
    uint32_t narrow;
    uint64_t wide;

    memcpy(&narrow, at, sizeof narrow);
    if (r->layout->arch == AUDIT_ARCH_I386)
        return narrow;
    memcpy(&wide, at, sizeof wide);
    return wide;
}

static int64_t get_signed(const struct regs *r, enum reg reg)
{
    return r->layout->arch == AUDIT_ARCH_I386 ? (int32_t)get(r, reg) : (int64_t)get(r, reg);
}

static void set(struct regs *r, enum reg reg, uint64_t value)
{
    uint32_t narrow = (uint32_t)value;
    char *at = (char *)&r->raw + r->layout->at[reg];

    if (r->layout->width == 4)
        memcpy(at, &narrow, sizeof narrow);
    else
        memcpy(at, &value, sizeof value);
}

static void move_pc(struct regs *r, int64_t bytes)
{
    uint64_t pc = 0;

    memcpy(&pc, (char *)&r->raw + r->layout->at[REG_PC], r->layout->width);
    set(r, REG_PC, pc + (uint64_t)bytes);
}

int regs_get_call(pid_t tid, struct regs_call *call)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    *call = (struct regs_call){.arch = r.layout->arch,
                               .nr = get_signed(&r, REG_NR),
                               .args = {get(&r, REG_ARG0), get(&r, REG_ARG1), get(&r, REG_ARG2)},
                               .result = get_signed(&r, REG_RESULT)};
    return 0;
}

int regs_set_first_arg(pid_t tid, uint64_t arg)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    set(&r, REG_ARG0, arg);
    return store(tid, &r);
}

int regs_skip(pid_t tid, int64_t result)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    set(&r, REG_RESULT, (uint64_t)result);
    set(&r, REG_NR, UINT64_MAX);
    return store(tid, &r);
}

int regs_set_result(pid_t tid, int64_t result)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    set(&r, REG_RESULT, (uint64_t)result);
    return store(tid, &r);
}

static void set_return(struct regs *r, uint64_t result, uint64_t arg1, uint64_t arg2)
{
    set(r, REG_RESULT, result);
    set(r, REG_ARG1, arg1);
    set(r, REG_ARG2, arg2);
}

int regs_set_return(pid_t tid, int64_t result, uint64_t arg1, uint64_t arg2)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    set_return(&r, (uint64_t)result, arg1, arg2);
    return store(tid, &r);
}

/* The program counter goes back to the syscall instruction, and the number into the register that
 * the instruction reads. orig_rax becomes -1, "not in a syscall": or the kernel might restart the
 * call itself, and move the program counter a second time. */
int regs_run_again(pid_t tid, int64_t nr, uint64_t arg1, uint64_t arg2)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    set_return(&r, nr < 0 ? get(&r, REG_NR) : (uint64_t)nr, arg1, arg2);
    move_pc(&r, -SYSCALL_SIZE);
    set(&r, REG_NR, UINT64_MAX);
    return store(tid, &r);
}

int regs_undo_run_again(pid_t tid, int64_t result, uint64_t arg1, uint64_t arg2)
{
    struct regs r;

    if (load(tid, &r) < 0)
        return -1;
    set_return(&r, (uint64_t)result, arg1, arg2);
    move_pc(&r, SYSCALL_SIZE);
    return store(tid, &r);
}
