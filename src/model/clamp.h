/* A recording may be damaged or made up: times that no clock shows, with which nobody could reckon
 * without an overflow. */
#ifndef PCAT_MODEL_CLAMP_H
#define PCAT_MODEL_CLAMP_H

#include <stdint.h>

#include "event/event.h"

/* ns, of times and durations: 146 years. */
#define TIME_END (INT64_MAX / 2)

/* The event itself, or a copy in *room, in which every time and duration that does not lie in [0,
 * TIME_END] is the nearer end of that. */
const struct event *clamp_times(const struct event *ev, struct event *room);

/* Their sum, INT64_MAX at the most. Neither is negative. */
static inline int64_t time_sum(int64_t a, int64_t b)
{
    return b < INT64_MAX - a ? a + b : INT64_MAX;
}

#endif
