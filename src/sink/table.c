/* Processes as a table, one a line, as ps(1) prints them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "sink/sinks.h"

enum {
    USER_COLS = 8,
    TARGET_COLS = 16,
    WIDE_COLS = 120 /* from here on there is room for all columns */
};
#define SECOND ((int64_t)1000000000)

struct table {
    struct sink sink;
    struct out *out;
    int columns; /* lines are cut there, 0: never */
    bool wide, begun;
    struct buf line;
};

static void put_line(struct table *t)
{
    const char *text = (const char *)t->line.data;
    size_t len = t->line.len, at = 0;
    int col = 0, width = 0;
    int32_t cp;

    while (at < len) {
        size_t n = utf8_decode(text + at, len - at, &cp);
        width = cp < 0 ? 1 : utf8_width(cp);
        if (t->columns && col + width > t->columns)
            break;
        col += width;
        at += n ? n : 1;
    }
    out_put(t->out, text, at);
    out_put(t->out, "\n", 1);
    buf_clear(&t->line);
}

/* Text in which nothing is left that a terminal might obey. */
static void add_plain(struct buf *line, const char *text, size_t len)
{
    char seen[UTF8_VISIBLE_MAX];
    int32_t cp;

    for (size_t at = 0; at < len;) {
        size_t n = utf8_decode(text + at, len - at, &cp);
        size_t made = utf8_visible(cp, (unsigned char)text[at], seen);
        buf_add(line, made ? seen : text + at, made ? made : n);
        at += n ? n : 1;
    }
}

/* Text in a column of its own, the end of it when it is too long: of paths that tells most. */
static void add_cell(struct buf *line, struct bytes text, size_t cols)
{
    const char *p = text.data;
    size_t skip = text.len > cols ? text.len - cols + 1 : 0;

    if (text.len == 0)
        buf_addf(line, "%-*s ", (int)cols, "-");
    else {
        if (skip)
            buf_addc(line, '<');
        add_plain(line, p + skip, text.len - skip);
        buf_addf(line, "%*s ", (int)(skip ? 0 : cols - text.len), "");
    }
}

static void add_command(struct buf *line, const struct ev_process *p)
{
    const char *text = p->argv.data;

    if (p->argv.len == 0) {
        buf_addc(line, '[');
        add_plain(line, p->comm.data, p->comm.len);
        buf_addc(line, ']');
        return;
    }
    for (size_t at = 0; at < p->argv.len;) {
        size_t n = strnlen(text + at, p->argv.len - at);
        if (at)
            buf_addc(line, ' ');
        add_plain(line, text + at, n);
        at += n + 1;
    }
}

/* Run time as ps has it, and an age in at most 5 characters. */
static void add_times(struct buf *line, const struct event *ev)
{
    int64_t cpu = ev->process.cpu / SECOND, age = (ev->time - ev->process.start) / SECOND;
    char text[24];

    if (age < 0)
        age = 0;
    if (age < 60)
        snprintf(text, sizeof text, "%ds", (int)age);
    else if (age < 3600)
        snprintf(text, sizeof text, "%dm%02d", (int)(age / 60), (int)(age % 60));
    else if (age < 86400)
        snprintf(text, sizeof text, "%dh%02d", (int)(age / 3600), (int)(age / 60 % 60));
    else
        snprintf(text, sizeof text, "%" PRId64 "d", age / 86400);
    buf_addf(line, "%5" PRId64 ":%02d %6s ", cpu / 60, (int)(cpu % 60), text);
}

static void add_user(struct buf *line, const struct ev_process *p)
{
    if (p->user.len > USER_COLS)
        buf_addf(line, "%.*s+ ", USER_COLS - 1, (const char *)p->user.data);
    else if (p->user.len)
        buf_addf(line, "%-*.*s ", USER_COLS, (int)p->user.len, (const char *)p->user.data);
    else
        buf_addf(line, "%-*" PRIu64 " ", USER_COLS, p->uid);
}

static void put_headline(struct table *t)
{
    if (t->wide)
        buf_addf(&t->line, "%7s %7s %-*s %8s %6s %4s %-*s %-*s COMMAND", "PID", "PPID", USER_COLS,
                 "USER", "TIME", "AGE", "THR", TARGET_COLS, "STDOUT", TARGET_COLS, "STDERR");
    else
        buf_addf(&t->line, "%7s %-*s %8s %6s %-*s COMMAND", "PID", USER_COLS, "USER", "TIME", "AGE",
                 TARGET_COLS, "STDOUT");
    put_line(t);
}

static void table_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct table *t = (struct table *)sink;
    const struct ev_process *p = &ev->process;

    (void)wire;
    if (ev->type != EVENT_PROCESS)
        return;
    if (!t->begun) {
        put_headline(t);
        t->begun = true;
    }
    buf_addf(&t->line, "%7" PRIu64 " ", p->pid);
    if (t->wide)
        buf_addf(&t->line, "%7" PRIu64 " ", p->parent);
    add_user(&t->line, p);
    add_times(&t->line, ev);
    if (t->wide)
        buf_addf(&t->line, "%4" PRIu64 " ", p->threads);
    add_cell(&t->line, p->stdout_, TARGET_COLS);
    if (t->wide)
        add_cell(&t->line, p->stderr_, TARGET_COLS);
    add_command(&t->line, p);
    if (p->refused.len) {
        buf_adds(&t->line, "  # ");
        add_plain(&t->line, p->refused.data, p->refused.len);
    }
    put_line(t);
}

static int table_flush(struct sink *sink)
{
    return out_flush(((struct table *)sink)->out);
}

static void table_free(struct sink *sink)
{
    struct table *t = (struct table *)sink;

    buf_free(&t->line);
    free(t);
}

struct sink *sink_table_new(struct out *out, int columns)
{
    struct table *t = xcalloc(1, sizeof *t);

    t->sink = (struct sink){table_event, table_flush, table_free, NULL};
    t->out = out;
    t->columns = columns;
    t->wide = columns == 0 || columns >= WIDE_COLS;
    return &t->sink;
}
