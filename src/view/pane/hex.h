/* The bytes of a line as numbers: offset in the stream, hexadecimal, ASCII. */
#ifndef PCAT_VIEW_PANE_HEX_H
#define PCAT_VIEW_PANE_HEX_H

#include <stddef.h>

#include "model/stream.h"
#include "term/canvas.h"

/* Rows that the line takes in so many columns: at least 1. */
size_t hex_rows(const struct stream *s, const struct line *line, int cols);

/* Draws rows from `first` on, as many as there are and fit. Returns how many. */
int hex_draw(struct area a, const struct stream *s, const struct line *line, size_t first);

#endif
