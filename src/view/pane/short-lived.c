/* All times are those of the process that owns the stream, also when a thread of it wrote. */
#include "view/pane/short-lived.h"

static const struct task *process_of(const struct stream *s)
{
    struct task *t = stream_task(s), *process = task_process(t);

    return process ? process : t;
}

bool short_lived_has(const struct stream *s)
{
    const struct task *t = process_of(s);

    return t->state == TASK_DEAD && t->end - task_began(t) < SHORT_LIVED_LIFE;
}

bool short_lived_may_have(const struct stream *s, int64_t now)
{
    const struct task *t = process_of(s);

    return t->state != TASK_DEAD && now - task_began(t) < SHORT_LIVED_YOUNG;
}

struct task *short_lived_above(const struct stream *s, int64_t now)
{
    struct task *above = NULL;

    for (struct task *t = process_of(s)->parent; t; t = t->parent) {
        if (t->process)
            above = t;
        if (t->process && t->state != TASK_DEAD && now - task_began(t) >= SHORT_LIVED_LIFE)
            break;
    }
    return above;
}
