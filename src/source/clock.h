/* What time it is at a source: the time of its newest event, and what has passed since it came. So
 * the clocks of two machines are never compared. Of a source that has ended it stands still. */
#ifndef PCAT_SOURCE_CLOCK_H
#define PCAT_SOURCE_CLOCK_H

#include <stdint.h>

#include "model/model.h"

struct clock;

struct clock *clock_new(void);
void clock_free(struct clock *c);

/* now: CLOCK_MONOTONIC ns, when what came so far was applied. */
void clock_tick(struct clock *c, const struct model *m, int64_t now);

/* From now on no time passes but that of the events: a recording is looked at. */
void clock_hold(struct clock *c);

/* As of the last tick, CLOCK_REALTIME ns of the source. */
int64_t clock_time(const struct clock *c, const struct source *source);

#endif
