#include "engine/obstacle.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/procfs.h"

#define SEARCH_MOST INT64_C(50000000)

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

void obstacle_find(struct readers *readers, const struct tasks *ts, const struct task *task,
                   struct obstacle *out)
{
    struct stat st;

    *out = (struct obstacle){0};
    if (procfs_fd_stat(task->tid, task->call.fd, &st) < 0)
        return;
    if (S_ISSOCK(st.st_mode)) {
        name_peer(out, task);
    } else if (S_ISFIFO(st.st_mode) || (S_ISCHR(st.st_mode) && procfs_is_pty(st.st_rdev))) {
        pid_t pid = readers_find(readers, ts, &st, task->proc->pid, SEARCH_MOST);
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
