/* A binary max-heap of streams by weight. Each stream knows its place in it (heap_at), so that it
 * can be moved or removed at any time. */
#include "model/budget.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "model/store.h"

void budget_free(struct budget *b)
{
    free(b->heap);
    *b = (struct budget){0};
}

static void place(struct budget *b, size_t i, struct stream *s)
{
    b->heap[i] = s;
    s->heap_at = i + 1;
}

static void sift_up(struct budget *b, size_t i)
{
    struct stream *s = b->heap[i];

    for (; i > 0 && b->heap[(i - 1) / 2]->weight < s->weight; i = (i - 1) / 2)
        place(b, i, b->heap[(i - 1) / 2]);
    place(b, i, s);
}

static void sift_down(struct budget *b, size_t i)
{
    struct stream *s = b->heap[i];

    for (;;) {
        size_t child = 2 * i + 1;
        if (child + 1 < b->count && b->heap[child + 1]->weight > b->heap[child]->weight)
            child++;
        if (child >= b->count || b->heap[child]->weight <= s->weight)
            break;
        place(b, i, b->heap[child]);
        i = child;
    }
    place(b, i, s);
}

static void add_to_heap(struct budget *b, struct stream *s)
{
    if (b->count == b->cap) {
        b->cap = b->cap ? 2 * b->cap : 16;
        b->heap = xrealloc(b->heap, b->cap * sizeof(struct stream *));
    }
    s->weight = 0;
    place(b, b->count++, s);
}

void budget_update(struct budget *b, struct stream *s, size_t before)
{
    size_t weight = stream_can_shrink(s) ? s->memory : 0;

    b->used += s->memory - before;
    if (!s->heap_at)
        add_to_heap(b, s);
    if (weight == s->weight)
        return;
    s->weight = weight;
    sift_up(b, s->heap_at - 1);
    sift_down(b, s->heap_at - 1);
}

void budget_remove(struct budget *b, struct stream *s)
{
    size_t i = s->heap_at - 1;

    if (!s->heap_at)
        return;
    b->used -= s->memory;
    s->heap_at = 0;
    b->count--;
    if (i == b->count)
        return;
    struct stream *moved = b->heap[b->count];
    place(b, i, moved);
    sift_up(b, i);
    sift_down(b, moved->heap_at - 1);
}

bool budget_over(const struct budget *b)
{
    return b->used > b->limit;
}

struct stream *budget_largest(const struct budget *b)
{
    return b->count > 0 && b->heap[0]->weight > 0 ? b->heap[0] : NULL;
}
