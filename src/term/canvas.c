/* Cells and areas. Invariant: in each row, a cell of width 2 is always followed by a cell of width
 * 0, and a cell of width 0 always follows a cell of width 2. */
#include "term/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xmalloc.h"

struct canvas {
    int rows, cols;
    struct cell *cells;
    int cursor_row, cursor_col; /* -1: hidden */
};

static const struct cell blank = {.chars = {' '}, .width = 1};

struct canvas *canvas_new(int rows, int cols)
{
    struct canvas *c = xcalloc(1, sizeof *c);

    canvas_resize(c, rows, cols);
    return c;
}

void canvas_free(struct canvas *c)
{
    if (!c)
        return;
    free(c->cells);
    free(c);
}

void canvas_resize(struct canvas *c, int rows, int cols)
{
    c->rows = rows > 0 ? rows : 0;
    c->cols = cols > 0 ? cols : 0;
    free(c->cells);
    c->cells = xcalloc((size_t)c->rows * (size_t)c->cols + 1, sizeof *c->cells);
    canvas_clear(c);
}

void canvas_clear(struct canvas *c)
{
    size_t n = (size_t)c->rows * (size_t)c->cols;

    for (size_t i = 0; i < n; i++)
        c->cells[i] = blank;
    c->cursor_row = c->cursor_col = -1;
}

int canvas_rows(const struct canvas *c)
{
    return c->rows;
}

int canvas_cols(const struct canvas *c)
{
    return c->cols;
}

static struct cell *cell_at(const struct canvas *c, int row, int col)
{
    return c->cells + (size_t)row * (size_t)c->cols + (size_t)col;
}

const struct cell *canvas_row(const struct canvas *c, int row)
{
    return cell_at(c, row, 0);
}

void canvas_set_cursor(struct canvas *c, int row, int col)
{
    bool inside = row >= 0 && row < c->rows && col >= 0 && col < c->cols;

    c->cursor_row = inside ? row : -1;
    c->cursor_col = inside ? col : -1;
}

bool canvas_cursor(const struct canvas *c, int *row, int *col)
{
    *row = c->cursor_row;
    *col = c->cursor_col;
    return c->cursor_row >= 0;
}

static int32_t ascii_of(int32_t cp)
{
    static const struct {
        int32_t cp;
        char as;
    } table[] = {{0x2500, '-'}, {0x2502, '|'}, {0x2550, '='}, {0x251c, '+'}, {0x2514, '`'},
                 {0x252c, '+'}, {0x2534, '+'}, {0x253c, '+'}, {0x2524, '+'}, {0x250c, '+'},
                 {0x2510, '+'}, {0x2518, '+'}, {0x2192, '>'}, {0x2026, '~'}, {0x00b7, '.'},
                 {0x25b8, '>'}, {0x25be, 'v'}, {0x2577, '|'}, {0x2191, '^'}, {0x2193, 'v'},
                 {0x25cf, '*'}, {0x2578, '-'}, {0x258f, '|'}, {0x2503, '|'}, {0x2501, '='},
                 {0x25aa, '*'}, {0x2717, 'x'}, {0x2193, 'v'}, {0x256d, '+'}, {0x256e, '+'},
                 {0x2570, '+'}, {0x256f, '+'}, {0x25cb, 'o'}, {0x2016, '|'}, {0x203a, '>'},
                 {0x2039, '<'}, {0x2581, '.'}, {0x2582, '.'}, {0x2583, ':'}, {0x2584, '-'},
                 {0x2585, '='}, {0x2586, '+'}, {0x2587, '*'}, {0x2588, '#'}, {0x00bb, '>'}};

    if (cp < 0x80)
        return cp;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].cp == cp)
            return table[i].as;
    return '?';
}

void canvas_to_ascii(struct canvas *c)
{
    size_t n = (size_t)c->rows * (size_t)c->cols;

    for (size_t i = 0; i < n; i++) {
        struct cell *cell = c->cells + i;
        int32_t as = cell->width ? ascii_of(cell->chars[0]) : '?';

        memset(cell->chars, 0, sizeof cell->chars);
        cell->chars[0] = as;
        cell->width = 1;
    }
}

static void print_row(const struct canvas *c, int row, struct buf *out)
{
    size_t end = out->len;

    for (int col = 0; col < c->cols; col++) {
        const struct cell *cell = cell_at(c, row, col);

        for (int i = 0; cell->width && i < CELL_CHARS && cell->chars[i]; i++) {
            char text[4];
            buf_add(out, text, utf8_encode(cell->chars[i], text));
        }
        if (cell->chars[0] != ' ')
            end = out->len;
    }
    out->len = end;
    buf_addc(out, '\n');
}

void canvas_print(const struct canvas *c, struct buf *out)
{
    for (int row = 0; row < c->rows; row++)
        print_row(c, row, out);
}

struct area area_all(struct canvas *c)
{
    return (struct area){c, 0, 0, c->rows, c->cols};
}

static int clamp(int n, int low, int high)
{
    return n < low ? low : n > high ? high : n;
}

struct area area_part(struct area a, int row, int col, int rows, int cols)
{
    int top = clamp(row, 0, a.rows), left = clamp(col, 0, a.cols);
    int bottom = clamp(row + rows, top, a.rows), right = clamp(col + cols, left, a.cols);

    return (struct area){a.canvas, a.row + top, a.col + left, bottom - top, right - left};
}

/* Called before a cell is overwritten: when the cell is one half of a wide character, the other
 * half becomes blank. */
static void blank_other_half(struct canvas *c, int row, int col)
{
    struct cell *cell = cell_at(c, row, col);
    struct cell *other = NULL;

    if (cell->width == 0 && col > 0)
        other = cell - 1;
    else if (cell->width == 2 && col + 1 < c->cols)
        other = cell + 1;
    if (!other)
        return;
    struct style style = other->style;
    *other = blank;
    other->style = style;
}

static void set_cell(struct canvas *c, int row, int col, struct cell value)
{
    blank_other_half(c, row, col);
    *cell_at(c, row, col) = value;
}

static bool inside(struct area a, int row, int col)
{
    return row >= 0 && row < a.rows && col >= 0 && col < a.cols;
}

static void put_blank(struct area a, int row, int col, struct style style)
{
    struct cell value = blank;

    value.style = style;
    if (inside(a, row, col))
        set_cell(a.canvas, a.row + row, a.col + col, value);
}

void area_put(struct area a, int row, int col, const int32_t *chars, int n, int width,
              struct style style)
{
    struct cell value = {.width = (uint32_t)width, .style = style};

    if (width == 2 && !(inside(a, row, col) && inside(a, row, col + 1))) {
        put_blank(a, row, col, style);
        put_blank(a, row, col + 1, style);
        return;
    }
    if (!inside(a, row, col))
        return;
    for (int i = 0; i < n && i < CELL_CHARS; i++)
        value.chars[i] = chars[i];
    if (width == 2)
        put_blank(a, row, col + 1, style);
    set_cell(a.canvas, a.row + row, a.col + col, value);
    if (width == 2)
        *cell_at(a.canvas, a.row + row, a.col + col + 1) = (struct cell){.style = style};
}

void area_fill(struct area a, struct style style)
{
    for (int row = 0; row < a.rows; row++)
        for (int col = 0; col < a.cols; col++)
            put_blank(a, row, col, style);
}

/* Adds a combining mark to the character left of col. */
static void add_mark(struct area a, int row, int col, int32_t cp)
{
    if (!inside(a, row, col - 1))
        return;
    struct cell *cell = cell_at(a.canvas, a.row + row, a.col + col - 1);
    if (cell->width == 0 && inside(a, row, col - 2))
        cell--;
    for (int i = 1; i < CELL_CHARS; i++)
        if (!cell->chars[i]) {
            cell->chars[i] = cp;
            return;
        }
}

static int put_ascii(struct area a, int row, int col, struct style style, const char *text,
                     size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int32_t cp = text[i];
        area_put(a, row, col++, &cp, 1, 1, style);
    }
    return col;
}

/* Draws one decoded character; `byte` is its first byte. Returns the column after it. */
static int put_char(struct area a, int row, int col, struct style style, int32_t cp,
                    unsigned char byte)
{
    char visible[UTF8_VISIBLE_MAX];
    size_t n = utf8_visible(cp, byte, visible);

    if (n > 0)
        return put_ascii(a, row, col, style, visible, n);
    int width = utf8_width(cp);
    if (width == 0)
        add_mark(a, row, col, cp);
    else
        area_put(a, row, col, &cp, 1, width, style);
    return col + width;
}

int area_text(struct area a, int row, int col, struct style style, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        int32_t cp;
        size_t n = utf8_decode(text, left, &cp);

        if (n == 0)
            n = 1;
        col = put_char(a, row, col, style, cp, (unsigned char)*text);
        text += n;
        left -= n;
    }
    return col;
}

int area_textf(struct area a, int row, int col, struct style style, const char *format, ...)
{
    char *text;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = xstrdup("");
    va_end(args);
    col = area_text(a, row, col, style, text);
    free(text);
    return col;
}

void area_repeat(struct area a, int row, int col, int n, int32_t cp, struct style style)
{
    for (int i = 0; i < n; i++)
        area_put(a, row, col + i, &cp, 1, 1, style);
}

void area_frame(struct area a, struct style text, struct style style, const char *title)
{
    area_fill(a, text);
    area_repeat(a, 0, 0, a.cols, 0x2500, style);
    area_repeat(a, a.rows - 1, 0, a.cols, 0x2500, style);
    for (int row = 0; row < a.rows; row++) {
        bool first = row == 0, end = row == a.rows - 1;
        area_text(a, row, 0, style, first ? "┌" : end ? "└" : "│");
        area_text(a, row, a.cols - 1, style, first ? "┐" : end ? "┘" : "│");
    }
    area_textf(a, 0, 2, style, " %s ", title);
}

void area_restyle(struct area a, int row, int col, int n, struct style style)
{
    for (int i = 0; i < n; i++)
        if (inside(a, row, col + i))
            cell_at(a.canvas, a.row + row, a.col + col + i)->style = style;
}

void area_shade(struct area a, int row, int col, int n, struct style with)
{
    for (int i = 0; i < n; i++)
        if (inside(a, row, col + i)) {
            struct style *style = &cell_at(a.canvas, a.row + row, a.col + col + i)->style;
            style->bg = style->bg == COLOUR_DEFAULT ? with.bg : style->bg;
            style->attrs |= with.attrs;
        }
}

static int char_width(int32_t cp, unsigned char byte)
{
    char visible[UTF8_VISIBLE_MAX];
    size_t n = utf8_visible(cp, byte, visible);

    return n > 0 ? (int)n : utf8_width(cp);
}

size_t text_fit(const char *text, int cells)
{
    size_t len = strlen(text), at = 0;

    while (at < len) {
        int32_t cp;
        size_t n = utf8_decode(text + at, len - at, &cp);

        cells -= char_width(cp, (unsigned char)text[at]);
        if (cells < 0)
            break;
        at += n ? n : 1;
    }
    return at;
}

int text_width(const char *text)
{
    size_t len = strlen(text);
    int width = 0;

    for (size_t at = 0; at < len;) {
        int32_t cp;
        size_t n = utf8_decode(text + at, len - at, &cp);

        width += char_width(cp, (unsigned char)text[at]);
        at += n ? n : 1;
    }
    return width;
}

/* The length in bytes of the first row of a paragraph. */
static size_t paragraph_row(const char *text, int cells)
{
    size_t fit = text_fit(text, cells), end = fit;

    while (text[fit] && end > 0 && text[end] != ' ')
        end--;
    if (end > 0)
        return end;
    return fit ? fit : strlen(text);
}

int area_cut(struct area a, int row, int col, int cols, struct style style, const char *text)
{
    struct area part = area_part(a, row, col, 1, cols);
    int end = area_text(part, 0, 0, style, text);

    if (text_width(text) > part.cols && part.cols > 0)
        area_text(part, 0, part.cols - 1, style, "…");
    return col + (end < part.cols ? end : part.cols);
}

int area_paragraph(struct area a, int row, int col, struct style style, const char *text)
{
    int rows = 0;

    while (*text) {
        size_t end = paragraph_row(text, a.cols - col);
        char *part = xmemdup(text, end + 1);
        part[end] = '\0';
        area_text(a, row + rows++, col, style, part);
        free(part);
        text += end + strspn(text + end, " ");
    }
    return rows;
}
