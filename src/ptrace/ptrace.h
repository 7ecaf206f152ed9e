/* The one place that calls ptrace(2). Every call returns 0, or -1 with errno.
 * ESRCH means that the tracee is gone (or not stopped any more because it is
 * being killed): drop what was being done for it and go back to waiting. */
#ifndef PCAT_PTRACE_PTRACE_H
#define PCAT_PTRACE_PTRACE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/follow.h"

/* How a stopped tracee goes on. */
enum resume {
    RESUME_CONT,    /* until the next event */
    RESUME_SYSCALL, /* until the next event, entry or exit of a syscall */
};

/* One stop at a syscall, whatever the architecture. */
struct syscall_stop {
    enum { SYSCALL_NONE, SYSCALL_ENTRY, SYSCALL_EXIT, SYSCALL_SECCOMP } op;
    uint32_t arch;    /* AUDIT_ARCH_* */
    uint64_t nr;      /* entry and seccomp */
    uint64_t args[6]; /* entry and seccomp */
    int64_t result;   /* exit: what the kernel returns, -errno when it failed */
    bool failed;      /* exit */
    uint32_t data;    /* seccomp: what the filter that wanted this stop gave along */
};

/* Makes us the tracer without stopping it. filtered: it runs under our filter, so it stops where
 * that says so, and dies when we do. A filter of its own that asks for a tracer gets none from us.
 */
int ptrace_seize(pid_t tid, enum follow follow, bool filtered);
int ptrace_interrupt(pid_t tid);
int ptrace_resume(pid_t tid, enum resume how, int sig);
/* Leaves it in its group-stop, but tells us when SIGCONT comes. */
int ptrace_listen(pid_t tid);
int ptrace_detach(pid_t tid, int sig);
/* PTRACE_GETEVENTMSG. */
int ptrace_message(pid_t tid, unsigned long *message);
/* PTRACE_GET_SYSCALL_INFO, Linux 5.3. */
int ptrace_syscall_stop(pid_t tid, struct syscall_stop *stop);
/* About the signal of a stop at which one is about to be delivered. */
int ptrace_signal_info(pid_t tid, siginfo_t *info);
/* True when it is to get a SIGSYS because a seccomp filter has trapped its syscall. */
bool ptrace_is_trapped(pid_t tid);
/* General registers (PTRACE_GETREGSET, NT_PRSTATUS). len: bytes of regs, in and out. */
int ptrace_get_regs(pid_t tid, void *regs, size_t *len);
int ptrace_set_regs(pid_t tid, const void *regs, size_t len);

#endif
