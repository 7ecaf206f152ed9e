#include "ui/passers.h"

static const struct task *process_of(const struct stream *s)
{
    struct task *t = stream_task(s), *process = task_process(t);

    return process ? process : t;
}

bool passers_has(const struct stream *s)
{
    const struct task *t = process_of(s);

    return t->state == TASK_DEAD && t->end - task_began(t) < PASSERS_LIFE;
}

bool passers_may_have(const struct stream *s, int64_t now)
{
    const struct task *t = process_of(s);

    return t->state != TASK_DEAD && now - task_began(t) < PASSERS_YOUNG;
}

struct task *passers_above(const struct stream *s, int64_t now)
{
    struct task *above = NULL;

    for (struct task *t = process_of(s)->parent; t; t = t->parent) {
        if (t->process)
            above = t;
        if (t->process && t->state != TASK_DEAD && now - task_began(t) >= PASSERS_LIFE)
            break;
    }
    return above;
}
