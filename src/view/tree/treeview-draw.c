/* Draws the lines of the fork tree: guides, name and sparkline. The columns at the right are drawn
 * by treeview-figures.c. */
#include "view/tree/treeview.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/rates.h"
#include "term/theme.h"
#include "view/sparkline.h"
#include "view/state-text.h"
#include "view/tree/treeview-state.h"

#define SECOND 1000000000
#define STATE_MAX (FORMAT_MAX + 8)

/* The command line without the directory of the program. The caller frees it. */
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

static void draw_name(struct treeview *tv, struct area a, const struct tree_line *l,
                      const struct task *t)
{
    bool gone = treeview_phase(tv, t) != PHASE_ALIVE || l->ancestor;
    struct style name = theme(gone || !t->process ? ROLE_DIM : ROLE_TEXT);
    char *command = t->process ? short_command(t) : xstrdup(t->comm);
    bool tagged = node_set_holds(tv->tags, t->id);
    int col = area_text(a, 0, 0, theme(ROLE_WARN), tagged ? "*" : "");

    if (treeview_is_noticed(tv, t))
        col = area_text(a, 0, col, theme(ROLE_BAD), "● ");

    col = area_textf(a, 0, col, theme(tagged ? ROLE_WARN : ROLE_DIM), "%" PRIu64 " ", t->tid);

    if (!gone && !t->process)
        name = theme(ROLE_TEXT);
    if (treeview_hides_children(tv, t))
        col = area_text(a, 0, col, theme(ROLE_FOCUS), "▸ ");
    area_cut(a, 0, col, a.cols - col, name, command);
    free(command);
}

/* The state of a source: that it has ended, that its clock differs from ours, else its rate.
 * Returns the role to draw it in. */
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

/* Draws the line of a source: its label and its state, and between them the rest of its name as far
 * as there is room. */
static void draw_source(struct treeview *tv, struct area a, const struct source *s)
{
    const char *label = source_label(s), *more = label == s->host ? s->name : s->host;
    char state[STATE_MAX];
    enum role role =
        source_state(state, s, treeview_rate(tv, SOURCE_LINE | s->index, s->bytes, false));
    bool folded = node_set_holds(tv->folds, SOURCE_LINE | s->index);
    int end = a.cols - text_width(state) - (*state ? 2 : 1);
    struct area left = area_part(a, 0, 0, 1, end);
    int col = area_text(left, 0, 0, theme(ROLE_FOCUS), folded ? "▸ " : "");

    area_text(a, 0, end + 1, theme(role), state);
    col = area_text(left, 0, col, theme(s->ended ? ROLE_DIM : ROLE_STRONG), label);
    if (strcmp(label, more) != 0)
        area_text(left, 0, col + 1, theme(ROLE_DIM), more);
}

/* The least width at the right of the sparklines, so that they are aligned. */
static int spark_edge(struct area a)
{
    return a.cols < 34 ? 9 : 15;
}

/* Draws the sparkline of a node at the right end of the area. Returns its width. */
static int draw_spark(const struct treeview *tv, struct area a, const struct task *t)
{
    bool folded = treeview_hides_children(tv, t);
    int64_t last = (tv->past ? tv->at.time : clock_time(tv->clock, t->source)) / SECOND;
    int cols = a.cols < 16 ? 6 : a.cols < 40 ? 8 : a.cols / 2;

    if (cols > RATE_SECONDS)
        cols = RATE_SECONDS;
    if (a.cols - cols < 10)
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
    if (l->step) {
        int at = draw_line_guides(a, l);
        treeview_draw_step(tv, area_part(a, 0, at, 1, a.cols - at), t, l->step - 1);
        return;
    }
    int left = draw_line_guides(a, l), right = treeview_draw_figures(tv, a, t);
    bool folded = treeview_hides_children(tv, t);
    bool spark = tv->sparks && (folded || task_has_rates(t));
    if (spark && right < spark_edge(a))
        right = spark_edge(a);
    if (spark)
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
    size_t last = tv->selected_line; /* includes the steps of the node, as far as there is room */
    while (last + 1 < tv->count && tv->lines[last + 1].step && last + 1 < tv->selected_line + rows)
        last++;
    if (last >= tv->top + rows)
        tv->top = last - rows + 1;
    if (tv->count <= rows)
        tv->top = 0;
    else if (tv->top > tv->count - rows)
        tv->top = tv->count - rows;
}

static void select_active(struct treeview *tv)
{
    struct stream *s = model_recent_stream(tv->model);

    if (s)
        treeview_unfold_to(tv, stream_task(s));
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
