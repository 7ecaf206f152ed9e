/* Threads that are inside a write that does not return: a text for each, and which one is worst. */
#ifndef PCAT_VIEW_BLOCKED_TEXT_H
#define PCAT_VIEW_BLOCKED_TEXT_H

#include "model/model.h"
#include "source/clock.h"

/* Describes a blocked task: "blocked 3.2 s, pipe read by 4711 less". The caller frees it. */
char *blocked_words(const struct task *t, const struct clock *c);

/* Whether the text of a blocked task changes with time, so that it must be drawn again. *tenths:
 * whether one of the texts shows tenths of a second. */
bool blocked_runs(const struct model *m, const struct clock *c, bool *tenths);

/* The longest blocked of the tasks for which fits(task, what) is true. NULL: there is none. */
struct task *blocked_longest(const struct model *m,
                             bool (*fits)(const struct task *t, const void *what),
                             const void *what);

/* Functions for `fits`: t is the task `what` or one of its descendants. */
bool blocked_within(const struct task *t, const void *what);
/* t belongs to the process `what`. */
bool blocked_of_process(const struct task *t, const void *what);

/* Steps through all blocked tasks, the longest blocked first; after the last one comes the first.
 * after: the id of the task that the step starts from, 0: start at the first. *rank: the place of
 * the result, from 1, among *count blocked tasks. NULL: no task is blocked. */
struct task *blocked_next(const struct model *m, uint64_t after, unsigned *rank, unsigned *count);

#endif
