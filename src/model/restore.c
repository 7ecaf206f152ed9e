/* Clearing a model, and setting its counters. The tree is restored by model_shape() in model.c. */
#include "model/restore.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/clamp.h"
#include "model/internal.h"

struct model *model_new_counter(void)
{
    struct model *m = model_new(SIZE_MAX);

    m->counts_only = true;
    return m;
}

struct stream_sum stream_sum(const struct stream *s)
{
    struct stream_sum sum = {.end = s->end,
                             .end_line = s->end_line,
                             .writes = s->writes,
                             .lost_writes = s->lost_writes,
                             .lost_bytes = s->lost_bytes,
                             .unavailable_bytes = s->unavailable_bytes,
                             .duration = s->duration,
                             .last = s->last,
                             .tail = s->tail,
                             .open = s->open};

    memcpy(sum.times, s->times, sizeof sum.times);
    return sum;
}

struct source_sum source_sum(const struct model *m, const struct source *source)
{
    return (struct source_sum){.order = m->order,
                               .events = source->events,
                               .last_seq = source->last_seq,
                               .bytes = source->bytes,
                               .writes = source->writes,
                               .lost_bytes = source->lost_bytes,
                               .lost_writes = source->lost_writes,
                               .first_time = source->first_time,
                               .last_time = source->last_time};
}

/* ---- clearing ---- */

/* The name of the source and the fields of its `hello` event stay. */
static void clear_source(struct source *source)
{
    tree_free(source);
    transcripts_clear(source);
    source->root_count = source->tasks_alive = source->tasks_dead = source->processes_alive = 0;
    source->failed = 0;
    source->bytes = source->writes = source->lost_bytes = source->lost_writes = 0;
    source->first_time = source->last_time = 0;
    source->last_seq = source->events = 0;
    source->ended = source->clean = false;
    source->totals = (struct ev_end){.writes = 0};
    source->hot = NULL;
    copy_text(&source->why, bytes_of(""), MODEL_TEXT_MAX);
}

static void clear_streams(struct model *m)
{
    while (m->newest) {
        struct stream *s = m->newest;
        m->newest = s->older;
        HASH_DEL(m->stream_by_id, s);
        stream_free(s);
    }
}

void model_clear(struct model *m)
{
    size_t limit = m->budget.limit;

    for (struct watcher *w = m->watchers; w; w = w->next)
        w->cleared(w->user);
    clear_streams(m);
    HASH_CLEAR(by_id, m->by_id);
    for (struct source *s = m->sources; s; s = s->next)
        clear_source(s);
    budget_free(&m->budget);
    m->budget.limit = limit;
    timeline_free(m->timeline);
    m->timeline = timeline_new();
    m->dead_full = m->dead_bare = (struct dead_list){NULL, NULL};
    m->first_blocked = m->last_blocked = NULL;
    m->failure_count = 0;
    m->last_task_id = m->last_stream_id = 0;
    m->note_count = 0;
    m->order = m->evicted = m->evicted_lines = m->dropped = 0;
    m->generation++;
    m->tree_generation++;
    m->output_generation++;
}

void model_restored(struct model *m)
{
    for (struct watcher *w = m->watchers; w; w = w->next)
        w->restored(w->user);
    m->generation++;
    m->tree_generation++;
    m->output_generation++;
}

void model_borrow_timeline(struct model *m, const struct model *from)
{
    m->borrowed = from->timeline;
}

/* ---- output and counters ---- */

void model_restore_output(struct model *m, uint64_t stream, const struct event *ev, uint64_t order)
{
    struct event room;
    const struct event *e = clamp_times(ev, &room);
    struct stream *s = model_stream(m, stream);
    struct moment when = model_moment(m, e);
    size_t before = s ? s->memory : 0;

    if (!s)
        return;
    when.order = order;
    if (e->type == EVENT_LOST)
        stream_mark(s, LINE_LOST, e->lost.bytes, e->lost.writes, when);
    else if (e->write.hidden)
        stream_mark(s, LINE_HIDDEN, 0, 1, when);
    else if (e->write.unavailable)
        stream_mark(s, LINE_UNAVAILABLE, e->write.len, !e->write.more, when);
    else
        stream_append(s, e->write.data.data, e->write.data.len, when);
    budget_update(&m->budget, s, before);
}

/* The counters of a task are sums over its streams, so they need not be stored. */
static void add_to_task(struct task *t, const struct stream *s)
{
    struct task_count *count = &t->out[s->kind];

    count->bytes += s->end + s->unavailable_bytes;
    count->writes += s->writes;
    t->lost_bytes += s->lost_bytes;
    t->lost_writes += s->lost_writes;
    t->write_time = time_sum(t->write_time, s->duration);
    if (s->writes && s->last.order > t->last_order) {
        t->last_time = s->last.time;
        t->last_seq = s->last.seq;
        t->last_order = s->last.order;
    }
}

void model_restore_stream(struct model *m, uint64_t stream, const struct stream_sum *sum)
{
    struct stream *s = model_stream(m, stream);
    size_t before = s ? s->memory : 0;

    if (!s)
        return;
    stream_rebase(s, sum->end, sum->end_line, sum->open, sum->last);
    s->writes = sum->writes;
    s->lost_writes = sum->lost_writes;
    s->lost_bytes = sum->lost_bytes;
    s->unavailable_bytes = sum->unavailable_bytes;
    s->duration = sum->duration;
    s->tail = sum->tail;
    memcpy(s->times, sum->times, sizeof s->times);
    m->evicted += stream_first(s);
    m->evicted_lines += stream_first_line(s);
    transcript_restore(s);
    add_to_task(s->task, s);
    model_stream_fed(m, s, before);
}

void model_restore_source(struct model *m, struct source *source, const struct source_sum *sum)
{
    m->order = sum->order;
    source->events = sum->events;
    source->last_seq = sum->last_seq;
    source->bytes = sum->bytes;
    source->writes = sum->writes;
    source->lost_bytes = sum->lost_bytes;
    source->lost_writes = sum->lost_writes;
    source->first_time = sum->first_time;
    source->last_time = sum->last_time;
}
