/* Processes that live for a moment and print a line or two, as a build runs by the
 * hundred. A pane for each would say little: their output meets in one pane. */
#ifndef PCAT_VIEW_PANE_SHORT_LIVED_H
#define PCAT_VIEW_PANE_SHORT_LIVED_H

#include <stdbool.h>
#include <stdint.h>

#include "model/stream.h"
#include "model/tree.h"

#define SHORT_LIVED_LIFE ((int64_t)5000000000)  /* ns: who died younger was one */
#define SHORT_LIVED_YOUNG ((int64_t)3000000000) /* ns: who is younger may become one */
#define SHORT_LIVED_LEAST 3 /* streams of them that make a pane of their own worth it */

/* What it says comes from a process that is or was short-lived. */
bool short_lived_has(const struct stream *s);

/* Nobody knows yet whether it does. now: time of the newest event, CLOCK_REALTIME ns. */
bool short_lived_may_have(const struct stream *s, int64_t now);

/* Below whom they are gathered: the nearest process above that lives and is not short-lived itself,
 * else the topmost. NULL when there is none above. */
struct task *short_lived_above(const struct stream *s, int64_t now);

#endif
