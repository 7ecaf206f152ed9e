/* All that is known of one line, in a panel over the panes: when, who, where to, by which call, how
 * long that took beside the others of its stream, and who printed just before and behind. It is
 * of the line that one stands on in a pane, and goes with it. */
#ifndef PCAT_VIEW_LIST_DETAILS_H
#define PCAT_VIEW_LIST_DETAILS_H

#include <stdbool.h>

#include "model/view.h"
#include "term/canvas.h"

struct details;

struct details *details_new(struct model *m);
void details_free(struct details *d);

/* Draws the panel at the bottom of the area, or at its top. */
void details_draw(struct details *d, struct area a, const struct entry *e, bool top);

#endif
