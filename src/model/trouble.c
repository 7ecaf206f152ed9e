#include "model/trouble.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "model/internal.h"

/* --- blocked --- */

static bool is_alive(const struct task *t)
{
    return t->state == TASK_RUNNING || t->state == TASK_STOPPED;
}

bool task_is_blocked(const struct task *t)
{
    return t->blocked.now && (is_alive(t) || t->source->ended);
}

int64_t task_blocked_for(const struct task *t, int64_t now)
{
    int64_t end = is_alive(t) ? now : t->end;

    return end > t->blocked.since ? end - t->blocked.since : 0;
}

void trouble_block(struct model *m, struct task *t, const struct ev_blocked *e)
{
    struct task_blocked *b = &t->blocked;

    b->fd = e->fd;
    b->since = e->since;
    b->reader = e->reader;
    copy_text(&b->reader_comm, e->reader_comm, MODEL_TEXT_MAX);
    copy_text(&b->why, e->why, MODEL_TEXT_MAX);
    m->tree_generation++;
    if (b->now)
        return;
    b->now = true;
    b->prev = m->last_blocked;
    b->next = NULL;
    *(b->prev ? &b->prev->blocked.next : &m->first_blocked) = t;
    m->last_blocked = t;
}

void trouble_unblock(struct model *m, struct task *t)
{
    struct task_blocked *b = &t->blocked;

    if (!b->now)
        return;
    b->now = false;
    *(b->prev ? &b->prev->blocked.next : &m->first_blocked) = b->next;
    *(b->next ? &b->next->blocked.prev : &m->last_blocked) = b->prev;
    m->tree_generation++;
}

static struct task *first_that_is(struct task *t)
{
    while (t && !task_is_blocked(t))
        t = t->blocked.next;
    return t;
}

struct task *model_first_blocked(const struct model *m)
{
    return first_that_is(m->first_blocked);
}

struct task *model_next_blocked(const struct task *t)
{
    return first_that_is(t->blocked.next);
}

struct task *model_blocked_by(const struct model *m, const struct task *reader)
{
    struct task *t = reader->process && is_alive(reader) ? model_first_blocked(m) : NULL;

    while (t && (t->blocked.reader != reader->pid || t->source != reader->source ||
                 t->pid == reader->pid))
        t = model_next_blocked(t);
    return t;
}

/* --- failed --- */

/* Makes room by forgetting those that are no longer kept. */
static void compact(struct model *m)
{
    size_t to = 0;

    for (size_t i = 0; i < m->failure_count; i++)
        if (model_task(m, m->failures[i]))
            m->failures[to++] = m->failures[i];
    m->failure_count = to;
    if (to < m->failure_cap / 2)
        return;
    m->failure_cap = m->failure_cap ? 2 * m->failure_cap : 16;
    m->failures = xrealloc(m->failures, m->failure_cap * sizeof *m->failures);
}

void trouble_failed(struct model *m, struct task *t)
{
    if (t->told_failed || !t->process || !task_failed(t))
        return;
    t->told_failed = true;
    t->source->failed++;
    if (m->failure_count == m->failure_cap)
        compact(m);
    m->failures[m->failure_count++] = t->id;
}

size_t model_failures(const struct model *m)
{
    return m->failure_count;
}

struct task *model_failure(const struct model *m, size_t i)
{
    return i < m->failure_count ? model_task(m, m->failures[i]) : NULL;
}
