/* What went wrong: who is inside a write that does not come back, and who has failed. */
#ifndef PCAT_MODEL_TROUBLE_H
#define PCAT_MODEL_TROUBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/tree.h"

struct model;

/* Inside a write that has not come back: also when the capture ended meanwhile, but not when the
 * task alone was let go. */
bool task_is_blocked(const struct task *t);
/* For how long, ns; now: the time at its source. */
int64_t task_blocked_for(const struct task *t, int64_t now);

/* Those that are, in the order in which they were told of. NULL: no (more). */
struct task *model_first_blocked(const struct model *m);
struct task *model_next_blocked(const struct task *t);
/* The one that is blocked by this process, as the reader; the first of them. NULL: none. */
struct task *model_blocked_by(const struct model *m, const struct task *reader);

/* Processes that failed, by serials in the order of their ends: [first, end), from 1; that of a
 * task is its `failure`. NULL: it is no longer kept. */
uint64_t model_first_failure(const struct model *m);
uint64_t model_end_failure(const struct model *m);
struct task *model_failure(const struct model *m, uint64_t serial);

#endif
