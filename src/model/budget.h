/* Who pays when memory is short: a heap of streams, the largest that can still
 * give something on top. */
#ifndef PCAT_MODEL_BUDGET_H
#define PCAT_MODEL_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

struct stream;

struct budget {
    size_t limit, used; /* bytes */
    struct stream **heap;
    size_t count, cap;
};

void budget_free(struct budget *b);

/* A stream's memory has changed (it is added when it was not there): `before` is what it was. */
void budget_update(struct budget *b, struct stream *s, size_t before);
/* The stream is about to be freed. */
void budget_remove(struct budget *b, struct stream *s);

bool budget_over(const struct budget *b);
/* The one to pay; NULL when none can. */
struct stream *budget_largest(const struct budget *b);

#endif
