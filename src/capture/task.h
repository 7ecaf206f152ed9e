/* The table of tracees. A task is a thread, found by its tid; a proc is a process (thread group),
 * found by its pid. The fields of both are for the tracer thread only. */
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

struct proc {
    pid_t pid;
    unsigned tasks;    /* how many of its threads are tracees */
    bool filtered;     /* runs under our seccomp filter */
    bool of_command;   /* is the command or a descendant of it */
    bool asked_for;    /* named on our command line, or the command, or a descendant of such; false:
                          attached by the control channel, or a descendant of such */
    bool descent_sure; /* asked_for is certain: a stop of its parent, not /proc, has shown the
                          descent */
    bool withheld; /* the user must not see it, see control_judge(): nothing of it is captured */
    bool detaching;
    struct fd_table *fds;
    struct buf title;     /* proctitle.h: the command line in the last `task` event, ... */
    unsigned title_looks; /* ... and how many checks for another are left */
    void *engine_data;    /* of the engine, engine_proc_size bytes */
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
    bool attached;     /* we have seized it; false: it became a tracee when it was created */
    char comm[64];     /* its name */
    int64_t comm_time; /* when comm was read, 0: never */
    struct transfer transfer;
    struct task_ring *rings;
    void *engine_data; /* of the engine, engine_size bytes */
    UT_hash_handle hh;
};

struct tasks {
    struct task *by_tid;
    struct proc *by_pid;
    struct backlog *backlog; /* owns the rings */

    /* Set by the engine: the bytes of its data for each task, and functions that are called after a
     * task is added and before it is removed (NULL: none). */
    size_t engine_size;
    void (*begin)(struct task *task);
    void (*end)(struct task *task);

    /* The same for each process. Its first task is added after it, its last one removed before. */
    size_t engine_proc_size;
    void (*begin_proc)(struct proc *proc);
    void (*end_proc)(struct proc *proc);
};

/* Find a task by tid, or a process by pid; NULL: it is no tracee. */
struct task *tasks_find(const struct tasks *ts, pid_t tid);
struct proc *tasks_find_proc(const struct tasks *ts, pid_t pid);

/* The number of tasks. */
size_t tasks_count(const struct tasks *ts);

/* Adds a task, which must not exist yet. Creates its proc if it is the first task of that. */
struct task *tasks_add(struct tasks *ts, pid_t tid, pid_t pid);

/* Removes and frees a task; with the last task of a proc, the proc too. */
void tasks_remove(struct tasks *ts, struct task *task);

/* After an exec by a thread that is not the leader: its tid has changed. No task may have the new
 * tid. */
void tasks_rename(struct tasks *ts, struct task *task, pid_t tid);

/* Removes all tasks. */
void tasks_clear(struct tasks *ts);

/* The ring for the output of a task on fd as this stream; created at the first use. */
struct ring *task_ring(struct tasks *ts, struct task *task, int fd, enum event_stream stream);

/* The task writes nothing more under its present tid and name: its rings are freed once the writer
 * has emptied them. */
void task_drop_rings(struct tasks *ts, struct task *task);

#endif
