/* Tells the current time at each source: the time of its newest event, plus the time that has
 * passed here since the event came. So the clocks of two machines are never compared. The clock of
 * a source that has ended stands still. */
#ifndef PCAT_SOURCE_CLOCK_H
#define PCAT_SOURCE_CLOCK_H

#include <stdint.h>

#include "model/model.h"

struct clock;

struct clock *clock_new(void);
void clock_free(struct clock *c);

/* To be called after events were applied to the model. now: CLOCK_MONOTONIC ns. */
void clock_tick(struct clock *c, const struct model *m, int64_t now);

/* From now on, the time at a source is always that of its newest event. For recordings. */
void clock_hold(struct clock *c);

/* The time at the source when clock_tick() was called last, CLOCK_REALTIME ns of the source. */
int64_t clock_time(const struct clock *c, const struct source *source);

#endif
