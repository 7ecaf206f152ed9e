/* Short-lived processes: they live for a moment and print a line or two, as a build runs by the
 * hundred. A pane for each would show little, so one pane shows the output of all of them. */
#ifndef PCAT_VIEW_PANE_SHORT_LIVED_H
#define PCAT_VIEW_PANE_SHORT_LIVED_H

#include <stdbool.h>
#include <stdint.h>

#include "model/stream.h"
#include "model/tree.h"

#define SHORT_LIVED_LIFE ((int64_t)5000000000)  /* ns: a process that died younger was one */
#define SHORT_LIVED_YOUNG ((int64_t)3000000000) /* ns: a younger process may still become one */
#define SHORT_LIVED_LEAST 3 /* streams of such processes from which on a pane opens for them */

/* Whether the stream comes from a process that was short-lived. */
bool short_lived_has(const struct stream *s);

/* Whether its process is alive and so young that it may turn out short-lived. now: time of the
 * newest event, CLOCK_REALTIME ns. */
bool short_lived_may_have(const struct stream *s, int64_t now);

/* The common ancestor for a pane of short-lived processes: the nearest ancestor of the stream's
 * process that is alive and not young itself, else the topmost. NULL: it has no ancestor. */
struct task *short_lived_above(const struct stream *s, int64_t now);

#endif
