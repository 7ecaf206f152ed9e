/* Makes a full-screen program draw its screen anew. The program can notice that, so it is done only
 * when the user asks for it. */
#ifndef PCAT_CAPTURE_REDRAW_H
#define PCAT_CAPTURE_REDRAW_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/types.h>

/* A terminal that has one row less for a moment. Zeroed: none has. */
struct redraw {
    int fd;              /* our duplicate of an fd of the terminal */
    struct winsize size; /* its real size */
    int64_t until;       /* when to restore that, CLOCK_MONOTONIC ns; 0: none has */
};

/* Finds the foreground process group of the terminal of pid, which the caller then sends SIGWINCH.
 * *group: 0 when there is none. 0, or -1 with a line in *cause, which the caller frees. */
int redraw_foreground(pid_t pid, pid_t *group, char **cause);

/* Takes one row from the terminal of pid. The kernel then sends SIGWINCH itself, and the program
 * draws its screen; some programs don't when the size has not changed. The caller must call
 * redraw_end() at r->until. If a redraw is under way already, that ends first. now: CLOCK_MONOTONIC
 * ns. 0, or -1 with a line in *cause, which the caller frees. */
int redraw_by_size(struct redraw *r, pid_t pid, int64_t now, char **cause);

bool redraw_is_under_way(const struct redraw *r);

/* Gives the terminal its size back, unless that was changed by another process meanwhile. Does
 * nothing when no redraw is under way. */
void redraw_end(struct redraw *r);

#endif
