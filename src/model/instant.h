/* An instant in all that the model was given, and how things stood then.
 *
 * Within a source instants compare by order, the rank of their event; across sources, and when only
 * a time is known, by time. A line belongs to the instant of its first byte. */
#ifndef PCAT_MODEL_INSTANT_H
#define PCAT_MODEL_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/view.h"

struct instant {
    const struct source *source; /* NULL: only the time is known */
    uint64_t order;              /* of struct line */
    int64_t time;
    uint64_t stream, line; /* the very line, as one write may bring many; stream 0: none */
};

struct instant instant_of(const struct entry *e);
struct instant instant_of_time(int64_t time);

bool instant_equal(const struct instant *a, const struct instant *b);

/* Whether that event of the source had come by then. */
bool instant_had(const struct instant *at, const struct source *source, uint64_t order,
                 int64_t time);

/* The number of the first entry that had not come by then; view_end() when all had. */
uint64_t instant_in_view(const struct instant *at, const struct view *v);

/* How a task stood. Who was attached to counts as born when it started. */
enum instant_phase { PHASE_UNBORN, PHASE_ALIVE, PHASE_OVER };
enum instant_phase instant_phase(const struct instant *at, const struct task *t);

/* Bytes that had come on that stream, up to the end of its last line. */
uint64_t instant_bytes(const struct instant *at, const struct stream *s);

#endif
