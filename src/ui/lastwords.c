#include "ui/lastwords.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "ui/lastwords-state.h"

struct lastwords *lastwords_new(struct model *m)
{
    struct lastwords *w = xcalloc(1, sizeof *w);

    w->model = m;
    w->lt = linetext_new();
    w->drawn.rows = 5;
    return w;
}

void lastwords_free(struct lastwords *w)
{
    if (!w)
        return;
    linetext_free(w->lt);
    free(w->ids);
    free(w);
}

/* ---- the list ---- */

static void make_list(struct lastwords *w)
{
    size_t n = model_failures(w->model);

    if (n > w->cap) {
        w->cap = 2 * n;
        w->ids = xrealloc(w->ids, w->cap * sizeof *w->ids);
    }
    w->count = 0;
    for (size_t i = n; i-- > 0;) {
        const struct task *t = model_failure(w->model, i);
        if (t)
            w->ids[w->count++] = t->id;
    }
}

static void select_line(struct lastwords *w, size_t i)
{
    if (w->count == 0)
        return;
    w->at = i < w->count ? i : w->count - 1;
    w->selected = w->ids[w->at];
}

/* The selection stays on its process; when that is gone, on its line. */
static void keep_selection(struct lastwords *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->ids[i] == w->selected) {
            w->at = i;
            return;
        }
    select_line(w, w->at);
}

void lastwords_update(struct lastwords *w)
{
    struct model_totals totals;

    model_totals(w->model, &totals);
    if (w->failures == model_failures(w->model) && w->dropped == totals.dropped)
        return;
    w->failures = model_failures(w->model);
    w->dropped = totals.dropped;
    make_list(w);
    keep_selection(w);
}

bool lastwords_open(struct lastwords *w, const struct task *at)
{
    lastwords_update(w);
    if (w->count == 0)
        return false;
    w->open = true;
    w->top = 0;
    select_line(w, 0);
    if (at && task_failed(at)) {
        w->selected = at->id;
        keep_selection(w);
    }
    return true;
}

void lastwords_close(struct lastwords *w)
{
    w->open = false;
}

bool lastwords_is_open(const struct lastwords *w)
{
    return w->open;
}

void lastwords_move(struct lastwords *w, int lines)
{
    lastwords_update(w);
    int64_t to = (int64_t)w->at + lines;
    select_line(w, to < 0 ? 0 : (size_t)to);
}

void lastwords_page(struct lastwords *w, int halves)
{
    lastwords_move(w, halves * (w->drawn.rows > 1 ? w->drawn.rows / 2 : 1));
}

struct task *lastwords_choice(struct lastwords *w)
{
    lastwords_update(w);
    return w->count ? model_task(w->model, w->selected) : NULL;
}

bool lastwords_click(struct lastwords *w, int row, int col)
{
    size_t i = w->top + (size_t)(row - w->drawn.row);

    if (!rect_holds(w->drawn, row, col) || i >= w->count)
        return false;
    select_line(w, i);
    return true;
}

/* ---- what it said ---- */

static bool is_newer(const struct stream *s, const struct stream *than)
{
    return !than || stream_last_order(s) > stream_last_order(than);
}

/* Of one task alone. */
static void look_at(const struct task *t, struct stream **err, struct stream **out)
{
    for (unsigned i = 0; i < t->stream_count; i++) {
        struct stream *s = t->streams[i];
        struct stream **best = stream_kind(s) == STREAM_STDERR   ? err
                               : stream_kind(s) == STREAM_STDOUT ? out
                                                                 : NULL;
        if (best && stream_first_line(s) < stream_end_line(s) && is_newer(s, *best))
            *best = s;
    }
}

void lastwords_streams(const struct task *process, struct stream **err, struct stream **out)
{
    *err = *out = NULL;
    look_at(process, err, out);
    for (const struct task *t = process->first_child; t; t = t->next)
        if (!t->process)
            look_at(t, err, out);
}
