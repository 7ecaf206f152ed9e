/* The only file that calls ptrace(2). Every function returns 0, or -1 with errno.
 * ESRCH means that the tracee is gone, or has left its stop because it is being killed: give up
 * what was being done for it and wait for the next stop. tid: of the tracee. */
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

/* A stop at a syscall, the same for all architectures. */
struct syscall_stop {
    enum { SYSCALL_NONE, SYSCALL_ENTRY, SYSCALL_EXIT, SYSCALL_SECCOMP } op;
    uint32_t arch;    /* AUDIT_ARCH_* */
    uint64_t nr;      /* entry and seccomp */
    uint64_t args[6]; /* entry and seccomp */
    int64_t result;   /* exit: what the kernel returns, -errno when it failed */
    bool failed;      /* exit: result is an error */
    uint32_t data;    /* seccomp: the SECCOMP_RET_DATA of the filter that returned TRACE */
};

/* PTRACE_SEIZE: makes the calling thread its tracer, without stopping it. follow: which of its new
 * tasks the kernel attaches by itself. filtered: the tracee runs under our seccomp filter; it stops
 * where that returns TRACE, and is killed when its tracer ends. (Without `filtered`, TRACE of the
 * program's own filter makes the call fail with ENOSYS, as without a tracer.) */
int ptrace_seize(pid_t tid, enum follow follow, bool filtered);
/* Stops a running tracee. */
int ptrace_interrupt(pid_t tid);
/* Resumes a stopped tracee. sig: the signal that it gets, 0: none. */
int ptrace_resume(pid_t tid, enum resume how, int sig);
/* Leaves the tracee in its group-stop, but reports when SIGCONT comes. */
int ptrace_listen(pid_t tid);
/* Detaches a stopped tracee. sig: as above. */
int ptrace_detach(pid_t tid, int sig);
/* PTRACE_GETEVENTMSG: the value that belongs to an event stop. */
int ptrace_message(pid_t tid, unsigned long *message);
/* PTRACE_GET_SYSCALL_INFO, since Linux 5.3. */
int ptrace_syscall_stop(pid_t tid, struct syscall_stop *stop);
/* At a signal-delivery-stop: the siginfo_t of the signal. */
int ptrace_signal_info(pid_t tid, siginfo_t *info);
/* True when a SIGSYS is pending because a seccomp filter has trapped its syscall. */
bool ptrace_is_trapped(pid_t tid);
/* General registers (NT_PRSTATUS) of a stopped tracee. len: size of regs in bytes; get sets it to
 * the size that the kernel has filled. */
int ptrace_get_regs(pid_t tid, void *regs, size_t *len);
int ptrace_set_regs(pid_t tid, const void *regs, size_t len);

#endif
