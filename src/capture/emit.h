/* The emitter: numbers events (seq), gives them their time, and adds them to the backlog. Used by
 * the tracer thread only. */
#ifndef PCAT_CAPTURE_EMIT_H
#define PCAT_CAPTURE_EMIT_H

#include "capture/backlog.h"
#include "event/event.h"

struct emitter;

/* The caller keeps b, and frees it after the emitter. */
struct emitter *emitter_new(struct backlog *b);
void emitter_free(struct emitter *e);

/* The time of an event, now: CLOCK_REALTIME at emitter_new() plus the CLOCK_MONOTONIC time since
 * then, in ns. So event times never go back. */
int64_t emit_now(const struct emitter *e);

/* Converts CLOCK_MONOTONIC ns to such a time. (The boot clock's ns will do as well, but differ by
 * the time that the machine was suspended.) */
int64_t emit_time_of(const struct emitter *e, int64_t monotonic);

/* Sends a control event, which is never dropped; sets its seq and time. */
void emit_control(struct emitter *e, struct event *ev);

/* Sends a note for the user. pid: the process that it is about, or 0. */
void emit_note(struct emitter *e, pid_t pid, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sends a write or read event through ring r; sets its seq. The caller has set its time, and the
 * payload in ev->write.data, which is copied. */
void emit_payload(struct emitter *e, struct ring *r, struct event *ev);

/* The same with the payload in a buffer of its own, which is taken over and not copied; *payload is
 * then an empty buffer. */
void emit_large(struct emitter *e, struct ring *r, struct event *ev, struct buf *payload);

/* The number of write events so far, and the bytes of the writes. */
void emit_totals(const struct emitter *e, uint64_t *writes, uint64_t *bytes);

#endif
