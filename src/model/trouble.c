/* Blocked tasks are in a list of the model. The ids of processes that failed are in an array of the
 * model; `first_failure` is how many were dropped from its front. */
#include "model/trouble.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/internal.h"

/* --- blocked --- */

bool task_is_blocked(const struct task *t)
{
    return t->blocked.now && (task_is_alive(t) || t->source->ended);
}

int64_t task_blocked_for(const struct task *t, int64_t now)
{
    int64_t end = task_is_alive(t) ? now : t->end;

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

static struct task *first_blocked_from(struct task *t)
{
    while (t && !task_is_blocked(t))
        t = t->blocked.next;
    return t;
}

struct task *model_first_blocked(const struct model *m)
{
    return first_blocked_from(m->first_blocked);
}

struct task *model_next_blocked(const struct task *t)
{
    return first_blocked_from(t->blocked.next);
}

struct task *model_blocked_by(const struct model *m, const struct task *reader)
{
    struct task *t = reader->process && task_is_alive(reader) ? model_first_blocked(m) : NULL;

    while (t && (t->blocked.reader != reader->pid || t->source != reader->source ||
                 t->pid == reader->pid))
        t = model_next_blocked(t);
    return t;
}

/* --- failed --- */

/* Drops the oldest failures: those whose nodes are gone, and more when there are too many. */
static void drop_oldest_failures(struct model *m)
{
    size_t gone = 0;

    while (gone < m->failure_count && (!model_task(m, m->failures[gone]) ||
                                       m->failure_count - gone >= 2 * (size_t)MODEL_DEAD_MAX))
        gone++;
    if (gone == 0)
        return;
    m->failure_count -= gone;
    m->first_failure += gone;
    memmove(m->failures, m->failures + gone, m->failure_count * sizeof *m->failures);
}

static void reserve_failure(struct model *m)
{
    drop_oldest_failures(m);
    if (m->failure_count < m->failure_cap / 2)
        return;
    m->failure_cap = m->failure_cap ? 2 * m->failure_cap : 16;
    m->failures = xrealloc(m->failures, m->failure_cap * sizeof *m->failures);
}

void trouble_note_failure(struct model *m, struct task *t)
{
    if (t->failure || !t->process || !task_failed(t))
        return;
    if (m->failure_count == m->failure_cap)
        reserve_failure(m);
    m->failures[m->failure_count++] = t->id;
    t->failure = model_end_failure(m) - 1;
    t->source->failed++;
}

uint64_t model_first_failure(const struct model *m)
{
    return m->first_failure + 1;
}

uint64_t model_end_failure(const struct model *m)
{
    return m->first_failure + m->failure_count + 1;
}

struct task *model_failure(const struct model *m, uint64_t serial)
{
    if (serial < model_first_failure(m) || serial >= model_end_failure(m))
        return NULL;
    return model_task(m, m->failures[serial - model_first_failure(m)]);
}
