/* Who printed just before and just behind a line, in all streams. */
#ifndef PCAT_MODEL_NEIGHBOURS_H
#define PCAT_MODEL_NEIGHBOURS_H

#include <stdbool.h>

#include "model/view.h"

/* The line that began last before that one, or first behind it, in the order of all that the model
 * was given; `number` of *out is 0. out may be `of`. False: there is none that is held. */
bool neighbour_before(const struct model *m, const struct entry *of, struct entry *out);
bool neighbour_behind(const struct model *m, const struct entry *of, struct entry *out);

#endif
