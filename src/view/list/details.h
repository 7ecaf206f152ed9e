/* The details of one line, in a panel over the panes: its text, time, task, file descriptor and
 * syscall, how long that syscall took compared with the others of the stream, and the lines of all
 * streams just before and after it. */
#ifndef PCAT_VIEW_LIST_DETAILS_H
#define PCAT_VIEW_LIST_DETAILS_H

#include <stdbool.h>

#include "model/view.h"
#include "term/canvas.h"

struct details;

struct details *details_new(struct model *m);
void details_free(struct details *d);

/* Draws the panel for the line e, at the top or else at the bottom of the area. */
void details_draw(struct details *d, struct area a, const struct entry *e, bool top);

#endif
