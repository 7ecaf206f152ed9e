/* The memory budget of a model: how many bytes its streams take, and which stream loses bytes when
 * that is too much. The streams stand in a heap. On top is the largest of those that can still give
 * up a block (stream_can_shrink()).
 *
 * Inner: only files of src/model include this. */
#ifndef PCAT_MODEL_BUDGET_H
#define PCAT_MODEL_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

struct stream;

struct budget {
    size_t limit, used;   /* bytes */
    struct stream **heap; /* by weight, the heaviest first */
    size_t count, cap;    /* streams in the heap, and how many it has room for */
};

/* Frees the heap and zeroes the struct. The streams stay. */
void budget_free(struct budget *b);

/* Call it after the memory of a stream has changed. before: its memory before the change, in bytes.
 * A stream that is new to the budget is added. */
void budget_update(struct budget *b, struct stream *s, size_t before);
/* Takes the stream out. Call it before the stream is freed. */
void budget_remove(struct budget *b, struct stream *s);

/* Whether the streams take more than the limit. */
bool budget_over(const struct budget *b);
/* The largest stream that can give up a block. NULL: no stream can. */
struct stream *budget_largest(const struct budget *b);

#endif
