/* For each source, the clock keeps the difference between the source's time and our monotonic
 * time. */
#include "source/clock.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/xmalloc.h"

struct clock {
    int64_t now;
    int64_t *offsets; /* by index of the source: its time minus ours, ns; INT64_MIN: unknown */
    unsigned count;   /* of offsets */
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
    free(c->offsets);
    free(c);
}

/* An event arrives with a delay, which makes the difference look smaller. So the largest difference
 * so far is the best one. */
static void update_offset(struct clock *c, const struct source *source)
{
    for (; c->count <= source->index; c->count++) {
        c->offsets = xrealloc(c->offsets, (c->count + 1) * sizeof *c->offsets);
        c->offsets[c->count] = INT64_MIN;
    }
    if (source->last_time && source->last_time - c->now > c->offsets[source->index])
        c->offsets[source->index] = source->last_time - c->now;
}

void clock_tick(struct clock *c, const struct model *m, int64_t now)
{
    c->now = now;
    for (const struct source *s = model_sources(m); s; s = s->next)
        update_offset(c, s);
}

void clock_hold(struct clock *c)
{
    c->held = true;
}

int64_t clock_time(const struct clock *c, const struct source *source)
{
    bool known = source->index < c->count && c->offsets[source->index] != INT64_MIN;

    return source->ended || c->held || !known ? source->last_time
                                              : c->now + c->offsets[source->index];
}
