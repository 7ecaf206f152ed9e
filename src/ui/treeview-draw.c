/* The fork tree's lines on the screen. */
#include "ui/treeview.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/rates.h"
#include "ui/blocked.h"
#include "ui/format.h"
#include "ui/spark.h"
#include "ui/theme.h"
#include "ui/treeview-state.h"

#define SECOND 1000000000
#define STATE_MAX (FORMAT_MAX + 8)

void treeview_forget_meters(struct treeview *tv)
{
    struct meter *m, *next;

    HASH_ITER(hh, tv->meters, m, next)
    {
        HASH_DEL(tv->meters, m);
        free(m);
    }
}

static uint64_t bytes_then(const struct treeview *tv, const struct task *t)
{
    uint64_t bytes = 0;

    for (unsigned i = 0; i < t->stream_count; i++)
        bytes += instant_bytes(&tv->at, t->streams[i]);
    return bytes;
}

static uint64_t bytes_of_node(const struct treeview *tv, const struct task *t)
{
    bool folded = t->first_child && node_set_holds(tv->folds, t->id);
    uint64_t bytes = 0;
    struct task_sum sum;

    if (tv->past) {
        for (const struct task *n = t; n; n = folded ? task_next(n, t) : NULL)
            bytes += bytes_then(tv, n);
        return bytes;
    }
    if (folded) {
        task_sum(t, &sum);
        for (int i = 0; i < STREAMS; i++)
            bytes += sum.bytes[i];
        return bytes;
    }
    for (int i = 0; i < STREAMS; i++)
        bytes += t->out[i].bytes;
    return bytes;
}

static double rate_of_node(struct treeview *tv, uint64_t id, uint64_t bytes)
{
    struct meter *m;

    HASH_FIND(hh, tv->meters, &id, sizeof id, m);
    if (!m) {
        if (HASH_COUNT(tv->meters) > 4096)
            treeview_forget_meters(tv);
        m = xcalloc(1, sizeof *m);
        *m = (struct meter){.id = id, .bytes = bytes, .since = tv->now};
        HASH_ADD(hh, tv->meters, id, sizeof m->id, m);
    }
    int64_t span = tv->now - m->since;
    if (span >= SECOND) {
        m->rate = bytes > m->bytes ? (double)(bytes - m->bytes) * SECOND / (double)span : 0;
        m->bytes = bytes;
        m->since = tv->now;
    }
    return m->rate;
}

static struct style state_style(const struct task *t)
{
    if (t->state == TASK_STOPPED)
        return theme(ROLE_WARN);
    if (task_failed(t))
        return theme(ROLE_BAD);
    return theme(ROLE_DIM);
}

/* The arguments without the directory of the program. To be freed. */
static char *short_command(const struct task *t)
{
    char *command = task_command(t);
    size_t end = strcspn(command, " ");
    size_t start = 0;

    for (size_t i = 0; i < end; i++)
        if (command[i] == '/')
            start = i + 1;
    if (command[0] == '/' && start < end)
        memmove(command, command + start, strlen(command + start) + 1);
    return command;
}

static int draw_line_guides(struct area a, const struct tree_line *l)
{
    struct style style = theme(ROLE_LINE);
    unsigned most = (unsigned)a.cols / 6, skip = l->depth > most ? l->depth - most : 0;
    int col = 0;

    for (unsigned level = 1 + skip; level < l->depth; level++, col += 2)
        if (l->guides & (uint64_t)1 << level)
            area_text(a, 0, col, style, "│");
    if (l->depth > 0) {
        area_text(a, 0, col, style, l->last ? "└─" : "├─");
        col += 2;
    }
    return col;
}

/* The one that is blocked longest of those whom this line stands for. */
static const struct task *blocked_here(const struct treeview *tv, const struct task *t)
{
    if (t->first_child && node_set_holds(tv->folds, t->id))
        return blocked_longest(tv->model, blocked_within, t);
    if (!tv->threads && t->process)
        return blocked_longest(tv->model, blocked_of_process, t);
    return task_is_blocked(t) ? t : NULL;
}

/* That it is blocked, and by whom when there is room, or whom it holds up. False: neither. */
static bool say_blocked(const struct treeview *tv, char text[2 * FORMAT_MAX], const struct task *t,
                        bool wide)
{
    const struct task *held, *blocked;
    char age[FORMAT_MAX];

    if (!model_first_blocked(tv->model))
        return false;
    if ((blocked = blocked_here(tv, t))) {
        format_age(age, task_blocked_for(blocked, clock_time(tv->clock, t->source)));
        if (wide && blocked->blocked.reader)
            snprintf(text, 2 * FORMAT_MAX, "blocked %s by %" PRIu64, age, blocked->blocked.reader);
        else
            snprintf(text, 2 * FORMAT_MAX, "blocked %s", age);
    } else if ((held = model_blocked_by(tv->model, t)))
        snprintf(text, 2 * FORMAT_MAX, "holds up %" PRIu64, held->tid);
    return *text;
}

/* The columns at the right: bytes, and how it stands or its rate. Returns the width. */
static int draw_figures(struct treeview *tv, struct area a, const struct task *t)
{
    char text[2 * FORMAT_MAX], number[FORMAT_MAX];
    uint64_t bytes = bytes_of_node(tv, t);
    double rate = tv->past ? 0 : rate_of_node(tv, t->id, bytes);
    enum instant_phase phase = treeview_phase(tv, t);
    struct style style = theme(ROLE_DIM);
    int at = a.cols - 1;

    *text = '\0';
    if (!tv->past || phase == PHASE_OVER)
        format_state(text, t);
    if (phase == PHASE_UNBORN)
        snprintf(text, sizeof text, "not yet");
    else if (*text)
        style = state_style(t);
    else if (!tv->past && say_blocked(tv, text, t, a.cols >= 40)) {
        style = theme(ROLE_WARN);
        bytes = 0; /* who it is says more */
    } else if (rate >= 1) {
        snprintf(text, sizeof text, "%s/s", format_short(number, (uint64_t)rate));
        style = theme(ROLE_GOOD);
    }
    bool narrow = a.cols < 34;
    if (narrow && !*text && bytes)
        format_short(text, bytes);
    area_text(a, 0, at - text_width(text), style, text);
    if (narrow || bytes == 0)
        return *text ? text_width(text) + 2 : 1;
    int width = text_width(text) > 7 ? text_width(text) : 7;
    format_short(number, bytes);
    area_text(a, 0, at - width - 1 - text_width(number), theme(ROLE_DIM), number);
    return width + text_width(number) + 3;
}

static void draw_name(struct treeview *tv, struct area a, const struct tree_line *l,
                      const struct task *t)
{
    bool gone = treeview_phase(tv, t) != PHASE_ALIVE || l->relative;
    struct style name = theme(gone || !t->process ? ROLE_DIM : ROLE_TEXT);
    char *command = t->process ? short_command(t) : xstrdup(t->comm);
    bool tagged = node_set_holds(tv->tags, t->id);
    int col = area_text(a, 0, 0, theme(ROLE_WARN), tagged ? "*" : "");

    col = area_textf(a, 0, col, theme(tagged ? ROLE_WARN : ROLE_DIM), "%" PRIu64 " ", t->tid);

    if (!gone && !t->process)
        name = theme(ROLE_TEXT);
    if (t->first_child && node_set_holds(tv->folds, t->id))
        col = area_text(a, 0, col, theme(ROLE_FOCUS), "▸ ");
    if (text_width(command) > a.cols - col && a.cols - col > 1) {
        command[text_fit(command, a.cols - col - 1)] = '\0';
        col = area_text(a, 0, col, name, command);
        area_text(a, 0, col, theme(ROLE_DIM), "…");
    } else
        area_text(a, 0, col, name, command);
    free(command);
}

/* How a source stands: what is wrong with it, else its rate. */
static enum role source_state(char out[STATE_MAX], const struct source *s, double rate)
{
    char number[FORMAT_MAX];
    enum role role = ROLE_GOOD;

    *out = '\0';
    if (s->ended) {
        snprintf(out, STATE_MAX, s->clean ? "ended" : "gone");
        role = s->clean ? ROLE_DIM : ROLE_BAD;
    } else if (format_clock_offset(number, s)) {
        snprintf(out, STATE_MAX, "clock %s", number);
        role = ROLE_WARN;
    } else if (rate >= 1) {
        snprintf(out, STATE_MAX, "%s/s", format_short(number, (uint64_t)rate));
    }
    return role;
}

/* What it is called, and the rest of its name and host as far as there is room. */
static void draw_source(struct treeview *tv, struct area a, const struct source *s)
{
    const char *label = source_label(s), *more = label == s->host ? s->name : s->host;
    char state[STATE_MAX];
    enum role role = source_state(state, s, rate_of_node(tv, SOURCE_LINE | s->index, s->bytes));
    bool folded = node_set_holds(tv->folds, SOURCE_LINE | s->index);
    int end = a.cols - text_width(state) - (*state ? 2 : 1);
    struct area left = area_part(a, 0, 0, 1, end);
    int col = area_text(left, 0, 0, theme(ROLE_FOCUS), folded ? "▸ " : "");

    area_text(a, 0, end + 1, theme(role), state);
    col = area_text(left, 0, col, theme(s->ended ? ROLE_DIM : ROLE_STRONG), label);
    if (strcmp(label, more) != 0)
        area_text(left, 0, col + 1, theme(ROLE_DIM), more);
}

/* Where sparklines end, so that they stand below one another. */
static int spark_edge(struct area a)
{
    return a.cols < 34 ? 9 : 15;
}

/* At the right of what the figures leave. Returns the width. */
static int draw_spark(const struct treeview *tv, struct area a, const struct task *t)
{
    bool folded = t->first_child && node_set_holds(tv->folds, t->id);
    int64_t last = (tv->past ? tv->at.time : clock_time(tv->clock, t->source)) / SECOND;
    int cols = a.cols < 40 ? 8 : a.cols / 2;

    if (cols > RATE_SECONDS)
        cols = RATE_SECONDS;
    if (a.cols - cols < 9)
        return 0;
    spark_task(area_part(a, 0, a.cols - cols, 1, cols), t, folded, last,
               theme(treeview_phase(tv, t) == PHASE_ALIVE ? ROLE_GOOD : ROLE_DIM));
    return cols + 1;
}

static void draw_line(struct treeview *tv, struct area a, const struct tree_line *l, bool focused)
{
    const struct task *t = model_task(tv->model, l->id);
    const struct source *source = tree_line_source(tv, l->id);

    if (source)
        draw_source(tv, a, source);
    if (source && l->id == tv->selected)
        area_restyle(a, 0, 0, a.cols, theme(focused ? ROLE_SELECTED : ROLE_SELECTED_DIM));
    if (!t)
        return;
    int left = draw_line_guides(a, l), right = draw_figures(tv, a, t);
    if (tv->sparks && right < spark_edge(a))
        right = spark_edge(a);
    if (tv->sparks)
        right += draw_spark(tv, area_part(a, 0, left, 1, a.cols - left - right), t);
    draw_name(tv, area_part(a, 0, left, 1, a.cols - left - right), l, t);
    if (l->id == tv->selected)
        area_restyle(a, 0, 0, a.cols, theme(focused ? ROLE_SELECTED : ROLE_SELECTED_DIM));
}

static void scroll_to_selection(struct treeview *tv)
{
    size_t rows = (size_t)tv->rows;

    if (tv->selected_line < tv->top)
        tv->top = tv->selected_line;
    if (tv->selected_line >= tv->top + rows)
        tv->top = tv->selected_line - rows + 1;
    if (tv->count <= rows)
        tv->top = 0;
    else if (tv->top > tv->count - rows)
        tv->top = tv->count - rows;
}

static void select_active(struct treeview *tv)
{
    struct stream *s = model_recent_stream(tv->model);

    if (s)
        treeview_select(tv, stream_task(s));
}

void treeview_draw(struct treeview *tv, struct area a, bool focused)
{
    tv->rows = a.rows > 0 ? a.rows : 1;
    if (tv->follow && !tv->frozen)
        select_active(tv);
    treeview_update(tv);
    scroll_to_selection(tv);
    for (int row = 0; row < a.rows && tv->top + (size_t)row < tv->count; row++)
        draw_line(tv, area_part(a, row, 0, 1, a.cols), tv->lines + tv->top + row, focused);
}
