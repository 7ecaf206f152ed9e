#include "capture/redraw.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "capture/procfs.h"

/* How long the other size lasts: long enough for a program to read it. */
#define HOLD_NS INT64_C(200000000)

/* A duplicate of the fd by which pid writes to a terminal, or else reads from one; -1: none. The
 * caller closes it. */
static int terminal_of(pid_t pid)
{
    static const int fds[] = {STDOUT_FILENO, STDERR_FILENO, STDIN_FILENO};
    struct fd_stat st;

    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        if (procfs_fd_stat(pid, fds[i], &st) < 0 || !S_ISCHR(st.type))
            continue;
        int fd = procfs_fd_dup(pid, fds[i], &st);
        if (fd >= 0 && isatty(fd))
            return fd;
        if (fd >= 0)
            close(fd);
    }
    return -1;
}

static int no_terminal(pid_t pid, char **cause)
{
    *cause = xasprintf("redraw: %d has no terminal", (int)pid);
    return -1;
}

int redraw_foreground(pid_t pid, pid_t *group, char **cause)
{
    struct proc_stat st;
    int fd = terminal_of(pid);

    if (fd < 0)
        return no_terminal(pid, cause);
    close(fd);
    *group = procfs_stat(pid, &st) == 0 && st.foreground > 1 ? st.foreground : 0;
    return 0;
}

int redraw_by_size(struct redraw *r, pid_t pid, int64_t now, char **cause)
{
    struct winsize size;

    redraw_end(r);
    int fd = terminal_of(pid);
    if (fd < 0)
        return no_terminal(pid, cause);
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 1) {
        *r = (struct redraw){fd, size, now + HOLD_NS};
        size.ws_row--;
        if (ioctl(fd, TIOCSWINSZ, &size) == 0)
            return 0;
        *cause = xasprintf("redraw: %d: %s", (int)pid, strerror(errno));
    } else {
        *cause = xasprintf("redraw: the terminal of %d has no size to speak of", (int)pid);
    }
    *r = (struct redraw){0};
    close(fd);
    return -1;
}

bool redraw_is_under_way(const struct redraw *r)
{
    return r->until != 0;
}

void redraw_end(struct redraw *r)
{
    struct winsize now;

    if (!r->until)
        return;
    if (ioctl(r->fd, TIOCGWINSZ, &now) == 0 && now.ws_row + 1 == r->size.ws_row &&
        now.ws_col == r->size.ws_col)
        ioctl(r->fd, TIOCSWINSZ, &r->size);
    close(r->fd);
    *r = (struct redraw){0};
}
