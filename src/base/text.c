/* A line is first played out on a row of cells, as a terminal would do it, then
 * read off from left to right. A cell that several columns wide things cover is
 * a lead cell (width > 0) followed by continuations (width 0). The bytes of the
 * cells lie in a pool; byte 0 of the pool is the space that blanks share. */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

#define CELL_BYTES_MAX 64 /* of a character with what combines with it */
#define JUMP_MAX 1024     /* columns that escapes may put between two characters, in all */
#define PARAMS_MAX 32

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

struct param {
    uint32_t value;
    bool sub; /* after a colon: belongs to the one before */
};

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

static const struct cell blank = {.at = 0, .len = 1, .width = 1};

static void row_extend(struct text_row *r, size_t columns)
{
    row_reserve(r, columns);
    while (r->count < columns)
        r->cells[r->count++] = blank;
}

/* The columns [from, to) are about to be written: what reaches into them or out of them is broken
 * up. */
static void row_detach(struct text_row *r, size_t from, size_t to)
{
    size_t lead = from;

    while (lead > 0 && lead < r->count && r->cells[lead].width == 0)
        lead--;
    for (; lead < from && lead < r->count; lead++)
        r->cells[lead] = blank;
    for (size_t i = to; i < r->count && r->cells[i].width == 0; i++)
        r->cells[i] = blank;
}

static struct cell *put(struct text_row *r, uint32_t at, size_t len, size_t width)
{
    size_t column = r->cursor, end = column + width;

    if (column < r->count)
        row_detach(r, column, end);
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

/* A character where a backspace led to: x over x is bold, with _ it is underlined.
 * True when the cell is done with. */
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

/* Something with no width joins the character before it. */
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

/* Something without a picture of its own, as ASCII. */
static void put_visible(struct text_row *r, const char *ascii, size_t len)
{
    struct attr saved = r->attr;

    r->attr.flags |= ATTR_CONTROL;
    for (size_t i = 0; i < len; i++)
        put(r, pool_add(r, ascii + i, 1), 1, 1);
    r->attr = saved;
}

static void put_control(struct text_row *r, int32_t cp, unsigned char byte)
{
    char visible[UTF8_VISIBLE_MAX];

    put_visible(r, visible, utf8_visible(cp, byte, visible));
}

/* --- controls --- */

static void go_to(struct text_row *r, size_t column)
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

static void control(struct text_row *r, unsigned char c)
{
    switch (c) {
    case '\t':
        tab(r);
        break;
    case '\r':
        go_to(r, 0);
        break;
    case '\b':
        backspace(r);
        break;
    default:
        put_control(r, c, c);
    }
}

/* --- escape sequences --- */

static uint32_t value_or(const struct param *p, size_t n, size_t i, uint32_t otherwise)
{
    return i < n && p[i].value ? p[i].value : otherwise;
}

/* 38 and 48, also with colons: how many params it took; *colour is set when it names one. */
static size_t sgr_colour(const struct param *p, size_t n, uint32_t *colour)
{
    bool colons = n > 1 && p[1].sub;
    size_t all = 1;

    while (colons && all < n && p[all].sub)
        all++;
    if (n >= 3 && p[1].value == 5 && (!colons || all >= 3)) {
        if (p[2].value < 256)
            *colour = COLOUR_INDEX(p[2].value);
        return colons ? all : 3;
    }
    if (n >= 5 && p[1].value == 2) {
        const struct param *rgb = p + (colons && all >= 6 ? 3 : 2);
        if (!colons || all >= 5)
            *colour = COLOUR_RGB(rgb[0].value & 255, rgb[1].value & 255, rgb[2].value & 255);
        return colons ? all : 5;
    }
    return colons ? all : n;
}

static const struct {
    uint8_t from, to; /* SGR codes */
    uint16_t set, clear;
} sgr_flags[] = {
    {1, 1, ATTR_BOLD, 0},        {2, 2, ATTR_DIM, 0},
    {3, 3, ATTR_ITALIC, 0},      {4, 4, ATTR_UNDERLINE, 0},
    {5, 6, ATTR_BLINK, 0},       {7, 7, ATTR_REVERSE, 0},
    {8, 8, ATTR_HIDDEN, 0},      {9, 9, ATTR_STRIKE, 0},
    {21, 21, ATTR_UNDERLINE, 0}, {22, 22, 0, ATTR_BOLD | ATTR_DIM},
    {23, 23, 0, ATTR_ITALIC},    {24, 24, 0, ATTR_UNDERLINE},
    {25, 25, 0, ATTR_BLINK},     {27, 27, 0, ATTR_REVERSE},
    {28, 28, 0, ATTR_HIDDEN},    {29, 29, 0, ATTR_STRIKE},
};

static void sgr_flag(struct attr *a, uint32_t code)
{
    for (size_t i = 0; i < sizeof sgr_flags / sizeof sgr_flags[0]; i++)
        if (code >= sgr_flags[i].from && code <= sgr_flags[i].to)
            a->flags = (uint16_t)((a->flags | sgr_flags[i].set) & ~sgr_flags[i].clear);
}

/* A code that needs no further param. */
static void sgr_simple(struct attr *a, uint32_t code)
{
    if (code == 0)
        *a = (struct attr){0};
    else if (code >= 30 && code <= 37)
        a->fg = COLOUR_INDEX(code - 30);
    else if (code == 39)
        a->fg = COLOUR_DEFAULT;
    else if (code >= 40 && code <= 47)
        a->bg = COLOUR_INDEX(code - 40);
    else if (code == 49)
        a->bg = COLOUR_DEFAULT;
    else if (code >= 90 && code <= 97)
        a->fg = COLOUR_INDEX(code - 90 + 8);
    else if (code >= 100 && code <= 107)
        a->bg = COLOUR_INDEX(code - 100 + 8);
    else
        sgr_flag(a, code);
}

static void csi_sgr(struct text_row *r, const struct param *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        if (p[i].value == 38 || p[i].value == 48) {
            i += sgr_colour(p + i, n - i, p[i].value == 38 ? &r->attr.fg : &r->attr.bg);
            continue;
        }
        bool no_line = p[i].value == 4 && i + 1 < n && p[i + 1].sub && p[i + 1].value == 0;
        sgr_simple(&r->attr, no_line ? 24 : p[i].value);
        while (++i < n && p[i].sub)
            ;
    }
}

static void blank_range(struct text_row *r, size_t from, size_t to)
{
    if (to > r->count)
        to = r->count;
    if (from >= to)
        return;
    row_detach(r, from, to);
    for (size_t i = from; i < to; i++)
        r->cells[i] = blank;
}

static void csi_erase(struct text_row *r, const struct param *p, size_t n)
{
    uint32_t what = value_or(p, n, 0, 0);
    size_t keep = what == 0 ? r->cursor : 0;

    if (what == 1) {
        blank_range(r, 0, r->cursor + 1);
    } else if (what <= 2 && keep < r->count) {
        row_detach(r, keep, r->count);
        r->count = keep;
    }
}

static void csi_forward(struct text_row *r, const struct param *p, size_t n)
{
    go_to(r, r->cursor + value_or(p, n, 0, 1));
}

static void csi_back(struct text_row *r, const struct param *p, size_t n)
{
    uint32_t by = value_or(p, n, 0, 1);

    go_to(r, by < r->cursor ? r->cursor - by : 0);
}

static void csi_column(struct text_row *r, const struct param *p, size_t n)
{
    go_to(r, value_or(p, n, 0, 1) - 1);
}

static const struct {
    unsigned char final;
    void (*act)(struct text_row *r, const struct param *p, size_t n);
} csi_actions[] = {
    {'m', csi_sgr}, {'K', csi_erase}, {'C', csi_forward}, {'D', csi_back}, {'G', csi_column},
};

/* The params of a CSI; 0 when it has a private mark or intermediates, as those never concern us. */
static size_t parse_params(const unsigned char *p, size_t len, struct param *out)
{
    size_t n = 0;

    out[n++] = (struct param){0};
    for (size_t i = 0; i < len; i++) {
        struct param *last = &out[n - 1];
        if (p[i] >= '0' && p[i] <= '9')
            last->value = last->value < 100000 ? last->value * 10 + (p[i] - '0') : last->value;
        else if (p[i] != ';' && p[i] != ':')
            return 0;
        else if (n == PARAMS_MAX)
            break;
        else
            out[n++] = (struct param){.sub = p[i] == ':'};
    }
    return n;
}

/* Each of these gets what stands behind the ESC and returns how much of that the sequence takes,
 * 0 when it is not whole. */
static size_t csi(struct text_row *r, const unsigned char *p, size_t len)
{
    struct param params[PARAMS_MAX];
    size_t i = 1;

    while (i < len && p[i] >= 0x20 && p[i] <= 0x3f)
        i++;
    if (i == len || p[i] < 0x40 || p[i] > 0x7e)
        return 0;
    size_t n = parse_params(p + 1, i - 1, params);
    for (size_t a = 0; n > 0 && a < sizeof csi_actions / sizeof csi_actions[0]; a++)
        if (csi_actions[a].final == p[i])
            csi_actions[a].act(r, params, n);
    return i + 1;
}

/* OSC, DCS, SOS, PM, APC: up to BEL or ST; another escape breaks them off. */
static size_t string_sequence(const unsigned char *p, size_t len)
{
    for (size_t i = 1; i < len; i++) {
        if (p[i] == '\a')
            return i + 1;
        if (p[i] == 0x1b)
            return i + 1 < len && p[i + 1] == '\\' ? i + 2 : i;
    }
    return 0;
}

static size_t short_sequence(const unsigned char *p, size_t len)
{
    size_t i = 0;

    while (i < len && p[i] >= 0x20 && p[i] <= 0x2f)
        i++;
    return i < len && p[i] >= 0x30 && p[i] <= 0x7e ? i + 1 : 0;
}

static size_t escape(struct text_row *r, const unsigned char *p, size_t len)
{
    size_t n = 0;

    if (len > 0 && p[0] == '[')
        n = csi(r, p, len);
    else if (len > 0 && strchr("]PX^_", p[0]) && p[0])
        n = string_sequence(p, len);
    else
        n = short_sequence(p, len);
    if (n == 0)
        put_control(r, 0x1b, 0x1b);
    return n;
}

/* --- the line --- */

/* Printable ASCII at the end of the row, which most text is: without a look at what is there. */
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
        n = 1; /* cut at the end: an invalid byte */
    size_t shown = utf8_visible(cp, p[0], visible);
    if (shown > 0)
        put_visible(r, visible, shown);
    else if (utf8_width(cp) > 0)
        put_char(r, p, n, (size_t)utf8_width(cp));
    else
        combine(r, p, n);
    return n;
}

static void play(struct text_row *r, const unsigned char *p, size_t len)
{
    for (size_t i = 0; i < len;) {
        if (p[i] >= 0x80) {
            i += put_utf8(r, p + i, len - i);
        } else if (p[i] >= 0x20 && p[i] < 0x7f) {
            i += put_ascii(r, p + i, len - i);
        } else if (p[i] == 0x1b) {
            i += 1 + escape(r, p + i + 1, len - i - 1);
        } else {
            control(r, p[i++]);
        }
    }
}

static void *room(void *old, size_t *cap, size_t count, size_t size)
{
    if (count <= *cap)
        return old;
    *cap = count + count / 2;
    return xrealloc(old, *cap * size);
}

static void read_off(struct text *t, const struct text_row *r)
{
    t->count = t->len = 0;
    t->glyphs = room(t->glyphs, &t->glyph_cap, r->count, sizeof *t->glyphs);
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
    t->plain = room(t->plain, &t->plain_cap, t->len + 1, 1);
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
    read_off(out, out->row);
    out->end = out->row->attr;
}

/* --- escaped --- */

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

/* One character; returns its bytes. */
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
    read_off(out, out->row);
    out->end = out->row->attr;
}

/* --- reading --- */

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
