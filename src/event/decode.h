/* From the bytes of one whole event to struct event. */
#ifndef PCAT_EVENT_DECODE_H
#define PCAT_EVENT_DECODE_H

#include "base/buf.h"
#include "event/event.h"

/* Decodes the event that wire holds, all of it and nothing else. Returns 0, or -1 when it is no
 * event. An event of unknown type is one: EVENT_UNKNOWN. Fields that are unknown or of another
 * kind than expected are passed over. Texts point into wire, an argv into *argv, which is
 * cleared first. */
int decode_event(struct bytes wire, struct event *ev, struct buf *argv);

#endif
