/* A terminal that is played: the bytes that a program writes in, what it shows out (libvterm behind
 * it). Whatever it would answer is thrown away.
 *
 * Lines have absolute numbers: those that have scrolled off the top come first, the oldest are
 * dropped; the screen follows, from vtview_top() on. So a number stays with its line as long as
 * that is kept.
 *
 * Who begins in the middle does not know what stood there before: a cell is known once something
 * was drawn, erased or moved onto it. */
#ifndef PCAT_TERM_VTVIEW_H
#define PCAT_TERM_VTVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "term/canvas.h"

#define VTVIEW_ROWS_MAX 300
#define VTVIEW_COLS_MAX 600
#define VTVIEW_LINES_MAX 2000 /* that have scrolled off and are kept */

struct vtview;

/* Blank, nothing of it known. Sizes are brought to what is sensible. */
struct vtview *vtview_new(int rows, int cols);
void vtview_free(struct vtview *v); /* NULL is fine */

void vtview_resize(struct vtview *v, int rows, int cols);
/* raw: a newline does not return to the first column. At the start it does. */
void vtview_set_raw(struct vtview *v, bool raw);

/* In any split. */
void vtview_feed(struct vtview *v, const void *bytes, size_t len);
/* How much that was, as long as it lives, in cells that were moved: a few bytes may write all of a
 * large screen. */
uint64_t vtview_work(const struct vtview *v);
/* Bytes are missing here: what was begun is dropped, nothing is known any more. */
void vtview_gap(struct vtview *v);

/* From now on no cell is known, or each. */
void vtview_set_known(struct vtview *v, bool known);
/* Each cell is. */
bool vtview_is_known(const struct vtview *v);

int vtview_rows(const struct vtview *v);
int vtview_cols(const struct vtview *v);

/* The oldest line that is kept, and the one in the first row of the screen. */
uint64_t vtview_first(const struct vtview *v);
uint64_t vtview_top(const struct vtview *v);

/* Where the cursor is on the screen; false when the program hides it. */
bool vtview_cursor(const struct vtview *v, int *row, int *col);

/* What the program called its window, "" for nothing. It may hold any byte but NUL. */
const char *vtview_title(const struct vtview *v);

/* Draws from that line and column on. The cursor is a cell in reverse. */
void vtview_draw(const struct vtview *v, struct area a, uint64_t line, int col);

/* Appends the text of a line, without the blanks at its end. False: there is none. */
bool vtview_text(const struct vtview *v, uint64_t line, struct buf *out);

#endif
