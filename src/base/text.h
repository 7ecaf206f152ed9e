/* Renders a raw line twice: as cells to draw, and as plain text to match.
 *
 * Escape sequences are taken out: SGR sets the attributes, the few that move
 * inside the line or erase it (CSI K, C, D, G) are obeyed, all others are
 * swallowed whole. Carriage returns and backspaces are resolved to what remains
 * visible (x BS x is bold, _ BS x is underlined). Tabs go to the next column
 * divisible by 8 and are one glyph. Other controls become ^X, bytes that are
 * not UTF-8 become <XX>, a lone or unfinished escape becomes ^[.
 *
 * plain holds the same glyphs, so offsets in it and columns convert both ways.
 * plain is always valid UTF-8 and has no control other than tab. */
#ifndef PCAT_BASE_TEXT_H
#define PCAT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_MAX (256 * 1024) /* raw bytes of a line that are rendered */
#define TEXT_TAB 8

enum {
    ATTR_BOLD = 1 << 0,
    ATTR_DIM = 1 << 1,
    ATTR_ITALIC = 1 << 2,
    ATTR_UNDERLINE = 1 << 3,
    ATTR_BLINK = 1 << 4,
    ATTR_REVERSE = 1 << 5,
    ATTR_HIDDEN = 1 << 6,
    ATTR_STRIKE = 1 << 7,
    ATTR_CONTROL = 1 << 8, /* stands for an unprintable character: ^X, <XX> */
};

/* Colours. */
#define COLOUR_DEFAULT 0u
#define COLOUR_INDEX(n) (0x01000000u | (uint32_t)(n)) /* 0-255 */
#define COLOUR_RGB(r, g, b) (0x02000000u | (uint32_t)(r) << 16 | (uint32_t)(g) << 8 | (uint32_t)(b))
#define COLOUR_IS_INDEX(c) (((c) >> 24) == 1)
#define COLOUR_IS_RGB(c) (((c) >> 24) == 2)

struct attr {
    uint32_t fg, bg;
    uint16_t flags;
};

struct glyph {
    uint32_t at;     /* offset of its first byte in plain */
    uint32_t column; /* its first column */
    struct attr attr;
    uint8_t len;   /* bytes in plain: a character with its combining marks */
    uint8_t width; /* columns; 1-8 for a tab */
};

/* A rendered line. A zeroed struct is empty; each rendering replaces the last and reuses its
 * memory. */
struct text {
    char *plain;
    size_t len; /* bytes in plain */
    struct glyph *glyphs;
    size_t count;    /* glyphs */
    size_t columns;  /* width of the whole line */
    struct attr end; /* attributes after the last byte: the next line starts with them */
    bool cut;        /* the line was longer than TEXT_MAX: its end is missing here */
    /* Private to text.c. */
    size_t plain_cap, glyph_cap;
    struct text_row *row;
};

void text_free(struct text *t);

/* Renders at most TEXT_MAX of the len bytes of raw. start: attributes of the first character, NULL
 * for none. */
void text_render(struct text *out, const void *raw, size_t len, const struct attr *start);

/* Renders the bytes as a C string literal would spell them: \\n, \\e, \\xNN; printable characters
 * as they are. No escape sequence or control character is obeyed. */
void text_escape(struct text *out, const void *raw, size_t len);

/* The index of the glyph that covers a column, or a byte of plain; t->count if that is behind the
 * last glyph. */
size_t text_glyph_at_column(const struct text *t, size_t column);
size_t text_glyph_at_byte(const struct text *t, size_t byte);
/* The first column of the glyph that covers a byte of plain; t->columns if that is behind the last
 * glyph. */
size_t text_column(const struct text *t, size_t byte);

#endif
