/* The registers that hold a syscall's number, arguments and result, on x86-64 for
 * 64-bit and 32-bit code and for 32-bit calls of 64-bit code (what a call is,
 * PTRACE_GET_SYSCALL_INFO tells at each stop: it looks at the task's TS_COMPAT). On other
 * architectures everything here answers -1. */
#ifndef PCAT_PTRACE_REGS_H
#define PCAT_PTRACE_REGS_H

#include <stdint.h>
#include <sys/types.h>

struct regs_call {
    uint32_t arch;    /* AUDIT_ARCH_* */
    int64_t nr;       /* -1: not in a syscall */
    uint64_t args[3]; /* the first three */
    int64_t result;
};

/* A stopped tracee's call. 0, or -1 when it can't be told. */
int regs_get_call(pid_t tid, struct regs_call *call);

/* Before a syscall begins: another first argument. 0 or -1. */
int regs_set_first(pid_t tid, uint64_t arg);

/* Before a syscall begins: it is not run and returns result. 0 or -1. */
int regs_skip(pid_t tid, int64_t result);

/* Sets what it will see as the result. 0 or -1. */
int regs_set_result(pid_t tid, int64_t result);

/* Sets the result and the second and third argument. 0 or -1. */
int regs_set_return(pid_t tid, int64_t result, uint64_t arg1, uint64_t arg2);

/* After a syscall has returned: makes it run again, or another in its place (nr, -1: the same),
 * with another second and third argument. 0 or -1. */
int regs_run_again(pid_t tid, int64_t nr, uint64_t arg1, uint64_t arg2);

/* Undoes regs_run_again() before it ran, and has the call return result. 0 or -1. */
int regs_run_not(pid_t tid, int64_t result, uint64_t arg1, uint64_t arg2);

#endif
