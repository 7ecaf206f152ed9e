/* What stands between the tracer, which must never wait for the output, and the
 * writer, which may: a ring of events per (tid, fd), and one queue for all that
 * is not payload. Events go in by growing seq and come out merged by seq.
 *
 * A ring grows to the ring size. When it is full, or all of them together are:
 *   blocking   the tracer is told so, and holds the thread until there is room;
 *   ring mode  the oldest events go, of this ring when it is full, of the
 *              fullest one when the total is; a `lost` event comes out in their place.
 * So a chatty thread can't push out a quiet one. What is not payload is never dropped.
 *
 * Control events are kept as their bytes on the wire, payload as whoever put it there made it. Safe
 * between one tracer thread and one writer thread. */
#ifndef PCAT_CAPTURE_BACKLOG_H
#define PCAT_CAPTURE_BACKLOG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "event/event.h"

struct backlog;
struct ring; /* belongs to the backlog */

/* ring_size and total are bytes. wake_fd: an eventfd that is written when the tracer,
 * after having been told "full", should try again. */
struct backlog *backlog_new(size_t ring_size, size_t total, bool ring_mode, int wake_fd);
void backlog_free(struct backlog *b);

/* The tracer's side. */

/* A new ring for the output of one thread on one fd. */
struct ring *backlog_ring(struct backlog *b, pid_t tid, pid_t pid, int fd,
                          enum event_stream stream);

/* No more will come for it: it is freed once it is drained. NULL is allowed. */
void backlog_ring_done(struct backlog *b, struct ring *r);

/* The largest payload that fits one event, by the ring size. */
size_t backlog_piece_max(const struct backlog *b);

/* True when an event of n bytes fits r by now, or will be made to fit (ring mode). When false,
 * wake_fd is written once it is worth trying again. */
bool backlog_has_room(struct backlog *b, const struct ring *r, size_t n);

/* Adds one event, head and payload joined. Never fails; over the limit when the caller insists
 * although there was no room. */
void backlog_put(struct backlog *b, struct ring *r, uint64_t seq, int64_t time, struct bytes head,
                 struct bytes payload);

/* The same with a large payload: its buffer is taken over instead of copied; *payload is empty
 * after that. */
void backlog_put_large(struct backlog *b, struct ring *r, uint64_t seq, int64_t time,
                       struct bytes head, struct buf *payload);

/* Adds an event that is never dropped. */
void backlog_put_control(struct backlog *b, uint64_t seq, struct bytes wire);

/* The writer has taken all, and waits for more. It does so when its output is flushed. */
bool backlog_is_idle(struct backlog *b);

/* The tracer has finished: the writer gets what is left, then the end. */
void backlog_close(struct backlog *b);

/* The writer's side. */

enum backlog_result {
    BACKLOG_EVENT, /* bytes on the wire: of backlog_put_control(), or a `lost` event */
    BACKLOG_PIECE, /* what backlog_put() was given */
    BACKLOG_EMPTY,
    BACKLOG_END
};

/* Puts the next event into out. A large payload comes in a buffer of its own: large is empty for
 * all other events. What the two held before is dropped. */
enum backlog_result backlog_take(struct backlog *b, struct buf *out, struct buf *large);

/* Sleeps until there is something to take. To spare both sides a wake-up an event, it then goes on
 * sleeping for a moment (1 ms) or until much has come. */
void backlog_wait(struct backlog *b);

/* The output is gone: from now on everything is thrown away, nobody is held. */
void backlog_discard(struct backlog *b);

/* Payload events and bytes that were dropped: by full rings and by backlog_discard(). */
void backlog_lost(struct backlog *b, uint64_t *writes, uint64_t *bytes);

#endif
