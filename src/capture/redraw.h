/* Asks a full-screen program to draw its screen anew. It belongs to somebody, so nobody is asked
 * unless the user wants it. */
#ifndef PCAT_CAPTURE_REDRAW_H
#define PCAT_CAPTURE_REDRAW_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/types.h>

/* A terminal that has one row less for a moment. Zeroed: there is none. */
struct redraw {
    int fd;
    struct winsize size; /* that it had */
    int64_t until;       /* CLOCK_MONOTONIC ns, 0: there is none */
};

/* By SIGWINCH, the group in the foreground of its terminal: *group, 0 when there is none. 0, or -1
 * with a line in *cause. */
int redraw_foreground(pid_t pid, pid_t *group, char **cause);

/* By another size of its terminal, of which the kernel tells the same group: some programs do
 * nothing when the size is as before. It stays so until redraw_end(), which is due at r->until. One
 * that is under way ends. 0, or -1 with a line in *cause. now: CLOCK_MONOTONIC ns. */
int redraw_by_size(struct redraw *r, pid_t pid, int64_t now, char **cause);

bool redraw_is_under_way(const struct redraw *r);

/* Gives the terminal its size back, unless somebody has changed it meanwhile. Nothing when there is
 * none. */
void redraw_end(struct redraw *r);

#endif
