/* The panel is as high as its contents. So all is drawn twice: first into an area without rows,
 * which only counts them, and then into the panel. */
#include "view/list/details.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/xmalloc.h"
#include "model/linetext.h"
#include "model/neighbours.h"
#include "term/theme.h"
#include "view/rows.h"
#include "view/sparkline.h"

#define LABEL_COLS 10
#define TEXT_ROWS 4  /* most rows for the text of the line */
#define LOW_ROWS 12  /* on a screen with fewer rows the text gets one row */
#define NEIGHBOURS 3 /* lines shown before the line, and as many after it */

struct details {
    struct model *model;
    struct linetext *lt;
};

struct details *details_new(struct model *m)
{
    struct details *d = xcalloc(1, sizeof *d);

    d->model = m;
    d->lt = linetext_new();
    return d;
}

void details_free(struct details *d)
{
    if (!d)
        return;
    linetext_free(d->lt);
    free(d);
}

/* Draws one draw_fact in a row and frees its text. Returns the next row. */
static int draw_fact(struct area a, int row, const char *label, char *text)
{
    area_text(a, row, 1, theme(ROLE_DIM), label);
    area_cut(a, row, LABEL_COLS + 1, a.cols - LABEL_COLS - 2, theme(ROLE_TEXT), text);
    free(text);
    return row + 1;
}

/* ---- the line ---- */

static int draw_text(struct details *d, struct area a, int row, const struct entry *e, int most)
{
    const struct text *text = linetext_render(d->lt, e->stream, &e->line);
    size_t need = rows_count(text, a.cols - 2, true);
    int rows = need < (size_t)most ? (int)need : most;
    struct rows_marks none = {0};

    rows_draw(text, area_part(a, row, 1, rows, a.cols - 2), true, 0, 0,
              theme(e->line.kind == LINE_TEXT ? ROLE_TEXT : ROLE_WARN), &none);
    return row + rows;
}

static char *describe_time(const struct entry *e)
{
    char clock[FORMAT_MAX], delta[FORMAT_MAX];
    struct line before;

    format_clock_us(clock, e->line.time);
    if (e->line.number == 0 || !stream_line(e->stream, e->line.number - 1, &before))
        return xasprintf("%s, the first line that is kept", clock);
    if (before.seq == e->line.seq && e->line.seq)
        return xasprintf("%s, by the same call as the line before", clock);
    return xasprintf("%s, %s after the line before in its stream", clock,
                     format_delta(delta, e->line.time - before.time) + 1);
}

static char *describe_task(const struct task *t)
{
    const struct task *process = task_process(t);
    char *thread = t->process ? xstrdup("") : xasprintf(", thread %" PRIu64 " of it", t->tid);
    char *inside =
        t->nspid ? xasprintf(", %" PRIu64 " in its own namespace", t->nspid) : xstrdup("");
    char *command = task_command(process ? process : t);
    char *text = xasprintf("%s %" PRIu64 "%s%s: %s", t->comm, t->pid, thread, inside, command);

    free(thread);
    free(inside);
    free(command);
    return text;
}

static char *describe_fd(const struct stream *s)
{
    const struct fd_info *fd = task_fd(stream_task(s), stream_fd(s));
    const char *kind = stream_kind(s) == STREAM_OTHER ? "" : event_stream_name(stream_kind(s));
    bool known = fd && fd->stream == stream_kind(s);
    char *reader = known && fd->reader
                       ? xasprintf(", read by %" PRIu64 " %s", fd->reader, fd->reader_comm)
                       : xstrdup("");
    char *text = xasprintf("%" PRIu64 " %s%s%s%s", stream_fd(s), kind,
                           known && *fd->target ? " → " : "", known ? fd->target : "", reader);

    free(reader);
    return text;
}

static char *describe_call(const struct entry *e)
{
    char count[FORMAT_MAX], took[FORMAT_MAX];
    bool input = stream_kind(e->stream) == STREAM_STDIN;
    struct line_call c;

    if (!stream_line_call(e->stream, e->line.number, &c) || e->line.kind != LINE_TEXT)
        return xstrdup("not known");
    const char *name = *c.syscall ? c.syscall : input ? "a read" : "a write";
    if (c.duration)
        format_took(took, c.duration);
    return xasprintf("%s of %s byte%s, %s%s", name, format_count(count, c.bytes),
                     c.bytes == 1 ? "" : "s", c.duration ? "took " : "its duration is not known",
                     c.duration ? took : "");
}

static char *describe_bytes(const struct entry *e)
{
    char len[FORMAT_MAX], from[FORMAT_MAX], all[FORMAT_MAX];
    uint64_t n = linetext_bytes(e->stream, &e->line);

    if (e->line.kind != LINE_TEXT)
        return xasprintf("%s that are missing", format_count(len, e->line.bytes));
    return xasprintf("%s, from byte %s of %s on%s%s", format_count(len, n),
                     format_count(from, e->line.offset), format_count(all, stream_end(e->stream)),
                     e->line.cut ? "; its beginning is gone" : "",
                     e->line.open ? "; it has no end yet" : "");
}

/* ---- the lines before and after it ---- */

static int draw_neighbour(struct details *d, struct area a, int row, const struct entry *e,
                          bool self)
{
    const struct task *t = stream_task(e->stream);
    bool err = stream_kind(e->stream) == STREAM_STDERR;
    char clock[FORMAT_MAX];
    struct rows_marks none = {0};
    int col = area_text(a, row, 1, theme(ROLE_TIME), format_clock_us(clock, e->line.time));

    area_textf(area_part(a, row, 0, 1, col + 22), 0, col + 1, theme(self ? ROLE_STRONG : ROLE_DIM),
               "%" PRIu64 " %s", t->tid, t->comm);
    col += 22;
    area_text(a, row, col, theme(err ? ROLE_STDERR : ROLE_LINE), err ? "▏" : " ");
    rows_draw(linetext_render(d->lt, e->stream, &e->line),
              area_part(a, row, col + 1, 1, a.cols - col - 2), false, 0, 0,
              theme(self ? ROLE_STRONG : ROLE_TEXT), &none);
    return row + 1;
}

static int draw_neighbours(struct details *d, struct area a, int row, const struct entry *e)
{
    struct neighbours n;

    if (a.rows == 0) /* only counted */
        return row + 2 * NEIGHBOURS + 1;
    neighbours_find(d->model, e, NEIGHBOURS, &n);
    for (size_t i = n.nbefore; i-- > 0;)
        row = draw_neighbour(d, a, row, &n.before[i], false);
    row = draw_neighbour(d, a, row, e, true);
    for (size_t i = 0; i < n.nbehind; i++)
        row = draw_neighbour(d, a, row, &n.behind[i], false);
    return row;
}

/* ---- how long the calls of its stream took ---- */

static unsigned bucket_of(int64_t duration)
{
    unsigned i = 0;

    for (int64_t us = duration / 1000; us > 1 && i + 1 < STREAM_TIMES; us >>= 1)
        i++;
    return i;
}

/* Draws how many calls took how long: a bar of two cells for each bucket, and a scale below. The
 * bar with this line's describe_call has another colour. */
static int draw_times(struct area a, int row, const struct entry *e)
{
    static const struct {
        int bucket;
        const char *name;
    } scale[] = {{0, "1us"}, {5, "32us"}, {10, "1ms"}, {15, "32ms"}, {20, "1s"}, {25, "32s"}};
    const uint32_t *times = stream_times(e->stream);
    struct line_call c = {0};
    uint64_t most = 0, calls = 0;
    char count[FORMAT_MAX];

    for (int i = 0; i < STREAM_TIMES; i++) {
        calls += times[i];
        most = times[i] > most ? times[i] : most;
    }
    if (calls == 0)
        return row;
    stream_line_call(e->stream, e->line.number, &c);
    area_text(a, row, 1, theme(ROLE_DIM), "all took");
    for (int i = 0; i < STREAM_TIMES; i++) {
        bool own = c.duration && bucket_of(c.duration) == (unsigned)i;
        int level = spark_share(times[i], most), col = LABEL_COLS + 1 + 2 * i;
        spark_draw(a, row, col, level, theme(own ? ROLE_WARN : ROLE_GOOD));
        spark_draw(a, row, col + 1, level, theme(own ? ROLE_WARN : ROLE_GOOD));
    }
    for (size_t i = 0; i < sizeof scale / sizeof *scale; i++)
        area_text(a, row + 1, LABEL_COLS + 1 + 2 * scale[i].bucket, theme(ROLE_DIM), scale[i].name);
    area_textf(a, row, LABEL_COLS + 2 + 2 * STREAM_TIMES, theme(ROLE_DIM), "%s call%s",
               format_count(count, calls), calls == 1 ? "" : "s");
    return row + 2;
}

/* ---- the panel ---- */

/* most: most rows for the text of the line. Returns the number of rows used. */
static int draw_all(struct details *d, struct area a, const struct entry *e, int most)
{
    const struct task *t = stream_task(e->stream);
    char count[FORMAT_MAX];
    int row = 1;

    area_repeat(a, 0, 0, a.cols, 0x2500, theme(ROLE_FOCUS));
    area_textf(area_part(a, 0, 0, 1, a.cols - 2), 0, 1, theme(ROLE_FOCUS),
               " line %s of %s %" PRIu64 " ", format_count(count, e->line.number + 1), t->comm,
               t->tid);
    row = draw_text(d, a, row, e, most);
    row = draw_fact(a, row, "time", describe_time(e));
    row = draw_fact(a, row, "task", describe_task(t));
    row = draw_fact(a, row, "fd", describe_fd(e->stream));
    row = draw_fact(a, row, "call", describe_call(e));
    row = draw_times(a, row, e);
    row = draw_fact(a, row, "bytes", describe_bytes(e));
    row = draw_fact(a, row, "seq",
                    xasprintf("%s; around it, in all streams:", format_count(count, e->line.seq)));
    return draw_neighbours(d, a, row, e);
}

void details_draw(struct details *d, struct area a, const struct entry *e, bool top)
{
    int most = a.rows >= LOW_ROWS ? TEXT_ROWS : 1;
    int rows = draw_all(d, area_part(a, 0, 0, 0, a.cols), e, most) + top;
    struct area panel;

    if (rows > a.rows)
        rows = a.rows;
    panel = area_part(a, top ? 0 : a.rows - rows, 0, rows, a.cols);
    area_fill(panel, theme(ROLE_TEXT));
    draw_all(d, panel, e, most);
    if (top && panel.rows == rows)
        area_repeat(panel, rows - 1, 0, panel.cols, 0x2500, theme(ROLE_FOCUS));
}
