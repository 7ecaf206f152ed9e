/* A recording that can be read from anywhere, one event at a time. */
#ifndef PCAT_SOURCE_TAPE_H
#define PCAT_SOURCE_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

struct tape;

/* Reads an uncompressed recording; fd becomes the tape's, its own position does not matter. */
struct tape *tape_new(int fd);
void tape_free(struct tape *t);

/* The event at that offset, and then those behind it. What it points to is valid until the next
 * call. False: there is no whole event (yet), or it is damaged. Types that are not known are
 * skipped. */
bool tape_at(struct tape *t, uint64_t offset, struct event *ev);
bool tape_next(struct tape *t, struct event *ev);

/* The bytes of the event that was read last, and where they stand. */
struct bytes tape_wire(const struct tape *t);
uint64_t tape_offset(const struct tape *t);

/* To before the event at that offset. */
void tape_seek(struct tape *t, uint64_t offset);

#endif
