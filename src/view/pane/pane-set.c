/* Panes keep their slots as far as possible, so that they stay where they are on the screen.
 * Closing a pane moves those after it up by one slot. */
#include "view/pane/pane-set.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "view/layout.h"
#include "view/pane/short-lived.h"

#define SETTLE ((int64_t)1500000000)     /* ns from the first change on without PANE_SET_HOLD */
#define STILL ((int64_t)5000000000)      /* ns without output after which a pane may be replaced */
#define STILL_DEAD ((int64_t)2000000000) /* the same when its tasks have ended */
#define LOOK_AT 256                      /* most streams examined at a time, the most recent ones */

struct pane_set {
    struct model *model;
    struct pane_look look; /* of new panes */
    struct pane *slots[LAYOUT_TILES];
    int count;
    int focus;                  /* slot with the focus, -1: none */
    int last_focus;             /* slot that has it or had it last */
    const struct pane *focused; /* pane that has the focus or had it last; may be freed */
    const struct pane *before;  /* pane that had the focus before that; may be freed */
    bool frozen;
    int64_t first_change, last_change; /* CLOCK_MONOTONIC ns, 0: none yet */
    uint64_t seen_order;               /* order of the newest output at the last change */
    uint64_t *closed;                  /* ids of streams whose panes the user closed */
    size_t nclosed;
    bool never_gathers; /* the user closed a pane for short-lived processes: no other opens */
};

struct pane_set *pane_set_new(struct model *m)
{
    struct pane_set *d = xcalloc(1, sizeof *d);

    d->model = m;
    d->focus = -1;
    d->look.wrap = true;
    return d;
}

void pane_set_set_look(struct pane_set *d, const struct pane_look *look)
{
    d->look = *look;
}

static struct pane *new_pane(const struct pane_set *d, struct scope scope, unsigned kinds)
{
    struct pane *p = pane_new(d->model, scope, kinds);

    pane_set_look(p, &d->look);
    return p;
}

void pane_set_free(struct pane_set *d)
{
    if (!d)
        return;
    for (int i = 0; i < d->count; i++)
        pane_free(d->slots[i]);
    free(d->closed);
    free(d);
}

int pane_set_count(const struct pane_set *d)
{
    return d->count;
}

struct pane *pane_set_pane(const struct pane_set *d, int i)
{
    return i >= 0 && i < d->count ? d->slots[i] : NULL;
}

/* The slot of a pane; -1: it is not in the set. */
static int slot_of(const struct pane_set *d, const struct pane *p)
{
    for (int i = 0; i < d->count; i++)
        if (d->slots[i] == p)
            return i;
    return -1;
}

bool pane_set_holds(const struct pane_set *d, const struct pane *p)
{
    return slot_of(d, p) >= 0;
}

int pane_set_focus(const struct pane_set *d)
{
    return d->focus;
}

void pane_set_set_focus(struct pane_set *d, int i)
{
    d->focus = i < d->count ? i : d->count - 1;
    if (d->focus < 0)
        return;
    d->last_focus = d->focus;
    if (d->slots[d->focus] != d->focused)
        d->before = d->focused;
    d->focused = d->slots[d->focus];
}

int pane_set_previous(const struct pane_set *d)
{
    return slot_of(d, d->before);
}

struct pane *pane_set_focused(const struct pane_set *d)
{
    return pane_set_pane(d, d->focus);
}

int pane_set_current(const struct pane_set *d)
{
    if (d->focus >= 0)
        return d->focus;
    return d->last_focus < d->count ? d->last_focus : d->count - 1;
}

int pane_set_first(const struct pane_set *d, int n)
{
    int current = pane_set_current(d);

    if (current >= n)
        return current - n + 1;
    return 0;
}

/* Whether a pane shows the stream. gathering: panes for short-lived processes count, too. They show
 * long-lived ones as well, but those still get panes of their own. */
static bool is_covered(const struct pane_set *d, const struct stream *s, bool gathering)
{
    for (int i = 0; i < d->count; i++)
        if ((gathering || !pane_gathers(d->slots[i])) && pane_covers(d->slots[i], s))
            return true;
    return false;
}

static bool was_closed(const struct pane_set *d, const struct stream *s)
{
    for (size_t i = 0; i < d->nclosed; i++)
        if (d->closed[i] == stream_id(s))
            return true;
    return false;
}

static void remember_closed(struct pane_set *d, const struct stream *s)
{
    d->closed = xrealloc(d->closed, (d->nclosed + 1) * sizeof *d->closed);
    d->closed[d->nclosed++] = stream_id(s);
}

static void forget_closed(struct pane_set *d, const struct stream *s)
{
    for (size_t i = 0; i < d->nclosed; i++)
        if (d->closed[i] == stream_id(s))
            d->closed[i--] = d->closed[--d->nclosed];
}

static bool wants_pane(const struct pane_set *d, const struct stream *s)
{
    int64_t now = stream_last_time(model_recent_stream(d->model));

    return stream_first_line(s) < stream_end_line(s) && !was_closed(d, s) &&
           !is_covered(d, s, short_lived_has(s) || short_lived_may_have(s, now));
}

static bool is_in_use(const struct pane_set *d, int i)
{
    struct pane *p = d->slots[i];

    return i == d->focus || pane_pinned(p) || !pane_follows(p) || pane_search_pattern(p) ||
           view_filter(pane_view(p)) || view_scope(pane_view(p)).kind != SCOPE_STREAM;
}

/* The slot that has been without output the longest, among those not in use; -1: none. by_itself:
 * only slots without output for STILL or STILL_DEAD. */
static int stillest_slot(const struct pane_set *d, int64_t now_time, bool by_itself)
{
    int best = -1;
    int64_t oldest = 0;

    for (int i = 0; i < d->count; i++) {
        if (is_in_use(d, i))
            continue;
        int64_t last = pane_last_time(d->slots[i]);
        int64_t hold = !by_itself ? 0 : pane_is_over(d->slots[i]) ? STILL_DEAD : STILL;
        if (now_time - last < hold)
            continue;
        if (best < 0 || last < oldest) {
            best = i;
            oldest = last;
        }
    }
    return best;
}

static void put_in_slot(struct pane_set *d, int i, struct pane *p)
{
    if (i < d->count)
        pane_free(d->slots[i]);
    else
        d->count = i + 1;
    d->slots[i] = p;
    pane_freeze(p, d->frozen);
}

/* Opens a pane for an active stream: in a new slot, or in place of one without output. False: there
 * is no room. */
static bool admit_stream(struct pane_set *d, struct stream *s, int64_t now_time, int capacity,
                         bool grow)
{
    int slot = d->count;

    if (d->count >= capacity) {
        if (stream_last_order(s) <= d->seen_order)
            return false;
        slot = stillest_slot(d, now_time, true);
    } else if (!grow)
        return false;
    if (slot < 0)
        return false;
    put_in_slot(d, slot, new_pane(d, scope_stream(s), KIND_ALL));
    return true;
}

/* The recent streams that want a pane, the most recently active first. */
static size_t find_candidates(const struct pane_set *d, struct stream *out[LOOK_AT])
{
    size_t n = 0, seen = 0;

    for (struct stream *s = model_recent_stream(d->model); s && seen < LOOK_AT;
         s = model_next_stream(s), seen++)
        if (wants_pane(d, s))
            out[n++] = s;
    return n;
}

static int by_id(const void *a, const void *b)
{
    uint64_t left = stream_id(*(struct stream *const *)a);
    uint64_t right = stream_id(*(struct stream *const *)b);

    return left < right ? -1 : left > right;
}

static void remove_slot(struct pane_set *d, int i)
{
    pane_free(d->slots[i]);
    memmove(d->slots + i, d->slots + i + 1, sizeof *d->slots * (size_t)(d->count - i - 1));
    d->count--;
    d->focus -= d->focus > i;
    d->last_focus -= d->last_focus > i;
}

/* Whether the pane in that slot is not in use and shows only a short-lived process. */
static bool shows_short_lived(const struct pane_set *d, int i)
{
    struct stream *s = pane_stream(d->slots[i]);

    return s && !is_in_use(d, i) && short_lived_has(s);
}

/* Opens one pane for the output of all short-lived processes below a common ancestor: that of the
 * least recently active one that wants a pane. It replaces a pane of such a process, if there is
 * one. False: there are too few such streams, there is no room, or the user does not want it. */
static bool gather_short_lived(struct pane_set *d, struct stream *const *wanted, size_t n,
                               int64_t now_time, int capacity)
{
    struct task *above = NULL;
    size_t count = 0;
    int slot = d->count;

    for (size_t i = n; i-- > 0;)
        if (short_lived_has(wanted[i])) {
            above = above ? above : short_lived_above(wanted[i], now_time);
            count++;
        }
    for (int i = 0; i < d->count; i++)
        if (shows_short_lived(d, i)) {
            slot = i;
            count++;
        }
    if (!above || count < SHORT_LIVED_LEAST || d->never_gathers ||
        (slot == d->count && slot >= capacity))
        return false;
    put_in_slot(d, slot, new_pane(d, scope_subtree(above), KIND_ALL));
    pane_set_gathers(d->slots[slot]);
    return true;
}

/* Closes the panes of short-lived processes that a pane for all of them shows, too. */
static bool drop_gathered(struct pane_set *d)
{
    int before = d->count;

    for (int i = d->count - 1; i >= 0; i--) {
        const struct stream *s = shows_short_lived(d, i) ? pane_stream(d->slots[i]) : NULL;
        for (int j = 0; s && j < d->count; j++)
            if (pane_gathers(d->slots[j]) && pane_covers(d->slots[j], s)) {
                remove_slot(d, i);
                break;
            }
    }
    return d->count != before;
}

bool pane_set_arrange(struct pane_set *d, int64_t now, int capacity, bool grow)
{
    struct stream *wanted[LOOK_AT], *newest = model_recent_stream(d->model);
    bool settling = d->first_change == 0 || now - d->first_change < SETTLE;

    if (d->frozen || !newest || (!settling && now - d->last_change < PANE_SET_HOLD))
        return false;
    size_t n = find_candidates(d, wanted);
    bool changed = grow && gather_short_lived(d, wanted, n, stream_last_time(newest), capacity);
    if (changed) {
        drop_gathered(d);
        n = find_candidates(d, wanted);
    } else if (grow)
        changed = drop_gathered(d);
    size_t room = capacity > d->count ? (size_t)(capacity - d->count) : 0;
    qsort(wanted, n < room ? n : room, sizeof *wanted, by_id);
    for (size_t i = 0; i < n; i++)
        if (admit_stream(d, wanted[i], stream_last_time(newest), capacity, grow))
            changed = true;
    if (!changed)
        return false;
    d->seen_order = stream_last_order(newest);
    d->last_change = now;
    if (d->first_change == 0)
        d->first_change = now;
    return true;
}

/* The slot of a pane that shows exactly this scope; -1: none. */
static int find_pane(const struct pane_set *d, struct scope scope)
{
    for (int i = 0; i < d->count; i++)
        if (scope_equal(view_scope(pane_view(d->slots[i])), scope))
            return i;
    return -1;
}

int pane_set_open(struct pane_set *d, struct scope scope, unsigned kinds, int capacity)
{
    int i = find_pane(d, scope);

    if (scope.kind == SCOPE_STREAM && scope.stream)
        forget_closed(d, scope.stream);
    if (i >= 0)
        return i;
    i = d->count;
    if (i >= capacity || i >= LAYOUT_TILES)
        i = stillest_slot(d, INT64_MAX, false);
    if (i < 0) /* all panes are in use: replace the last one without the focus */
        i = d->count - 1 == d->focus && d->count > 1 ? d->count - 2 : d->count - 1;
    if (i < 0) /* no room even for one pane: it is shown when the screen becomes larger */
        i = 0;
    put_in_slot(d, i, new_pane(d, scope, kinds));
    pane_set_pinned(d->slots[i], true);
    return i;
}

void pane_set_insert(struct pane_set *d, int i, struct pane *p)
{
    memmove(d->slots + i + 1, d->slots + i, sizeof *d->slots * (size_t)(d->count - i));
    d->slots[i] = p;
    d->count++;
    pane_set_pinned(p, true);
    pane_freeze(p, d->frozen);
}

void pane_set_move(struct pane_set *d, int from, int to)
{
    struct pane *p = d->slots[from];

    memmove(d->slots + from, d->slots + from + 1, sizeof *d->slots * (size_t)(d->count - from - 1));
    memmove(d->slots + to + 1, d->slots + to, sizeof *d->slots * (size_t)(d->count - 1 - to));
    d->slots[to] = p;
    if (d->focus == from)
        pane_set_set_focus(d, to);
}

/* The new value of the slot number `at` when slots i and j are swapped. */
static int swapped_slot(int at, int i, int j)
{
    return at == i ? j : at == j ? i : at;
}

void pane_set_swap(struct pane_set *d, int i, int j)
{
    struct pane *p = d->slots[i];

    d->slots[i] = d->slots[j];
    d->slots[j] = p;
    d->focus = swapped_slot(d->focus, i, j);
    d->last_focus = swapped_slot(d->last_focus, i, j);
}

void pane_set_close(struct pane_set *d, int i)
{
    struct pane *p = pane_set_pane(d, i);
    struct stream *s;

    if (!p)
        return;
    s = pane_stream(p);
    if (s && view_scope(pane_view(p)).kind == SCOPE_STREAM)
        remember_closed(d, s);
    d->never_gathers = d->never_gathers || pane_gathers(p);
    remove_slot(d, i);
    if (d->focus >= d->count)
        pane_set_set_focus(d, d->count - 1);
}

int pane_set_unseen(const struct pane_set *d)
{
    int n = 0, seen = 0;

    for (struct stream *s = model_recent_stream(d->model); s && seen < LOOK_AT;
         s = model_next_stream(s), seen++)
        n += wants_pane(d, s);
    return n;
}

void pane_set_forget_order(struct pane_set *d)
{
    d->seen_order = 0;
}

bool pane_set_work(struct pane_set *d, size_t budget)
{
    bool more = false;
    size_t each = d->count ? budget / (size_t)d->count + 1 : 0;

    for (int i = 0; i < d->count; i++)
        more |= pane_work(d->slots[i], each);
    return more;
}

void pane_set_freeze(struct pane_set *d, bool frozen)
{
    d->frozen = frozen;
    for (int i = 0; i < d->count; i++)
        pane_freeze(d->slots[i], frozen);
}
