/* Reads single events of a recording, from any offset. */
#ifndef PCAT_SOURCE_TAPE_H
#define PCAT_SOURCE_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

struct tape;

/* fd: an uncompressed recording, which becomes the tape's. Its file offset is not used. */
struct tape *tape_new(int fd);
void tape_free(struct tape *t);

/* Read the event at an offset, or the event behind the one that was read last. Events of unknown
 * types are skipped. The bytes that ev points to are valid until the next call. False: there is no
 * whole event (yet), or it is damaged. */
bool tape_at(struct tape *t, uint64_t offset, struct event *ev);
bool tape_next(struct tape *t, struct event *ev);

/* The encoding of the event that was read last, and its offset in the recording. */
struct bytes tape_wire(const struct tape *t);
uint64_t tape_offset(const struct tape *t);

/* Makes tape_next() read the event at this offset next. */
void tape_seek(struct tape *t, uint64_t offset);

#endif
