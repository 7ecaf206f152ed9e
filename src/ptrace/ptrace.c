/* Wraps each ptrace request that is used in a function with typed arguments. */
#include "ptrace/ptrace.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

static long request(int what, pid_t tid, uintptr_t addr, uintptr_t data)
{
    return ptrace(what, tid, (void *)addr, (void *)data);
}

static uintptr_t options(enum follow follow, bool filtered)
{
    uintptr_t o = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT;

    if (follow != FOLLOW_NONE)
        o |= PTRACE_O_TRACECLONE;
    if (follow == FOLLOW_ALL)
        o |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
    if (filtered)
        o |= PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;
    return o;
}

int ptrace_seize(pid_t tid, enum follow follow, bool filtered)
{
    return (int)request(PTRACE_SEIZE, tid, 0, options(follow, filtered));
}

int ptrace_interrupt(pid_t tid)
{
    return (int)request(PTRACE_INTERRUPT, tid, 0, 0);
}

int ptrace_resume(pid_t tid, enum resume how, int sig)
{
    return (int)request(how == RESUME_CONT ? PTRACE_CONT : PTRACE_SYSCALL, tid, 0, (uintptr_t)sig);
}

int ptrace_listen(pid_t tid)
{
    return (int)request(PTRACE_LISTEN, tid, 0, 0);
}

int ptrace_detach(pid_t tid, int sig)
{
    return (int)request(PTRACE_DETACH, tid, 0, (uintptr_t)sig);
}

int ptrace_message(pid_t tid, unsigned long *message)
{
    *message = 0;
    return (int)request(PTRACE_GETEVENTMSG, tid, 0, (uintptr_t)message);
}

int ptrace_syscall_stop(pid_t tid, struct syscall_stop *stop)
{
    struct __ptrace_syscall_info info;

    if (request(PTRACE_GET_SYSCALL_INFO, tid, sizeof info, (uintptr_t)&info) < 0)
        return -1;
    stop->op = SYSCALL_NONE;
    stop->arch = info.arch;
    switch (info.op) {
    case PTRACE_SYSCALL_INFO_ENTRY:
        stop->op = SYSCALL_ENTRY;
        stop->nr = info.entry.nr;
        memcpy(stop->args, info.entry.args, sizeof stop->args);
        break;
    case PTRACE_SYSCALL_INFO_SECCOMP:
        stop->op = SYSCALL_SECCOMP;
        stop->nr = info.seccomp.nr;
        memcpy(stop->args, info.seccomp.args, sizeof stop->args);
        stop->data = info.seccomp.ret_data;
        break;
    case PTRACE_SYSCALL_INFO_EXIT:
        stop->op = SYSCALL_EXIT;
        stop->result = info.exit.rval;
        stop->failed = info.exit.is_error;
        break;
    }
    return 0;
}

int ptrace_signal_info(pid_t tid, siginfo_t *info)
{
    return (int)request(PTRACE_GETSIGINFO, tid, 0, (uintptr_t)info);
}

bool ptrace_is_trapped(pid_t tid)
{
    enum { MANY = 8, BY_SECCOMP = 1 /* SYS_SECCOMP */ };
    struct __ptrace_peeksiginfo_args which = {.nr = MANY};
    siginfo_t found[MANY];
    long n = request(PTRACE_PEEKSIGINFO, tid, (uintptr_t)&which, (uintptr_t)found);

    for (long i = 0; i < n; i++)
        if (found[i].si_signo == SIGSYS && found[i].si_code == BY_SECCOMP)
            return true;
    return false;
}

int ptrace_get_regs(pid_t tid, void *regs, size_t *len)
{
    struct iovec iov = {regs, *len};

    if (request(PTRACE_GETREGSET, tid, NT_PRSTATUS, (uintptr_t)&iov) < 0)
        return -1;
    *len = iov.iov_len;
    return 0;
}

int ptrace_set_regs(pid_t tid, const void *regs, size_t len)
{
    struct iovec iov = {(void *)(uintptr_t)regs, len};

    return (int)request(PTRACE_SETREGSET, tid, NT_PRSTATUS, (uintptr_t)&iov);
}
