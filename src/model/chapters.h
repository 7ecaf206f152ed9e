/* An index of a recording, made while it is read the first time: with it the model can
 * be brought to any of its events again without reading all that came before.
 *
 * Events are counted from 1, and "at n" means: n events have come. Every CHAPTERS_EVENTS events or
 * CHAPTERS_BYTES bytes there is a checkpoint: where its next event stands, and the counters of the
 * streams that changed. Between checkpoints nothing is kept but where those events stand that shape
 * the tree (births, ends, fds, a new stream): those alone are read for what is before a checkpoint,
 * and of the output the last few writes of each stream. What came since is read as it is.
 *
 * So the model has its tree, its counters and its line numbers as they were; of the output it holds
 * what was printed since the checkpoint and the end of what was printed before. The rest counts as
 * evicted. */
#ifndef PCAT_MODEL_CHAPTERS_H
#define PCAT_MODEL_CHAPTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"

/* Tests shrink them. */
#ifndef CHAPTERS_EVENTS
#define CHAPTERS_EVENTS 32768
#endif
#define CHAPTERS_BYTES ((uint64_t)8 << 20)
/* A checkpoint may take one byte for so many of the recording, unless it is four times that far
 * to the one before. */
#ifndef CHAPTERS_COST
#define CHAPTERS_COST 64
#endif

struct chapters;

struct chapters *chapters_new(void);
void chapters_free(struct chapters *ch);

/* The next event; where its bytes begin, and how many they are. */
void chapters_add(struct chapters *ch, const struct event *ev, uint64_t offset, size_t len);

/* Events so far; the times of the first and of the latest, CLOCK_REALTIME ns, 0: none. */
uint64_t chapters_count(const struct chapters *ch);
int64_t chapters_first_time(const struct chapters *ch);
int64_t chapters_last_time(const struct chapters *ch);

/* The model shows the timeline of all events, wherever it is. */
void chapters_lend(const struct chapters *ch, struct model *m);

/* An `end` was among them. */
bool chapters_ended(const struct chapters *ch);

/* Bytes of memory that it takes. */
size_t chapters_memory(const struct chapters *ch);

/* The end of a process. */
struct chapters_exit {
    uint64_t at; /* the event that told of it */
    uint64_t pid;
    bool failed; /* by a signal, or with a status other than 0 */
};

/* How many processes ended, and how many of them failed. */
size_t chapters_exits(const struct chapters *ch, bool failed);
/* The first of them behind event n, or the last before it. False: there is none. *number counts
 * them from 1. */
bool chapters_find_exit(const struct chapters *ch, uint64_t n, bool forward, bool failed,
                        struct chapters_exit *out, size_t *number);

/* How the events are read: the one at that offset; the one behind the last that was read. False: it
 * can't be. What it points to is valid until the next is read. */
struct chapters_source {
    bool (*at)(void *user, uint64_t offset, struct event *ev);
    bool (*next)(void *user, struct event *ev);
    void *user;
};

/* A place to read on from. */
struct chapters_place {
    uint64_t at;     /* events before it */
    uint64_t offset; /* of the next */
};

/* The last checkpoint whose time is before that; the beginning when there is none. */
struct chapters_place chapters_before(const struct chapters *ch, int64_t time);

/* Brings the model near n: it is emptied and filled up to a checkpoint at n or before, from which
 * not much more than CHAPTERS_EVENTS events are left to be read and applied. Returns that place.
 * The source is the only one of the model. False: something could not be read, and *out is as far
 * as that. */
bool chapters_restore(const struct chapters *ch, uint64_t n, struct model *m, struct source *source,
                      const struct chapters_source *from, struct chapters_place *out);

#endif
