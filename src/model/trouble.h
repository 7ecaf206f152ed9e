/* What went wrong: tasks inside a write that does not return, and processes that failed.
 *
 * Public: other rooms include this. */
#ifndef PCAT_MODEL_TROUBLE_H
#define PCAT_MODEL_TROUBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/tree.h"

struct model;

/* Whether the task is inside a write that has not returned. After the end of its source, the last
 * known answer stays true. A task that was detached alone is not blocked. */
bool task_is_blocked(const struct task *t);
/* For how long, in ns. now: the time at its source, CLOCK_REALTIME ns. */
int64_t task_blocked_for(const struct task *t, int64_t now);

/* All blocked tasks, in the order in which they were reported. NULL: no more. */
struct task *model_first_blocked(const struct model *m);
struct task *model_next_blocked(const struct task *t);
/* The first task whose write is blocked because the process `reader` does not read. NULL: none. */
struct task *model_blocked_by(const struct model *m, const struct task *reader);

/* Processes that failed, by serial from 1, in the order of their ends. Those in [first, end) can be
 * asked for; the serial of a task is its `failure`. NULL: the node is no longer kept. */
uint64_t model_first_failure(const struct model *m);
uint64_t model_end_failure(const struct model *m);
struct task *model_failure(const struct model *m, uint64_t serial);

#endif
