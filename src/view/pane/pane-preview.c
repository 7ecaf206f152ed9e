/* The preview of a search or filter while the user types it, and the way back. A search uses
 * another expression in the same view. A filter gets a view of its own; the pane's view is kept
 * aside, so that going back costs no work and loses no place. */
#include <stdlib.h>

#include "base/xmalloc.h"
#include "view/pane/pane-state.h"

#define LONG_WORK 20000 /* lines; work on fewer is so quick that its progress is not shown */

void pane_try(struct pane *p)
{
    struct trial *t = xcalloc(1, sizeof *t);

    pane_decide(p, false);
    pane_settle(p);
    pane_end_search(p);
    *t = (struct trial){.re = p->re,
                        .epoch = p->epoch,
                        .behind = p->behind,
                        .anchor = p->anchor,
                        .follow = p->follow,
                        .any_drawn = p->any_drawn,
                        .forward = p->forward,
                        .have_found = p->have_found,
                        .side = p->side,
                        .state = p->state,
                        .found = p->found,
                        .before = p->before,
                        .lock = p->lock,
                        .chosen = p->chosen};
    p->trial = t;
}

/* Restores all that the pane was when the preview began. The preview goes on. */
static void restore_pane(struct pane *p)
{
    struct trial *t = p->trial;

    pane_end_search(p);
    if (t->view) {
        view_free(p->view);
        p->view = t->view;
        t->view = NULL;
    }
    if (t->own_re)
        regex_free(p->re);
    t->own_re = false;
    p->re = t->re;
    p->epoch = t->epoch;
    p->behind = t->behind;
    p->anchor = t->anchor;
    p->follow = t->follow;
    p->any_drawn = t->any_drawn;
    p->forward = t->forward;
    p->have_found = t->have_found;
    p->side = t->side;
    p->state = t->state;
    p->found = t->found;
    p->before = t->before;
    p->lock = t->lock;
    p->lock.back = p->lock.on;
    p->chosen = t->chosen;
}

bool pane_try_search(struct pane *p, const char *pattern, bool forward, char **cause, size_t *at)
{
    struct regex *re = *pattern ? regex_new(pattern, cause, at) : NULL;

    if (*pattern && !re)
        return false;
    restore_pane(p);
    if (!re)
        return true;
    p->trial->own_re = true;
    p->re = re;
    p->forward = forward;
    p->have_found = false;
    pane_start_search(p, forward);
    return true;
}

bool pane_try_filter(struct pane *p, const char *text, char **cause, size_t *at)
{
    struct trial *t = p->trial;
    struct view *own = t->view ? t->view : p->view;
    struct filter *f = NULL;

    if (text[*text == '!'] && !pane_make_filter(own, text, &f, cause, at))
        return false;
    restore_pane(p);
    if (!f)
        return true;
    t->view = own;
    p->view = view_new(p->model, view_scope(own), view_kinds(own));
    view_set_context(p->view, view_context_before(own), view_context_after(own));
    view_set_filter(p->view, f);
    p->epoch = view_epoch(p->view);
    p->anchor = (struct anchor){0};
    p->follow = true;
    p->have_found = p->any_drawn = p->chosen.any = false;
    p->lock.settled = false;
    return true;
}

void pane_decide(struct pane *p, bool keep)
{
    struct trial *t = p->trial;

    if (!t)
        return;
    if (!keep)
        restore_pane(p);
    view_free(t->view);
    if (t->own_re)
        regex_free(t->re);
    free(t);
    p->trial = NULL;
}

enum pane_busy pane_progress(const struct pane *p, uint64_t *done, uint64_t *total)
{
    *done = *total = 0;
    if (p->search) {
        *done = search_progress(p->search);
        *total = view_empty(p->view) ? 0 : view_count_behind(p->view, view_first(p->view)) + 1;
        return *total > LONG_WORK ? PANE_SEARCHES : PANE_IDLE;
    }
    view_progress(p->view, done, total);
    if (!p->working || *total < *done + LONG_WORK)
        return PANE_IDLE;
    return view_filter(p->view) ? PANE_FILTERS : PANE_MERGES;
}
