/* A write or read event between tracer and writer: not encoded, as most outputs would only decode
 * it again, but as it is, with its texts behind it. */
#ifndef PCAT_CAPTURE_PACK_H
#define PCAT_CAPTURE_PACK_H

#include "base/buf.h"
#include "event/event.h"

/* Appends all of ev but its payload, and but the name of the syscall, which must stay where it is.
 * At most PACK_MAX bytes. */
void pack(struct buf *out, const struct event *ev);

enum { PACK_MAX = 512 };

/* The event of what pack() made, with the payload behind it or elsewhere: its bytes stay the
 * caller's. */
void unpack(struct bytes packed, struct bytes payload, struct event *ev);

/* The size of what pack() made, of which packed is the beginning. */
size_t pack_size(struct bytes packed);

#endif
