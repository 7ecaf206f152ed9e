/* Keeps the times of events within bounds. A recording may be damaged or made up. Its times may be
 * such that to add or subtract them would overflow.
 *
 * Inner: only files of src/model include this. */
#ifndef PCAT_MODEL_CLAMP_H
#define PCAT_MODEL_CLAMP_H

#include <stdint.h>

#include "event/event.h"

/* The upper bound of times and durations, in ns: 146 years. */
#define TIME_END (INT64_MAX / 2)

/* Clamps every time and duration of an event to [0, TIME_END]. Returns `ev` itself when all are
 * within bounds, else a changed copy in *room. */
const struct event *clamp_times(const struct event *ev, struct event *room);

/* a + b, at most INT64_MAX. Neither may be negative. */
static inline int64_t time_sum(int64_t a, int64_t b)
{
    return b < INT64_MAX - a ? a + b : INT64_MAX;
}

#endif
