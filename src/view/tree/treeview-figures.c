/* Draws the columns at the right of the fork tree (bytes and rates, times, time in writes), and the
 * lines with the steps of a process. The line of a node stands for more than one task when a fold
 * hides descendants or threads are not shown: its figures are sums. */
#include "view/tree/treeview.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "term/theme.h"
#include "view/blocked-text.h"
#include "view/state-text.h"
#include "view/tree/treeview-state.h"

#define SECOND 1000000000
#define NAME_COLS 17 /* columns that remain for the name of a task; else its start is not shown */

/* ---- bytes ---- */

void treeview_forget_meters(struct treeview *tv)
{
    struct meter *m, *next;

    HASH_ITER(hh, tv->meters, m, next)
    {
        HASH_DEL(tv->meters, m);
        free(m);
    }
}

/* The bytes that a task had printed at the instant that is shown. */
static uint64_t bytes_at_instant(const struct treeview *tv, const struct task *t)
{
    uint64_t bytes = 0;

    for (unsigned i = 0; i < t->stream_count; i++)
        bytes +=
            stream_kind(t->streams[i]) == STREAM_STDIN ? 0 : instant_bytes(&tv->at, t->streams[i]);
    return bytes;
}

static uint64_t bytes_of_task(const struct treeview *tv, const struct task *t)
{
    uint64_t bytes = 0;

    if (tv->past)
        return bytes_at_instant(tv, t);
    for (int i = 0; i < STREAMS; i++)
        bytes += i == STREAM_STDIN ? 0 : t->out[i].bytes;
    return bytes;
}

/* Steps through the tasks for which the line of `top` stands: itself, all that its fold hides, its
 * threads when they are not shown. Returns the task after t; NULL: there is none. */
static const struct task *next_within(const struct treeview *tv, const struct task *t,
                                      const struct task *top)
{
    if (treeview_hides_children(tv, top))
        return task_next(t, top);
    if (tv->threads || !top->process)
        return NULL;
    t = t == top ? top->first_child : t->next;
    while (t && t->process)
        t = t->next;
    return t;
}

/* The bytes printed by all tasks for which the line stands. Bytes that were read do not count. */
static uint64_t bytes_of_node(const struct treeview *tv, const struct task *top)
{
    uint64_t bytes = 0;

    for (const struct task *t = top; t; t = next_within(tv, t, top))
        bytes += bytes_of_task(tv, t);
    return bytes;
}

double treeview_rate(struct treeview *tv, uint64_t id, uint64_t bytes, bool folded)
{
    struct meter *m;

    HASH_FIND(hh, tv->meters, &id, sizeof id, m);
    if (!m) {
        if (HASH_COUNT(tv->meters) > 4096)
            treeview_forget_meters(tv);
        m = xcalloc(1, sizeof *m);
        *m = (struct meter){.id = id, .bytes = bytes, .folded = folded, .since = tv->now};
        HASH_ADD(hh, tv->meters, id, sizeof m->id, m);
    }
    if (m->folded != folded) { /* the bytes of other tasks are counted from now on: start again */
        m->folded = folded;
        m->bytes = bytes;
        m->since = tv->now;
        m->rate = 0;
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

/* The longest blocked of the tasks for which the line stands. NULL: none is blocked. */
static const struct task *longest_blocked_of_line(const struct treeview *tv, const struct task *t)
{
    if (treeview_hides_children(tv, t))
        return blocked_longest(tv->model, blocked_within, t);
    if (!tv->threads && t->process)
        return blocked_longest(tv->model, blocked_of_process, t);
    return task_is_blocked(t) ? t : NULL;
}

/* Describes that the task is blocked (wide: and by which process), or which task it holds up.
 * False: neither. */
static bool describe_blocked(const struct treeview *tv, char text[2 * FORMAT_MAX],
                             const struct task *t, bool wide)
{
    const struct task *held, *blocked;
    char age[FORMAT_MAX];

    if (!model_first_blocked(tv->model))
        return false;
    if ((blocked = longest_blocked_of_line(tv, t))) {
        format_age(age, task_blocked_for(blocked, clock_time(tv->clock, t->source)));
        if (wide && blocked->blocked.reader)
            snprintf(text, 2 * FORMAT_MAX, "blocked %s by %" PRIu64, age, blocked->blocked.reader);
        else
            snprintf(text, 2 * FORMAT_MAX, "blocked %s", age);
    } else if ((held = model_blocked_by(tv->model, t)))
        snprintf(text, 2 * FORMAT_MAX, "holds up %" PRIu64, held->tid);
    return *text;
}

/* Draws the bytes of a node, and its state or else its rate. Returns the width. */
static int draw_bytes(struct treeview *tv, struct area a, const struct task *t)
{
    char text[2 * FORMAT_MAX], number[FORMAT_MAX];
    uint64_t bytes = bytes_of_node(tv, t);
    double rate = tv->past ? 0 : treeview_rate(tv, t->id, bytes, treeview_hides_children(tv, t));
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
    else if (!tv->past && describe_blocked(tv, text, t, a.cols >= 40)) {
        style = theme(ROLE_WARN);
        bytes = 0; /* leaves room: which process blocks it is worth more */
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

/* ---- times ---- */

static int64_t end_time(const struct treeview *tv, const struct task *t)
{
    int64_t now = treeview_time(tv, t->source);

    return t->end && t->end < now ? t->end : now;
}

static bool is_unborn(const struct treeview *tv, const struct task *t)
{
    return treeview_phase(tv, t) == PHASE_UNBORN;
}

/* Draws the state of a task at the right end. Returns the column where it begins. */
static int draw_state(const struct treeview *tv, struct area a, const struct task *t)
{
    char text[FORMAT_MAX] = "";
    struct style style = state_style(t);

    if (is_unborn(tv, t))
        snprintf(text, sizeof text, "not yet");
    else if (!tv->past || treeview_phase(tv, t) == PHASE_OVER)
        format_state(text, t);
    area_text(a, 0, a.cols - 1 - text_width(text), style, text);
    return a.cols - 1 - (*text ? text_width(text) + 1 : 0);
}

/* Draws when a task started, and for how long it has run. Returns the width. */
static int draw_times(const struct treeview *tv, struct area a, const struct task *t)
{
    char text[FORMAT_MAX];
    int end = draw_state(tv, a, t), at = end;

    if (is_unborn(tv, t))
        return a.cols - end;
    format_age(text, end_time(tv, t) - task_began(t));
    at -= text_width(text);
    area_text(a, 0, at, theme(ROLE_TEXT), text);
    int clock = (at < end - 7 ? at : end - 7) - 9;
    if (clock >= NAME_COLS) {
        at = clock;
        area_text(a, 0, at, theme(ROLE_DIM), format_clock(text, task_began(t)));
    }
    return a.cols - at + 1;
}

/* Draws the time that the tasks for which the line stands have spent in writes. Returns the
 * width. */
static int draw_writes(const struct treeview *tv, struct area a, const struct task *top)
{
    int end = draw_state(tv, a, top);
    int64_t time = 0;
    char text[FORMAT_MAX];

    for (const struct task *t = top; t && !tv->past; t = next_within(tv, t, top)) {
        time += t->write_time;
        if (task_is_blocked(t))
            time += task_blocked_for(t, clock_time(tv->clock, t->source));
    }
    if (time == 0)
        return a.cols - end;
    format_span(text, time);
    area_text(a, 0, end - text_width(text), theme(time >= SECOND ? ROLE_WARN : ROLE_TEXT), text);
    return a.cols - end + text_width(text) + 1;
}

const char *treeview_heading(const struct treeview *tv)
{
    static const char *const names[TREE_COLUMNS] = {"", "start, duration", "s in writes"};

    return names[tv->columns];
}

int treeview_draw_figures(struct treeview *tv, struct area a, const struct task *t)
{
    switch (tv->columns) {
    case TREE_TIMES:
        return draw_times(tv, a, t);
    case TREE_WRITES:
        return draw_writes(tv, a, t);
    default:
        return draw_bytes(tv, a, t);
    }
}

/* ---- steps ---- */

void treeview_draw_step(const struct treeview *tv, struct area a, const struct task *t, size_t i)
{
    const struct exec_step *step = i < t->step_count ? &t->steps[i] : NULL;
    char clock[FORMAT_MAX], age[FORMAT_MAX];
    struct style dim = theme(ROLE_DIM);

    if (!step)
        return;
    int64_t end = i + 1 < t->step_count ? step[1].time : end_time(tv, t);
    char *command = step_command(step);
    int col = area_textf(a, 0, 0, dim, "%s %6s  ", format_clock(clock, step->time),
                         format_age(age, end - step->time));
    if (i == 0 && t->steps_dropped)
        col = area_textf(a, 0, col, dim, "(%" PRIu64 " before) ", t->steps_dropped);
    area_cut(a, 0, col, a.cols - col, dim, command);
    free(command);
}

/* ---- hidden tasks ---- */

/* An age in the form in which the user types it: "30s", "5m", "2h". */
static void format_dead_age(char out[FORMAT_MAX], int64_t age)
{
    int64_t seconds = age / SECOND;

    if (seconds % 3600 == 0)
        snprintf(out, FORMAT_MAX, "%" PRId64 "h", seconds / 3600);
    else if (seconds % 60 == 0)
        snprintf(out, FORMAT_MAX, "%" PRId64 "m", seconds / 60);
    else
        snprintf(out, FORMAT_MAX, "%" PRId64 "s", seconds);
}

char *treeview_dead_text(struct treeview *tv)
{
    char age[FORMAT_MAX], count[FORMAT_MAX];

    treeview_update(tv);
    if (tv->dead && !tv->dead_age)
        return NULL;
    format_count(count, tv->hidden);
    if (!tv->dead)
        return xasprintf("%s gone hidden", count);
    format_dead_age(age, tv->dead_age);
    return xasprintf("%s gone > %s hidden", count, age);
}
