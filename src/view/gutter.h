/* The gutter: columns at the left of a line with its number, its time and its origin (the task and
 * stream that it came from). */
#ifndef PCAT_VIEW_GUTTER_H
#define PCAT_VIEW_GUTTER_H

#include <stdbool.h>

#include "model/view.h"
#include "term/canvas.h"

/* Times: none, the time of day, since the first event of the source, since the previous line. */
enum stamps { STAMPS_OFF, STAMPS_CLOCK, STAMPS_SINCE, STAMPS_DELTA, STAMPS };

struct gutter {
    int digits; /* width of the line numbers, 0: no numbers */
    enum stamps stamps;
    bool origin; /* show name, tid and stream */
};

/* Removes columns until at least ten of `cols` cells remain for the text: first the numbers, then
 * the times, then the origin. */
void gutter_fit(struct gutter *g, int cols);

/* Its width in cells. */
int gutter_cols(const struct gutter *g);

/* Draws the gutter of an entry at the left of a row. v: the view that has the previous line, for
 * STAMPS_DELTA. */
void gutter_draw(struct area a, const struct gutter *g, const struct view *v,
                 const struct entry *e);

#endif
