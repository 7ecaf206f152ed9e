/* The summary of a capture, in a box: how long it took, which processes failed, which printed most,
 * how much was lost. It shows the totals of the moment when it was opened. */
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

/* Scrolls by so many lines (< 0: up) when the summary is longer than the screen. */
void summary_scroll(struct summary *s, int lines);

/* Draws a box in the middle of the area. */
void summary_draw(struct summary *s, struct area a);

#endif
