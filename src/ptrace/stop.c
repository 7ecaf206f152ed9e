#include "ptrace/stop.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/self-stop.h"

enum { SYSCALL_TRAP = SIGTRAP | 0x80 };

static enum stop classify_event(int event, int sig)
{
    switch (event) {
    case PTRACE_EVENT_STOP:
        return is_stop_signal(sig) ? STOP_GROUP : STOP_TRAP;
    case PTRACE_EVENT_EXEC:
        return STOP_EXEC;
    case PTRACE_EVENT_FORK:
        return STOP_FORK;
    case PTRACE_EVENT_VFORK:
        return STOP_VFORK;
    case PTRACE_EVENT_VFORK_DONE:
        return STOP_VFORK_DONE;
    case PTRACE_EVENT_CLONE:
        return STOP_CLONE;
    case PTRACE_EVENT_EXIT:
        return STOP_EXIT;
    case PTRACE_EVENT_SECCOMP:
        return STOP_SECCOMP;
    default:
        return STOP_OTHER;
    }
}

enum stop stop_classify(int status)
{
    if (WIFEXITED(status))
        return STOP_EXITED;
    if (WIFSIGNALED(status))
        return STOP_KILLED;
    if (!WIFSTOPPED(status))
        return STOP_OTHER;
    int event = (unsigned)status >> 16;
    if (event)
        return classify_event(event, WSTOPSIG(status));
    return WSTOPSIG(status) == SYSCALL_TRAP ? STOP_SYSCALL : STOP_SIGNAL;
}

const char *stop_name(enum stop stop)
{
    static const char *const names[] = {
        [STOP_EXITED] = "exited",   [STOP_KILLED] = "killed", [STOP_SYSCALL] = "syscall",
        [STOP_SECCOMP] = "seccomp", [STOP_SIGNAL] = "signal", [STOP_GROUP] = "group-stop",
        [STOP_TRAP] = "trap",       [STOP_EXEC] = "exec",     [STOP_FORK] = "fork",
        [STOP_VFORK] = "vfork",     [STOP_CLONE] = "clone",   [STOP_VFORK_DONE] = "vfork-done",
        [STOP_EXIT] = "exit",       [STOP_OTHER] = "other",
    };

    return (unsigned)stop <= STOP_OTHER ? names[stop] : "?";
}
