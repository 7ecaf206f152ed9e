/* Fds that are written to and not captured: what one may want to capture, too. */
#ifndef PCAT_VIEW_PANE_UNCAPTURED_H
#define PCAT_VIEW_PANE_UNCAPTURED_H

#include <stddef.h>
#include <stdint.h>

#include "model/tree.h"

struct uncaptured_fd {
    uint64_t fd;
    const char *target;      /* where it leads, "?" when nobody knows; the model's */
    uint64_t bytes;          /* of all that have it */
    const struct task *task; /* that wrote most to it */
    uint64_t most;           /* bytes by that one */
};

/* Those of a process and of all below it, once for each place that a number leads to. Files come
 * first, as logs are files, then what is busiest. Returns their number, max at the most. */
size_t uncaptured_fds(const struct task *t, struct uncaptured_fd *out, size_t max);

#endif
