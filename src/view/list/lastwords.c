/* The list itself is the model's: opening, moving and selecting only change serials. */
#include "view/list/lastwords.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "view/list/lastwords-state.h"

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
    free(w);
}

/* ---- the list ---- */

static void select_serial(struct lastwords *w, uint64_t serial)
{
    uint64_t first = model_first_failure(w->model), end = model_end_failure(w->model);

    w->at = serial >= end ? end - 1 : serial < first ? first : serial;
}

static bool is_empty(const struct lastwords *w)
{
    return model_first_failure(w->model) == model_end_failure(w->model);
}

/* While the newest failure is visible, the list scrolls to new ones. */
void lastwords_update(struct lastwords *w)
{
    uint64_t end = model_end_failure(w->model);

    if (w->top + 1 == w->end)
        w->top = end - 1;
    w->end = end;
    if (!is_empty(w))
        select_serial(w, w->at);
}

bool lastwords_open(struct lastwords *w, const struct task *at)
{
    if (is_empty(w))
        return false;
    w->open = true;
    w->end = model_end_failure(w->model);
    w->top = w->end - 1;
    select_serial(w, at && at->failure ? at->failure : w->top);
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
    uint64_t by = (uint64_t)(lines < 0 ? -(int64_t)lines : lines);

    lastwords_update(w);
    if (lines < 0)
        select_serial(w, w->at + by);
    else
        select_serial(w, w->at > by ? w->at - by : 0);
}

void lastwords_page(struct lastwords *w, int halves)
{
    lastwords_move(w, halves * (w->drawn.rows > 1 ? w->drawn.rows / 2 : 1));
}

struct task *lastwords_choice(struct lastwords *w)
{
    lastwords_update(w);
    return model_failure(w->model, w->at);
}

bool lastwords_click(struct lastwords *w, int row, int col)
{
    uint64_t down = (uint64_t)(row - w->drawn.row);

    if (!rect_holds(w->drawn, row, col) || w->top < model_first_failure(w->model) + down)
        return false;
    select_serial(w, w->top - down);
    return true;
}

/* ---- the streams of its last words ---- */

static bool is_newer(const struct stream *s, const struct stream *than)
{
    return !than || stream_last_order(s) > stream_last_order(than);
}

/* Sets *err and *out to streams of the task t that have newer lines. */
static void pick_newest_streams(const struct task *t, struct stream **err, struct stream **out)
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
    pick_newest_streams(process, err, out);
    for (const struct task *t = process->first_child; t; t = t->next)
        if (!t->process)
            pick_newest_streams(t, err, out);
}
