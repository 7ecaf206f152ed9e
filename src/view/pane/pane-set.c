/* A slot is a place on the screen; a pane keeps its slot as long as it lives.
 * Closing one moves those behind it up: that is the user's own doing. */
#include "view/pane/pane-set.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "view/layout.h"
#include "view/pane/short-lived.h"

#define SETTLE ((int64_t)1500000000)     /* after the first pane: all that come are new */
#define STILL ((int64_t)5000000000)      /* without output for so long a pane may go */
#define STILL_DEAD ((int64_t)2000000000) /* and when its task is gone */
#define LOOK_AT 256                      /* recent streams that are looked at in one turn */

struct pane_set {
    struct model *model;
    struct pane_look look; /* of new ones */
    struct pane *slots[LAYOUT_TILES];
    int count;
    int focus; /* -1 */
    int last_focus;
    const struct pane *focused, *before; /* with the focus, and before that; compared only */
    bool frozen;
    int64_t first_change, last_change;
    uint64_t seen_order; /* output up to here was seen at the last change */
    uint64_t *closed;    /* streams whose panes the user closed */
    size_t nclosed;
    bool gathers_not; /* the user closed a pane for short-lived processes */
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

/* -1: it has none, or is no more. */
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

int pane_set_before(const struct pane_set *d)
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

/* A pane for short-lived processes shows the others, too, but not in their stead. */
static bool covered(const struct pane_set *d, const struct stream *s, bool passing)
{
    for (int i = 0; i < d->count; i++)
        if ((passing || !pane_gathers(d->slots[i])) && pane_covers(d->slots[i], s))
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
           !covered(d, s, short_lived_has(s) || short_lived_may_have(s, now));
}

static bool in_use(const struct pane_set *d, int i)
{
    struct pane *p = d->slots[i];

    return i == d->focus || pane_pinned(p) || !pane_follows(p) || pane_search_pattern(p) ||
           view_filter(pane_view(p)) || view_scope(pane_view(p)).kind != SCOPE_STREAM;
}

/* The slot that was still the longest, among those that may go; -1: none. */
static int stillest(const struct pane_set *d, int64_t now_time, bool by_itself)
{
    int best = -1;
    int64_t oldest = 0;

    for (int i = 0; i < d->count; i++) {
        if (in_use(d, i))
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

static void put(struct pane_set *d, int i, struct pane *p)
{
    if (i < d->count)
        pane_free(d->slots[i]);
    else
        d->count = i + 1;
    d->slots[i] = p;
    pane_freeze(p, d->frozen);
}

/* A pane for a stream that came to be active: in a new slot, or in that of a still one. */
static bool admit(struct pane_set *d, struct stream *s, int64_t now_time, int capacity, bool grow)
{
    int slot = d->count;

    if (d->count >= capacity) {
        if (stream_last_order(s) <= d->seen_order)
            return false;
        slot = stillest(d, now_time, true);
    } else if (!grow)
        return false;
    if (slot < 0)
        return false;
    put(d, slot, new_pane(d, scope_stream(s), KIND_ALL));
    return true;
}

/* The recent streams that want a pane, the oldest of them first: new panes stand in the order
 * in which their output began. */
static size_t candidates(const struct pane_set *d, struct stream *out[LOOK_AT])
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

/* The pane in that slot shows a passer-by and nothing else, and nobody looks at it. */
static bool is_short_lived(const struct pane_set *d, int i)
{
    struct stream *s = pane_stream(d->slots[i]);

    return s && !in_use(d, i) && short_lived_has(s);
}

/* One pane for all short-lived processes below the one above whom most recently one came. True:
 * there is one now. */
static bool gather(struct pane_set *d, struct stream *const *wanted, size_t n, int64_t now_time,
                   int capacity)
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
        if (is_short_lived(d, i)) {
            slot = i;
            count++;
        }
    if (!above || count < SHORT_LIVED_LEAST || d->gathers_not ||
        (slot == d->count && slot >= capacity))
        return false;
    put(d, slot, new_pane(d, scope_subtree(above), KIND_ALL));
    pane_set_gathers(d->slots[slot]);
    return true;
}

/* Panes of short-lived processes that another one shows, too. */
static bool drop_gathered(struct pane_set *d)
{
    int before = d->count;

    for (int i = d->count - 1; i >= 0; i--) {
        const struct stream *s = is_short_lived(d, i) ? pane_stream(d->slots[i]) : NULL;
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
    size_t n = candidates(d, wanted);
    bool changed = grow && gather(d, wanted, n, stream_last_time(newest), capacity);
    if (changed) {
        drop_gathered(d);
        n = candidates(d, wanted);
    } else if (grow)
        changed = drop_gathered(d);
    size_t room = capacity > d->count ? (size_t)(capacity - d->count) : 0;
    qsort(wanted, n < room ? n : room, sizeof *wanted, by_id);
    for (size_t i = 0; i < n; i++)
        if (admit(d, wanted[i], stream_last_time(newest), capacity, grow))
            changed = true;
    if (!changed)
        return false;
    d->seen_order = stream_last_order(newest);
    d->last_change = now;
    if (d->first_change == 0)
        d->first_change = now;
    return true;
}

/* A pane that shows just this. */
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
        i = stillest(d, INT64_MAX, false);
    if (i < 0) /* all are in use: the last one gives way, except the focused */
        i = d->count - 1 == d->focus && d->count > 1 ? d->count - 2 : d->count - 1;
    if (i < 0) /* no room even for one: it is seen when the screen is larger */
        i = 0;
    put(d, i, new_pane(d, scope, kinds));
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

/* Where an index goes when two change places. */
static int swapped(int at, int i, int j)
{
    return at == i ? j : at == j ? i : at;
}

void pane_set_swap(struct pane_set *d, int i, int j)
{
    struct pane *p = d->slots[i];

    d->slots[i] = d->slots[j];
    d->slots[j] = p;
    d->focus = swapped(d->focus, i, j);
    d->last_focus = swapped(d->last_focus, i, j);
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
    d->gathers_not = d->gathers_not || pane_gathers(p);
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
