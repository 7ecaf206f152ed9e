/* A line is first written to a row of cells, as a terminal would do it; then the row is read from
 * left to right. A character of several columns is a lead cell (width > 0) followed by continuation
 * cells (width 0). The bytes of all cells are in a pool; byte 0 of the pool is the space that all
 * blanks share. */
#include "base/text-state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

void text_free(struct text *t)
{
    if (t->row) {
        free(t->row->cells);
        buf_free(&t->row->pool);
        free(t->row);
    }
    free(t->plain);
    free(t->glyphs);
    *t = (struct text){0};
}

/* --- cells --- */

static void row_reset(struct text_row *r, const struct attr *start)
{
    r->count = r->cursor = r->backed = 0;
    buf_clear(&r->pool);
    buf_addc(&r->pool, ' ');
    r->attr = start ? *start : (struct attr){0};
}

static void row_reserve(struct text_row *r, size_t columns)
{
    if (columns <= r->cap)
        return;
    size_t cap = r->cap ? r->cap : 128;
    while (cap < columns)
        cap *= 2;
    r->cells = xrealloc(r->cells, cap * sizeof *r->cells);
    r->cap = cap;
}

static void row_extend(struct text_row *r, size_t columns)
{
    row_reserve(r, columns);
    while (r->count < columns)
        r->cells[r->count++] = blank;
}

void text_row_detach(struct text_row *r, size_t from, size_t to)
{
    size_t lead = from;

    while (lead > 0 && lead < r->count && r->cells[lead].width == 0)
        lead--;
    for (; lead < from && lead < r->count; lead++)
        r->cells[lead] = blank;
    for (size_t i = to; i < r->count && r->cells[i].width == 0; i++)
        r->cells[i] = blank;
}

/* Writes one character at the cursor and moves the cursor behind it. at, len: its bytes in the
 * pool. */
static struct cell *put(struct text_row *r, uint32_t at, size_t len, size_t width)
{
    size_t column = r->cursor, end = column + width;

    if (column < r->count)
        text_row_detach(r, column, end);
    row_reserve(r, end);
    if (r->count < column)
        row_extend(r, column);
    struct cell *cell = &r->cells[column];
    *cell = (struct cell){.at = at, .len = (uint8_t)len, .width = (uint8_t)width, .attr = r->attr};
    for (size_t i = 1; i < width; i++)
        cell[i] = (struct cell){.at = at, .attr = r->attr};
    if (end > r->count)
        r->count = end;
    r->cursor = end;
    return cell;
}

static uint32_t pool_add(struct text_row *r, const void *bytes, size_t len)
{
    uint32_t at = (uint32_t)r->pool.len;

    buf_add(&r->pool, bytes, len);
    return at;
}

static bool cell_is(const struct text_row *r, const struct cell *cell, const void *bytes,
                    size_t len)
{
    return cell->len == len && memcmp(r->pool.data + cell->at, bytes, len) == 0;
}

/* Writes a character over one that backspaces went back to: the same character makes it bold, "_"
 * over or under it makes it underlined. False when this is no overstrike. */
static bool overstrike(struct text_row *r, const void *bytes, size_t len, size_t width)
{
    uint16_t flag = 0;

    if (r->cursor >= r->count || (len == 1 && *(const char *)bytes == ' '))
        return false;
    struct cell *old = &r->cells[r->cursor];
    if (old->width != width || cell_is(r, old, " ", 1))
        return false;
    if (cell_is(r, old, bytes, len))
        flag = ATTR_BOLD;
    else if (len == 1 && *(const char *)bytes == '_')
        flag = ATTR_UNDERLINE;
    if (flag) {
        old->attr.flags |= flag;
        r->cursor += width;
        return true;
    }
    flag = cell_is(r, old, "_", 1) ? ATTR_UNDERLINE : 0;
    put(r, pool_add(r, bytes, len), len, width)->attr.flags |= flag;
    return true;
}

static void put_char(struct text_row *r, const void *bytes, size_t len, size_t width)
{
    if (r->cursor < r->backed && overstrike(r, bytes, len, width))
        return;
    put(r, pool_add(r, bytes, len), len, width);
}

/* Appends a character without width to the character before the cursor. */
static void combine(struct text_row *r, const void *bytes, size_t len)
{
    size_t i = r->cursor;

    if (i == 0 && r->count > 0)
        return;
    if (i == 0 || i > r->count) {
        put(r, 0, 1, 1);
        i = r->cursor;
    }
    for (i--; i > 0 && r->cells[i].width == 0;)
        i--;
    struct cell *cell = &r->cells[i];
    if (cell->len + len > CELL_BYTES_MAX || cell_is(r, cell, "\t", 1))
        return;
    if (cell->at + cell->len != r->pool.len || cell->at == 0) {
        uint32_t at = (uint32_t)r->pool.len;
        buf_reserve(&r->pool, cell->len);
        memcpy(r->pool.data + at, r->pool.data + cell->at, cell->len);
        r->pool.len += cell->len;
        cell->at = at;
    }
    buf_add(&r->pool, bytes, len);
    cell->len = (uint8_t)(cell->len + len);
}

/* Writes the ASCII text that stands for an unprintable character. */
static void put_visible(struct text_row *r, const char *ascii, size_t len)
{
    struct attr saved = r->attr;

    r->attr.flags |= ATTR_CONTROL;
    for (size_t i = 0; i < len; i++)
        put(r, pool_add(r, ascii + i, 1), 1, 1);
    r->attr = saved;
}

void text_put_control(struct text_row *r, int32_t cp, unsigned char byte)
{
    char visible[UTF8_VISIBLE_MAX];

    put_visible(r, visible, utf8_visible(cp, byte, visible));
}

/* --- controls --- */

void text_go_to(struct text_row *r, size_t column)
{
    size_t limit = r->count > JUMP_MAX ? r->count : JUMP_MAX;

    r->cursor = column < limit ? column : limit;
    r->backed = 0;
}

static void tab(struct text_row *r)
{
    size_t target = (r->cursor / TEXT_TAB + 1) * TEXT_TAB;

    if (r->cursor < r->count && target <= r->count) {
        r->cursor = target;
        return;
    }
    if (r->cursor < r->count)
        r->cursor = r->count;
    put(r, pool_add(r, "\t", 1), 1, target - r->cursor);
}

static void backspace(struct text_row *r)
{
    if (r->cursor > r->backed)
        r->backed = r->cursor;
    if (r->cursor > 0)
        r->cursor--;
}

/* Obeys tab, carriage return and backspace, and makes any other control character visible. */
static void put_control(struct text_row *r, unsigned char c)
{
    switch (c) {
    case '\t':
        tab(r);
        break;
    case '\r':
        text_go_to(r, 0);
        break;
    case '\b':
        backspace(r);
        break;
    default:
        text_put_control(r, c, c);
    }
}

/* --- the line --- */

/* Writes a run of printable ASCII and returns its length. At the end of the row, the usual case,
 * nothing is overwritten, so the cells need no check. */
static size_t put_ascii(struct text_row *r, const unsigned char *p, size_t len)
{
    size_t n = 0;

    while (n < len && p[n] >= 0x20 && p[n] < 0x7f)
        n++;
    if (r->cursor != r->count || r->cursor < r->backed) {
        for (size_t i = 0; i < n; i++)
            put_char(r, p + i, 1, 1);
        return n;
    }
    uint32_t at = pool_add(r, p, n);
    row_reserve(r, r->count + n);
    for (size_t i = 0; i < n; i++)
        r->cells[r->count + i] =
            (struct cell){.at = at + (uint32_t)i, .len = 1, .width = 1, .attr = r->attr};
    r->cursor = r->count += n;
    return n;
}

static size_t put_utf8(struct text_row *r, const unsigned char *p, size_t len)
{
    int32_t cp;
    size_t n = utf8_decode(p, len, &cp);
    char visible[UTF8_VISIBLE_MAX];

    if (n == 0)
        n = 1; /* cut off at the end of the line: an invalid byte */
    size_t shown = utf8_visible(cp, p[0], visible);
    if (shown > 0)
        put_visible(r, visible, shown);
    else if (utf8_width(cp) > 0)
        put_char(r, p, n, (size_t)utf8_width(cp));
    else
        combine(r, p, n);
    return n;
}

/* Writes the raw bytes to the row. */
static void play(struct text_row *r, const unsigned char *p, size_t len)
{
    for (size_t i = 0; i < len;) {
        if (p[i] >= 0x80) {
            i += put_utf8(r, p + i, len - i);
        } else if (p[i] >= 0x20 && p[i] < 0x7f) {
            i += put_ascii(r, p + i, len - i);
        } else if (p[i] == 0x1b) {
            i += 1 + text_escape_sequence(r, p + i + 1, len - i - 1);
        } else {
            put_control(r, p[i++]);
        }
    }
}

/* Grows an array of `size`-byte elements to hold at least count. */
static void *grow(void *old, size_t *cap, size_t count, size_t size)
{
    if (count <= *cap)
        return old;
    *cap = count + count / 2;
    return xrealloc(old, *cap * size);
}

/* Turns the row into glyphs and plain text. */
static void read_row(struct text *t, const struct text_row *r)
{
    t->count = t->len = 0;
    t->glyphs = grow(t->glyphs, &t->glyph_cap, r->count, sizeof *t->glyphs);
    for (size_t column = 0; column < r->count; column++) {
        const struct cell *cell = &r->cells[column];
        if (cell->width == 0)
            continue;
        t->glyphs[t->count++] = (struct glyph){.at = (uint32_t)t->len,
                                               .column = (uint32_t)column,
                                               .attr = cell->attr,
                                               .len = cell->len,
                                               .width = cell->width};
        t->len += cell->len;
    }
    t->plain = grow(t->plain, &t->plain_cap, t->len + 1, 1);
    for (size_t i = 0; i < t->count; i++) {
        const struct glyph *g = &t->glyphs[i];
        memcpy(t->plain + g->at, r->pool.data + r->cells[g->column].at, g->len);
    }
    t->plain[t->len] = '\0';
    t->columns = r->count;
}

void text_render(struct text *out, const void *raw, size_t len, const struct attr *start)
{
    if (!out->row)
        out->row = xcalloc(1, sizeof *out->row);
    out->cut = len > TEXT_MAX;
    row_reset(out->row, start);
    play(out->row, raw, out->cut ? TEXT_MAX : len);
    read_row(out, out->row);
    out->end = out->row->attr;
}

/* --- the line as a C string --- */

static const char *short_escape(unsigned char c)
{
    static const char *const names[] = {
        ['\a'] = "\\a", ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n",
        ['\v'] = "\\v", ['\f'] = "\\f", ['\r'] = "\\r", [0x1b] = "\\e"};

    if (c == '\\')
        return "\\\\";
    return c < sizeof names / sizeof *names ? names[c] : NULL;
}

static void put_escaped(struct text_row *r, unsigned char c)
{
    const char *name = short_escape(c);
    char hex[5];

    snprintf(hex, sizeof hex, "\\x%02x", c);
    put_visible(r, name ? name : hex, strlen(name ? name : hex));
}

/* Writes one character, escaped if need be; returns how many bytes it took. */
static size_t escape_char(struct text_row *r, const unsigned char *p, size_t len)
{
    char visible[UTF8_VISIBLE_MAX];
    int32_t cp;
    size_t n = utf8_decode(p, len, &cp);

    if (n == 0 || utf8_visible(cp, p[0], visible) > 0 || utf8_width(cp) <= 0 || *p == '\\') {
        put_escaped(r, *p);
        return 1;
    }
    put(r, pool_add(r, p, n), n, (size_t)utf8_width(cp));
    return n;
}

void text_escape(struct text *out, const void *raw, size_t len)
{
    const unsigned char *p = raw;

    if (!out->row)
        out->row = xcalloc(1, sizeof *out->row);
    out->cut = len > TEXT_MAX;
    row_reset(out->row, NULL);
    for (size_t i = 0; i < (out->cut ? TEXT_MAX : len);)
        i += escape_char(out->row, p + i, len - i);
    read_row(out, out->row);
    out->end = out->row->attr;
}

/* --- lookups --- */

/* The first glyph for which before() is false (binary search); t->count if there is none. */
static size_t first_not(const struct text *t, bool (*before)(const struct glyph *, size_t),
                        size_t what)
{
    size_t low = 0, high = t->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (before(&t->glyphs[mid], what))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool ends_before_column(const struct glyph *g, size_t column)
{
    return g->column + g->width <= column;
}

static bool ends_before_byte(const struct glyph *g, size_t byte)
{
    return g->at + g->len <= byte;
}

size_t text_glyph_at_column(const struct text *t, size_t column)
{
    return first_not(t, ends_before_column, column);
}

size_t text_glyph_at_byte(const struct text *t, size_t byte)
{
    return first_not(t, ends_before_byte, byte);
}

size_t text_column(const struct text *t, size_t byte)
{
    size_t i = text_glyph_at_byte(t, byte);

    return i < t->count ? t->glyphs[i].column : t->columns;
}
