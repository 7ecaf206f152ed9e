/* Scopes of views: making, widening, narrowing, comparing; and sets of tasks. */
#include "model/view.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "model/internal.h"

struct chosen {
    uint64_t id;
    bool below; /* with all descendants */
};

struct task_set {
    unsigned references;
    struct chosen *all;
    size_t count;
};

struct task_set *task_set_new(void)
{
    struct task_set *set = xcalloc(1, sizeof *set);

    set->references = 1;
    return set;
}

struct task_set *task_set_ref(struct task_set *set)
{
    if (set)
        set->references++;
    return set;
}

void task_set_unref(struct task_set *set)
{
    if (!set || --set->references > 0)
        return;
    free(set->all);
    free(set);
}

void task_set_add(struct task_set *set, const struct task *t, bool below)
{
    set->all = xrealloc(set->all, (set->count + 1) * sizeof *set->all);
    set->all[set->count++] = (struct chosen){t->id, below};
}

size_t task_set_count(const struct task_set *set)
{
    return set->count;
}

static const struct chosen *find_chosen(const struct task_set *set, uint64_t id)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->all[i].id == id)
            return set->all + i;
    return NULL;
}

bool task_set_holds(const struct task_set *set, const struct task *t)
{
    for (const struct task *up = t; up; up = up->parent) {
        const struct chosen *c = find_chosen(set, up->id);
        if (c && (c->below || up == t || up == task_process(t)))
            return true;
    }
    return false;
}

void task_set_replace(struct task_set *set, uint64_t old, uint64_t by)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->all[i].id == old)
            set->all[i].id = by;
}

static bool set_equal(const struct task_set *a, const struct task_set *b)
{
    if (a == b || !a || !b)
        return a == b;
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct chosen *other = find_chosen(b, a->all[i].id);
        if (!other || other->below != a->all[i].below)
            return false;
    }
    return true;
}

struct scope scope_stream(struct stream *s)
{
    return (struct scope){.kind = SCOPE_STREAM, .stream = s};
}

struct scope scope_thread(struct task *t)
{
    return (struct scope){.kind = SCOPE_THREAD, .task = t};
}

struct scope scope_process(struct task *t)
{
    struct task *process = task_process(t);

    return (struct scope){.kind = SCOPE_PROCESS, .task = process ? process : t};
}

struct scope scope_subtree(struct task *t)
{
    return (struct scope){.kind = SCOPE_SUBTREE, .task = t};
}

struct scope scope_source(struct source *s)
{
    return (struct scope){.kind = SCOPE_SOURCE, .source = s};
}

struct scope scope_all(void)
{
    return (struct scope){.kind = SCOPE_ALL};
}

struct scope scope_set(struct task_set *set)
{
    return (struct scope){.kind = SCOPE_SET, .set = set};
}

struct scope scope_wider(struct scope scope)
{
    if (scope.kind == SCOPE_STREAM)
        return scope.stream ? scope_thread(stream_task(scope.stream)) : scope;
    if (scope.kind >= SCOPE_SET)
        return scope_all();
    if (!scope.task)
        return scope;
    if (scope.kind == SCOPE_THREAD)
        return scope_process(scope.task);
    if (scope.kind == SCOPE_PROCESS)
        return scope_subtree(scope.task);
    return scope_source(scope.task->source);
}

struct scope scope_narrower(struct scope scope, struct stream *at)
{
    struct task *t = at ? stream_task(at) : NULL;

    if (!t)
        return scope;
    switch (scope.kind) {
    case SCOPE_ALL:
        return scope_source(t->source);
    case SCOPE_SOURCE:
        return scope_subtree(scope_process(t).task);
    case SCOPE_SUBTREE:
    case SCOPE_SET:
        return scope_process(t);
    case SCOPE_PROCESS:
        return scope_thread(t);
    default:
        return scope_stream(at);
    }
}

bool scope_equal(struct scope a, struct scope b)
{
    return a.kind == b.kind && a.stream == b.stream && a.task == b.task && a.source == b.source &&
           set_equal(a.set, b.set);
}
