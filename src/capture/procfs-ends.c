/* Whether a process has the other end of a pipe or terminal. The search covers all fds of any
 * process, and these may lead to file systems that never answer. So the link text of an fd, which
 * needs no file system, decides as far as it can. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "capture/procfs-text.h"
#include "capture/procfs.h"

enum { UNIX98_SLAVE_MAJOR = 136 };

/* --- terminals --- */

bool procfs_is_pty(dev_t device)
{
    return major(device) == UNIX98_SLAVE_MAJOR;
}

/* A line of /proc/tty/drivers: "serial /dev/ttyS 4 64-111 serial". */
static bool drives(const char *line, dev_t device)
{
    unsigned number, first, last;
    int n = sscanf(line, "%*s %*s %u %u-%u", &number, &first, &last);

    if (n == 2)
        last = first;
    return n >= 2 && major(device) == number && minor(device) >= first && minor(device) <= last;
}

bool procfs_is_tty(dev_t device)
{
    char line[256];
    bool found = procfs_is_pty(device);
    FILE *f = found ? NULL : fopen("/proc/tty/drivers", "re");

    while (f && !found && fgets(line, sizeof line, f))
        found = drives(line, device);
    if (f)
        fclose(f);
    return found;
}

/* --- search among the fds of one process --- */

struct fd_search {
    pid_t pid;
    const struct fd_stat *pipe;
    bool named;    /* the pipe is a FIFO with a path */
    unsigned tty;  /* number of the pseudo-terminal */
    int64_t until; /* CLOCK_MONOTONIC ns, 0: no limit */
    int found;     /* the fd, -1: not found */
};

/* False when the fd is found or the time is over. */
static bool keep_searching(const struct fd_search *q)
{
    struct timespec now;

    if (q->found >= 0 || !q->until)
        return q->found < 0;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec < q->until;
}

/* True for a FIFO with a path: all pipes without one are on one file system of the kernel. */
static bool has_name(const struct fd_stat *pipe)
{
    struct fd_stat st;
    int fds[2];

    if (pipe2(fds, O_CLOEXEC) < 0)
        return true;
    bool same = procfs_own_fd_stat(fds[0], &st) == 0 && st.dev == pipe->dev;
    close(fds[0]);
    close(fds[1]);
    return !same;
}

static bool fd_reads(void *user, int fd)
{
    struct fd_search *q = user;
    char target[2];
    int flags;

    if (!q->named && (procfs_fd_target(q->pid, fd, target, sizeof target) < 0 || *target != 'p'))
        return keep_searching(q);
    if (procfs_fd_is_pipe(q->pid, fd, q->pipe) && procfs_fd_info(q->pid, fd, &flags, NULL) == 0 &&
        (flags & O_ACCMODE) != O_WRONLY)
        q->found = fd;
    return keep_searching(q);
}

bool procfs_reads(pid_t pid, const struct fd_stat *pipe, int64_t until)
{
    struct fd_search q = {
        .pid = pid, .pipe = pipe, .named = has_name(pipe), .until = until, .found = -1};

    procfs_each_fd(pid, fd_reads, &q);
    return q.found >= 0;
}

static bool fd_is_master(void *user, int fd)
{
    struct fd_search *q = user;
    char target[64], path[64], text[1024];

    if (procfs_fd_target(q->pid, fd, target, sizeof target) < 0 || !strstr(target, "ptmx"))
        return keep_searching(q);
    snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)q->pid, fd);
    if (procfs_slurp(path, text, sizeof text) <= 0)
        return keep_searching(q);
    const char *index = procfs_value(text, "tty-index");
    if (index && strtoul(index, NULL, 10) == q->tty)
        q->found = fd;
    return keep_searching(q);
}

int procfs_master_fd(pid_t pid, dev_t tty, int64_t until)
{
    struct fd_search q = {.pid = pid, .tty = minor(tty), .until = until, .found = -1};

    if (procfs_is_pty(tty))
        procfs_each_fd(pid, fd_is_master, &q);
    return q.found;
}

bool procfs_holds_master(pid_t pid, dev_t tty, int64_t until)
{
    return procfs_master_fd(pid, tty, until) >= 0;
}
