/* Decodes one event from CBOR to struct event. */
#ifndef PCAT_EVENT_DECODE_H
#define PCAT_EVENT_DECODE_H

#include "base/buf.h"
#include "event/event.h"

/* Decodes one event, whose encoding is all of wire. Returns 0, or -1 if wire is no event, or holds
 * more or less than one. An unknown type is no error: it becomes EVENT_UNKNOWN. Fields that are
 * unknown, or whose value is of an unexpected type, are skipped. The texts in ev point into wire;
 * an argv points into *argv, which is cleared first. */
int decode_event(struct bytes wire, struct event *ev, struct buf *argv);

#endif
