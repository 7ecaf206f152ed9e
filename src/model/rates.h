/* Bytes per second that each task wrote in the last minute. Only the RATES_MAX most recently active
 * tasks have rates. Seconds are those of the events' times.
 *
 * Public: other rooms include this. */
#ifndef PCAT_MODEL_RATES_H
#define PCAT_MODEL_RATES_H

#include <stdbool.h>
#include <stdint.h>

#define RATE_SECONDS 60
/* Tests shrink it. */
#ifndef RATES_MAX
#define RATES_MAX 4096
#endif

struct task;
struct rate;

/* A zeroed struct is empty. */
struct rates {
    struct rate *newest, *oldest; /* a list by activity */
    unsigned count;
};

/* Bytes that the task alone (not its children) wrote in that second (CLOCK_REALTIME, in seconds).
 * 0 also when that is more than a minute before its last output. */
uint64_t task_rate(const struct task *t, int64_t second);

/* Whether the task has rates. */
bool task_has_rates(const struct task *t);

/* For the model's own files: adds bytes at a time (ns); frees the rates of a task. */
void rates_add(struct rates *all, struct task *t, int64_t time, uint64_t bytes);
void rates_drop(struct rates *all, struct task *t);

#endif
