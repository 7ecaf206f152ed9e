#include "capture/readers.h"

#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/monotonic.h"
#include "capture/procfs.h"
#include "capture/task.h"

struct search {
    const struct fd_stat *st;
    pid_t self;
    int64_t until; /* CLOCK_MONOTONIC ns */
    pid_t found;
};

/* True when pid can read from the pipe, or has the master side of the terminal. */
static bool is_reader(pid_t pid, const struct search *q)
{
    return S_ISFIFO(q->st->type) ? procfs_reads(pid, q->st, q->until)
                                 : procfs_holds_master(pid, q->st->rdev, q->until);
}

/* True when the pipe is its stdin, as in a pipeline. This needs a look at one fd only. */
static bool is_stdin_reader(pid_t pid, const struct search *q)
{
    return procfs_fd_is_pipe(pid, STDIN_FILENO, q->st) && is_reader(pid, q);
}

static pid_t among_tracees(const struct tasks *ts, const struct search *q)
{
    if (ts && S_ISFIFO(q->st->type))
        for (const struct proc *p = ts->by_pid; p && monotonic_now() < q->until; p = p->hh.next)
            if (p->pid != q->self && is_stdin_reader(p->pid, q))
                return p->pid;
    return 0;
}

static bool check_process(void *user, int pid)
{
    struct search *q = user;

    if (pid != q->self && is_reader(pid, q))
        q->found = pid;
    return !q->found && monotonic_now() < q->until;
}

static pid_t search(const struct readers *r, const struct tasks *ts, struct search *q)
{
    if (r->last_found && r->last_found != q->self && is_reader(r->last_found, q))
        return r->last_found;
    pid_t pid = among_tracees(ts, q);
    if (pid)
        return pid;
    procfs_each("/proc", check_process, q);
    if (!q->found && q->self && is_reader(q->self, q))
        return q->self;
    return q->found;
}

static void begin_period(struct readers *r, int64_t now)
{
    if (r->period && now - r->period < READERS_PERIOD)
        return;
    r->period = now;
    r->spent = 0;
    r->dev = r->ino = 0;
}

pid_t readers_find(struct readers *r, const struct tasks *ts, const struct fd_stat *st, pid_t self,
                   int64_t most)
{
    int64_t now = monotonic_now();

    begin_period(r, now);
    if (r->dev == st->dev && r->ino == st->ino && (!r->answer || r->answer != self))
        return r->answer;
    if (r->spent >= most)
        return 0;
    struct search q = {.st = st, .self = self, .until = now + most - r->spent};
    r->answer = search(r, ts, &q);
    r->spent += monotonic_now() - now;
    r->dev = st->dev;
    r->ino = st->ino;
    if (r->answer)
        r->last_found = r->answer;
    return r->answer;
}
