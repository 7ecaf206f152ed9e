/* Makes views, changes their queries, and keeps their members up to date as the model's streams and
 * tasks come and go. view-state.h explains the terms. */
#include "model/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/linetext.h"
#include "model/view-state.h"

/* --- queue, waiting members, tail --- */

static struct member **member_room(struct member **list, size_t *cap, size_t count)
{
    if (count < *cap)
        return list;
    *cap = *cap ? 2 * *cap : 8;
    return xrealloc(list, *cap * sizeof(struct member *));
}

static void queue_push(struct view *v, struct member *mb)
{
    v->queue = member_room(v->queue, &v->queue_cap, v->queue_count);
    size_t i = v->queue_count++;

    for (; i > 0 && v->queue[(i - 1) / 2]->key > mb->key; i = (i - 1) / 2)
        v->queue[i] = v->queue[(i - 1) / 2];
    v->queue[i] = mb;
    mb->queued = true;
}

void view_queue_sift(struct view *v, struct member *mb)
{
    size_t i = 0;

    for (;;) {
        size_t child = 2 * i + 1;
        if (child + 1 < v->queue_count && v->queue[child + 1]->key < v->queue[child]->key)
            child++;
        if (child >= v->queue_count || v->queue[child]->key >= mb->key)
            break;
        v->queue[i] = v->queue[child];
        i = child;
    }
    v->queue[i] = mb;
}

void view_queue_pop(struct view *v)
{
    v->queue[0]->queued = false;
    if (--v->queue_count > 0)
        view_queue_sift(v, v->queue[v->queue_count]);
}

void view_wait_add(struct view *v, struct member *mb)
{
    v->waiting = member_room(v->waiting, &v->waiting_cap, v->waiting_count);
    v->waiting[v->waiting_count++] = mb;
    mb->waiting = true;
    mb->shown = false;
    mb->decided = UINT64_MAX;
}

void view_tail_remove(struct view *v, struct member *mb)
{
    size_t i = 0;

    while (i < v->tail_count && v->tail[i] != mb)
        i++;
    if (i == v->tail_count)
        return;
    v->tail_count--;
    memmove(v->tail + i, v->tail + i + 1, (v->tail_count - i) * sizeof(struct member *));
}

void view_tail_add(struct view *v, struct member *mb)
{
    v->tail = member_room(v->tail, &v->tail_cap, v->tail_count);
    size_t i = v->tail_count++;

    for (; i > 0 && v->tail[i - 1]->key > mb->key; i--)
        v->tail[i] = v->tail[i - 1];
    v->tail[i] = mb;
}

void view_wait_remove(struct view *v, struct member *mb)
{
    size_t i = 0;

    while (v->waiting[i] != mb)
        i++;
    v->waiting[i] = v->waiting[--v->waiting_count];
    mb->waiting = false;
    if (mb->shown)
        view_tail_remove(v, mb);
    mb->shown = false;
}

/* --- members --- */

static bool in_scope(const struct view *v, const struct stream *s)
{
    const struct task *t = stream_task(s);

    if (v->scope.kind == SCOPE_STREAM)
        return s == v->scope.stream;
    if (!(v->kinds & 1u << stream_kind(s)))
        return false;
    switch (v->scope.kind) {
    case SCOPE_THREAD:
        return t == v->scope.task;
    case SCOPE_PROCESS:
        return v->scope.task && task_process(t) == v->scope.task;
    case SCOPE_SUBTREE:
        return v->scope.task && task_within(t, v->scope.task);
    case SCOPE_SET:
        return task_set_holds(v->scope.set, t);
    case SCOPE_SOURCE:
        return t->source == v->scope.source;
    default:
        return true;
    }
}

struct member *view_find_member(const struct view *v, const struct stream *s)
{
    uint64_t id = stream_id(s);
    struct member *mb;

    HASH_FIND(hh, v->by_id, &id, sizeof id, mb);
    return mb;
}

void view_schedule(struct view *v, struct member *mb)
{
    struct moment when;

    if (mb->queued || mb->waiting || !mb->stream)
        return;
    if (mb->next < stream_first_line(mb->stream))
        mb->next = stream_first_line(mb->stream);
    if (!stream_moment(mb->stream, mb->next, &when))
        return;
    mb->key = when.order;
    queue_push(v, mb);
}

static void add_member(struct view *v, struct stream *s)
{
    struct member *mb = xcalloc(1, sizeof *mb);

    mb->id = stream_id(s);
    mb->stream = s;
    mb->index = (uint32_t)v->member_count;
    mb->next = v->skip ? s->end_line - s->open : stream_first_line(s);
    v->members = member_room(v->members, &v->member_cap, v->member_count);
    v->members[v->member_count++] = mb;
    HASH_ADD(hh, v->by_id, id, sizeof mb->id, mb);
    view_schedule(v, mb);
}

static void add_if_in_scope(struct view *v, struct stream *s)
{
    if (in_scope(v, s) && !view_find_member(v, s))
        add_member(v, s);
}

static void clear_members(struct view *v)
{
    HASH_CLEAR(hh, v->by_id);
    for (size_t i = 0; i < v->member_count; i++)
        free(v->members[i]);
    v->member_count = v->queue_count = v->waiting_count = v->tail_count = 0;
    v->waiting_at = 0;
    entries_clear(&v->entries);
    v->scrubbing = false;
    v->looked = v->gave_up = 0;
}

/* Starts the entries anew: the query has changed, or the model was restored. */
static void rebuild(struct view *v)
{
    clear_members(v);
    for (struct stream *s = model_recent_stream(v->model); s; s = model_next_stream(s))
        add_if_in_scope(v, s);
    v->seen = v->model->order;
    v->seen_output = UINT64_MAX;
    v->scrubbed = v->model->evicted_lines;
    v->epoch++;
    v->generation++;
}

/* --- callbacks of the model --- */

/* Finds the scope's stream or task again after the model was cleared, as soon as it exists. */
static void find_scope_again(struct view *v)
{
    if (v->stream_id && !v->scope.stream)
        v->scope.stream = model_stream(v->model, v->stream_id);
    if (v->task_id && !v->scope.task)
        v->scope.task = model_task(v->model, v->task_id);
}

static void on_cleared(void *user)
{
    struct view *v = user;

    if (v->scope.stream)
        v->stream_id = v->scope.stream->id;
    if (v->scope.task)
        v->task_id = v->scope.task->id;
    v->scope.stream = NULL;
    v->scope.task = NULL;
    v->hollow = true;
    clear_members(v);
}

static void on_restored(void *user)
{
    struct view *v = user;

    v->hollow = false;
    find_scope_again(v);
    rebuild(v);
}

static void on_stream_added(void *user, struct stream *s)
{
    struct view *v = user;

    if (v->hollow)
        return;
    find_scope_again(v);
    add_if_in_scope(v, s);
}

static void on_stream_removed(void *user, struct stream *s)
{
    struct view *v = user;
    struct member *mb = view_find_member(v, s);

    if (v->scope.stream == s)
        v->scope.stream = NULL;
    if (!mb)
        return;
    if (mb->waiting)
        view_wait_remove(v, mb);
    HASH_DEL(v->by_id, mb);
    mb->stream = NULL;
    v->generation++;
}

static void on_task_removed(void *user, struct task *t)
{
    struct view *v = user;

    if (v->scope.task == t)
        v->scope.task = NULL;
}

static void on_task_moved(void *user, struct task *top)
{
    struct view *v = user;

    for (struct task *t = v->hollow ? NULL : top; t; t = task_next(t, top))
        for (unsigned i = 0; i < t->stream_count; i++)
            add_if_in_scope(v, t->streams[i]);
}

static void on_task_replaced(void *user, struct task *old, struct task *by)
{
    struct view *v = user;

    if (v->scope.kind == SCOPE_SET)
        task_set_replace(v->scope.set, old->id, by->id);
    if (v->scope.task == old && v->scope.kind != SCOPE_THREAD)
        v->scope.task = by;
}

/* --- making and freeing; the query --- */

struct view *view_new(struct model *m, struct scope scope, unsigned kinds)
{
    struct view *v = xcalloc(1, sizeof *v);

    v->model = m;
    v->scope = scope;
    task_set_ref(scope.set);
    v->kinds = kinds;
    v->text = linetext_new();
    v->watcher = (struct watcher){.stream_added = on_stream_added,
                                  .stream_removed = on_stream_removed,
                                  .task_removed = on_task_removed,
                                  .task_moved = on_task_moved,
                                  .task_replaced = on_task_replaced,
                                  .cleared = on_cleared,
                                  .restored = on_restored,
                                  .user = v};
    model_watch(m, &v->watcher);
    rebuild(v);
    return v;
}

void view_free(struct view *v)
{
    if (!v)
        return;
    model_unwatch(v->model, &v->watcher);
    clear_members(v);
    free(v->members);
    free(v->queue);
    free(v->waiting);
    free(v->tail);
    task_set_unref(v->scope.set);
    filter_free(v->filter);
    linetext_free(v->text);
    free(v);
}

void view_set_scope(struct view *v, struct scope scope)
{
    task_set_ref(scope.set);
    task_set_unref(v->scope.set);
    v->scope = scope;
    v->stream_id = v->task_id = 0;
    rebuild(v);
}

void view_set_kinds(struct view *v, unsigned kinds)
{
    v->kinds = kinds;
    rebuild(v);
}

void view_set_filter(struct view *v, struct filter *f)
{
    filter_free(v->filter);
    v->filter = f;
    rebuild(v);
}

void view_set_context(struct view *v, unsigned before, unsigned after)
{
    bool same = v->before == before && v->after == after;

    v->before = before;
    v->after = after;
    if (!same && has_filter(v))
        rebuild(v);
}

unsigned view_context_before(const struct view *v)
{
    return v->before;
}

unsigned view_context_after(const struct view *v)
{
    return v->after;
}

bool view_is_context(struct view *v, const struct entry *e)
{
    if (!has_filter(v) || e->line.kind != LINE_TEXT || (v->before == 0 && v->after == 0))
        return false;
    struct bytes plain = linetext_plain(v->text, e->stream, &e->line);
    return filter_matches(v->filter, plain.data, plain.len, true) == REGEX_NO;
}

void view_set_marks(struct view *v, bool pass)
{
    if (v->no_marks == !pass)
        return;
    v->no_marks = !pass;
    rebuild(v);
}

void view_skip(struct view *v)
{
    v->skip = true;
    rebuild(v);
    v->skip = false;
}

struct model *view_model(const struct view *v)
{
    return v->model;
}

struct scope view_scope(const struct view *v)
{
    return v->scope;
}

bool view_is_early(const struct view *v)
{
    return (v->stream_id && !v->scope.stream) || (v->task_id && !v->scope.task);
}

unsigned view_kinds(const struct view *v)
{
    return v->kinds;
}

uint64_t view_gave_up(const struct view *v)
{
    return v->gave_up;
}

const struct filter *view_filter(const struct view *v)
{
    return v->filter;
}
