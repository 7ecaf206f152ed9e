/* A pane that shows a program's screen in place of its lines: which terminal it is, and asking the
 * program to redraw it. */
#include <stdlib.h>

#include "view/pane/pane-state.h"
#include "view/pane/replica.h"

#define TUI_DETECT_BYTES (64 * 1024) /* most bytes examined in one step */

/* The terminal that a task's stdout leads to. */
static const struct transcript *transcript_of_task(const struct task *t)
{
    const struct fd_info *fd = t ? task_fd(t, 1) : NULL;

    return fd ? fd->transcript : NULL;
}

/* The most recently written of the streams that the pane shows; streams with a transcript go before
 * all others. NULL: it shows none. */
static struct stream *latest_stream(const struct pane *p)
{
    struct stream *best = NULL;

    for (size_t i = 0; i < view_stream_count(p->view); i++) {
        struct stream *s = view_stream(p->view, i);
        if (!s || stream_kind(s) == STREAM_STDIN)
            continue;
        bool has = stream_transcript(s), had = best && stream_transcript(best);
        if (!best || has > had || (has == had && stream_last_order(s) > stream_last_order(best)))
            best = s;
    }
    return best;
}

/* The terminal or stream whose screen the pane can show. False: there is none yet. */
static bool find_terminal(const struct pane *p, const struct transcript **transcript,
                          struct stream **stream)
{
    struct scope scope = view_scope(p->view);

    *stream = scope.kind == SCOPE_STREAM ? scope.stream : latest_stream(p);
    *transcript = scope.kind == SCOPE_STREAM ? NULL : transcript_of_task(scope.task);
    if (!*transcript && *stream)
        *transcript = stream_transcript(*stream);
    return *transcript || *stream;
}

bool pane_set_screen(struct pane *p, bool on)
{
    const struct transcript *transcript;
    struct stream *stream;

    pane_select_end(p);
    replica_free(p->replica);
    p->replica = NULL;
    if (!on || !find_terminal(p, &transcript, &stream))
        return !on;
    p->replica = replica_new(p->model, transcript, stream);
    p->replica_epoch = view_epoch(p->view);
    return true;
}

bool pane_is_screen(const struct pane *p)
{
    return p->replica;
}

const struct replica *pane_replica(const struct pane *p)
{
    return p->replica;
}

const struct stream *pane_screen_stream(const struct pane *p)
{
    uint64_t id = p->replica ? replica_stream(p->replica) : 0;

    return id ? model_stream(p->model, id) : NULL;
}

bool pane_offers_screen(const struct pane *p)
{
    return !p->replica && tui_detect_is_screen(&p->tui);
}

/* Makes a new replica after the scope has changed or the model was reset. Without a terminal or
 * stream for it, the old one stays. */
static void renew_replica(struct pane *p)
{
    struct replica *before = p->replica;

    p->replica = NULL;
    if (pane_set_screen(p, true))
        replica_free(before);
    else
        p->replica = before;
    p->replica_epoch = view_epoch(p->view);
}

bool pane_work_screen(struct pane *p, size_t budget)
{
    struct scope scope = view_scope(p->view);

    if (p->replica && p->replica_epoch != view_epoch(p->view))
        renew_replica(p);
    if (p->replica)
        return !p->frozen && replica_work(p->replica, budget);
    if (scope.kind == SCOPE_STREAM && scope.stream)
        tui_detect_look(&p->tui, scope.stream, TUI_DETECT_BYTES);
    return false;
}

/* ---- asking the program to redraw ---- */

const struct task *pane_writer(const struct pane *p)
{
    struct scope scope = view_scope(p->view);
    const struct stream *s = scope.kind == SCOPE_STREAM ? scope.stream : latest_stream(p);
    const struct task *t = s ? stream_task(s) : scope.task;

    return t ? task_process(t) : NULL;
}

static uint64_t latest_order(const struct pane *p)
{
    const struct stream *s = latest_stream(p);

    return s ? stream_last_order(s) : 0;
}

void pane_expect_redraw(struct pane *p, int64_t due)
{
    p->redraw_due = due;
    p->redraw_order = latest_order(p);
    if (p->replica)
        replica_doubt(p->replica);
}

enum pane_redraw pane_redraw(struct pane *p, int64_t now)
{
    if (!p->redraw_due)
        return PANE_REDRAW_NONE;
    bool drawn = p->replica ? replica_look(p->replica).known : latest_order(p) != p->redraw_order;
    if (!drawn && now < p->redraw_due)
        return PANE_REDRAW_WAITS;
    p->redraw_due = 0;
    return drawn ? PANE_REDRAWN : PANE_REDRAW_MISSED;
}
