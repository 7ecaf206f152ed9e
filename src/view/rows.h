/* A rendered line as rows of a given width: wrapped, or one row that may be
 * looked at from further right. */
#ifndef PCAT_VIEW_ROWS_H
#define PCAT_VIEW_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/regex.h"
#include "base/text.h"
#include "term/canvas.h"

/* Rows that the text takes: at least 1. */
size_t rows_count(const struct text *t, int width, bool wrap);

/* What to mark in the text. */
struct rows_marks {
    struct regex *re; /* NULL: nothing */
    bool current;     /* `at` is the match that the user stands on */
    struct match at;
};

/* Draws rows from `first` on into the area, one below the other, as many as there are and
 * fit; side: the first column shown, when not wrapped. base: style of text without its own.
 * Returns the rows drawn. */
int rows_draw(const struct text *t, struct area a, bool wrap, size_t first, int side,
              struct style base, const struct rows_marks *marks);

#endif
