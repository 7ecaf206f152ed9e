/* Draws a line as a hex dump: each row has an offset in the stream, bytes as hexadecimal numbers,
 * and the same bytes as ASCII. */
#ifndef PCAT_VIEW_PANE_HEX_H
#define PCAT_VIEW_PANE_HEX_H

#include <stddef.h>

#include "model/stream.h"
#include "term/canvas.h"

/* The number of rows that the line needs in so many columns: at least 1. */
size_t hex_rows(const struct stream *s, const struct line *line, int cols);

/* Draws the rows of the dump from row `first` on, as many as fit into the area. Returns the number
 * of rows drawn, at least 1. */
int hex_draw(struct area a, const struct stream *s, const struct line *line, size_t first);

#endif
