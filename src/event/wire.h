/* Events as a CBOR sequence (RFC 8742): each is [type, {field: value}]. The
 * specification for others is doc/pcat-stream.5. */
#ifndef PCAT_EVENT_WIRE_H
#define PCAT_EVENT_WIRE_H

#include "base/buf.h"
#include "event/event.h"

/* Appends the encoding of ev to out. Fields that say nothing are left out. */
void wire_encode(struct buf *out, const struct event *ev);

/* Appends all of a write or read event but its payload: the caller puts exactly
 * ev->write.data.len bytes behind it, and the event is whole. data.data is not looked at. */
void wire_encode_head(struct buf *out, const struct event *ev);

#endif
