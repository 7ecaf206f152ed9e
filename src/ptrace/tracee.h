/* What the ptrace engine knows of a task, besides struct task: its state, the syscall that it is
 * inside, a write that our interrupt has cut. And of a process, besides struct proc: how far its
 * attach is, and its memory. */
#ifndef PCAT_PTRACE_TRACEE_H
#define PCAT_PTRACE_TRACEE_H

#include "capture/remote.h"
#include "capture/task.h"
#include "ptrace/call.h"
#include "ptrace/rerun.h"

enum task_state {
    TASK_NEW,       /* traced, but has not had its first stop */
    TASK_RUNNING,   /* resumed; may be on its way to a stop, or in one that we don't know of yet */
    TASK_STOPPED,   /* in a stop that waitpid(2) has reported */
    TASK_LISTENING, /* in a group-stop, after PTRACE_LISTEN */
    TASK_HELD       /* in the exit-stop of a write that the backlog has no room for */
};

struct tracee {
    enum task_state state;
    int64_t resumed_at;   /* time of the stop that it was resumed from, CLOCK_MONOTONIC ns */
    bool interrupted;     /* the stop that our PTRACE_INTERRUPT causes has not come yet */
    bool listened;        /* a `stop` event was emitted, and no `cont` since */
    bool in_ignored_call; /* its last stop was the entry of a syscall that is of no interest */
    pid_t former;         /* its tid before the exec whose stop is served */
    bool dying;           /* PTRACE_EVENT_EXIT was served: no other stop will come */
    bool silent; /* nothing of it is emitted: the command before its exec, or the end was told */
    struct call call;     /* the syscall that it is inside, if that is of interest */
    struct cut_write cut; /* a write that our interrupt has cut */
};

/* The struct tracee of a task: never NULL. */
static inline struct tracee *tracee_of(const struct task *task)
{
    return task->engine_data;
}

/* What the ptrace engine knows of a process, besides struct proc. */
struct tracee_group {
    unsigned unarmed;  /* how many of its tasks have not had their first stop after the attach */
    bool attaching;    /* an `armed` event must be sent when all threads are armed */
    bool seizing;      /* more of its threads must be seized first */
    pid_t goes_last;   /* which thread is detached last; 0: any */
    int64_t asked_at;  /* when its attach or detach began, CLOCK_MONOTONIC ns */
    bool told_waiting; /* a note was sent that this takes long */
    bool told_tracer, told_io_uring, told_aio, told_abi; /* notes that are sent only once */
    struct memory memory;
};

/* The struct tracee_group of a process: never NULL. */
static inline struct tracee_group *group_of(const struct proc *proc)
{
    return proc->engine_data;
}

/* To be called while the table is empty: gives each task that is added a struct tracee, each
 * process a struct tracee_group. */
void tracees_init(struct tasks *ts);

/* A seized task has had its first stop, or is gone: it no longer counts in its group's unarmed.
 * Does nothing for a task that the kernel attached by itself. */
void tracee_is_armed(struct task *task);

#endif
