/* From the stops of a syscall to write events: exact bytes, clipped to what the
 * kernel took, in pieces that the backlog has room for. */
#ifndef PCAT_PTRACE_SYSCALLS_H
#define PCAT_PTRACE_SYSCALLS_H

#include "capture/emit.h"
#include "capture/readers.h"
#include "ptrace/ptrace.h"
#include "ptrace/tracee.h"

struct syscalls {
    struct tasks *tasks;
    struct emitter *emitter;
    struct backlog *backlog;
    struct fd_rules *rules;
    bool count_other; /* writes on uncaptured fds are counted, also where that costs a stop */
    int64_t now;      /* of the stop that is served, as emit_now() */
    struct buf piece; /* scratch */
    struct readers readers;
};

/* At the entry of a syscall (entry-stop or seccomp stop). When its exit must be seen,
 * tracee_of(task)->call is it (its ent is set). */
void syscalls_enter(struct syscalls *c, struct task *task, const struct syscall_stop *stop);

/* At its exit: result as the kernel returns it. Sets what will be emitted. */
void syscalls_exit(struct syscalls *c, struct task *task, int64_t result);

/* Emits what syscalls_exit() found. False when the backlog has no room: call again later (the task
 * is to stay in its stop till then). force: regardless of room. */
bool syscalls_emit(struct syscalls *c, struct task *task, bool force);

/* True when syscalls_emit() will need nothing more of the tracee and not fail either: then the
 * tracee may go on before it. */
bool syscalls_needs_nobody(struct syscalls *c, struct task *task);

/* The task died (PTRACE_EVENT_EXIT) with a call in flight: what the call had moved counts. */
void syscalls_died(struct syscalls *c, struct task *task);

#endif
