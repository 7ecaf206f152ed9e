/* The form of a write or read event in a ring of the backlog: the struct as it is in memory,
 * followed by the task's name. It is not encoded, because most sinks would have to decode it again.
 */
#ifndef PCAT_CAPTURE_PACK_H
#define PCAT_CAPTURE_PACK_H

#include "base/buf.h"
#include "event/event.h"

/* Appends ev without its payload, at most PACK_MAX bytes. The name of the syscall is not copied: it
 * must stay valid until unpack(). */
void pack(struct buf *out, const struct event *ev);

enum { PACK_MAX = 512 };

/* Restores the event that pack() has stored in `packed`. payload: its payload. ev points into both,
 * so they must outlive it. */
void unpack(struct bytes packed, struct bytes payload, struct event *ev);

/* The bytes that pack() has appended at the beginning of `packed`; the payload may follow them. */
size_t pack_size(struct bytes packed);

#endif
