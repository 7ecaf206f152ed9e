#include "capture/ring.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

enum {
    RING_FIRST = 4096,    /* bytes of the first allocation */
    RING_KEEP = 64 * 1024 /* a drained ring larger than this gives its memory back */
};

void ring_copy_out(const struct ring *r, size_t offset, void *to, size_t n)
{
    size_t at = (r->head + offset) % r->cap;
    size_t first = n < r->cap - at ? n : r->cap - at;

    memcpy(to, r->data + at, first);
    memcpy((char *)to + first, r->data, n - first);
}

void ring_append(struct ring *r, const void *from, size_t n)
{
    if (n == 0)
        return;
    size_t at = (r->head + r->used) % r->cap;
    size_t first = n < r->cap - at ? n : r->cap - at;

    memcpy(r->data + at, from, first);
    memcpy(r->data, (const char *)from + first, n - first);
    r->used += n;
}

void ring_grow(struct ring *r, size_t need)
{
    size_t cap = r->cap ? r->cap : RING_FIRST;

    while (cap - r->used < need)
        cap *= 2;
    if (cap == r->cap)
        return;
    unsigned char *data = xmalloc(cap);
    if (r->used)
        ring_copy_out(r, 0, data, r->used);
    free(r->data);
    r->data = data;
    r->cap = cap;
    r->head = 0;
}

struct record ring_peek(const struct ring *r)
{
    struct record rec;

    ring_copy_out(r, 0, &rec, sizeof rec);
    return rec;
}

void ring_skip(struct ring *r, size_t n)
{
    r->head = (r->head + n) % r->cap;
    r->used -= n;
    if (r->used == 0 && r->cap > RING_KEEP) {
        free(r->data);
        r->data = NULL;
        r->cap = r->head = 0;
    }
}
