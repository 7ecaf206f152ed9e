/* Those that are inside a write that does not come back, in words. */
#ifndef PCAT_VIEW_BLOCKED_TEXT_H
#define PCAT_VIEW_BLOCKED_TEXT_H

#include "model/model.h"
#include "source/clock.h"

/* "blocked 3.2 s, pipe read by 4711 less". To be freed. */
char *blocked_words(const struct task *t, const struct clock *c);

/* Whether anybody's time runs on, so that it must be drawn anew; *tenths: and a part of a second
 * shows. */
bool blocked_runs(const struct model *m, const struct clock *c, bool *tenths);

/* The one that is blocked longest among those for which the function says yes; NULL: none. */
struct task *blocked_longest(const struct model *m,
                             bool (*fits)(const struct task *t, const void *what),
                             const void *what);

/* Those functions: it is below the task `what`, or it; it is of the process `what`. */
bool blocked_within(const struct task *t, const void *what);
bool blocked_of_process(const struct task *t, const void *what);

/* The next of all, from the longest blocked to the shortest and round again. after: an id, 0: none.
 * *rank: from 1, of *count. NULL: nobody is. */
struct task *blocked_next(const struct model *m, uint64_t after, unsigned *rank, unsigned *count);

#endif
