/* Scopes: how wide a view looks. */
#include "model/view.h"

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

struct scope scope_wider(struct scope scope)
{
    if (scope.kind == SCOPE_STREAM)
        return scope.stream ? scope_thread(stream_task(scope.stream)) : scope;
    if (scope.kind >= SCOPE_SOURCE)
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
        return scope_process(t);
    case SCOPE_PROCESS:
        return scope_thread(t);
    default:
        return scope_stream(at);
    }
}

bool scope_equal(struct scope a, struct scope b)
{
    return a.kind == b.kind && a.stream == b.stream && a.task == b.task && a.source == b.source;
}
