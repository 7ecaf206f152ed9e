#include "engine/readers.h"

#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#include "engine/procfs.h"
#include "engine/task.h"

struct search {
    const struct stat *st;
    pid_t self;
    int64_t until;
    pid_t found;
};

static int64_t clock_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool takes(pid_t pid, const struct stat *st)
{
    return S_ISFIFO(st->st_mode) ? procfs_reads(pid, st->st_dev, st->st_ino)
                                 : procfs_holds_master(pid, st->st_rdev);
}

/* As the next of a pipeline has it, at the cost of one stat. */
static bool takes_as_stdin(pid_t pid, const struct stat *st)
{
    struct stat in;

    return procfs_fd_stat(pid, STDIN_FILENO, &in) == 0 && in.st_dev == st->st_dev &&
           in.st_ino == st->st_ino && takes(pid, st);
}

static pid_t among_tracees(const struct tasks *ts, const struct search *q)
{
    if (ts && S_ISFIFO(q->st->st_mode))
        for (const struct proc *p = ts->by_pid; p && clock_now() < q->until; p = p->hh.next)
            if (p->pid != q->self && takes_as_stdin(p->pid, q->st))
                return p->pid;
    return 0;
}

static bool look_at(void *user, int pid)
{
    struct search *q = user;

    if (pid != q->self && takes(pid, q->st))
        q->found = pid;
    return !q->found && clock_now() < q->until;
}

static pid_t search(struct readers *r, const struct tasks *ts, const struct stat *st, pid_t self,
                    int64_t most)
{
    int64_t now = clock_now();

    if (r->period == 0 || now - r->period >= READERS_PERIOD) {
        r->period = now;
        r->spent = 0;
    } else if (r->dev == st->st_dev && r->ino == st->st_ino) {
        return 0; /* it was looked for a moment ago */
    }
    if (r->spent >= most)
        return 0;
    struct search q = {.st = st, .self = self, .until = now + most - r->spent};
    q.found = among_tracees(ts, &q);
    if (!q.found)
        procfs_each("/proc", look_at, &q);
    r->spent += clock_now() - now;
    r->dev = st->st_dev;
    r->ino = st->st_ino;
    return q.found;
}

pid_t readers_find(struct readers *r, const struct tasks *ts, const struct stat *st, pid_t self,
                   int64_t most)
{
    pid_t pid = r->found && r->found != self && takes(r->found, st) ? r->found : 0;

    if (!pid)
        pid = search(r, ts, st, self, most);
    if (pid)
        r->found = pid;
    else if (self && takes(self, st))
        pid = self;
    return pid;
}
