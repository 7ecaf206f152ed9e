/* Lines are made for all nodes that are not hidden: by a fold, by the filter, as a thread or as a
 * task that has ended. They are made again, at most once a drawing, when the model's tree, the
 * folds or the filter have changed.
 *
 * The selection is the id of a node. When the node gets a successor, that one is selected; when it
 * is hidden or no longer kept, its nearest visible ancestor. */
#include "view/tree/treeview.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "view/tree/treeview-state.h"

struct treeview *treeview_new(struct model *m, const struct clock *clock)
{
    struct treeview *tv = xcalloc(1, sizeof *tv);

    tv->model = m;
    tv->clock = clock;
    tv->threads = tv->dead = true;
    tv->stale = true;
    tv->rows = 10;
    return tv;
}

bool node_set_holds(struct node_ref *set, uint64_t id)
{
    struct node_ref *n;

    HASH_FIND(hh, set, &id, sizeof id, n);
    return n != NULL;
}

void node_set_put(struct node_ref **set, uint64_t id, bool in)
{
    struct node_ref *n;

    HASH_FIND(hh, *set, &id, sizeof id, n);
    if (in == (n != NULL))
        return;
    if (in) {
        n = xcalloc(1, sizeof *n);
        n->id = id;
        HASH_ADD(hh, *set, id, sizeof n->id, n);
    } else {
        HASH_DEL(*set, n);
        free(n);
    }
}

void node_set_clear(struct node_ref **set)
{
    struct node_ref *n, *next;

    HASH_ITER(hh, *set, n, next)
    {
        HASH_DEL(*set, n);
        free(n);
    }
}

void treeview_free(struct treeview *tv)
{
    if (!tv)
        return;
    node_set_clear(&tv->folds);
    node_set_clear(&tv->tags);
    node_set_clear(&tv->noticed);
    node_set_clear(&tv->steps);
    treeview_decide(tv, false);
    treeview_forget_meters(tv);
    regex_free(tv->find);
    regex_free(tv->filter);
    free(tv->filter_text);
    free(tv->lines);
    free(tv);
}

bool treeview_tick(struct treeview *tv, int64_t now)
{
    bool expired = tv->expires && now >= tv->expires && !tv->frozen;

    tv->now = now;
    tv->stale = tv->stale || expired;
    return expired;
}

bool treeview_moves(const struct treeview *tv)
{
    bool any = false;

    for (const struct source *s = model_sources(tv->model); s; s = s->next)
        any = any || !s->ended;
    return any && !tv->past && (tv->sparks || tv->steps || tv->columns != TREE_FIGURES);
}

void treeview_freeze(struct treeview *tv, bool frozen)
{
    tv->frozen = frozen;
}

void treeview_set_instant(struct treeview *tv, const struct instant *at)
{
    bool same = at ? tv->past && instant_equal(&tv->at, at) : !tv->past;

    tv->past = at != NULL;
    if (at)
        tv->at = *at;
    tv->stale = tv->stale || !same;
}

enum instant_phase treeview_phase(const struct treeview *tv, const struct task *t)
{
    if (tv->past)
        return instant_phase(&tv->at, t);
    return t->state == TASK_DEAD || (t->state == TASK_DETACHED && !t->source->ended) ? PHASE_OVER
                                                                                     : PHASE_ALIVE;
}

/* ---- folds ---- */

bool treeview_has_fold(const struct treeview *tv, uint64_t id)
{
    return node_set_holds(tv->folds, id);
}

bool treeview_hides_children(const struct treeview *tv, const struct task *t)
{
    return t->first_child && treeview_has_fold(tv, t->id);
}

void treeview_set_fold(struct treeview *tv, uint64_t id, bool fold)
{
    tv->stale = true;
    node_set_put(&tv->folds, id, fold);
}

/* ---- the selection ---- */

struct task *treeview_resolve(const struct treeview *tv, uint64_t id)
{
    struct task *t = id ? model_task(tv->model, id) : NULL;

    for (int hops = 0; t && t->successor && hops < 8; hops++) {
        struct task *next = model_task(tv->model, t->successor);
        if (!next)
            break;
        t = next;
    }
    return t;
}

const struct task *treeview_root(const struct treeview *tv)
{
    return treeview_resolve(tv, tv->root);
}

static bool find_line(const struct treeview *tv, uint64_t id, size_t *out)
{
    if (*out < tv->count && tv->lines[*out].id == id && !tv->lines[*out].step)
        return true;
    for (size_t i = 0; i < tv->count; i++)
        if (tv->lines[i].id == id) {
            *out = i;
            return true;
        }
    return false;
}

/* Remembers the ancestors of the selected node, for when the node is no longer kept. */
static void remember_parents(struct treeview *tv)
{
    const struct task *t = model_task(tv->model, tv->selected);

    for (size_t i = 0; i < PARENTS; i++) {
        t = t ? t->parent : NULL;
        tv->parents[i] = t ? t->id : 0;
    }
}

void treeview_select_line(struct treeview *tv, size_t i)
{
    if (tv->count == 0)
        return;
    if (i >= tv->count)
        i = tv->count - 1;
    while (tv->lines[i].step)
        i--;
    tv->selected_line = i;
    tv->selected = tv->lines[i].id;
    remember_parents(tv);
}

bool treeview_select_id(struct treeview *tv, uint64_t id)
{
    if (!find_line(tv, id, &tv->selected_line))
        return false;
    tv->selected = id;
    remember_parents(tv);
    return true;
}

/* The selected node, or its nearest ancestor that is still kept. */
static const struct task *selected_or_parent(const struct treeview *tv)
{
    const struct task *t = treeview_resolve(tv, tv->selected);

    for (size_t i = 0; !t && i < PARENTS; i++)
        t = treeview_resolve(tv, tv->parents[i]);
    return t;
}

void treeview_keep_selection(struct treeview *tv)
{
    const struct task *t = selected_or_parent(tv);
    uint64_t source = t ? SOURCE_LINE | t->source->index : tv->selected;

    for (; t; t = t->parent)
        if (treeview_select_id(tv, t->id))
            return;
    if (!(source & SOURCE_LINE) || !treeview_select_id(tv, source))
        treeview_select_line(tv, tv->selected_line);
}

void treeview_update(struct treeview *tv)
{
    bool changed = tv->generation != model_tree_generation(tv->model);

    if (tv->stale || (changed && !tv->frozen) || (tv->count == 0 && changed)) {
        treeview_make_lines(tv);
        treeview_keep_selection(tv);
    }
}

struct task *treeview_selected(struct treeview *tv)
{
    treeview_update(tv);
    return model_task(tv->model, tv->selected);
}

struct source *tree_line_source(const struct treeview *tv, uint64_t id)
{
    struct source *s = id & SOURCE_LINE ? model_sources(tv->model) : NULL;

    while (s && s->index != (id & ~SOURCE_LINE))
        s = s->next;
    return s;
}

struct source *treeview_source(struct treeview *tv)
{
    treeview_update(tv);
    return tree_line_source(tv, tv->selected);
}

void treeview_unfold_to(struct treeview *tv, const struct task *t)
{
    for (const struct task *up = t->parent; up; up = up->parent)
        if (treeview_has_fold(tv, up->id))
            treeview_set_fold(tv, up->id, false);
    if (treeview_has_fold(tv, SOURCE_LINE | t->source->index))
        treeview_set_fold(tv, SOURCE_LINE | t->source->index, false);
    treeview_update(tv);
    tv->selected = t->id;
    treeview_keep_selection(tv);
}

void treeview_select(struct treeview *tv, const struct task *t)
{
    treeview_unfold_to(tv, t);
    if (tv->selected == t->id)
        return;
    tv->revealed = t->id;
    tv->stale = true;
    treeview_unfold_to(tv, t);
}

bool treeview_is_folded(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);

    return t && treeview_hides_children(tv, t);
}

char *treeview_command(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);

    return t ? task_command(t) : NULL;
}

/* ---- tags ---- */

bool treeview_toggle_tag(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);
    bool in = t && !node_set_holds(tv->tags, t->id);

    if (!t)
        return false;
    node_set_put(&tv->tags, t->id, in);
    treeview_move(tv, 1);
    return in;
}

void treeview_untag(struct treeview *tv)
{
    node_set_clear(&tv->tags);
}

struct task_set *treeview_tagged(struct treeview *tv)
{
    struct task_set *set = task_set_new();
    struct node_ref *n, *next;

    HASH_ITER(hh, tv->tags, n, next)
    {
        const struct task *t = treeview_resolve(tv, n->id);
        if (t)
            task_set_add(set, t, treeview_hides_children(tv, t));
    }
    if (task_set_count(set) > 0)
        return set;
    task_set_unref(set);
    return NULL;
}

size_t treeview_tags(const struct treeview *tv)
{
    return HASH_COUNT(tv->tags);
}

/* ---- notices ---- */

#define NOTICED_MAX 1000

void treeview_notice(struct treeview *tv, const struct task *t)
{
    if (HASH_COUNT(tv->noticed) < NOTICED_MAX)
        node_set_put(&tv->noticed, t->id, true);
}

bool treeview_is_noticed(const struct treeview *tv, const struct task *t)
{
    if (!tv->noticed)
        return false;
    if (node_set_holds(tv->noticed, t->id))
        return true;
    for (struct node_ref *n = treeview_hides_children(tv, t) ? tv->noticed : NULL; n;
         n = n->hh.next) {
        const struct task *one = model_task(tv->model, n->id);
        if (one && task_within(one, t))
            return true;
    }
    return false;
}

void treeview_visit_pane(struct treeview *tv, const struct view *v)
{
    struct node_ref *n, *next;

    HASH_ITER(hh, tv->noticed, n, next)
    {
        const struct task *t = model_task(tv->model, n->id);
        bool seen = !t;
        for (unsigned i = 0; t && i < t->stream_count; i++)
            seen = seen || view_has(v, t->streams[i]);
        if (seen)
            node_set_put(&tv->noticed, n->id, false);
    }
}

void treeview_visit(struct treeview *tv, const struct task *t)
{
    struct node_ref *n, *next;

    HASH_ITER(hh, tv->noticed, n, next)
    {
        const struct task *one = model_task(tv->model, n->id);
        if (!one || one == t || (treeview_hides_children(tv, t) && task_within(one, t)))
            node_set_put(&tv->noticed, n->id, false);
    }
}
