/* A pane that is locked to an instant of the past. The last entry that had come by that instant,
 * `until`, stands at the bottom, as the newest entry does while the pane follows. Unlocking
 * restores the place that the pane had before. */
#include "view/pane/pane.h"

#include <stdlib.h>

#include "view/pane/pane-state.h"

/* Finds the last entry that had come by the instant. */
static void find_until(struct pane *p)
{
    struct pane_lock *l = &p->lock;
    uint64_t next = instant_in_view(&l->at, p->view);

    l->settled = next < view_settled(p->view);
    l->none = !view_prev(p->view, next, &l->until);
}

void pane_settle_locked(struct pane *p)
{
    struct pane_lock *l = &p->lock;
    uint64_t held;

    if (p->epoch != view_epoch(p->view)) {
        p->epoch = view_epoch(p->view);
        p->have_found = false;
        l->settled = l->moved = false;
        l->follow = true;
    }
    p->follow = false;
    if (!l->settled && !l->moved)
        find_until(p);
    if (!view_clamp(p->view, l->until, &held) || held != l->until)
        l->none = true;
    if (!l->none)
        p->anchor = pane_anchor_above(p, l->until);
}

void pane_move_locked(struct pane *p, uint64_t entry)
{
    struct pane_lock *l = &p->lock;

    if (!l->on)
        return;
    l->until = entry;
    l->none = view_empty(p->view);
    l->moved = !l->none;
    l->back = l->back && l->none;
}

void pane_scroll_locked(struct pane *p, int rows)
{
    struct pane_lock *l = &p->lock;
    struct anchor a = {l->until, 0};
    int one = rows < 0 ? -1 : 1;
    uint64_t first;

    if (l->none) { /* before the first line: only a move down leads to a line */
        if (rows > 0 && view_clamp(p->view, view_first(p->view), &first))
            pane_move_locked(p, first);
        return;
    }
    if (rows == one)
        rows = 0;
    for (; rows < 0 && pane_step_up(p, &a); rows++)
        ;
    for (; rows > 0 && pane_step_down(p, &a); rows--)
        ;
    pane_move_locked(p, a.entry != l->until ? a.entry : view_move(p->view, l->until, one, NULL));
}

void pane_lock(struct pane *p, const struct instant *at)
{
    struct pane_lock *l = &p->lock;

    if (!l->on) {
        pane_settle(p);
        *l = (struct pane_lock){.on = true, .anchor = p->anchor, .follow = p->follow};
    } else if (instant_equal(&l->at, at))
        return;
    l->at = *at;
    l->settled = l->moved = false;
}

void pane_unlock(struct pane *p, bool stay)
{
    struct pane_lock *l = &p->lock;

    if (!l->on)
        return;
    l->on = false;
    p->follow = l->follow && !stay;
    if (stay)
        pane_stick(p);
    else
        p->anchor = l->anchor;
    pane_settle(p);
}

bool pane_locked(const struct pane *p)
{
    return p->lock.on;
}

bool pane_instant(struct pane *p, struct instant *at)
{
    bool seen = p->have_found && p->found.entry >= p->anchor.entry && p->found.entry <= p->behind;
    uint64_t line = p->lock.on ? p->lock.until : seen ? p->found.entry : p->behind;
    struct entry e;

    if (p->lock.on ? p->lock.none : !p->any_drawn)
        return false;
    if (!view_entry(p->view, line, &e))
        return false;
    *at = instant_of(&e);
    return true;
}

bool pane_moved(struct pane *p, struct instant *at)
{
    struct pane_lock *l = &p->lock;
    bool moved = l->on && l->moved, back = l->on && l->back;

    l->moved = l->back = false;
    if (back)
        *at = l->at;
    return back || (moved && pane_instant(p, at));
}
