/* Encodes events as a CBOR sequence (RFC 8742): each event is [type, {field: value}]. The
 * specification of the stream is doc/pcat-stream.5. */
#ifndef PCAT_EVENT_WIRE_H
#define PCAT_EVENT_WIRE_H

#include "base/buf.h"
#include "event/event.h"

/* Appends the encoding of ev to out, without the fields that hold their default (fields.h). */
void wire_encode(struct buf *out, const struct event *ev);

/* Appends the encoding of a write or read event up to its payload. The caller appends the
 * ev->write.data.len bytes of the payload to complete the event. data.data is not read. */
void wire_encode_head(struct buf *out, const struct event *ev);

#endif
