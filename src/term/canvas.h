/* The frame, as cells. Everybody draws into areas of a canvas; term.c alone
 * takes it to the terminal, tests print it as text. */
#ifndef PCAT_TERM_CANVAS_H
#define PCAT_TERM_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

/* A colour as base/text.h has them: the terminal's own, one of its palette, or a mix
 * that term.c brings down to what the terminal has. */
typedef uint32_t colour;

struct style {
    colour fg, bg;
    uint32_t attrs; /* ATTR_ bits of base/text.h */
};

#define CELL_CHARS 4 /* a character and the marks that combine with it */

struct cell {
    int32_t chars[CELL_CHARS]; /* unused ones are 0 */
    uint32_t width;            /* 1 or 2; 0: the right half of the one before */
    struct style style;
};

struct canvas;

struct canvas *canvas_new(int rows, int cols);
void canvas_free(struct canvas *c);

/* Changes the size and blanks everything. */
void canvas_resize(struct canvas *c, int rows, int cols);

/* Blanks everything and hides the cursor. */
void canvas_clear(struct canvas *c);

int canvas_rows(const struct canvas *c);
int canvas_cols(const struct canvas *c);

/* One row of cells, canvas_cols() of them. */
const struct cell *canvas_row(const struct canvas *c, int row);

/* Where the terminal's cursor is to be seen. */
void canvas_set_cursor(struct canvas *c, int row, int col);
bool canvas_cursor(const struct canvas *c, int *row, int *col);

/* Replaces what ASCII does not have: lines, arrows, everything else by '?'. */
void canvas_to_ascii(struct canvas *c);

/* Appends the text of all rows, without the blanks at their ends. */
void canvas_print(const struct canvas *c, struct buf *out);

/* A rectangle of a canvas, in which everything is drawn relative to its corner.
 * Nothing drawn in it is ever seen outside it: a wide character that does not fit
 * whole leaves a blank. */
struct area {
    struct canvas *canvas;
    int row, col; /* of its corner on the canvas */
    int rows, cols;
};

struct area area_all(struct canvas *c);

/* A part of it, clipped to it. */
struct area area_part(struct area a, int row, int col, int rows, int cols);

/* Blanks it in this style. */
void area_fill(struct area a, struct style style);

/* One character with what combines with it. Width is 1 or 2 cells. */
void area_put(struct area a, int row, int col, const int32_t *chars, int n, int width,
              struct style style);

/* UTF-8 text; what has no picture is made visible. Returns the column after it, which
 * may lie outside. */
int area_text(struct area a, int row, int col, struct style style, const char *text);
int area_textf(struct area a, int row, int col, struct style style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* n times the same character of one cell. */
void area_repeat(struct area a, int row, int col, int n, int32_t cp, struct style style);

/* Blanks it, and draws a line around it with a title. */
void area_frame(struct area a, struct style text, struct style style, const char *title);

/* Changes the style of n cells and leaves the characters. */
void area_restyle(struct area a, int row, int col, int n, struct style style);

/* Gives n cells the background of a style, where they have none of their own, and its attributes
 * besides theirs. */
void area_shade(struct area a, int row, int col, int n, struct style with);

/* Cells that a text takes. */
int text_width(const char *text);

/* The longest beginning of text that takes at most `cells`, in bytes. */
size_t text_fit(const char *text, int cells);

/* Text in so many cells, with an ellipsis where it is cut. Returns the column behind it. */
int area_cut(struct area a, int row, int col, int cols, struct style style, const char *text);

/* Text in rows from `row` on, broken at blanks; rows outside the area (also above it) are
 * not drawn. Returns how many rows it takes. */
int area_paragraph(struct area a, int row, int col, struct style style, const char *text);

#endif
