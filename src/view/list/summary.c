/* The lines are made as text when the summary is opened; drawing only scrolls through them. */
#include "view/list/summary.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/xmalloc.h"
#include "term/theme.h"
#include "view/state-text.h"

#define NAMED 5     /* processes listed by name, of those that failed and of those that printed */
#define LINES 48    /* most lines of the summary */
#define COLS_MAX 84 /* most columns of the box, as a command line may be very long */

struct summary_line {
    enum role role;
    char *text;
};

struct summary {
    bool open, ended;
    struct summary_line lines[LINES];
    int count, top;
};

struct summary *summary_new(void)
{
    return xcalloc(1, sizeof(struct summary));
}

static void clear(struct summary *s)
{
    for (int i = 0; i < s->count; i++)
        free(s->lines[i].text);
    *s = (struct summary){0};
}

void summary_free(struct summary *s)
{
    if (!s)
        return;
    clear(s);
    free(s);
}

static void add_line(struct summary *s, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add_line(struct summary *s, enum role role, const char *format, ...)
{
    char text[512];
    va_list args;

    if (s->count == LINES)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    s->lines[s->count++] = (struct summary_line){role, xstrdup(text)};
}

/* ---- its lines ---- */

static void add_source(struct summary *s, const struct source *source)
{
    char age[FORMAT_MAX], from[FORMAT_MAX], to[FORMAT_MAX];

    add_line(s, ROLE_STRONG, "%s%s%s", source->index || source->next ? source->name : "",
             source->index || source->next ? ": " : "",
             !source->ended ? "still captured"
             : *source->why ? source->why
                            : "ended");
    if (source->first_time)
        add_line(s, ROLE_TEXT, "%s, %s to %s",
                 format_age(age, source->last_time - source->first_time),
                 format_clock(from, source->first_time), format_clock(to, source->last_time));
}

static void add_counts(struct summary *s, const struct model *m)
{
    unsigned processes = 0, threads = 0;
    char a[FORMAT_MAX], b[FORMAT_MAX];

    for (const struct task *t = model_first_task(m); t; t = model_next_task(m, t))
        *(t->process ? &processes : &threads) += 1;
    add_line(s, ROLE_TEXT, "%s process%s, %s more thread%s", format_count(a, processes),
             processes == 1 ? "" : "es", format_count(b, threads), threads == 1 ? "" : "s");
}

static void add_failed(struct summary *s, const struct model *m)
{
    unsigned failed = 0, named = 0;
    char state[FORMAT_MAX];

    for (const struct source *source = model_sources(m); source; source = source->next)
        failed += source->failed;
    if (failed == 0) {
        add_line(s, ROLE_GOOD, "no process failed");
        return;
    }
    add_line(s, ROLE_BAD, "%u failed", failed);
    for (uint64_t i = model_first_failure(m); i < model_end_failure(m) && named < NAMED; i++) {
        const struct task *t = model_failure(m, i);
        if (!t)
            continue;
        char *command = task_command(t);
        named++;
        add_line(s, ROLE_TEXT, "  %7" PRIu64 "  %-9s %s", t->tid, format_state(state, t), command);
        free(command);
    }
    if (failed > named)
        add_line(s, ROLE_DIM, "  and %u more", failed - named);
}

/* The bytes that a process and its threads printed. */
static uint64_t bytes_of_process(const struct task *process)
{
    uint64_t bytes = process->out[STREAM_STDOUT].bytes + process->out[STREAM_STDERR].bytes;

    for (const struct task *t = process->first_child; t; t = t->next)
        if (!t->process)
            bytes += t->out[STREAM_STDOUT].bytes + t->out[STREAM_STDERR].bytes;
    return bytes;
}

struct printer {
    const struct task *process;
    uint64_t bytes;
};

/* Puts p into the list if it printed more than one in it; the last one drops out. */
static void insert_printer(struct printer top[NAMED], struct printer p)
{
    for (int i = 0; i < NAMED && p.bytes; i++)
        if (p.bytes > top[i].bytes) {
            struct printer lower = top[i];
            top[i] = p;
            p = lower;
        }
}

static void add_printers(struct summary *s, const struct model *m)
{
    struct printer top[NAMED] = {0};
    struct model_totals totals;
    char bytes[FORMAT_MAX], writes[FORMAT_MAX];

    model_totals(m, &totals);
    add_line(s, ROLE_STRONG, "%s printed in %s write%s", format_bytes(bytes, totals.bytes),
             format_count(writes, totals.writes), totals.writes == 1 ? "" : "s");
    for (const struct task *t = model_first_task(m); t; t = model_next_task(m, t))
        if (t->process)
            insert_printer(top, (struct printer){t, bytes_of_process(t)});
    for (int i = 0; i < NAMED && top[i].bytes; i++) {
        char *command = task_command(top[i].process);
        add_line(s, ROLE_TEXT, "  %7" PRIu64 "  %-9s %s", top[i].process->tid,
                 format_bytes(bytes, top[i].bytes), command);
        free(command);
    }
    if (totals.lost_bytes)
        add_line(s, ROLE_WARN, "%s of it lost, in %s piece%s",
                 format_bytes(bytes, totals.lost_bytes), format_count(writes, totals.lost_writes),
                 totals.lost_writes == 1 ? "" : "s");
    else
        add_line(s, ROLE_TEXT, "nothing was lost");
    if (totals.evicted)
        add_line(s, ROLE_DIM, "%s scrolled out", format_bytes(bytes, totals.evicted));
}

static void add_blocked(struct summary *s, const struct model *m)
{
    unsigned blocked = 0;

    for (const struct task *t = model_first_blocked(m); t; t = model_next_blocked(t))
        blocked++;
    if (blocked)
        add_line(s, ROLE_WARN, "%u blocked in a write: ! shows", blocked);
}

void summary_open(struct summary *s, const struct model *m)
{
    clear(s);
    s->open = s->ended = true;
    for (const struct source *source = model_sources(m); source; source = source->next) {
        s->ended &= source->ended;
        if (s->count < LINES / 2)
            add_source(s, source);
    }
    add_counts(s, m);
    add_line(s, ROLE_TEXT, "%s", "");
    add_failed(s, m);
    add_blocked(s, m);
    add_line(s, ROLE_TEXT, "%s", "");
    add_printers(s, m);
}

void summary_close(struct summary *s)
{
    clear(s);
}

bool summary_is_open(const struct summary *s)
{
    return s->open;
}

void summary_scroll(struct summary *s, int lines)
{
    int64_t top = (int64_t)s->top + lines;

    s->top = top < 0 ? 0 : top >= s->count ? s->count - 1 : (int)top;
}

/* ---- drawing ---- */

static int widest(const struct summary *s)
{
    int width = 24;

    for (int i = 0; i < s->count; i++)
        if (text_width(s->lines[i].text) > width)
            width = text_width(s->lines[i].text);
    return width < COLS_MAX ? width : COLS_MAX;
}

void summary_draw(struct summary *s, struct area a)
{
    int cols = widest(s) + 4 < a.cols ? widest(s) + 4 : a.cols;
    int rows = s->count + 2 < a.rows ? s->count + 2 : a.rows;
    struct area box = area_part(a, (a.rows - rows) / 2, (a.cols - cols) / 2, rows, cols);
    struct area text = area_part(box, 1, 1, rows - 2, cols - 2);

    if (s->top > s->count - text.rows)
        s->top = s->count - text.rows;
    if (s->top < 0)
        s->top = 0;
    area_frame(box, theme(ROLE_TEXT), theme(ROLE_FOCUS),
               s->ended ? "The capture has ended" : "So far");
    for (int row = 0; row < text.rows && s->top + row < s->count; row++)
        area_cut(text, row, 1, text.cols - 1, theme(s->lines[s->top + row].role),
                 s->lines[s->top + row].text);
}
