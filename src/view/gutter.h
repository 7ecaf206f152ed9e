/* What stands left of a line: its number, its time, who wrote it. */
#ifndef PCAT_VIEW_GUTTER_H
#define PCAT_VIEW_GUTTER_H

#include <stdbool.h>

#include "model/view.h"
#include "term/canvas.h"

enum stamps { STAMPS_OFF, STAMPS_CLOCK, STAMPS_SINCE, STAMPS_DELTA, STAMPS };

struct gutter {
    int digits; /* of line numbers, 0: none */
    enum stamps stamps;
    bool origin;
};

/* Takes out what would leave less than ten cells for the text: numbers first, then times. */
void gutter_fit(struct gutter *g, int cols);

/* The cells that it takes. */
int gutter_cols(const struct gutter *g);

/* Draws it into the beginning of a row. v: where the line before is looked for. */
void gutter_draw(struct area a, const struct gutter *g, const struct view *v,
                 const struct entry *e);

#endif
