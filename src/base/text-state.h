/* A row of cells while it is made: what text.c and text-escape.c share. */
#ifndef PCAT_BASE_TEXT_STATE_H
#define PCAT_BASE_TEXT_STATE_H

#include "base/buf.h"
#include "base/text.h"

#define CELL_BYTES_MAX 64 /* of a character with what combines with it */
#define JUMP_MAX 1024     /* columns that escapes may put between two characters, in all */

struct cell {
    uint32_t at; /* in the pool */
    uint8_t len, width;
    struct attr attr;
};

struct text_row {
    struct cell *cells;
    size_t count, cap;
    struct buf pool;
    size_t cursor;
    size_t backed; /* columns before this one were left by backspace: writing there overstrikes */
    struct attr attr;
};

/* An empty column. */
static const struct cell blank = {.at = 0, .len = 1, .width = 1};

/* The columns [from, to) are about to be written: what reaches into them or out of them is broken
 * up. */
void text_row_detach(struct text_row *r, size_t from, size_t to);
void text_put_control(struct text_row *r, int32_t cp, unsigned char byte);
void text_go_to(struct text_row *r, size_t column);
size_t text_escape_sequence(struct text_row *r, const unsigned char *p, size_t len);

#endif
