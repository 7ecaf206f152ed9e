/* Reads the fork tree. It needs tree.h and the streams, but nothing else of the model. */
#include "model/tree.h"

#include <string.h>

#include "base/xmalloc.h"
#include "model/store.h"

struct task *task_next(const struct task *t, const struct task *top)
{
    if (t->first_child)
        return t->first_child;
    while (t && t != top && !t->next)
        t = t->parent;
    return t && t != top ? t->next : NULL;
}

struct task *task_prev(const struct task *t, const struct task *top)
{
    if (t == top)
        return NULL;
    if (!t->prev)
        return t->parent;
    for (t = t->prev; t->last_child;)
        t = t->last_child;
    return (struct task *)t;
}

struct task *task_process(const struct task *t)
{
    while (t && !t->process)
        t = t->parent;
    return (struct task *)t;
}

bool task_within(const struct task *t, const struct task *top)
{
    while (t && t != top)
        t = t->parent;
    return t != NULL;
}

const struct fd_info *task_fd(const struct task *t, uint64_t fd)
{
    const struct task *process = task_process(t);
    const struct fd_info *f = process ? process->fds : NULL;

    while (f && f->fd != fd)
        f = f->next;
    return f;
}

struct stream *task_stream(const struct task *t, uint64_t fd)
{
    struct stream *latest = NULL;

    for (unsigned i = 0; i < t->stream_count; i++) {
        struct stream *s = t->streams[i];
        if (stream_fd(s) == fd && (!latest || stream_last_order(s) > stream_last_order(latest)))
            latest = s;
    }
    return latest;
}

bool task_is_alive(const struct task *t)
{
    return t->state == TASK_RUNNING || t->state == TASK_STOPPED;
}

int64_t task_began(const struct task *t)
{
    return t->start ? t->start : t->birth;
}

bool task_failed(const struct task *t)
{
    return t->state == TASK_DEAD && t->status_known && (t->signal != 0 || t->code != 0);
}

static void sum_add(struct task_sum *sum, const struct task *t)
{
    sum->tasks++;
    sum->alive += task_is_alive(t);
    sum->failed += t->process && task_failed(t);
    for (int i = 0; i < STREAMS; i++) {
        sum->bytes[i] += t->out[i].bytes;
        sum->writes[i] += t->out[i].writes;
    }
    sum->lost_bytes += t->lost_bytes;
    sum->lost_writes += t->lost_writes;
    if (t->last_time > sum->last_time)
        sum->last_time = t->last_time;
}

void task_sum(const struct task *top, struct task_sum *out)
{
    *out = (struct task_sum){0};
    for (const struct task *t = top; t; t = task_next(t, top))
        sum_add(out, t);
}

/* The arguments as text, with spaces in between. */
static char *join(const char *argv, size_t len)
{
    char *text = xmemdup(argv, len + 1);

    if (text[len - 1] == '\0')
        len--;
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\0')
            text[i] = ' ';
    return text;
}

char *task_command(const struct task *t)
{
    return t->argv_len ? join(t->argv, t->argv_len) : xstrdup(t->comm);
}

char *step_command(const struct exec_step *step)
{
    if (step->argv_len)
        return join(step->argv, step->argv_len);
    return xstrdup(*step->exe ? step->exe : "?");
}
