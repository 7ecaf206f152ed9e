/* Reads and changes the registers that hold a syscall's number, arguments and result. Only on
 * x86-64: for 64-bit and 32-bit programs, and for 32-bit calls of 64-bit programs (the kernel tells
 * which one a call is: PTRACE_GET_SYSCALL_INFO). On other architectures every function returns -1.
 *
 * tid: of a stopped tracee. All return 0, or -1 when the registers can't be read or set. */
#ifndef PCAT_PTRACE_REGS_H
#define PCAT_PTRACE_REGS_H

#include <stdint.h>
#include <sys/types.h>

struct regs_call {
    uint32_t arch;    /* AUDIT_ARCH_* */
    int64_t nr;       /* -1: the tracee is not in a syscall */
    uint64_t args[3]; /* the first three */
    int64_t result;
};

/* The syscall that the tracee is in. */
int regs_get_call(pid_t tid, struct regs_call *call);

/* Sets the first argument: before the call, or to put it back after it. */
int regs_set_first_arg(pid_t tid, uint64_t arg);

/* At an entry-stop: the call is not run, and returns result. */
int regs_skip(pid_t tid, int64_t result);

/* At an exit-stop: sets the result that the program gets. */
int regs_set_result(pid_t tid, int64_t result);

/* At an exit-stop: sets the result, and puts back the second and third argument. */
int regs_set_return(pid_t tid, int64_t result, uint64_t arg1, uint64_t arg2);

/* After a call has returned: makes the program run a syscall once more when it is resumed, with
 * another second and third argument. nr: its number, -1: of the same call. */
int regs_run_again(pid_t tid, int64_t nr, uint64_t arg1, uint64_t arg2);

/* Undoes regs_run_again() while the program has not been resumed: the first call returns result
 * instead, with these arguments in its registers. */
int regs_undo_run_again(pid_t tid, int64_t result, uint64_t arg1, uint64_t arg2);

#endif
