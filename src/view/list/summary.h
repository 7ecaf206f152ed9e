/* What a capture came to, in a box: how long it went, who failed, who printed most, what was lost.
 * It is taken when it is opened. */
#ifndef PCAT_VIEW_LIST_SUMMARY_H
#define PCAT_VIEW_LIST_SUMMARY_H

#include <stdbool.h>

#include "model/model.h"
#include "term/canvas.h"

struct summary;

struct summary *summary_new(void);
void summary_free(struct summary *s);

void summary_open(struct summary *s, const struct model *m);
void summary_close(struct summary *s);
bool summary_is_open(const struct summary *s);

/* Lines down or up, where it is longer than the screen. */
void summary_scroll(struct summary *s, int lines);

/* Draws a box in the middle of the area. */
void summary_draw(struct summary *s, struct area a);

#endif
