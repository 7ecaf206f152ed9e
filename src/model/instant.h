/* An instant in the history of the model, and the state of tasks, streams and views at that
 * instant.
 *
 * Two instants of the same source compare by order, the rank of their event. Instants of different
 * sources, or an instant of which only the time is known, compare by time. A line belongs to the
 * instant of its first byte.
 *
 * Public: other rooms include this. */
#ifndef PCAT_MODEL_INSTANT_H
#define PCAT_MODEL_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/view.h"

struct instant {
    const struct source *source; /* NULL: only the time is known */
    uint64_t order;              /* as in struct line */
    int64_t time;                /* CLOCK_REALTIME ns */
    uint64_t stream, line; /* id of the stream and number of the line, as one write may bring many
                              lines; stream 0: none */
};

/* The instant of an entry's line, and the instant of a time. */
struct instant instant_of(const struct entry *e);
struct instant instant_of_time(int64_t time);

bool instant_equal(const struct instant *a, const struct instant *b);

/* Whether an event had come by then. source, order, time: those of the event. */
bool instant_includes(const struct instant *at, const struct source *source, uint64_t order,
                      int64_t time);

/* The number of the view's first entry that had not come by then; view_end() when all had. */
uint64_t instant_in_view(const struct instant *at, const struct view *v);

/* The state of a task at that instant. A task that was attached to is alive from its start time on.
 * PHASE_OVER: dead or detached. */
enum instant_phase { PHASE_UNBORN, PHASE_ALIVE, PHASE_OVER };
enum instant_phase instant_phase(const struct instant *at, const struct task *t);

/* The offset in the stream up to which bytes had come: the end of the last line that had begun by
 * then. */
uint64_t instant_bytes(const struct instant *at, const struct stream *s);

#endif
