#include "model/instant.h"

struct instant instant_of(const struct entry *e)
{
    return (struct instant){.source = stream_task(e->stream)->source,
                            .order = e->line.order,
                            .time = e->line.time,
                            .stream = stream_id(e->stream),
                            .line = e->line.number};
}

struct instant instant_of_time(int64_t time)
{
    return (struct instant){.time = time};
}

bool instant_equal(const struct instant *a, const struct instant *b)
{
    return a->source == b->source && a->order == b->order && a->time == b->time &&
           a->stream == b->stream && a->line == b->line;
}

bool instant_includes(const struct instant *at, const struct source *source, uint64_t order,
                      int64_t time)
{
    return at->source == source ? order <= at->order : time <= at->time;
}

/* The source of all streams in the view's scope. NULL: there may be several, or it is not known. */
static const struct source *find_only_source(const struct view *v)
{
    struct scope scope = view_scope(v);
    const struct source *first = model_sources(view_model(v));

    if (first && !first->next)
        return first;
    switch (scope.kind) {
    case SCOPE_STREAM:
        return scope.stream ? stream_task(scope.stream)->source : NULL;
    case SCOPE_THREAD:
    case SCOPE_PROCESS:
    case SCOPE_SUBTREE:
        return scope.task ? scope.task->source : NULL;
    case SCOPE_SOURCE:
        return scope.source;
    default:
        return NULL;
    }
}

/* The first entry after the instant, in a view of its source. All lines of one write have the same
 * order, so among these the line of the instant is searched for. */
static uint64_t find_behind_line(const struct instant *at, const struct view *v)
{
    uint64_t n = view_find_order(v, at->order), end = view_find_order(v, at->order + 1);
    struct entry e;

    for (bool more = at->stream && view_clamp(v, n, &n); more && n < end;
         more = view_next(v, n, &n))
        if (view_entry(v, n, &e) && stream_id(e.stream) == at->stream && e.line.number > at->line)
            return n;
    return end;
}

uint64_t instant_in_view(const struct instant *at, const struct view *v)
{
    if (at->source && find_only_source(v) == at->source)
        return find_behind_line(at, v);
    return view_find_time(v, at->time + 1);
}

static bool was_born(const struct instant *at, const struct task *t)
{
    if (t->how == HOW_ATTACHED)
        return !t->start || t->start <= at->time;
    return instant_includes(at, t->source, t->birth_order, t->birth);
}

enum instant_phase instant_phase(const struct instant *at, const struct task *t)
{
    bool gone = t->state == TASK_DEAD || t->state == TASK_DETACHED;

    if (!was_born(at, t))
        return PHASE_UNBORN;
    if (gone && instant_includes(at, t->source, t->end_order, t->end))
        return PHASE_OVER;
    return PHASE_ALIVE;
}

uint64_t instant_bytes(const struct instant *at, const struct stream *s)
{
    uint64_t n = stream_task(s)->source == at->source ? stream_find_order(s, at->order + 1)
                                                      : stream_find_time(s, at->time + 1);
    struct line line;

    return stream_line(s, n, &line) ? line.offset : stream_end(s);
}
