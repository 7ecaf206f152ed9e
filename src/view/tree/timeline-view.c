/* Words: a column stands for `per` spans of the model; `first` is the number of the column at the
 * left. Each drawing computes both again, from the zoom and from the instant that must be
 * visible. */
#include "view/tree/timeline-view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/xmalloc.h"
#include "term/theme.h"
#include "view/sparkline.h"

#define LABEL_COLS 22
#define LABEL_NARROW 12
#define TICK_COLS 16  /* columns from one time on the axis to the next */
#define FULL_BELOW 14 /* on a screen with fewer rows a band would leave too little */

struct timeline_view {
    struct model *model;
    bool open, full, focused;
    unsigned zoom; /* each step halves the time of a column */
    /* of the last drawing */
    struct area bars;
    size_t per, first;
    struct timeline_row rest;         /* the sum of all processes without a row of their own */
    uint32_t spans[TIMELINE_BUCKETS]; /* of `rest` */
    uint8_t marks[TIMELINE_BUCKETS];
};

struct timeline_view *timeline_view_new(struct model *m)
{
    struct timeline_view *s = xcalloc(1, sizeof *s);

    s->model = m;
    s->per = 1;
    s->bars.cols = 40;
    return s;
}

void timeline_view_free(struct timeline_view *s)
{
    free(s);
}

void timeline_view_open(struct timeline_view *s)
{
    s->open = s->focused = true;
}

void timeline_view_close(struct timeline_view *s)
{
    s->open = s->focused = s->full = false;
    s->zoom = 0;
}

bool timeline_view_is_open(const struct timeline_view *s)
{
    return s->open;
}

bool timeline_view_toggle_full(struct timeline_view *s)
{
    s->full = !s->full;
    return s->full;
}

bool timeline_view_is_full(const struct timeline_view *s)
{
    return s->full;
}

void timeline_view_focus(struct timeline_view *s, bool focused)
{
    s->focused = focused && s->open;
}

bool timeline_view_has_focus(const struct timeline_view *s)
{
    return s->focused;
}

int timeline_view_rows(int screen_rows)
{
    if (screen_rows < FULL_BELOW)
        return 0;
    return screen_rows / 4 < 6 ? 6 : screen_rows / 4 > 12 ? 12 : screen_rows / 4;
}

/* ---- columns ---- */

static size_t count_columns(const struct timeline_view *s)
{
    const struct timeline *tl = model_timeline(s->model);

    return timeline_span(tl, tl->end) / s->per + 1;
}

static size_t column_of(const struct timeline_view *s, int64_t time)
{
    return timeline_span(model_timeline(s->model), time) / s->per;
}

/* The last instant of a column, but not after the newest event. */
static int64_t end_of_column(const struct timeline_view *s, size_t column)
{
    const struct timeline *tl = model_timeline(s->model);
    int64_t end = tl->start + (int64_t)((column + 1) * s->per) * tl->width - 1;

    return end < tl->end ? end : tl->end;
}

static int64_t start_of_column(const struct timeline_view *s, size_t column)
{
    const struct timeline *tl = model_timeline(s->model);

    return tl->start + (int64_t)(column * s->per) * tl->width;
}

/* The spans in a column when the whole time is visible. */
static size_t spans_per_column_of_all(const struct timeline_view *s)
{
    const struct timeline *tl = model_timeline(s->model);
    size_t cols = s->bars.cols > 0 ? (size_t)s->bars.cols : 1;

    return timeline_span(tl, tl->end) / cols + 1;
}

/* Computes `per` and `first`, so that the column of the time `at` is visible. */
static void choose_columns(struct timeline_view *s, int64_t at)
{
    size_t cols = s->bars.cols > 0 ? (size_t)s->bars.cols : 1;

    s->per = spans_per_column_of_all(s) >> s->zoom;
    if (s->per == 0)
        s->per = 1;
    size_t all = count_columns(s), column = at ? column_of(s, at) : all - 1;
    if (all <= cols)
        s->first = 0;
    else if (column < s->first || column >= s->first + cols)
        s->first = column > cols / 2 ? column - cols / 2 : 0;
    if (all > cols && (s->first > all - cols || (!at && s->first != all - cols)))
        s->first = all - cols;
}

int64_t timeline_view_move(const struct timeline_view *s, int64_t at, int columns)
{
    size_t last = count_columns(s) - 1, column = at ? column_of(s, at) : last;
    size_t by = (size_t)(columns < 0 ? -(int64_t)columns : columns);

    if (columns < 0)
        column = column > by ? column - by : 0;
    else
        column = last - column > by ? column + by : last;
    return end_of_column(s, column);
}

bool timeline_view_trouble(const struct timeline_view *s, int64_t at, bool forward, int64_t *out)
{
    const struct timeline *tl = model_timeline(s->model);
    size_t last = timeline_span(tl, tl->end), span = at ? timeline_span(tl, at) : last;

    if (!at && !forward)
        span = last + 1;
    while (forward ? span++ < last : span-- > 0)
        if (tl->marks[span] & (TIMELINE_FAILED | TIMELINE_LOST)) {
            int64_t end = tl->start + (int64_t)(span + 1) * tl->width - 1;
            *out = end < tl->end ? end : tl->end;
            return true;
        }
    return false;
}

bool timeline_view_click(const struct timeline_view *s, int row, int col, int64_t *out)
{
    int x = col - s->bars.col, y = row - s->bars.row;

    if (!s->open || x < 0 || x >= s->bars.cols || y < 0 || y >= s->bars.rows)
        return false;
    size_t column = s->first + (size_t)x, last = count_columns(s) - 1;
    *out = end_of_column(s, column < last ? column : last);
    return true;
}

bool timeline_view_zoom(struct timeline_view *s, bool closer, int64_t at)
{
    if (closer ? s->per <= 1 : s->zoom == 0)
        return false;
    s->zoom += closer ? 1 : -1u;
    s->first = SIZE_MAX; /* no column is visible, so choose_columns() puts `at` in the middle */
    choose_columns(s, at);
    return true;
}

/* ---- rows ---- */

static int by_bytes(const void *a, const void *b)
{
    const struct timeline_row *x = *(const struct timeline_row *const *)a;
    const struct timeline_row *y = *(const struct timeline_row *const *)b;

    return x->bytes > y->bytes ? -1 : x->bytes < y->bytes;
}

static int by_age(const void *a, const void *b)
{
    const struct timeline_row *x = *(const struct timeline_row *const *)a;
    const struct timeline_row *y = *(const struct timeline_row *const *)b;

    return x->task < y->task ? -1 : x->task > y->task;
}

/* Sorts all processes into out[]: first the n with the most bytes, by their age, so that they keep
 * their places; then the rest. Returns n, or fewer when there are not so many. */
static size_t choose_rows(const struct timeline *tl, const struct timeline_row **out, size_t n)
{
    size_t count = tl->count - 1;

    for (size_t i = 0; i < count; i++)
        out[i] = tl->rows + 1 + i;
    qsort(out, count, sizeof *out, by_bytes);
    n = n < count ? n : count;
    qsort(out, n, sizeof *out, by_age);
    return n;
}

/* Adds up the processes for which there is no room, and those that the model keeps as one row. */
static void sum_rest(struct timeline_view *s, const struct timeline_row *const *rows, size_t count)
{
    const struct timeline *tl = model_timeline(s->model);

    memset(s->spans, 0, sizeof s->spans);
    memset(s->marks, 0, sizeof s->marks);
    s->rest = (struct timeline_row){.spans = s->spans, .marks = s->marks};
    for (size_t n = 0; n <= count; n++) {
        const struct timeline_row *row = n < count ? rows[n] : tl->rows;
        for (size_t i = 0; row->spans && i < TIMELINE_BUCKETS; i++) {
            uint32_t room = UINT32_MAX - s->spans[i];
            s->spans[i] += row->spans[i] < room ? row->spans[i] : room;
            s->marks[i] |= row->marks[i];
        }
    }
}

static uint64_t bytes_in(const struct timeline_view *s, const struct timeline_row *row,
                         size_t column)
{
    return timeline_bytes(row, column * s->per, (column + 1) * s->per);
}

static void draw_bars(const struct timeline_view *s, int row, const struct timeline_row *line,
                      uint64_t most, struct style style)
{
    for (int x = 0; x < s->bars.cols; x++) {
        size_t column = s->first + (size_t)x;
        uint8_t marks = timeline_marks(line->marks, column * s->per, (column + 1) * s->per);
        spark_draw(s->bars, row, x, spark_share(bytes_in(s, line, column), most), style);
        if (marks & TIMELINE_FAILED)
            area_text(s->bars, row, x, theme(ROLE_BAD), "✗");
        else if (marks & TIMELINE_LOST)
            area_text(s->bars, row, x, theme(ROLE_WARN), "!");
    }
}

static void draw_label(const struct timeline_view *s, struct area a, int row,
                       const struct timeline_row *line)
{
    const struct task *t = model_task(s->model, line->task);
    bool alive = t && task_is_alive(t);
    char number[24];
    int width = snprintf(number, sizeof number, "%" PRIu64, line->pid);
    struct area name = area_part(a, row, 1, 1, a.cols - width - 3);

    area_text(name, 0, 0, theme(alive ? ROLE_TEXT : ROLE_DIM), line->comm);
    area_text(a, row, a.cols - 1 - width, theme(ROLE_DIM), number);
}

static uint64_t most_bytes(const struct timeline_view *s, const struct timeline_row *line)
{
    uint64_t most = 0;

    for (int x = 0; x < s->bars.cols; x++) {
        uint64_t bytes = bytes_in(s, line, s->first + (size_t)x);
        most = bytes > most ? bytes : most;
    }
    return most;
}

static void draw_rows(struct timeline_view *s, struct area labels, int rows)
{
    const struct timeline *tl = model_timeline(s->model);
    const struct timeline_row *all[TIMELINE_ROWS];
    size_t count = tl->count - 1, room = (size_t)rows;
    bool others = count > room || tl->rows[0].bytes > 0;
    size_t n = choose_rows(tl, all, room - (others && room > 0));

    sum_rest(s, all + n, count - n);
    uint64_t most = most_bytes(s, &s->rest);
    for (size_t i = 0; i < n; i++) {
        uint64_t bytes = most_bytes(s, all[i]);
        most = bytes > most ? bytes : most;
    }
    for (size_t i = 0; i < n; i++) {
        draw_label(s, labels, (int)i, all[i]);
        draw_bars(s, (int)i, all[i], most, theme_origin(all[i]->pid));
    }
    if (!others || rows == 0)
        return;
    area_textf(labels, (int)n, 1, theme(ROLE_DIM), "%zu others", count - n + tl->rows[0].members);
    draw_bars(s, (int)n, &s->rest, most, theme(ROLE_DIM));
}

static void draw_marks(struct area a, int row, int col, uint8_t marks)
{
    if (marks & TIMELINE_FAILED)
        area_text(a, row, col, theme(ROLE_BAD), "✗");
    else if (marks & TIMELINE_LOST)
        area_text(a, row, col, theme(ROLE_WARN), "!");
    else if (marks & TIMELINE_EXEC)
        area_text(a, row, col, theme(ROLE_FOCUS), "»");
    else if (marks & TIMELINE_BORN)
        area_text(a, row, col, theme(ROLE_GOOD), "+");
    else if (marks & TIMELINE_ENDED)
        area_text(a, row, col, theme(ROLE_DIM), "·");
}

static uint8_t marks_of_column(const struct timeline_view *s, size_t column)
{
    return timeline_marks(model_timeline(s->model)->marks, column * s->per, (column + 1) * s->per);
}

static void draw_axis(const struct timeline_view *s, int row)
{
    const struct timeline *tl = model_timeline(s->model);
    int64_t tick = (int64_t)s->per * tl->width * TICK_COLS;
    char text[FORMAT_MAX];

    for (int x = 0; x + 13 <= s->bars.cols; x += TICK_COLS) {
        int64_t time = start_of_column(s, s->first + (size_t)x);
        if (time > tl->end)
            break;
        area_textf(s->bars, row, x, theme(ROLE_TIME), "╵%s",
                   tick < 1000000000 ? format_clock_ms(text, time) : format_clock(text, time));
    }
}

/* The contents of the column at that time, in words. The caller frees them. */
static char *column_text(const struct timeline_view *s, int64_t at)
{
    const struct timeline *tl = model_timeline(s->model);
    char clock[FORMAT_MAX], bytes[FORMAT_MAX];
    size_t column = column_of(s, at);
    uint64_t sum = 0;
    uint8_t marks = marks_of_column(s, column);

    for (unsigned i = 0; i < tl->count; i++)
        sum += timeline_bytes(tl->rows + i, column * s->per, (column + 1) * s->per);
    return xasprintf(" %s  %s%s%s%s%s ", format_clock_ms(clock, at), format_bytes(bytes, sum),
                     marks & TIMELINE_BORN ? ", born" : "", marks & TIMELINE_EXEC ? ", exec" : "",
                     marks & TIMELINE_FAILED ? ", failed" : "",
                     marks & TIMELINE_LOST ? ", lost" : "");
}

static void draw_title(const struct timeline_view *s, struct area a, int64_t at)
{
    const struct timeline *tl = model_timeline(s->model);
    struct style style = theme(s->focused ? ROLE_FOCUS : ROLE_STRONG);
    char span[FORMAT_MAX];
    char *here = at ? column_text(s, at) : xstrdup("");
    int end = a.cols - 1 - text_width(here);

    area_repeat(a, 0, 0, a.cols, 0x2500, theme(s->focused ? ROLE_FOCUS : ROLE_LINE));
    int col = area_text(a, 0, 1, style, " Timeline ");
    struct area left = area_part(a, 0, 0, 1, end);
    area_textf(left, 0, col, theme(ROLE_DIM), "a column is %s s%s ",
               format_span(span, (int64_t)s->per * tl->width), s->zoom ? ", a part of it" : "");
    if (end > col)
        area_text(a, 0, end, theme(ROLE_WARN), here);
    free(here);
}

void timeline_view_draw(struct timeline_view *s, struct area a, int64_t at)
{
    const struct timeline *tl = model_timeline(s->model);
    int label = a.cols < 60 ? LABEL_NARROW : LABEL_COLS;
    int axis = a.rows > 3, events = a.rows > 4, rows = a.rows - 1 - axis - events;
    struct area labels = area_part(a, 1, 0, a.rows - 1, label);

    area_fill(a, theme(ROLE_TEXT));
    s->bars = area_part(a, 1, label, a.rows - 1, a.cols - label);
    choose_columns(s, at);
    draw_title(s, area_part(a, 0, 0, 1, a.cols), at);
    if (tl->start == 0) {
        area_text(labels, 0, 1, theme(ROLE_DIM), "nothing yet");
        return;
    }
    draw_rows(s, labels, rows > 0 ? rows : 0);
    if (events)
        area_text(labels, rows, 1, theme(ROLE_DIM), "events");
    for (int x = 0; events && x < s->bars.cols; x++)
        draw_marks(s->bars, rows, x, marks_of_column(s, s->first + (size_t)x));
    if (axis)
        draw_axis(s, rows + events);
    size_t cursor = at ? column_of(s, at) - s->first : SIZE_MAX;
    for (int row = 0; cursor < (size_t)s->bars.cols && row < rows + events; row++)
        area_restyle(s->bars, row, (int)cursor, 1,
                     theme(s->focused ? ROLE_SELECTED : ROLE_SELECTED_DIM));
}
