/* What this engine keeps of a task besides struct task: where it stands, the call that it is
 * inside, the write that goes on in pieces. */
#ifndef PCAT_PTRACE_TRACEE_H
#define PCAT_PTRACE_TRACEE_H

#include "capture/task.h"
#include "ptrace/call.h"
#include "ptrace/rerun.h"

enum task_state {
    TASK_NEW,       /* traced, its first stop not seen yet */
    TASK_RUNNING,   /* or on its way to a stop */
    TASK_STOPPED,   /* we were told of a stop and have not restarted it */
    TASK_LISTENING, /* in a group-stop, PTRACE_LISTEN */
    TASK_HELD       /* in the exit-stop of a write that the backlog has no room for */
};

struct tracee {
    enum task_state state;
    int64_t resumed_at; /* CLOCK_MONOTONIC ns, of the stop that it was resumed from */
    bool interrupted;   /* the stop that our PTRACE_INTERRUPT causes is still to come */
    bool listened;      /* was told to be in a group-stop */
    bool passing;       /* entered a syscall that is of no interest, and has not stopped since */
    pid_t former;       /* its tid before the exec whose stop is served */
    bool dying;         /* its last stop is behind it */
    bool silent;        /* the command before its exec: nothing of it is told */
    struct call call;
    struct cut_write cut;
};

static inline struct tracee *tracee_of(const struct task *task)
{
    return task->engine_data;
}

/* Each task of the table has a struct tracee from now on. */
void tracees_init(struct tasks *ts);

/* An attached task has stopped for the first time, or is gone: it is not one of proc->unarmed any
 * more. Does nothing for others. */
void tracee_is_armed(struct task *task);

#endif
