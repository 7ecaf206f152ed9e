/* An index of a recording. It is made while the recording is read for the first time. With it a
 * model can be brought to any event of the recording without reading everything before that event.
 *
 * Events are counted from 1. "At n" means: n events have been applied. There is a checkpoint every
 * CHAPTERS_EVENTS events or CHAPTERS_BYTES bytes, or less often when that would cost too much
 * memory (CHAPTERS_COST). A checkpoint holds the place of the next event and the counters of the
 * streams that changed since the checkpoint before it.
 *
 * The index also knows where the events stand that shape the tree: all events that are not output,
 * and output that changed the tree (the first on an fd, or a new name). To restore a checkpoint,
 * only these are read again, and the last few writes of each stream. The events from the checkpoint
 * up to n are then read and applied as usual.
 *
 * So a restored model has the tree, the counters and the line numbers that it had at n. Of the
 * output it holds what was written since the checkpoint, and the last writes before it. The rest
 * counts as evicted.
 *
 * Public: other rooms include this. */
#ifndef PCAT_MODEL_CHAPTERS_H
#define PCAT_MODEL_CHAPTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"

/* The usual distance between two checkpoints, in events and in bytes of the recording. Tests shrink
 * the first. */
#ifndef CHAPTERS_EVENTS
#define CHAPTERS_EVENTS 32768
#endif
#define CHAPTERS_BYTES ((uint64_t)8 << 20)
/* A checkpoint may take one byte of memory for this many bytes of the recording since the
 * checkpoint before it. Else it is put off, up to four times the usual distance. */
#ifndef CHAPTERS_COST
#define CHAPTERS_COST 64
#endif

struct chapters;

struct chapters *chapters_new(void);
void chapters_free(struct chapters *ch); /* NULL is fine */

/* Adds the next event of the recording. offset, len: where its bytes begin, and how many. */
void chapters_add(struct chapters *ch, const struct event *ev, uint64_t offset, size_t len);

/* Events so far; the times of the first and of the last, CLOCK_REALTIME ns, 0: none. */
uint64_t chapters_count(const struct chapters *ch);
int64_t chapters_first_time(const struct chapters *ch);
int64_t chapters_last_time(const struct chapters *ch);

/* Makes model_timeline(m) the timeline of the whole index, at whatever event m is. The index must
 * live longer than m. */
void chapters_lend_timeline(const struct chapters *ch, struct model *m);

/* Whether an `end` event was added. */
bool chapters_ended(const struct chapters *ch);

/* Memory that the index takes, in bytes. */
size_t chapters_memory(const struct chapters *ch);

/* The exit of a process. */
struct chapters_exit {
    uint64_t at; /* number of the exit event */
    uint64_t pid;
    bool failed; /* by a signal, or with a status other than 0 */
};

/* How many processes exited; with `failed`, only those that failed. */
size_t chapters_count_exits(const struct chapters *ch, bool failed);
/* Finds the first exit after event n (forward), or the last exit before it. With `failed`, other
 * exits are passed over. *number is its rank among the exits that count, from 1. False: there is
 * none. */
bool chapters_find_exit(const struct chapters *ch, uint64_t n, bool forward, bool failed,
                        struct chapters_exit *out, size_t *number);

/* Reads events of the recording. Both functions return false when there is no event to read.
 * Whatever the event points to is valid until the next read. */
struct chapters_source {
    bool (*at)(void *user, uint64_t offset, struct event *ev); /* the event at that offset */
    bool (*next)(void *user, struct event *ev); /* the event after the one that was read last */
    void *user;
};

/* A place in the recording from which it can be read. */
struct chapters_place {
    uint64_t at;     /* number of events before it */
    uint64_t offset; /* of the next event, in bytes */
};

/* The last checkpoint that is earlier than `time`; the beginning when there is none. */
struct chapters_place chapters_before(const struct chapters *ch, int64_t time);

/* Brings the model near event n. The model is cleared and filled with the state at a checkpoint at
 * n or before. *out is the place of that checkpoint. The caller reads and applies the events from
 * there to n (at most 4 * CHAPTERS_EVENTS), and then calls model_restored().
 *
 * `source` must be the only source of the model. False: an event could not be read. Then *out is
 * set too, but the model is incomplete. */
bool chapters_restore(const struct chapters *ch, uint64_t n, struct model *m, struct source *source,
                      const struct chapters_source *from, struct chapters_place *out);

#endif
