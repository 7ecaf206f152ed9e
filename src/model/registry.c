/* Adds and removes the streams of a model, keeps them in order of activity, enforces the memory
 * budget, and calls the watchers. */
#include <string.h>

#include "base/xmalloc.h"
#include "model/internal.h"

void model_watch(struct model *m, struct watcher *w)
{
    w->prev = NULL;
    w->next = m->watchers;
    if (w->next)
        w->next->prev = w;
    m->watchers = w;
}

void model_unwatch(struct model *m, struct watcher *w)
{
    *(w->prev ? &w->prev->next : &m->watchers) = w->next;
    if (w->next)
        w->next->prev = w->prev;
}

static void list_remove(struct model *m, struct stream *s)
{
    *(s->newer ? &s->newer->older : &m->newest) = s->older;
    if (s->older)
        s->older->newer = s->newer;
}

static void list_push(struct model *m, struct stream *s)
{
    s->newer = NULL;
    s->older = m->newest;
    if (s->older)
        s->older->newer = s;
    m->newest = s;
}

struct stream *model_need_stream(struct model *m, struct task *t, uint64_t fd,
                                 enum event_stream kind)
{
    for (unsigned i = 0; i < t->stream_count; i++)
        if (t->streams[i]->fd == fd && t->streams[i]->kind == kind)
            return t->streams[i];

    struct stream *s = stream_new(++m->last_stream_id, t, fd, kind);
    t->streams = xrealloc(t->streams, (t->stream_count + 1) * sizeof(struct stream *));
    t->streams[t->stream_count++] = s;
    const struct fd_info *info = task_fd(t, fd);
    transcript_join(s, info ? info->transcript : NULL);
    HASH_ADD(hh, m->stream_by_id, id, sizeof s->id, s);
    list_push(m, s);
    budget_update(&m->budget, s, 0);
    m->tree_generation++;
    for (struct watcher *w = m->watchers; w; w = w->next)
        w->stream_added(w->user, s);
    return s;
}

static void remove_from_task(struct stream *s)
{
    struct task *t = s->task;
    unsigned i = 0;

    while (t->streams[i] != s)
        i++;
    t->stream_count--;
    memmove(t->streams + i, t->streams + i + 1, (t->stream_count - i) * sizeof(struct stream *));
}

void model_free_stream(struct model *m, struct stream *s)
{
    for (struct watcher *w = m->watchers; w; w = w->next)
        w->stream_removed(w->user, s);
    m->evicted += s->end - stream_first(s);
    m->evicted_lines += s->end_line - stream_first_line(s);
    remove_from_task(s);
    budget_remove(&m->budget, s);
    list_remove(m, s);
    HASH_DEL(m->stream_by_id, s);
    stream_free(s);
}

static void shrink_stream(struct model *m, struct stream *s)
{
    size_t before = s->memory;
    uint64_t first = stream_first(s), line = stream_first_line(s);

    stream_shrink(s);
    m->evicted += stream_first(s) - first;
    m->evicted_lines += stream_first_line(s) - line;
    budget_update(&m->budget, s, before);
}

static void enforce_budget(struct model *m)
{
    struct stream *s;

    while (budget_over(&m->budget) && (s = budget_largest(&m->budget)))
        shrink_stream(m, s);
    while (budget_over(&m->budget) && tree_forget_output(m))
        ;
}

void model_stream_fed(struct model *m, struct stream *s, size_t before)
{
    budget_update(&m->budget, s, before);
    if (m->newest != s) {
        list_remove(m, s);
        list_push(m, s);
    }
    if (s->task->state == TASK_DEAD)
        tree_output_changed(m, s->task);
    if (budget_over(&m->budget))
        enforce_budget(m);
    m->output_generation++;
}
