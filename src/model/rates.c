/* Each task in the list has a ring with one slot for each second. `second` is that of the newest
 * slot; the other slots are those of the seconds before it. */
#include "model/rates.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/tree.h"

#define SECOND 1000000000

struct rate {
    struct task *task;
    struct rate *newer, *older;
    int64_t second;
    uint32_t bytes[RATE_SECONDS]; /* by second % RATE_SECONDS; as many as fit */
};

static void list_remove(struct rates *all, struct rate *r)
{
    *(r->newer ? &r->newer->older : &all->newest) = r->older;
    *(r->older ? &r->older->newer : &all->oldest) = r->newer;
}

static void list_push(struct rates *all, struct rate *r)
{
    r->newer = NULL;
    r->older = all->newest;
    *(r->older ? &r->older->newer : &all->oldest) = r;
    all->newest = r;
}

static uint32_t *slot(struct rate *r, int64_t second)
{
    return &r->bytes[(uint64_t)second % RATE_SECONDS];
}

/* Makes `second` the newest. The seconds in between had no output. */
static void advance_to(struct rate *r, int64_t second)
{
    if (second - r->second >= RATE_SECONDS)
        memset(r->bytes, 0, sizeof r->bytes);
    else
        for (int64_t s = r->second + 1; s <= second; s++)
            *slot(r, s) = 0;
    r->second = second;
}

static struct rate *need_rate(struct rates *all, struct task *t, int64_t second)
{
    struct rate *r = t->rate;

    if (r)
        return r;
    if (all->count >= RATES_MAX)
        rates_drop(all, all->oldest->task);
    r = xcalloc(1, sizeof *r);
    r->task = t;
    r->second = second;
    t->rate = r;
    all->count++;
    list_push(all, r);
    return r;
}

void rates_add(struct rates *all, struct task *t, int64_t time, uint64_t bytes)
{
    int64_t second = time / SECOND;
    struct rate *r = need_rate(all, t, second);

    if (second > r->second)
        advance_to(r, second);
    if (all->newest != r) {
        list_remove(all, r);
        list_push(all, r);
    }
    if (second <= r->second - RATE_SECONDS)
        return;
    uint32_t *s = slot(r, second), room = UINT32_MAX - *s;
    *s += bytes < room ? (uint32_t)bytes : room;
}

void rates_drop(struct rates *all, struct task *t)
{
    struct rate *r = t->rate;

    if (!r)
        return;
    list_remove(all, r);
    all->count--;
    t->rate = NULL;
    free(r);
}

bool task_has_rates(const struct task *t)
{
    return t->rate != NULL;
}

uint64_t task_rate(const struct task *t, int64_t second)
{
    struct rate *r = t->rate;

    if (!r || second > r->second || second <= r->second - RATE_SECONDS)
        return 0;
    return *slot(r, second);
}
