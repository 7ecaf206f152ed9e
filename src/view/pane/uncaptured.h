/* File descriptors that are written to but not captured: the user may want to capture them, too. */
#ifndef PCAT_VIEW_PANE_UNCAPTURED_H
#define PCAT_VIEW_PANE_UNCAPTURED_H

#include <stddef.h>
#include <stdint.h>

#include "model/tree.h"

struct uncaptured_fd {
    uint64_t fd;
    const char *target;      /* where it leads, "?": not known; the model's */
    uint64_t bytes;          /* written to it by all tasks */
    const struct task *task; /* the task that wrote most to it */
    uint64_t most;           /* bytes written by that task */
};

/* Finds those of a process and all its descendants: one for each pair of fd number and target.
 * Files come first, as logs are files; among files and among others, those with more bytes. Fills
 * out[] and returns their number, at most max. */
size_t uncaptured_fds(const struct task *t, struct uncaptured_fd *out, size_t max);

#endif
