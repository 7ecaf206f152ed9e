/* Makes write and read events of the entry-stop and exit-stop of a syscall: with exactly the bytes
 * that the kernel has moved, in pieces that fit into the backlog. Also keeps track of syscalls that
 * change where an fd leads or how a terminal is set. */
#ifndef PCAT_PTRACE_SYSCALLS_H
#define PCAT_PTRACE_SYSCALLS_H

#include "capture/emit.h"
#include "ptrace/ptrace.h"
#include "ptrace/tracee.h"

struct syscalls {
    struct tasks *tasks;
    struct emitter *emitter;
    struct backlog *backlog;
    struct fd_rules *rules;
    bool count_other; /* count writes on fds that are not captured, even if that costs a stop */
    int64_t now;      /* the time of the stop that is served, as events have it */
    struct buf piece; /* scratch memory for the bytes of a piece */
};

/* At the entry of a syscall (entry-stop or seccomp stop): decodes it, and reads what must be read
 * before it runs. When its exit must be seen, tracee_of(task)->call describes it, and its ent is
 * not NULL. */
void syscalls_enter(struct syscalls *c, struct task *task, const struct syscall_stop *stop);

/* At the exit-stop. result: as the kernel returns it, -errno when it failed. Determines what
 * syscalls_emit() emits. */
void syscalls_exit(struct syscalls *c, struct task *task, int64_t result);

/* Emits the events of the call, after syscalls_exit(). False when the backlog has no room: leave
 * the task in its stop, and call this again later. force: emits all, regardless of room. */
bool syscalls_emit(struct syscalls *c, struct task *task, bool force);

/* True when the task may be resumed before syscalls_emit(): its memory is not needed any more, and
 * the backlog has room for sure. */
bool syscalls_can_resume_first(struct syscalls *c, struct task *task);

/* At PTRACE_EVENT_EXIT or the end of the task: emits what a call that it was inside has moved. */
void syscalls_died(struct syscalls *c, struct task *task);

#endif
