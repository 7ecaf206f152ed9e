/* What each task wrote in the last minute, second by second, of those that wrote lately:
 * RATES_MAX of them at the most, the most recently active. A second is that of the events' time. */
#ifndef PCAT_MODEL_RATES_H
#define PCAT_MODEL_RATES_H

#include <stdbool.h>
#include <stdint.h>

#define RATE_SECONDS 60
#ifndef RATES_MAX
#define RATES_MAX 4096
#endif

struct task;
struct rate;

struct rates {
    struct rate *newest, *oldest; /* by their last byte */
    unsigned count;
};

/* Bytes that the task alone wrote in that second (CLOCK_REALTIME, as a number of seconds); 0 also
 * when that is longer ago than is kept. */
uint64_t task_rate(const struct task *t, int64_t second);

/* False: for none of those that are kept it has written anything. */
bool task_has_rates(const struct task *t);

/* Of the model alone. */
void rates_add(struct rates *all, struct task *t, int64_t time, uint64_t bytes);
void rates_drop(struct rates *all, struct task *t);

#endif
