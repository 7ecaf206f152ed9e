/* Finds the lines that were printed just before and just after a given line, by any task.
 *
 * Public: other rooms include this. */
#ifndef PCAT_MODEL_NEIGHBOURS_H
#define PCAT_MODEL_NEIGHBOURS_H

#include <stddef.h>

#include "model/view.h"

#define NEIGHBOURS_MAX 8

/* Lines on both sides of a line, the nearest first. They are ordered by the arrival of their first
 * bytes. `number` of each entry is 0. */
struct neighbours {
    struct entry before[NEIGHBOURS_MAX], behind[NEIGHBOURS_MAX];
    size_t nbefore, nbehind;
};

/* Finds at most `want` lines on each side of entry e (NEIGHBOURS_MAX at most) among those that are
 * held. It searches each stream that was active since. */
void neighbours_find(const struct model *m, const struct entry *e, size_t want,
                     struct neighbours *out);

#endif
