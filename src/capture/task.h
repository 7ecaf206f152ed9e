/* The tracees: a task is a thread, by tid; a proc is a thread group, by pid.
 * Both are open structs: the tracer and the capture work on them, nobody else. */
#ifndef PCAT_CAPTURE_TASK_H
#define PCAT_CAPTURE_TASK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <uthash.h>

#include "base/buf.h"
#include "capture/backlog.h"
#include "capture/blocked.h"
#include "capture/fds.h"
#include "capture/remote.h"

struct proc {
    pid_t pid;
    unsigned tasks;   /* that are traced now */
    unsigned unarmed; /* of those: attached, and still to be stopped for the first time */
    bool attaching;   /* an `armed` event is owed, ... */
    bool seizing;     /* ... but more of its threads are still to be seized */
    bool filtered;    /* runs under our seccomp filter */
    bool of_command;  /* the command, or made by it */
    bool asked_for;   /* named on our command line, the command, or made by one of those; false: the
                         control channel attached it, or one that made it */
    bool descent_sure; /* ... and that was told by a stop of the one that made it */
    bool withheld; /* not to be shown to the user: nothing of it is captured, see control_judge() */
    bool detaching;
    pid_t goes_last;   /* of its threads, while it is let go; 0: any */
    int64_t asked_at;  /* when we began to attach or detach, CLOCK_MONOTONIC ns */
    bool told_waiting; /* that this takes long */
    bool told_tracer, told_io_uring, told_aio, told_abi; /* notes that are worth saying once */
    struct memory memory;
    struct fd_table *fds;
    struct buf title;     /* its command line, as told, ... */
    unsigned title_looks; /* ... and how often that is still looked at: see proctitle.h */
    UT_hash_handle hh;
};

/* The ring of one fd of a task. */
struct task_ring {
    int fd;
    enum event_stream stream;
    struct ring *ring;
    struct task_ring *next;
};

struct task {
    pid_t tid;
    struct proc *proc;
    bool attached; /* by us, not by the kernel at its birth */
    char comm[64];
    int64_t comm_time; /* when comm was read, 0: never */
    struct transfer transfer;
    struct task_ring *rings;
    void *engine_data; /* what the engine at work keeps of it */
    UT_hash_handle hh;
};

struct tasks {
    struct task *by_tid;
    struct proc *by_pid;
    struct backlog *backlog; /* where the rings are */

    /* What the engine at work keeps of each task: so many bytes, and what is called when a task
     * has come, and before it goes. */
    size_t engine_size;
    void (*begin)(struct task *task);
    void (*end)(struct task *task);
};

struct task *tasks_find(const struct tasks *ts, pid_t tid);
struct proc *tasks_find_proc(const struct tasks *ts, pid_t pid);

/* How many tasks there are. */
size_t tasks_count(const struct tasks *ts);

/* A task that must not exist yet; its proc is made when it is the first of its group. */
struct task *tasks_add(struct tasks *ts, pid_t tid, pid_t pid);

/* Forgets it. Frees its proc with the last task of the group. */
void tasks_remove(struct tasks *ts, struct task *task);

/* After exec: the task answers to another tid. That tid must be free. */
void tasks_rename(struct tasks *ts, struct task *task, pid_t tid);

void tasks_clear(struct tasks *ts);

/* The ring for output of the task on fd as stream; made at the first use. */
struct ring *task_ring(struct tasks *ts, struct task *task, int fd, enum event_stream stream);

/* No more output under this name: the rings are freed once they are drained. */
void task_drop_rings(struct tasks *ts, struct task *task);

/* The address space has changed or gone. */
void proc_forget_memory(struct proc *proc);

#endif
