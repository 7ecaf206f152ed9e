/* The row of cells that a line is drawn on, as a terminal would draw it. Shared by text.c and
 * text-escape.c only. */
#ifndef PCAT_BASE_TEXT_STATE_H
#define PCAT_BASE_TEXT_STATE_H

#include "base/buf.h"
#include "base/text.h"

#define CELL_BYTES_MAX 64 /* bytes of a character with its combining marks */
#define JUMP_MAX 1024     /* the furthest column that an escape can move to, beyond the text */

struct cell {
    uint32_t at;   /* offset of its bytes in the pool */
    uint8_t len;   /* bytes */
    uint8_t width; /* columns; 0: continues the cell to its left */
    struct attr attr;
};

struct text_row {
    struct cell *cells;
    size_t count, cap;
    struct buf pool;  /* the bytes of all cells */
    size_t cursor;    /* column of the next character */
    size_t backed;    /* where backspaces started: writing before this column overstrikes */
    struct attr attr; /* of the next character */
};

/* An empty column. */
static const struct cell blank = {.at = 0, .len = 1, .width = 1};

/* To be called before columns [from, to) are overwritten: turns the remaining columns of a wide
 * character that lies partly in that range into blanks. */
void text_row_detach(struct text_row *r, size_t from, size_t to);
/* Writes what utf8_visible() makes of a character or, if cp is -1, of a byte. */
void text_put_control(struct text_row *r, int32_t cp, unsigned char byte);
/* Moves the cursor, at most to the end of the row or JUMP_MAX. */
void text_go_to(struct text_row *r, size_t column);
/* Obeys or skips the sequence whose bytes behind the ESC are at p; an unfinished one becomes "^[".
 * Returns how many of those bytes it took. */
size_t text_escape_sequence(struct text_row *r, const unsigned char *p, size_t len);

#endif
