/* The model has a list of blocked tasks in the order in which they were reported. All that is
 * needed here is found by walking that list: it is short. */
#include "view/blocked-text.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/format.h"
#include "base/xmalloc.h"

#define SECOND ((int64_t)1000000000)

/* What the task writes to: "pipe", "socket" or the path. NULL: not known. */
static const char *target_name(const struct task *t)
{
    const struct fd_info *fd = task_fd(t, t->blocked.fd);

    if (!fd || !*fd->target)
        return NULL;
    if (strncmp(fd->target, "pipe:", 5) == 0)
        return "pipe";
    return strncmp(fd->target, "socket:", 7) == 0 ? "socket" : fd->target;
}

char *blocked_words(const struct task *t, const struct clock *c)
{
    const struct task_blocked *b = &t->blocked;
    const char *to = target_name(t);
    struct buf out = {0};
    char span[FORMAT_MAX];

    buf_addf(&out, "blocked %s", format_age(span, task_blocked_for(t, clock_time(c, t->source))));
    if (!task_stream(t, b->fd))
        buf_addf(&out, " on fd %" PRIu64, b->fd);
    if (to || b->reader)
        buf_adds(&out, ",");
    if (to)
        buf_addf(&out, " %s", to);
    if (b->reader)
        buf_addf(&out, " %s %" PRIu64 " %s", to && *to == '/' ? "of" : "read by", b->reader,
                 b->reader_comm);
    if (*b->why)
        buf_addf(&out, ", %s", b->why);
    buf_addc(&out, '\0');
    return (char *)out.data;
}

bool blocked_runs(const struct model *m, const struct clock *c, bool *tenths)
{
    bool runs = false;

    *tenths = false;
    for (const struct task *t = model_first_blocked(m); t; t = model_next_blocked(t)) {
        if (t->source->ended)
            continue;
        runs = true;
        *tenths |= task_blocked_for(t, clock_time(c, t->source)) < FORMAT_TENTHS * SECOND;
    }
    return runs;
}

struct task *blocked_longest(const struct model *m,
                             bool (*fits)(const struct task *t, const void *what), const void *what)
{
    struct task *longest = NULL;

    for (struct task *t = model_first_blocked(m); t; t = model_next_blocked(t))
        if (fits(t, what) && (!longest || t->blocked.since < longest->blocked.since))
            longest = t;
    return longest;
}

bool blocked_within(const struct task *t, const void *what)
{
    return task_within(t, what);
}

bool blocked_of_process(const struct task *t, const void *what)
{
    return task_process(t) == what;
}

/* Longer blocked tasks come first; tasks blocked at the same time in the order of their ids. */
static bool is_blocked_before(const struct task *a, const struct task *b)
{
    return a->blocked.since != b->blocked.since ? a->blocked.since < b->blocked.since
                                                : a->id < b->id;
}

struct task *blocked_next(const struct model *m, uint64_t after, unsigned *rank, unsigned *count)
{
    const struct task *last = after ? model_task(m, after) : NULL;
    struct task *first = NULL, *next = NULL;

    if (last && !task_is_blocked(last))
        last = NULL;
    *count = 0;
    *rank = 1;
    for (struct task *t = model_first_blocked(m); t; t = model_next_blocked(t)) {
        ++*count;
        if (!first || is_blocked_before(t, first))
            first = t;
        if (last && is_blocked_before(last, t) && (!next || is_blocked_before(t, next)))
            next = t;
    }
    if (!next)
        return first;
    for (struct task *t = model_first_blocked(m); t; t = model_next_blocked(t))
        *rank += is_blocked_before(t, next);
    return next;
}
