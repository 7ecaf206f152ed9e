/* The only file that uses libvterm. Sizes and bytes are untrusted: sizes are limited here, bytes
 * pass term/vtguard.h first. libvterm has never seen half of a sequence, so this file may write
 * sequences of its own to it at any time.
 *
 * known: a flag for each cell of both screens (normal and alternate), and the number of cells that
 * are not known. The callbacks for damage and moves update them. */
#include "term/vtview.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

#include "base/text.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "term/vtguard.h"

/* Work, in cells: of one damage callback, and of one cell that goes to the scrollback. */
enum { DAMAGE_COST = 2, LINE_COST = 4 };

/* A line of the scrollback. */
struct old_line {
    struct cell *cells; /* without trailing blanks */
    int count;
};

struct known_cells {
    unsigned char *cells; /* 1: known */
    size_t unknown;       /* how many are 0 */
};

struct vtview {
    VTerm *vt;
    VTermScreen *screen;
    int rows, cols;
    bool cursor_shown, alternate;
    struct known_cells known[2]; /* of the normal and of the alternate screen */
    struct old_line *lines;      /* a ring of VTVIEW_LINES_MAX */
    uint64_t first, top;         /* line numbers, see vtview_first() and vtview_top() */
    uint64_t work;               /* see vtview_work() */
    struct vtguard guard;
};

/* ---- cells ---- */

static colour colour_of(const VTermColor *c)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
        return COLOUR_DEFAULT;
    if (VTERM_COLOR_IS_INDEXED(c))
        return COLOUR_INDEX(c->indexed.idx);
    return COLOUR_RGB(c->rgb.red, c->rgb.green, c->rgb.blue);
}

static uint32_t attrs_of(const VTermScreenCellAttrs *a)
{
    return (a->bold ? ATTR_BOLD : 0u) | (a->underline ? ATTR_UNDERLINE : 0u) |
           (a->italic ? ATTR_ITALIC : 0u) | (a->blink ? ATTR_BLINK : 0u) |
           (a->reverse ? ATTR_REVERSE : 0u) | (a->strike ? ATTR_STRIKE : 0u);
}

static bool has_picture(int32_t cp)
{
    char visible[UTF8_VISIBLE_MAX];

    return utf8_visible(cp, 0, visible) == 0;
}

/* Copies the characters of a cell. A character whose width is not the cell's becomes a replacement
 * character: otherwise the rest of the row would shift. */
static void take_chars(struct cell *out, const VTermScreenCell *from)
{
    int32_t base = (int32_t)from->chars[0];
    int n = 1;

    out->width = from->width == 2 ? 2 : 1;
    out->chars[0] = base ? base : ' ';
    if (base == 0)
        return;
    if (!has_picture(base) || utf8_width(base) != (int)out->width) {
        out->chars[0] = 0xfffd;
        out->width = 1;
        return;
    }
    for (int i = 1; i < VTERM_MAX_CHARS_PER_CELL && from->chars[i] && n < CELL_CHARS; i++) {
        int32_t mark = (int32_t)from->chars[i];
        if (has_picture(mark) && utf8_width(mark) == 0)
            out->chars[n++] = mark;
    }
}

static struct cell cell_of(const VTermScreenCell *from)
{
    struct cell cell = {
        .style = {colour_of(&from->fg), colour_of(&from->bg), attrs_of(&from->attrs)}};

    if (from->chars[0] == UINT32_MAX) /* the right half of a wide character */
        return cell;
    take_chars(&cell, from);
    return cell;
}

static bool is_blank(const struct cell *c)
{
    return c->chars[0] == ' ' && c->style.bg == COLOUR_DEFAULT &&
           !(c->style.attrs & (ATTR_REVERSE | ATTR_UNDERLINE | ATTR_STRIKE));
}

static struct cell cell_at(const struct vtview *v, int row, int col)
{
    VTermScreenCell cell = {0};

    vterm_screen_get_cell(v->screen, (VTermPos){row, col}, &cell);
    return cell_of(&cell);
}

/* ---- what is known ---- */

static void set_all_known(struct vtview *v, int which, bool known)
{
    size_t cells = (size_t)v->rows * (size_t)v->cols;

    memset(v->known[which].cells, known, cells);
    v->known[which].unknown = known ? 0 : cells;
}

static VTermRect clip(const struct vtview *v, VTermRect r)
{
    if (r.start_row < 0)
        r.start_row = 0;
    if (r.start_col < 0)
        r.start_col = 0;
    if (r.end_row > v->rows)
        r.end_row = v->rows;
    if (r.end_col > v->cols)
        r.end_col = v->cols;
    return r;
}

static uint64_t count_cells(VTermRect r)
{
    return r.end_row > r.start_row && r.end_col > r.start_col
               ? (uint64_t)(r.end_row - r.start_row) * (uint64_t)(r.end_col - r.start_col)
               : 0;
}

static void set_known(struct vtview *v, int row, int col, bool known)
{
    struct known_cells *k = &v->known[v->alternate];
    unsigned char *cell = &k->cells[(size_t)row * (size_t)v->cols + (size_t)col];

    k->unknown += (size_t)*cell;
    k->unknown -= (size_t)known;
    *cell = known;
}

static int on_damage(VTermRect rect, void *user)
{
    struct vtview *v = user;

    rect = clip(v, rect);
    v->work += DAMAGE_COST + count_cells(rect);
    if (v->known[v->alternate].unknown == 0)
        return 1;
    for (int row = rect.start_row; row < rect.end_row; row++)
        for (int col = rect.start_col; col < rect.end_col; col++)
            set_known(v, row, col, true);
    return 1;
}

/* Cells keep their known flags when they move. */
static int on_move(VTermRect dest, VTermRect src, void *user)
{
    struct vtview *v = user;
    const struct known_cells *k = &v->known[v->alternate];
    VTermRect d = clip(v, dest), s = clip(v, src);
    int rows = d.end_row - d.start_row, cols = d.end_col - d.start_col;
    bool down = dest.start_row > src.start_row, right = dest.start_col > src.start_col;

    v->work += count_cells(d);
    if (k->unknown == 0 || s.end_row - s.start_row != rows || s.end_col - s.start_col != cols)
        return 1;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++) {
            int row = down ? rows - 1 - i : i, col = right ? cols - 1 - j : j;
            size_t at = (size_t)(s.start_row + row) * (size_t)v->cols + (size_t)(s.start_col + col);
            set_known(v, d.start_row + row, d.start_col + col, k->cells[at]);
        }
    return 1;
}

/* Cells that a larger screen gains are known: they are blank. */
static void resize_known_cells(struct vtview *v, int which, int rows, int cols)
{
    struct known_cells *k = &v->known[which];
    unsigned char *cells = xmalloc((size_t)rows * (size_t)cols);

    k->unknown = 0;
    for (int row = 0; row < rows; row++)
        for (int col = 0; col < cols; col++) {
            bool old = row < v->rows && col < v->cols;
            bool known = !old || k->cells[(size_t)row * (size_t)v->cols + (size_t)col];
            cells[(size_t)row * (size_t)cols + (size_t)col] = known;
            k->unknown += !known;
        }
    free(k->cells);
    k->cells = cells;
}

/* ---- callbacks of libvterm ---- */

static int on_prop(VTermProp prop, VTermValue *value, void *user)
{
    struct vtview *v = user;

    switch (prop) {
    case VTERM_PROP_CURSORVISIBLE:
        v->cursor_shown = value->boolean;
        break;
    case VTERM_PROP_ALTSCREEN:
        v->alternate = value->boolean;
        if (v->alternate) /* terminals clear the alternate screen at the switch */
            set_all_known(v, 1, true);
        break;
    default:
        break;
    }
    return 1;
}

static int on_scrolled_off(int cols, const VTermScreenCell *cells, void *user)
{
    struct vtview *v = user;
    struct old_line *line = &v->lines[v->top++ % VTVIEW_LINES_MAX];

    v->work += LINE_COST * (uint64_t)cols;
    if (v->top - v->first > VTVIEW_LINES_MAX)
        v->first++;
    free(line->cells);
    *line = (struct old_line){xcalloc((size_t)cols, sizeof *line->cells), 0};
    for (int col = 0; col < cols; col++) {
        line->cells[col] = cell_of(&cells[col]);
        if (!is_blank(&line->cells[col]))
            line->count = col + 1;
    }
    line->cells =
        xrealloc(line->cells, (size_t)(line->count ? line->count : 1) * sizeof *line->cells);
    return 1;
}

static const VTermScreenCallbacks callbacks = {
    .damage = on_damage,
    .moverect = on_move,
    .settermprop = on_prop,
    .sb_pushline = on_scrolled_off,
};

static void discard_reply(const char *bytes, size_t len, void *user)
{
    (void)bytes, (void)len, (void)user;
}

/* ---- life ---- */

static void feed_libvterm(void *user, const char *bytes, size_t len)
{
    struct vtview *v = user;

    vterm_input_write(v->vt, bytes, len);
}

static void *allocate(size_t size, void *user)
{
    (void)user;
    return xcalloc(1, size);
}

static void release(void *memory, void *user)
{
    (void)user;
    free(memory);
}

static int clamp_size(int n, int most)
{
    return n < 2 ? 2 : n > most ? most : n;
}

struct vtview *vtview_new(int rows, int cols)
{
    static VTermAllocatorFunctions memory = {allocate, release};
    struct vtview *v = xcalloc(1, sizeof *v);

    v->rows = clamp_size(rows, VTVIEW_ROWS_MAX);
    v->cols = clamp_size(cols, VTVIEW_COLS_MAX);
    v->lines = xcalloc(VTVIEW_LINES_MAX, sizeof *v->lines);
    for (int i = 0; i < 2; i++)
        v->known[i].cells = xmalloc((size_t)v->rows * (size_t)v->cols);
    v->guard.put = feed_libvterm;
    v->guard.user = v;
    v->vt = vterm_new_with_allocator(v->rows, v->cols, &memory, NULL);
    vterm_set_utf8(v->vt, 1);
    vterm_output_set_callback(v->vt, discard_reply, NULL);
    v->screen = vterm_obtain_screen(v->vt);
    vterm_screen_set_callbacks(v->screen, &callbacks, v);
    vterm_screen_set_damage_merge(v->screen, VTERM_DAMAGE_CELL);
    vterm_screen_enable_altscreen(v->screen, 1);
    vterm_screen_reset(v->screen, 1);
    vtview_set_known(v, false);
    return v;
}

void vtview_free(struct vtview *v)
{
    if (!v)
        return;
    vterm_free(v->vt);
    for (size_t i = 0; i < VTVIEW_LINES_MAX; i++)
        free(v->lines[i].cells);
    free(v->lines);
    for (int i = 0; i < 2; i++)
        free(v->known[i].cells);
    free(v);
}

/* Writes a sequence of our own to libvterm. */
__attribute__((format(printf, 2, 3))) static void write_sequence(struct vtview *v,
                                                                 const char *format, ...)
{
    char text[64];
    va_list args;

    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    vterm_input_write(v->vt, text, (size_t)len);
}

/* Prepares for a smaller screen: libvterm 0.1 leaves margins and cursors outside of it, and writes
 * there. So the margins are reset, as terminals do. The screen scrolls until the cursor's line is
 * within the new size, and the lines below that are erased. The cursor is saved, which replaces a
 * saved position outside the screen. */
static void make_smaller(struct vtview *v, int rows)
{
    VTermPos at;

    vterm_state_get_cursorpos(vterm_obtain_state(v->vt), &at);
    write_sequence(v, "\x1b[?69l\x1b[?6l\x1b[r\x1b[%d;%dH\x1b\x37\x1b[m", at.row + 1, at.col + 1);
    if (rows < v->rows) {
        write_sequence(v, "\x1b[%d;1H", v->rows);
        for (; at.row >= rows; at.row--)
            write_sequence(v, "\r\n");
        write_sequence(v, "\x1b[%d;1H\x1b[J", rows + 1);
    }
    write_sequence(v, "\x1b\x38\x1b[%d;%dH", at.row + 1, at.col + 1);
}

void vtview_resize(struct vtview *v, int rows, int cols)
{
    rows = clamp_size(rows, VTVIEW_ROWS_MAX);
    cols = clamp_size(cols, VTVIEW_COLS_MAX);
    if (rows == v->rows && cols == v->cols)
        return;
    bool shrinks = rows < v->rows || cols < v->cols;
    if (shrinks)
        make_smaller(v, rows);
    for (int i = 0; i < 2; i++)
        resize_known_cells(v, i, rows, cols);
    v->rows = rows;
    v->cols = cols;
    vterm_set_size(v->vt, rows, cols);
    if (shrinks)
        write_sequence(v, "\x1b\x37");
}

void vtview_set_raw(struct vtview *v, bool raw)
{
    v->guard.raw = raw;
}

/* ---- feeding ---- */

void vtview_feed(struct vtview *v, const void *bytes, size_t len)
{
    vtguard_feed(&v->guard, bytes, len);
}

void vtview_gap(struct vtview *v)
{
    vtguard_gap(&v->guard);
    vtview_set_known(v, false);
}

void vtview_set_known(struct vtview *v, bool known)
{
    set_all_known(v, 0, known);
    set_all_known(v, 1, known);
}

uint64_t vtview_work(const struct vtview *v)
{
    return v->work;
}

/* ---- reading ---- */

bool vtview_is_known(const struct vtview *v)
{
    return v->known[v->alternate].unknown == 0;
}

int vtview_rows(const struct vtview *v)
{
    return v->rows;
}

int vtview_cols(const struct vtview *v)
{
    return v->cols;
}

uint64_t vtview_first(const struct vtview *v)
{
    return v->first;
}

uint64_t vtview_top(const struct vtview *v)
{
    return v->top;
}

bool vtview_cursor(const struct vtview *v, int *row, int *col)
{
    VTermPos at;

    vterm_state_get_cursorpos(vterm_obtain_state(v->vt), &at);
    *row = at.row;
    *col = at.col;
    return v->cursor_shown && at.row >= 0 && at.row < v->rows && at.col >= 0 && at.col < v->cols;
}

const char *vtview_title(const struct vtview *v)
{
    return v->guard.title;
}

/* One cell of a line. False: the line does not exist, or ends before that column. */
static bool get_cell(const struct vtview *v, uint64_t line, int col, struct cell *out)
{
    if (line < v->first || col < 0)
        return false;
    if (line < v->top) {
        const struct old_line *old = &v->lines[line % VTVIEW_LINES_MAX];
        if (col >= old->count)
            return false;
        *out = old->cells[col];
        return true;
    }
    if (line - v->top >= (uint64_t)v->rows || col >= v->cols)
        return false;
    *out = cell_at(v, (int)(line - v->top), col);
    return true;
}

static int chars_in(const struct cell *c)
{
    int n = 1;

    while (n < CELL_CHARS && c->chars[n])
        n++;
    return n;
}

static void draw_cursor(const struct vtview *v, struct area a, uint64_t line, int left)
{
    struct cell cell;
    int row, col;

    if (!vtview_cursor(v, &row, &col) || !get_cell(v, v->top + (uint64_t)row, col, &cell))
        return;
    int64_t at = (int64_t)(v->top - line) + row;
    if (at < 0 || at >= a.rows || col < left)
        return;
    cell.style.attrs ^= ATTR_REVERSE;
    area_restyle(a, (int)at, col - left, cell.width == 2 ? 2 : 1, cell.style);
}

void vtview_draw(const struct vtview *v, struct area a, uint64_t line, int col)
{
    struct cell cell;

    for (int row = 0; row < a.rows; row++)
        for (int i = 0; i < a.cols && get_cell(v, line + (uint64_t)row, col + i, &cell); i++)
            if (cell.width && (!is_blank(&cell) || cell.style.attrs))
                area_put(a, row, i, cell.chars, chars_in(&cell), (int)cell.width, cell.style);
    draw_cursor(v, a, line, col);
}

static void add_cell(struct buf *out, const struct cell *c)
{
    char bytes[4];

    for (int i = 0; i < chars_in(c); i++)
        buf_add(out, bytes, utf8_encode(c->chars[i], bytes));
}

bool vtview_text(const struct vtview *v, uint64_t line, struct buf *out)
{
    size_t end = out->len;
    struct cell cell;

    if (line < v->first || line >= v->top + (uint64_t)v->rows)
        return false;
    for (int col = 0; get_cell(v, line, col, &cell); col++) {
        if (cell.width)
            add_cell(out, &cell);
        if (cell.width && cell.chars[0] != ' ')
            end = out->len;
    }
    out->len = end;
    return true;
}
