/* Chunks lie in an array, those at the front may go. Entries in a chunk ascend by number but may
 * have gaps; a chunk may be empty. */
#include "model/entries.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

static struct chunk *chunk_at(const struct entries *e, size_t i)
{
    return &e->chunks[e->head + i];
}

static void drop_front(struct entries *e)
{
    free(chunk_at(e, 0)->all);
    e->head++;
    e->count--;
    e->scrub -= e->scrub > 0;
}

void entries_clear(struct entries *e)
{
    while (e->count > 0)
        drop_front(e);
    free(e->chunks);
    *e = (struct entries){0};
}

static void reserve_chunk(struct entries *e)
{
    if (e->head + e->count < e->cap)
        return;
    if (e->head > e->cap / 2) {
        memmove(e->chunks, e->chunks + e->head, e->count * sizeof *e->chunks);
        e->head = 0;
        return;
    }
    e->cap = e->cap ? 2 * e->cap : 4;
    e->chunks = xrealloc(e->chunks, e->cap * sizeof *e->chunks);
}

/* The last chunk, if it can take the next entry. */
static struct chunk *open_chunk(const struct entries *e)
{
    struct chunk *last = e->count ? chunk_at(e, e->count - 1) : NULL;

    return last && last->count < ENTRIES_CHUNK && e->next - last->base < ENTRIES_CHUNK ? last
                                                                                       : NULL;
}

static struct chunk *new_chunk(struct entries *e)
{
    struct chunk before = e->count ? *chunk_at(e, e->count - 1) : (struct chunk){.time = INT64_MIN};

    reserve_chunk(e);
    struct chunk *c = &e->chunks[e->head + e->count++];
    *c = (struct chunk){.base = e->next, .order = before.order, .time = before.time};
    c->all = xmalloc(ENTRIES_CHUNK * sizeof *c->all);
    return c;
}

void entries_add(struct entries *e, uint32_t member, uint64_t line, uint64_t order, int64_t time)
{
    struct chunk *c = open_chunk(e);

    if (!c)
        c = new_chunk(e);
    c->all[c->count++] = (struct stored){line, member, (uint32_t)(e->next - c->base)};
    if (order > c->order)
        c->order = order;
    if (time > c->time)
        c->time = time;
    e->next++;
    e->stored++;
}

/* The first entry at or after place `index` of chunk i; it may lie in a later chunk. */
static bool find_from(const struct entries *e, size_t i, size_t index, struct position *out)
{
    while (i < e->count && index >= chunk_at(e, i)->count) {
        i++;
        index = 0;
    }
    *out = (struct position){i, index};
    return i < e->count;
}

static size_t find_in_chunk(const struct chunk *c, uint64_t number)
{
    size_t low = 0, high = c->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (c->base + c->all[mid].rel < number)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The last chunk whose base is at most the number; the first chunk when there is none. */
static size_t find_chunk(const struct entries *e, uint64_t number)
{
    size_t low = 0, high = e->count;

    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (chunk_at(e, mid)->base <= number)
            low = mid;
        else
            high = mid;
    }
    return low;
}

bool entries_find(const struct entries *e, uint64_t number, struct position *out)
{
    if (e->count == 0)
        return false;
    size_t i = find_chunk(e, number);
    return find_from(e, i, find_in_chunk(chunk_at(e, i), number), out);
}

bool entries_first(const struct entries *e, struct position *out)
{
    return find_from(e, 0, 0, out);
}

bool entries_last(const struct entries *e, struct position *out)
{
    *out = (struct position){e->count, 0};
    return entries_back(e, out);
}

bool entries_forward(const struct entries *e, struct position *p)
{
    return find_from(e, p->chunk, p->index + 1, p);
}

bool entries_back(const struct entries *e, struct position *p)
{
    struct position at = *p;

    while (at.index == 0) {
        if (at.chunk == 0)
            return false;
        at.index = chunk_at(e, --at.chunk)->count;
    }
    at.index--;
    *p = at;
    return true;
}

const struct stored *entries_at(const struct entries *e, struct position p)
{
    return &chunk_at(e, p.chunk)->all[p.index];
}

uint64_t entries_number(const struct entries *e, struct position p)
{
    return chunk_at(e, p.chunk)->base + entries_at(e, p)->rel;
}

static bool order_below(const struct chunk *c, int64_t order)
{
    return c->order < (uint64_t)order;
}

static bool time_below(const struct chunk *c, int64_t time)
{
    return c->time < time;
}

/* The first entry of the first chunk that is not below `what`: all entries before it are below. */
static bool find_near(const struct entries *e, bool (*below)(const struct chunk *, int64_t),
                      int64_t what, struct position *out)
{
    size_t low = 0, high = e->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (below(chunk_at(e, mid), what))
            low = mid + 1;
        else
            high = mid;
    }
    return find_from(e, low, 0, out);
}

bool entries_near_order(const struct entries *e, uint64_t order, struct position *out)
{
    return find_near(e, order_below, (int64_t)order, out);
}

bool entries_near_time(const struct entries *e, int64_t time, struct position *out)
{
    return find_near(e, time_below, time, out);
}

void entries_trim(struct entries *e, entries_gone *gone, const void *user, size_t *budget)
{
    while (e->count > 0) {
        struct chunk *c = chunk_at(e, 0);
        uint32_t n = 0;
        while (n<c->count && * budget> 0 && gone(user, &c->all[n])) {
            n++;
            --*budget;
        }
        e->stored -= n;
        if (n < c->count || e->count == 1) {
            c->count -= n;
            memmove(c->all, c->all + n, c->count * sizeof *c->all);
            return;
        }
        drop_front(e);
    }
}

/* Drops the gone entries of one chunk. */
static void compact_chunk(struct entries *e, struct chunk *c, entries_gone *gone, const void *user)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < c->count; i++)
        if (!gone(user, &c->all[i]))
            c->all[kept++] = c->all[i];
    e->stored -= c->count - kept;
    if (kept < c->count)
        c->all = xrealloc(c->all, (kept ? kept : 1) * sizeof *c->all);
    c->count = kept;
}

/* Drops empty chunks, but not the last. */
static void drop_empty_chunks(struct entries *e)
{
    size_t kept = 0;

    for (size_t i = 0; i < e->count; i++) {
        if (chunk_at(e, i)->count > 0 || i + 1 == e->count)
            *chunk_at(e, kept++) = *chunk_at(e, i);
        else
            free(chunk_at(e, i)->all);
    }
    e->count = kept;
}

bool entries_scrub(struct entries *e, entries_gone *gone, const void *user, size_t *budget)
{
    /* The last chunk is still being filled, so it is left as it is. */
    while (e->scrub + 1 < e->count && *budget > 0) {
        struct chunk *c = chunk_at(e, e->scrub++);
        *budget -= c->count < *budget ? c->count : *budget;
        compact_chunk(e, c, gone, user);
    }
    if (e->scrub + 1 < e->count)
        return false;
    drop_empty_chunks(e);
    e->scrub = 0;
    return true;
}
