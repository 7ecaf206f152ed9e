/* Draws a rendered line as rows of a given width: wrapped into several rows, or as one row that
 * can be scrolled sideways. */
#ifndef PCAT_VIEW_ROWS_H
#define PCAT_VIEW_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/regex.h"
#include "base/text.h"
#include "term/canvas.h"

/* The number of rows that the text needs: at least 1. */
size_t rows_count(const struct text *t, int width, bool wrap);

/* Matches to highlight in the text. */
struct rows_marks {
    struct regex *re; /* NULL: none */
    bool current;     /* `at` is the current match of a search: it is drawn differently */
    struct match at;
};

/* Draws the rows of the text from row `first` on, as many as fit into the area. side: without
 * wrap, the first column that is shown. base: the style of text that has none of its own. Returns
 * the number of rows drawn. */
int rows_draw(const struct text *t, struct area a, bool wrap, size_t first, int side,
              struct style base, const struct rows_marks *marks);

#endif
