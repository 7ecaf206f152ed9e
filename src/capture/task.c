#include "capture/task.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/xmalloc.h"

struct task *tasks_find(const struct tasks *ts, pid_t tid)
{
    struct task *task;

    HASH_FIND_INT(ts->by_tid, &tid, task);
    return task;
}

struct proc *tasks_find_proc(const struct tasks *ts, pid_t pid)
{
    struct proc *proc;

    HASH_FIND_INT(ts->by_pid, &pid, proc);
    return proc;
}

size_t tasks_count(const struct tasks *ts)
{
    return HASH_COUNT(ts->by_tid);
}

static struct proc *proc_of(struct tasks *ts, pid_t pid)
{
    struct proc *proc = tasks_find_proc(ts, pid);

    if (!proc) {
        proc = xcalloc(1, sizeof *proc + ts->engine_proc_size);
        proc->engine_data = proc + 1;
        proc->pid = pid;
        HASH_ADD_INT(ts->by_pid, pid, proc);
        if (ts->begin_proc)
            ts->begin_proc(proc);
    }
    return proc;
}

struct task *tasks_add(struct tasks *ts, pid_t tid, pid_t pid)
{
    struct task *task = xcalloc(1, sizeof *task + ts->engine_size);

    task->engine_data = task + 1;
    task->tid = tid;
    task->proc = proc_of(ts, pid);
    task->proc->tasks++;
    HASH_ADD_INT(ts->by_tid, tid, task);
    if (ts->begin)
        ts->begin(task);
    return task;
}

static void proc_free(struct tasks *ts, struct proc *proc)
{
    if (ts->end_proc)
        ts->end_proc(proc);
    HASH_DEL(ts->by_pid, proc);
    fd_table_free(proc->fds);
    buf_free(&proc->title);
    free(proc);
}

void tasks_remove(struct tasks *ts, struct task *task)
{
    struct proc *proc = task->proc;

    if (ts->end)
        ts->end(task);
    HASH_DEL(ts->by_tid, task);
    task_drop_rings(ts, task);
    free(task);
    if (--proc->tasks == 0)
        proc_free(ts, proc);
}

void tasks_rename(struct tasks *ts, struct task *task, pid_t tid)
{
    HASH_DEL(ts->by_tid, task);
    task->tid = tid;
    HASH_ADD_INT(ts->by_tid, tid, task);
}

void tasks_clear(struct tasks *ts)
{
    struct task *task, *next;

    HASH_ITER(hh, ts->by_tid, task, next)
    {
        tasks_remove(ts, task);
    }
}

struct ring *task_ring(struct tasks *ts, struct task *task, int fd, enum event_stream stream)
{
    struct task_ring *r;

    for (r = task->rings; r; r = r->next)
        if (r->fd == fd && r->stream == stream)
            return r->ring;
    r = xcalloc(1, sizeof *r);
    r->fd = fd;
    r->stream = stream;
    r->ring = backlog_ring(ts->backlog, task->tid, task->proc->pid, fd, stream);
    r->next = task->rings;
    task->rings = r;
    return r->ring;
}

void task_drop_rings(struct tasks *ts, struct task *task)
{
    while (task->rings) {
        struct task_ring *r = task->rings;
        task->rings = r->next;
        backlog_ring_done(ts->backlog, r->ring);
        free(r);
    }
}
