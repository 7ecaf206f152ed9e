#include "source/clock.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/xmalloc.h"

struct clock {
    int64_t now;
    int64_t *ahead; /* of each source: its time at the time 0 of ours */
    unsigned count;
    bool held;
};

struct clock *clock_new(void)
{
    return xcalloc(1, sizeof(struct clock));
}

void clock_free(struct clock *c)
{
    if (!c)
        return;
    free(c->ahead);
    free(c);
}

/* An event takes a while to come: the one that was the quickest is right. */
static void learn(struct clock *c, const struct source *source)
{
    for (; c->count <= source->index; c->count++) {
        c->ahead = xrealloc(c->ahead, (c->count + 1) * sizeof *c->ahead);
        c->ahead[c->count] = INT64_MIN;
    }
    if (source->last_time && source->last_time - c->now > c->ahead[source->index])
        c->ahead[source->index] = source->last_time - c->now;
}

void clock_tick(struct clock *c, const struct model *m, int64_t now)
{
    c->now = now;
    for (const struct source *s = model_sources(m); s; s = s->next)
        learn(c, s);
}

void clock_hold(struct clock *c)
{
    c->held = true;
}

int64_t clock_time(const struct clock *c, const struct source *source)
{
    bool known = source->index < c->count && c->ahead[source->index] != INT64_MIN;

    return source->ended || c->held || !known ? source->last_time
                                              : c->now + c->ahead[source->index];
}
