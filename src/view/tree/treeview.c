/* Words: a line is a node that is not hidden below a fold, by the filter, as a thread or as one
 * that is gone, or a source when there are several; below a node there may be lines with what it
 * has executed. They are made anew when the tree, the folds or the filter have changed, at the most
 * once a drawing. The selection is a node's id; it goes on as the node's successor, and falls to
 * the parent when the node is hidden or no longer kept. */
#include "view/tree/treeview.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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

static void empty(struct node_ref **set)
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
    empty(&tv->folds);
    empty(&tv->tags);
    empty(&tv->noticed);
    empty(&tv->steps);
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

static bool folded(const struct treeview *tv, uint64_t id)
{
    return node_set_holds(tv->folds, id);
}

bool treeview_folds(const struct treeview *tv, const struct task *t)
{
    return t->first_child && folded(tv, t->id);
}

static void set_fold(struct treeview *tv, uint64_t id, bool fold)
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

/* Whose it is, for the time when it is gone. */
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

static bool select_id(struct treeview *tv, uint64_t id)
{
    if (!find_line(tv, id, &tv->selected_line))
        return false;
    tv->selected = id;
    remember_parents(tv);
    return true;
}

/* What is selected, or its nearest parent that is kept. */
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
        if (select_id(tv, t->id))
            return;
    if (!(source & SOURCE_LINE) || !select_id(tv, source))
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
        if (folded(tv, up->id))
            set_fold(tv, up->id, false);
    if (folded(tv, SOURCE_LINE | t->source->index))
        set_fold(tv, SOURCE_LINE | t->source->index, false);
    treeview_update(tv);
    tv->selected = t->id;
    treeview_keep_selection(tv);
}

void treeview_select(struct treeview *tv, const struct task *t)
{
    treeview_unfold_to(tv, t);
    if (tv->selected == t->id)
        return;
    tv->led = t->id;
    tv->stale = true;
    treeview_unfold_to(tv, t);
}

bool treeview_is_folded(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);

    return t && treeview_folds(tv, t);
}

char *treeview_command(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);

    return t ? task_command(t) : NULL;
}

/* ---- moving ---- */

void treeview_move(struct treeview *tv, int lines)
{
    treeview_update(tv);
    tv->follow = false;
    int64_t at = (int64_t)tv->selected_line + lines;
    size_t to = at < 0 ? 0 : (size_t)at;
    while (lines > 0 && to < tv->count && tv->lines[to].step)
        to++; /* past what the node has executed */
    treeview_select_line(tv, to);
}

void treeview_page(struct treeview *tv, int halves)
{
    int page = tv->rows > 1 ? tv->rows - 1 : 1;

    treeview_move(tv, halves % 2 == 0 ? page * halves / 2 : halves * (tv->rows / 2 + 1));
}

void treeview_to_top(struct treeview *tv)
{
    treeview_update(tv);
    tv->follow = false;
    treeview_select_line(tv, 0);
}

void treeview_to_end(struct treeview *tv)
{
    treeview_update(tv);
    tv->follow = false;
    treeview_select_line(tv, tv->count);
}

void treeview_to_parent(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);

    if (t && t->parent)
        treeview_select(tv, t->parent);
    else if (t)
        select_id(tv, SOURCE_LINE | t->source->index);
}

/* The node behind t, or the first of all; from a source's line on the first of that. */
static struct task *next_around(struct treeview *tv, const struct task *t)
{
    struct source *s = t ? NULL : treeview_source(tv);
    struct task *next = t ? model_next_task(tv->model, t) : s ? s->first_root : NULL;

    return next ? next : model_first_task(tv->model);
}

struct task *treeview_to_failed(struct treeview *tv)
{
    const struct task *root = treeview_root(tv), *first = NULL;
    struct task *t = next_around(tv, treeview_selected(tv));

    for (; t && t != first; t = next_around(tv, t)) {
        if (!first)
            first = t;
        if (t->process && task_failed(t) && (!root || task_within(t, root))) {
            treeview_select(tv, t);
            return t;
        }
    }
    return NULL;
}

/* The selected line has some below it. */
static bool can_fold(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);
    const struct source *s = treeview_source(tv);

    return (t && t->first_child) || (s && s->first_root);
}

void treeview_left(struct treeview *tv)
{
    if (can_fold(tv) && !folded(tv, tv->selected))
        set_fold(tv, tv->selected, true);
    else
        treeview_to_parent(tv);
}

void treeview_right(struct treeview *tv)
{
    if (can_fold(tv) && folded(tv, tv->selected))
        set_fold(tv, tv->selected, false);
    else if (can_fold(tv))
        treeview_move(tv, 1);
}

void treeview_fold(struct treeview *tv, bool fold)
{
    const struct task *t = treeview_selected(tv);

    if (t && fold && !t->first_child && t->parent)
        treeview_to_parent(tv);
    if (tv->selected)
        set_fold(tv, tv->selected, fold);
}

void treeview_fold_all(struct treeview *tv)
{
    tv->stale = true;
    if (tv->folds) {
        empty(&tv->folds);
        return;
    }
    for (const struct task *t = model_first_task(tv->model); t; t = model_next_task(tv->model, t))
        if (t->first_child && t->parent)
            set_fold(tv, t->id, true);
    if (!tv->folds) /* nothing below the roots: fold those */
        for (const struct task *t = model_first_task(tv->model); t;
             t = model_next_task(tv->model, t))
            if (t->first_child)
                set_fold(tv, t->id, true);
}

void treeview_fold_level(struct treeview *tv, unsigned levels)
{
    treeview_update(tv);
    tv->stale = true;
    empty(&tv->folds);
    if (levels == 0)
        return;
    for (const struct task *t = model_first_task(tv->model); t; t = model_next_task(tv->model, t))
        if (t->first_child && t->depth + tv->indent >= tv->root_depth + levels - 1)
            set_fold(tv, t->id, true);
    for (const struct source *s = model_sources(tv->model); s && tv->indent && levels == 1;
         s = s->next)
        set_fold(tv, SOURCE_LINE | s->index, true);
}

bool treeview_toggle_only(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);

    tv->root = tv->root || !t ? 0 : t->id;
    tv->top = 0;
    tv->stale = true;
    return tv->root != 0;
}

bool treeview_toggle_sparks(struct treeview *tv)
{
    tv->sparks = !tv->sparks;
    return tv->sparks;
}

bool treeview_toggle_threads(struct treeview *tv)
{
    tv->threads = !tv->threads;
    tv->stale = true;
    return tv->threads;
}

bool treeview_toggle_dead(struct treeview *tv)
{
    tv->dead = !tv->dead;
    tv->led = 0;
    tv->stale = true;
    return tv->dead;
}

void treeview_set_dead_age(struct treeview *tv, int64_t age)
{
    tv->dead = true;
    tv->dead_age = age;
    tv->led = 0;
    tv->stale = true;
}

bool treeview_toggle_steps(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv), *process = t ? task_process(t) : NULL;

    if (!process)
        return false;
    bool on = !node_set_holds(tv->steps, process->id);
    node_set_put(&tv->steps, process->id, on);
    tv->stale = true;
    return on;
}

enum tree_columns treeview_next_columns(struct treeview *tv)
{
    tv->columns = (tv->columns + 1) % TREE_COLUMNS;
    return tv->columns;
}

bool treeview_toggle_follow(struct treeview *tv)
{
    tv->follow = !tv->follow;
    return tv->follow;
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
    empty(&tv->tags);
}

struct task_set *treeview_tagged(struct treeview *tv)
{
    struct task_set *set = task_set_new();
    struct node_ref *n, *next;

    HASH_ITER(hh, tv->tags, n, next)
    {
        const struct task *t = treeview_resolve(tv, n->id);
        if (t)
            task_set_add(set, t, treeview_folds(tv, t));
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

/* ---- the mouse ---- */

bool treeview_click(struct treeview *tv, int row)
{
    size_t i = tv->top + (size_t)row;

    if (row < 0 || i >= tv->count)
        return false;
    bool before = tv->lines[i].id == tv->selected;
    tv->follow = false;
    treeview_select_line(tv, i);
    return before;
}

void treeview_wheel(struct treeview *tv, int lines)
{
    treeview_move(tv, lines);
}

/* ---- what was noticed ---- */

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
    for (struct node_ref *n = treeview_folds(tv, t) ? tv->noticed : NULL; n; n = n->hh.next) {
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
        if (!one || one == t || (treeview_folds(tv, t) && task_within(one, t)))
            node_set_put(&tv->noticed, n->id, false);
    }
}
