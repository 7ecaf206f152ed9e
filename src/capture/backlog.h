/* The queue between the tracer thread, which must never wait for the output, and the writer thread,
 * which may: one ring of write and read events (payload) for each (tid, fd), and one queue for all
 * other (control) events. The tracer adds events in the order of seq; the writer takes them merged
 * in that order.
 *
 * A ring grows up to ring_size. When it is full, or all rings together hold `total` bytes:
 *   blocking   the tracer learns that there is no room, and holds the thread until there is;
 *   ring mode  the oldest events are dropped: of this ring if it is full, of the fullest ring if
 *              the total is reached; a `lost` event comes out in their place.
 * So the output of a chatty thread can't push out that of a quiet one. Control events are never
 * dropped, except by backlog_discard().
 *
 * Control events are stored as encoded by wire.h, payload events as the caller passes them (see
 * pack.h). Safe between one tracer thread and one writer thread. */
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

/* ring_size: bytes of one ring, total: bytes of all. wake_fd: an eventfd, or -1. It is written when
 * there is room again after backlog_has_room() said no. */
struct backlog *backlog_new(size_t ring_size, size_t total, bool ring_mode, int wake_fd);
void backlog_free(struct backlog *b);

/* --- for the tracer thread --- */

/* A new ring for the output of thread tid of process pid on one fd. The backlog owns it. */
struct ring *backlog_ring(struct backlog *b, pid_t tid, pid_t pid, int fd,
                          enum event_stream stream);

/* Nothing more will be added to r: it is freed once it is empty. NULL is allowed. */
void backlog_ring_done(struct backlog *b, struct ring *r);

/* The largest payload of one event, in bytes: half a ring, or EVENT_CHUNK_MAX. */
size_t backlog_piece_max(const struct backlog *b);

/* True when an event with n bytes of payload fits r now, or when older events would be dropped for
 * it (ring mode). After false, wake_fd is written once when it is worth trying again. */
bool backlog_has_room(struct backlog *b, const struct ring *r, size_t n);

/* Adds one event: head and then payload, both copied. Never fails: without room it exceeds the
 * limit. */
void backlog_put(struct backlog *b, struct ring *r, uint64_t seq, int64_t time, struct bytes head,
                 struct bytes payload);

/* The same for a large payload: takes its buffer over instead of copying it. *payload is then an
 * empty buffer. */
void backlog_put_large(struct backlog *b, struct ring *r, uint64_t seq, int64_t time,
                       struct bytes head, struct buf *payload);

/* Adds a control event, encoded by wire.h. */
void backlog_put_control(struct backlog *b, uint64_t seq, struct bytes wire);

/* True when the writer has taken all events and sleeps in backlog_wait(). It flushes its output
 * before that. For the tracer thread. */
bool backlog_is_idle(struct backlog *b);

/* The tracer has finished: the writer gets the remaining events, then BACKLOG_END. */
void backlog_close(struct backlog *b);

/* --- for the writer thread --- */

enum backlog_result {
    BACKLOG_EVENT, /* an encoded event: from backlog_put_control(), or `lost` */
    BACKLOG_PIECE, /* head, and payload unless large, of backlog_put() or backlog_put_large() */
    BACKLOG_EMPTY, /* no event now */
    BACKLOG_END    /* no event, and none will come */
};

/* Takes the next event into out. A large payload comes in `large`, which is empty for all other
 * events. The former content of both is dropped. */
enum backlog_result backlog_take(struct backlog *b, struct buf *out, struct buf *large);

/* Sleeps until there is an event to take, or the end. Then it sleeps on for 1 ms, or until many
 * bytes have come, so that the tracer need not wake the writer for each event. */
void backlog_wait(struct backlog *b);

/* The output has failed: drops all events, also those that come later. No thread is held any more.
 */
void backlog_discard(struct backlog *b);

/* How many payload events, and bytes of payload, were dropped so far: by ring mode and by
 * backlog_discard(). */
void backlog_lost(struct backlog *b, uint64_t *writes, uint64_t *bytes);

#endif
