/* Who printed just before and just behind a line, in all streams. */
#ifndef PCAT_MODEL_NEIGHBOURS_H
#define PCAT_MODEL_NEIGHBOURS_H

#include <stddef.h>

#include "model/view.h"

#define NEIGHBOURS_MAX 8

/* The lines that began last before a line, and first behind it, in the order of all that the model
 * was given; the nearest first, `number` of each is 0. */
struct neighbours {
    struct entry before[NEIGHBOURS_MAX], behind[NEIGHBOURS_MAX];
    size_t nbefore, nbehind;
};

/* Finds `want` on each side, NEIGHBOURS_MAX at the most, of those that are held. One search in each
 * stream that was active since. */
void neighbours_find(const struct model *m, const struct entry *e, size_t want,
                     struct neighbours *out);

#endif
