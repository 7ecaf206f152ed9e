/* Moving in the fork tree, folding, and choosing what it shows; by keys and by the mouse. */
#include "view/tree/treeview.h"

#include "view/tree/treeview-state.h"

/* ---- moving ---- */

void treeview_move(struct treeview *tv, int lines)
{
    treeview_update(tv);
    tv->follow = false;
    int64_t at = (int64_t)tv->selected_line + lines;
    size_t to = at < 0 ? 0 : (size_t)at;
    while (lines > 0 && to < tv->count && tv->lines[to].step)
        to++; /* past the steps of the node */
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
        treeview_select_id(tv, SOURCE_LINE | t->source->index);
}

/* The node after t; after the last one the first of all. t NULL: the first node of the source whose
 * line is selected, else the first of all. */
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

/* Whether the selected node or source has nodes below it. */
static bool has_nodes_below(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);
    const struct source *s = treeview_source(tv);

    return (t && t->first_child) || (s && s->first_root);
}

void treeview_left(struct treeview *tv)
{
    if (has_nodes_below(tv) && !treeview_has_fold(tv, tv->selected))
        treeview_set_fold(tv, tv->selected, true);
    else
        treeview_to_parent(tv);
}

void treeview_right(struct treeview *tv)
{
    if (has_nodes_below(tv) && treeview_has_fold(tv, tv->selected))
        treeview_set_fold(tv, tv->selected, false);
    else if (has_nodes_below(tv))
        treeview_move(tv, 1);
}

void treeview_fold(struct treeview *tv, bool fold)
{
    const struct task *t = treeview_selected(tv);

    if (t && fold && !t->first_child && t->parent)
        treeview_to_parent(tv);
    if (tv->selected)
        treeview_set_fold(tv, tv->selected, fold);
}

void treeview_fold_all(struct treeview *tv)
{
    tv->stale = true;
    if (tv->folds) {
        node_set_clear(&tv->folds);
        return;
    }
    for (const struct task *t = model_first_task(tv->model); t; t = model_next_task(tv->model, t))
        if (t->first_child && t->parent)
            treeview_set_fold(tv, t->id, true);
    if (!tv->folds) /* nothing below the roots: fold those */
        for (const struct task *t = model_first_task(tv->model); t;
             t = model_next_task(tv->model, t))
            if (t->first_child)
                treeview_set_fold(tv, t->id, true);
}

void treeview_fold_level(struct treeview *tv, unsigned levels)
{
    treeview_update(tv);
    tv->stale = true;
    node_set_clear(&tv->folds);
    if (levels == 0)
        return;
    for (const struct task *t = model_first_task(tv->model); t; t = model_next_task(tv->model, t))
        if (t->first_child && t->depth + tv->indent >= tv->root_depth + levels - 1)
            treeview_set_fold(tv, t->id, true);
    for (const struct source *s = model_sources(tv->model); s && tv->indent && levels == 1;
         s = s->next)
        treeview_set_fold(tv, SOURCE_LINE | s->index, true);
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
    tv->revealed = 0;
    tv->stale = true;
    return tv->dead;
}

void treeview_set_dead_age(struct treeview *tv, int64_t age)
{
    tv->dead = true;
    tv->dead_age = age;
    tv->revealed = 0;
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
