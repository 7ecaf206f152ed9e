/* A terminal emulator (libvterm): takes the bytes that a program writes to its terminal, and draws
 * the screen that they make. Replies of the terminal are discarded.
 *
 * Lines have absolute numbers. First come the lines of the scrollback, of which the oldest are
 * dropped, then the lines of the screen, from vtview_top() on. A line keeps its number until it is
 * dropped.
 *
 * A capture may begin while the program runs. Then the screen's content is not known at first: a
 * cell becomes known when the program draws on it, erases it or moves known cells there. */
#ifndef PCAT_TERM_VTVIEW_H
#define PCAT_TERM_VTVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "term/canvas.h"

#define VTVIEW_ROWS_MAX 300
#define VTVIEW_COLS_MAX 600
#define VTVIEW_LINES_MAX 2000 /* lines of scrollback */

struct vtview;

/* A blank screen of which no cell is known. Sizes are limited to 2 and to the maxima above. */
struct vtview *vtview_new(int rows, int cols);
void vtview_free(struct vtview *v); /* NULL is fine */

/* Changes the size, with the same limits. */
void vtview_resize(struct vtview *v, int rows, int cols);
/* raw: a newline does not return to the first column. Initially it does. */
void vtview_set_raw(struct vtview *v, bool raw);

/* Takes bytes of the program's output, in pieces of any size. */
void vtview_feed(struct vtview *v, const void *bytes, size_t len);
/* The total work since the start, in cells written or moved. A few bytes may write all cells of a
 * large screen, so callers limit their work by this number. */
uint64_t vtview_work(const struct vtview *v);
/* Bytes are missing here: an incomplete sequence is dropped, and no cell is known any more. */
void vtview_gap(struct vtview *v);

/* Makes all cells known, or none. */
void vtview_set_known(struct vtview *v, bool known);
/* True when all cells of the current screen are known. */
bool vtview_is_known(const struct vtview *v);

int vtview_rows(const struct vtview *v);
int vtview_cols(const struct vtview *v);

/* The number of the oldest line that is kept, and of the line in the first row of the screen. */
uint64_t vtview_first(const struct vtview *v);
uint64_t vtview_top(const struct vtview *v);

/* The cursor's position on the screen. False when the program hides it. */
bool vtview_cursor(const struct vtview *v, int *row, int *col);

/* The window title that the program has set, "" for none. It may hold any byte except NUL. */
const char *vtview_title(const struct vtview *v);

/* Draws lines from `line` and columns from `col` on. The cursor is drawn as a cell in reverse
 * video. */
void vtview_draw(const struct vtview *v, struct area a, uint64_t line, int col);

/* Appends the text of a line, without trailing blanks. False: there is no such line. */
bool vtview_text(const struct vtview *v, uint64_t line, struct buf *out);

#endif
