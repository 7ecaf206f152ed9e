/* A canvas: the next frame of the screen, as a grid of cells. All drawing goes into areas of a
 * canvas. Only term.c copies a canvas to the terminal; tests print it as text. */
#ifndef PCAT_TERM_CANVAS_H
#define PCAT_TERM_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

/* A colour, encoded as in base/text.h: the terminal's default, an index into its palette, or an RGB
 * value. term.c replaces an RGB value by the nearest colour that the terminal has. */
typedef uint32_t colour;

struct style {
    colour fg, bg;
    uint32_t attrs; /* ATTR_ bits of base/text.h */
};

#define CELL_CHARS 4 /* a character and its combining marks */

struct cell {
    int32_t chars[CELL_CHARS]; /* unused ones are 0 */
    uint32_t width;            /* columns, 1 or 2; 0: the right half of the wide cell to the left */
    struct style style;
};

struct canvas;

/* A blank canvas; canvas_free() frees it. */
struct canvas *canvas_new(int rows, int cols);
void canvas_free(struct canvas *c);

/* Changes the size, makes all cells blank and hides the cursor. */
void canvas_resize(struct canvas *c, int rows, int cols);

/* Makes all cells blank and hides the cursor. */
void canvas_clear(struct canvas *c);

int canvas_rows(const struct canvas *c);
int canvas_cols(const struct canvas *c);

/* One row: an array of canvas_cols() cells. It belongs to the canvas. */
const struct cell *canvas_row(const struct canvas *c, int row);

/* Shows the terminal's cursor at a cell; a cell outside the canvas hides it. canvas_cursor()
 * returns false when it is hidden. */
void canvas_set_cursor(struct canvas *c, int row, int col);
bool canvas_cursor(const struct canvas *c, int *row, int *col);

/* Replaces every character that is not ASCII: lines and arrows by a similar one, others by '?'. */
void canvas_to_ascii(struct canvas *c);

/* Appends the text of all rows, each with a newline and without trailing blanks. */
void canvas_print(const struct canvas *c, struct buf *out);

/* A rectangle of a canvas. Rows and columns are relative to its top left corner. Drawing is clipped
 * to the area: a wide character of which only one half is inside becomes a blank. */
struct area {
    struct canvas *canvas;
    int row, col; /* of its top left corner on the canvas */
    int rows, cols;
};

/* The whole canvas. */
struct area area_all(struct canvas *c);

/* A part of the area, clipped to the area. */
struct area area_part(struct area a, int row, int col, int rows, int cols);

/* Makes all cells of the area blank, in this style. */
void area_fill(struct area a, struct style style);

/* Draws one character: chars[0], and n - 1 combining marks. width: its columns, 1 or 2. */
void area_put(struct area a, int row, int col, const int32_t *chars, int n, int width,
              struct style style);

/* Draws UTF-8 text. Control characters and invalid bytes are shown as visible text. Returns the
 * column after the text, which may be outside the area. */
int area_text(struct area a, int row, int col, struct style style, const char *text);
int area_textf(struct area a, int row, int col, struct style style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Draws the same one-column character n times. */
void area_repeat(struct area a, int row, int col, int n, int32_t cp, struct style style);

/* Fills the area with the style `text`, then draws a border with a title, in `style`. */
void area_frame(struct area a, struct style text, struct style style, const char *title);

/* Sets the style of n cells and keeps their characters. */
void area_restyle(struct area a, int row, int col, int n, struct style style);

/* For n cells: sets the background where a cell has the default one, and adds the attributes. */
void area_shade(struct area a, int row, int col, int n, struct style with);

/* The columns that a text takes. */
int text_width(const char *text);

/* The longest beginning of a text that fits into `cells` columns, in bytes. */
size_t text_fit(const char *text, int cells);

/* Draws text in `cols` columns; text that is too long ends with an ellipsis. Returns the column
 * after it. */
int area_cut(struct area a, int row, int col, int cols, struct style style, const char *text);

/* Draws text from `row` down, with line breaks at blanks. Rows outside the area (`row` may be
 * negative) are not drawn. Returns the number of rows that the text takes. */
int area_paragraph(struct area a, int row, int col, struct style style, const char *text);

#endif
