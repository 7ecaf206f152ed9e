/* Which lines the fork tree has. */
#include "view/tree/treeview.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "view/tree/treeview-state.h"

int64_t treeview_time(const struct treeview *tv, const struct source *source)
{
    return tv->past ? tv->at.time : clock_time(tv->clock, source);
}

/* It is gone, and not to be seen any more; else it is noted when that will be. */
static bool is_forgotten(struct treeview *tv, const struct task *t)
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
    if (t->id == tv->led)
        return true;
    if (is_forgotten(tv, t)) {
        tv->hidden++;
        return false;
    }
    return !tv->filter || tree_matches(tv->filter, t) != (tv->exclude ? REGEX_YES : REGEX_NO);
}

static void add_line(struct treeview *tv, uint64_t id, unsigned depth, size_t step, bool relative)
{
    if (tv->count == tv->cap) {
        tv->cap = tv->cap ? tv->cap * 2 : 64;
        tv->lines = xrealloc(tv->lines, tv->cap * sizeof *tv->lines);
    }
    if (depth > DEPTH_MAX)
        depth = DEPTH_MAX;
    tv->lines[tv->count++] =
        (struct tree_line){.id = id, .depth = depth, .step = (unsigned)step, .relative = relative};
}

/* The next node of its source that is not below t. */
static struct task *skip_below(const struct task *t)
{
    const struct task *last = t;

    while (last->last_child)
        last = last->last_child;
    return task_next(last, NULL);
}

/* From the end upwards: relatives that nobody below needs go, the rest moves to the end. */
static void drop_relatives(struct treeview *tv)
{
    size_t to = tv->count;
    unsigned wanted = 0; /* a kept line of this depth needs the relative above it */

    for (size_t i = tv->count; i-- > 0;) {
        struct tree_line *l = tv->lines + i;
        bool needed = wanted > l->depth;

        if (l->relative && !needed)
            continue;
        wanted = l->depth;
        tv->lines[--to] = *l;
    }
    tv->count -= to;
    memmove(tv->lines, tv->lines + to, tv->count * sizeof *tv->lines);
}

static void draw_guides(struct treeview *tv)
{
    uint64_t open = 0; /* levels that go on further down */

    for (size_t i = tv->count; i-- > 0;) {
        struct tree_line *l = tv->lines + i;
        uint64_t bit = (uint64_t)1 << l->depth;

        l->last = !(open & bit);
        l->guides = open & (bit - 1);
        open = l->guides | bit;
    }
}

/* A node, and below it what it has executed. */
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

/* From t on, inside root, or else to the end of its source. */
static void add_nodes(struct treeview *tv, const struct task *t, const struct task *root)
{
    while (t && (!root || task_within(t, root))) {
        if (t->process || tv->threads || !t->parent || t == root)
            add_node(tv, t);
        bool skip = treeview_folds(tv, t) && !tv->filter;
        t = skip ? skip_below(t) : task_next(t, NULL);
    }
}

/* With several sources each has a line of its own, and its nodes are below. */
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

/* Nodes whose steps are shown may go on as others. */
static void follow_steps(struct treeview *tv)
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
    follow_steps(tv);
    if (root)
        add_nodes(tv, root, root);
    else
        add_sources(tv);
    if (tv->filter || tv->hidden)
        drop_relatives(tv);
    draw_guides(tv);
    tv->generation = model_tree_generation(tv->model);
    tv->stale = false;
}
