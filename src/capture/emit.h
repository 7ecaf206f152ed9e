/* Gives events their place in the one order and their time, and hands them to
 * the backlog. Used by the tracer thread only. */
#ifndef PCAT_CAPTURE_EMIT_H
#define PCAT_CAPTURE_EMIT_H

#include "capture/backlog.h"
#include "event/event.h"

struct emitter;

/* b stays the caller's. */
struct emitter *emitter_new(struct backlog *b);
void emitter_free(struct emitter *e);

/* Now, CLOCK_REALTIME ns as of the start of the program plus what CLOCK_MONOTONIC went on since. */
int64_t emit_now(const struct emitter *e);

/* CLOCK_MONOTONIC ns (or the boot clock's, which is near enough) as the same kind of time. */
int64_t emit_time_of(const struct emitter *e, int64_t monotonic);

/* An event that is never dropped; seq and time are filled in here. */
void emit_control(struct emitter *e, struct event *ev);

/* A note for the user. pid: whom it is about, 0 for nobody. */
void emit_note(struct emitter *e, pid_t pid, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A piece of payload into a ring; seq is filled in here, time is the caller's. ev->write.data holds
 * the payload. */
void emit_payload(struct emitter *e, struct ring *r, struct event *ev);

/* The same with a payload that fills a buffer: that is taken over, not copied, and *payload is
 * empty after it. */
void emit_large(struct emitter *e, struct ring *r, struct event *ev, struct buf *payload);

/* Pieces and bytes so far. */
void emit_totals(const struct emitter *e, uint64_t *writes, uint64_t *bytes);

#endif
