#include "capture/obstacle.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/aside.h"
#include "capture/procfs.h"

#define SEARCH_MOST INT64_C(50000000) /* ns, for the search of a reader or peer */

/* True when the terminal emulator pid has read all output of its tty. A write that is blocked
 * nevertheless means that the tty was stopped, by Ctrl-S. True also if that can't be found out. */
static bool master_is_drained(pid_t pid, dev_t tty)
{
    int fd = procfs_master_fd(pid, tty, 0), waiting = 0;
    struct fd_stat st;
    int dup = fd < 0 || procfs_fd_stat(pid, fd, &st) < 0 ? -1 : procfs_fd_dup(pid, fd, &st);

    if (dup < 0)
        return true;
    bool known = ioctl(dup, FIONREAD, &waiting) == 0;
    close(dup);
    return !known || waiting == 0;
}

static void name_reader(struct obstacle *out, pid_t pid, const struct fd_stat *st)
{
    struct proc_status s;

    if (procfs_status(pid, &s) < 0)
        return;
    out->reader = pid;
    memcpy(out->comm, s.comm, sizeof out->comm);
    if (s.state == 'T')
        snprintf(out->why, sizeof out->why, "the reader is stopped");
    else if (S_ISCHR(st->type) && master_is_drained(pid, st->rdev))
        snprintf(out->why, sizeof out->why, "terminal stopped");
}

/* The other end of a socket. */
struct peer {
    pid_t tid; /* our end: a thread, its fd, and the socket */
    int fd;
    struct fd_stat st;
    bool known; /* the rest is valid */
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        struct sockaddr_storage room;
    } address;
    struct ucred who; /* pid 0: not known */
};

/* For aside_run(): getpeername(2) may wait for the thread that is inside the write. */
static void look_at_peer(void *job)
{
    struct peer *p = job;
    socklen_t len = sizeof p->address, who_len = sizeof p->who;
    int dup = procfs_fd_dup(p->tid, p->fd, &p->st);

    if (dup < 0)
        return;
    p->known = getpeername(dup, &p->address.any, &len) == 0;
    if (getsockopt(dup, SOL_SOCKET, SO_PEERCRED, &p->who, &who_len) < 0)
        p->who.pid = 0;
    close(dup);
}

static void name_local_peer(struct obstacle *out, pid_t self, pid_t pid)
{
    struct proc_status s;

    if (pid <= 0 || pid == self || procfs_status(pid, &s) < 0)
        return;
    out->reader = pid;
    memcpy(out->comm, s.comm, sizeof out->comm);
    if (s.state == 'T')
        snprintf(out->why, sizeof out->why, "the reader is stopped");
}

/* Names the process at the other end of a Unix socket, or the address at the end of a TCP one. */
static void name_peer(struct obstacle *out, const struct task *task, const struct fd_stat *st)
{
    struct peer p = {.tid = task->tid, .fd = task->transfer.fd, .st = *st};
    char host[INET6_ADDRSTRLEN];

    if (!aside_run(look_at_peer, &p, sizeof p, SEARCH_MOST) || !p.known)
        return;
    if (p.address.any.sa_family == AF_UNIX)
        name_local_peer(out, task->proc->pid, p.who.pid);
    if (p.address.any.sa_family == AF_INET &&
        inet_ntop(AF_INET, &p.address.in.sin_addr, host, sizeof host))
        snprintf(out->why, sizeof out->why, "peer %s:%u", host, ntohs(p.address.in.sin_port));
    if (p.address.any.sa_family == AF_INET6 &&
        inet_ntop(AF_INET6, &p.address.in6.sin6_addr, host, sizeof host))
        snprintf(out->why, sizeof out->why, "peer [%s]:%u", host, ntohs(p.address.in6.sin6_port));
}

void obstacle_find(struct readers *readers, const struct tasks *ts, const struct task *task,
                   struct obstacle *out)
{
    struct fd_stat st;

    *out = (struct obstacle){0};
    if (procfs_fd_stat(task->tid, task->transfer.fd, &st) < 0)
        return;
    if (S_ISSOCK(st.type)) {
        name_peer(out, task, &st);
    } else if (S_ISFIFO(st.type) || (S_ISCHR(st.type) && procfs_is_pty(st.rdev))) {
        pid_t pid = readers_find(readers, ts, &st, task->proc->pid, SEARCH_MOST);
        if (pid)
            name_reader(out, pid, &st);
    }
}

bool obstacle_is_input(const struct task *task)
{
    struct pollfd p = {.events = POLLOUT};
    const char *name = task->transfer.name;
    struct fd_stat st;

    if (strcmp(name, "splice") != 0 && strcmp(name, "tee") != 0)
        return false;
    if (procfs_fd_stat(task->tid, task->transfer.fd, &st) < 0 ||
        (p.fd = procfs_fd_dup(task->tid, task->transfer.fd, &st)) < 0)
        return false;
    bool room = poll(&p, 1, 0) == 1 && p.revents & POLLOUT;
    close(p.fd);
    return room;
}
