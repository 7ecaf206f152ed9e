/* Each cell is made printable first and then cut by its width on the terminal, not by its bytes. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/printable.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "sink/sinks.h"

enum {
    USER_COLS = 8,
    TARGET_COLS = 16,
    WIDE_COLS = 120 /* the least width at which all columns are shown */
};
#define SECOND ((int64_t)1000000000)

struct table {
    struct sink sink;
    struct out *out;
    int columns; /* width at which lines are cut, 0: never */
    bool wide, begun;
    struct buf line;
};

/* The width of the character at an offset of printable text. Returns its bytes, at least 1. */
static size_t next_char(const struct buf *text, size_t at, int *width)
{
    int32_t cp;
    size_t n = utf8_decode(text->data + at, text->len - at, &cp);

    *width = cp < 0 ? 1 : utf8_width(cp);
    return n ? n : 1;
}

/* How many bytes of text fit into *cols columns. *cols becomes the number of columns left. */
static size_t count_fitting(const struct buf *text, int *cols)
{
    size_t at = 0, n;
    int width;

    for (; at < text->len; at += n, *cols -= width) {
        n = next_char(text, at, &width);
        if (width > *cols)
            break;
    }
    return at;
}

static int width_of(const struct buf *text)
{
    int left = INT_MAX;

    count_fitting(text, &left);
    return INT_MAX - left;
}

static void put_line(struct table *t)
{
    int cols = t->columns ? t->columns : INT_MAX;

    out_put(t->out, t->line.data, count_fitting(&t->line, &cols));
    out_put(t->out, "\n", 1);
    buf_clear(&t->line);
}

/* Adds text in a column. If it is too long, its end is shown, which tells most about a path. */
static void add_cell(struct buf *line, struct bytes text, int cols)
{
    struct buf shown = {0};
    size_t from = 0;
    int one_width;

    printable_add(&shown, text.len ? text : bytes_of("-"), false);
    int width = width_of(&shown);
    if (width > cols) {
        buf_addc(line, '<');
        for (; width >= cols; width -= one_width)
            from += next_char(&shown, from, &one_width);
        width++;
    }
    buf_add(line, shown.data + from, shown.len - from);
    buf_addf(line, "%*s ", cols - width, "");
    buf_free(&shown);
}

static void add_command(struct buf *line, const struct ev_process *p)
{
    const char *text = p->argv.data;

    if (p->argv.len == 0) {
        buf_addc(line, '[');
        printable_add(line, p->comm, false);
        buf_addc(line, ']');
        return;
    }
    for (size_t at = 0; at < p->argv.len;) {
        size_t n = strnlen(text + at, p->argv.len - at);
        if (at)
            buf_addc(line, ' ');
        printable_add(line, (struct bytes){text + at, n}, false);
        at += n + 1;
    }
}

/* Adds the CPU time as minutes and seconds, and the age in at most 5 characters. */
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

/* Adds the user's name or uid. Of a name that is too long the beginning is shown, and a plus. */
static void add_user(struct buf *line, const struct ev_process *p)
{
    struct buf shown = {0};
    int cols = USER_COLS;

    if (p->user.len)
        printable_add(&shown, p->user, false);
    else
        buf_addf(&shown, "%" PRIu64, p->uid);
    bool cut = width_of(&shown) > USER_COLS;
    cols -= cut;
    buf_add(line, shown.data, count_fitting(&shown, &cols));
    buf_addf(line, "%s%*s ", cut ? "+" : "", cols, "");
    buf_free(&shown);
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
        printable_add(&t->line, p->refused, false);
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
