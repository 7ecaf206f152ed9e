#include "engine/obstacle.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "engine/procfs.h"

#define SECOND ((int64_t)1000000000)
#define SEARCH_TIME (SECOND / 20) /* that a look through all processes may take */
#define SEARCH_EVERY (5 * SECOND)

struct search {
    const struct stat *st;
    pid_t self; /* who writes: only when nobody else is there */
    int64_t until;
    pid_t found;
};

static int64_t clock_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

/* --- who it is --- */

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
    if (S_ISFIFO(q->st->st_mode))
        for (const struct proc *p = ts->by_pid; p; p = p->hh.next)
            if (p->pid != q->self && takes_as_stdin(p->pid, q->st))
                return p->pid;
    return 0;
}

static bool look_at(void *user, int pid)
{
    struct search *q = user;

    if (pid != q->self && pid != getpid() && takes(pid, q->st))
        q->found = pid;
    return !q->found && clock_now() < q->until;
}

static pid_t among_all(struct obstacle_finder *f, struct search *q)
{
    struct fd_sink at = {q->st->st_dev, q->st->st_ino};
    int64_t now = clock_now();

    if (f->reader && f->at.dev == at.dev && f->at.ino == at.ino && takes(f->reader, q->st))
        return f->reader;
    if (now < f->next)
        return 0;
    f->next = now + SEARCH_EVERY;
    q->until = now + SEARCH_TIME;
    procfs_each("/proc", look_at, q);
    f->at = at;
    f->reader = q->found;
    return q->found;
}

static pid_t find_reader(struct obstacle_finder *f, const struct tasks *ts, const struct stat *st,
                         pid_t self)
{
    struct search q = {.st = st, .self = self};
    pid_t pid = among_tracees(ts, &q);

    if (!pid)
        pid = among_all(f, &q);
    if (!pid && takes(self, st))
        pid = self;
    return pid;
}

/* --- what is the matter --- */

/* What was printed and not fetched. A terminal that shows its tty fetches always: when it has
 * nothing to fetch although somebody waits to print, Ctrl-S did it. */
static bool is_fetched(pid_t pid, dev_t tty)
{
    int fd = procfs_master_fd(pid, tty), waiting = 0;
    int dup = fd < 0 ? -1 : procfs_fd_dup(pid, fd);

    if (dup < 0)
        return true;
    bool known = ioctl(dup, FIONREAD, &waiting) == 0;
    close(dup);
    return !known || waiting == 0;
}

static void name_reader(struct obstacle *out, pid_t pid, const struct stat *st)
{
    struct proc_status s;

    if (procfs_status(pid, &s) < 0)
        return;
    out->reader = pid;
    memcpy(out->comm, s.comm, sizeof out->comm);
    if (s.state == 'T')
        snprintf(out->why, sizeof out->why, "the reader is stopped");
    else if (S_ISCHR(st->st_mode) && is_fetched(pid, st->st_rdev))
        snprintf(out->why, sizeof out->why, "terminal stopped");
}

/* The other end, as far as an address says it. */
static void name_peer(struct obstacle *out, const struct task *task)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        struct sockaddr_storage room;
    } peer = {0};
    struct ucred who = {0};
    socklen_t len = sizeof peer, who_len = sizeof who;
    char host[INET6_ADDRSTRLEN];
    struct proc_status s;
    int dup = procfs_fd_dup(task->tid, task->call.fd);

    if (dup < 0)
        return;
    bool known = getpeername(dup, &peer.any, &len) == 0;
    if (known && peer.any.sa_family == AF_UNIX &&
        getsockopt(dup, SOL_SOCKET, SO_PEERCRED, &who, &who_len) == 0 && who.pid > 0 &&
        who.pid != task->proc->pid && procfs_status(who.pid, &s) == 0) {
        out->reader = who.pid;
        memcpy(out->comm, s.comm, sizeof out->comm);
        if (s.state == 'T')
            snprintf(out->why, sizeof out->why, "the reader is stopped");
    }
    close(dup);
    if (known && peer.any.sa_family == AF_INET &&
        inet_ntop(AF_INET, &peer.in.sin_addr, host, sizeof host))
        snprintf(out->why, sizeof out->why, "peer %s:%u", host, ntohs(peer.in.sin_port));
    if (known && peer.any.sa_family == AF_INET6 &&
        inet_ntop(AF_INET6, &peer.in6.sin6_addr, host, sizeof host))
        snprintf(out->why, sizeof out->why, "peer [%s]:%u", host, ntohs(peer.in6.sin6_port));
}

void obstacle_find(struct obstacle_finder *f, const struct tasks *ts, const struct task *task,
                   struct obstacle *out)
{
    struct stat st;

    *out = (struct obstacle){0};
    if (procfs_fd_stat(task->tid, task->call.fd, &st) < 0)
        return;
    if (S_ISSOCK(st.st_mode)) {
        name_peer(out, task);
    } else if (S_ISFIFO(st.st_mode) || (S_ISCHR(st.st_mode) && procfs_is_pty(st.st_rdev))) {
        pid_t pid = find_reader(f, ts, &st, task->proc->pid);
        if (pid)
            name_reader(out, pid, &st);
    }
}

bool obstacle_is_input(const struct task *task)
{
    struct pollfd p = {.events = POLLOUT};
    const char *name = task->call.name;

    if (strcmp(name, "splice") != 0 && strcmp(name, "tee") != 0)
        return false;
    p.fd = procfs_fd_dup(task->tid, task->call.fd);
    if (p.fd < 0)
        return false;
    bool room = poll(&p, 1, 0) == 1 && p.revents & POLLOUT;
    close(p.fd);
    return room;
}
