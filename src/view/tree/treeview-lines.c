/* Makes the lines of the fork tree. Nodes that are hidden by filter or age get lines at first, too:
 * those without a visible descendant are removed in the end. */
#include "view/tree/treeview.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "view/tree/treeview-state.h"

int64_t treeview_time(const struct treeview *tv, const struct source *source)
{
    return tv->past ? tv->at.time : clock_time(tv->clock, source);
}

/* Whether the task has ended and is hidden for that. Else notes in tv->expires when it will be. */
static bool is_hidden_as_dead(struct treeview *tv, const struct task *t)
{
    if (t->state != TASK_DEAD || treeview_phase(tv, t) != PHASE_OVER)
        return false;
    if (!tv->dead)
        return true;
    if (tv->dead_age == 0)
        return false;
    int64_t left = t->end + tv->dead_age - treeview_time(tv, t->source);
    if (left > 0 && (!tv->expires || tv->now + left < tv->expires))
        tv->expires = tv->now + left;
    return left <= 0;
}

static bool passes(struct treeview *tv, const struct task *t)
{
    if (t->id == tv->revealed)
        return true;
    if (is_hidden_as_dead(tv, t)) {
        tv->hidden++;
        return false;
    }
    return !tv->filter || tree_matches(tv->filter, t) != (tv->exclude ? REGEX_YES : REGEX_NO);
}

static void add_line(struct treeview *tv, uint64_t id, unsigned depth, size_t step, bool ancestor)
{
    if (tv->count == tv->cap) {
        tv->cap = tv->cap ? tv->cap * 2 : 64;
        tv->lines = xrealloc(tv->lines, tv->cap * sizeof *tv->lines);
    }
    if (depth > DEPTH_MAX)
        depth = DEPTH_MAX;
    tv->lines[tv->count++] =
        (struct tree_line){.id = id, .depth = depth, .step = (unsigned)step, .ancestor = ancestor};
}

/* The next node of its source that is not below t. */
static struct task *skip_below(const struct task *t)
{
    const struct task *last = t;

    while (last->last_child)
        last = last->last_child;
    return task_next(last, NULL);
}

/* Removes ancestor lines without a visible descendant. Goes from the end upwards and moves all
 * lines that stay to the end of the array. */
static void drop_unneeded_ancestors(struct treeview *tv)
{
    size_t to = tv->count;
    unsigned wanted = 0; /* depth of the last line kept: it needs the ancestors above it */

    for (size_t i = tv->count; i-- > 0;) {
        struct tree_line *l = tv->lines + i;
        bool needed = wanted > l->depth;

        if (l->ancestor && !needed)
            continue;
        wanted = l->depth;
        tv->lines[--to] = *l;
    }
    tv->count -= to;
    memmove(tv->lines, tv->lines + to, tv->count * sizeof *tv->lines);
}

/* Computes the guides of all lines, from the end upwards. */
static void make_guides(struct treeview *tv)
{
    uint64_t open = 0; /* bit n: a line of level n follows further down */

    for (size_t i = tv->count; i-- > 0;) {
        struct tree_line *l = tv->lines + i;
        uint64_t bit = (uint64_t)1 << l->depth;

        l->last = !(open & bit);
        l->guides = open & (bit - 1);
        open = l->guides | bit;
    }
}

/* Adds the line of a node, and below it those of its steps. */
static void add_node(struct treeview *tv, const struct task *t)
{
    unsigned depth = t->depth - tv->root_depth + tv->indent;
    bool shown = passes(tv, t);

    add_line(tv, t->id, depth, 0, !shown);
    if (!shown || !node_set_holds(tv->steps, t->id))
        return;
    for (size_t i = 0; i < t->step_count; i++)
        add_line(tv, t->id, depth + 1, i + 1, false);
}

/* Adds t and all nodes after it: up to the end of root, or (NULL) of the source. */
static void add_nodes(struct treeview *tv, const struct task *t, const struct task *root)
{
    while (t && (!root || task_within(t, root))) {
        if (t->process || tv->threads || !t->parent || t == root)
            add_node(tv, t);
        bool skip = treeview_hides_children(tv, t) && !tv->filter;
        t = skip ? skip_below(t) : task_next(t, NULL);
    }
}

/* Adds all nodes. When there are several sources, each gets a line of its own above its nodes. */
static void add_sources(struct treeview *tv)
{
    const struct source *first = model_sources(tv->model);

    tv->indent = first && first->next;
    for (const struct source *s = first; s; s = s->next) {
        uint64_t id = SOURCE_LINE | s->index;
        if (tv->indent)
            add_line(tv, id, 0, 0, false);
        if (!tv->indent || !node_set_holds(tv->folds, id) || tv->filter)
            add_nodes(tv, s->first_root, NULL);
    }
}

/* Steps stay shown when a node gets a successor: replaces the node in tv->steps. */
static void move_steps_to_successors(struct treeview *tv)
{
    struct node_ref *n, *next;

    HASH_ITER(hh, tv->steps, n, next)
    {
        uint64_t id = n->id;
        const struct task *t = treeview_resolve(tv, id);
        if (t && t->id == id)
            continue;
        node_set_put(&tv->steps, id, false);
        if (t)
            node_set_put(&tv->steps, t->id, true);
    }
}

void treeview_make_lines(struct treeview *tv)
{
    const struct task *root = treeview_root(tv);

    tv->root_depth = root ? root->depth : 0;
    tv->indent = 0;
    tv->count = 0;
    tv->hidden = 0;
    tv->expires = 0;
    move_steps_to_successors(tv);
    if (root)
        add_nodes(tv, root, root);
    else
        add_sources(tv);
    if (tv->filter || tv->hidden)
        drop_unneeded_ancestors(tv);
    make_guides(tv);
    tv->generation = model_tree_generation(tv->model);
    tv->stale = false;
}
