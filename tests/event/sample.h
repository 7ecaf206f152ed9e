/* A stream for the tests of the encoder, the reader and the sinks. It has one event of each type.
 * No field of them holds its default, so all fields are written. */
#ifndef PCAT_TESTS_SAMPLE_H
#define PCAT_TESTS_SAMPLE_H

#include "base/buf.h"
#include "event/event.h"

#define SAMPLES (EVENT_TYPES - 1)

/* Event number i; number 0 is the hello. Its bytes are static. */
struct event sample_event(size_t i);

/* Appends the whole stream. */
void sample_stream(struct buf *out);

/* Fails the test unless all fields of a and b are equal. */
void sample_assert_same(const struct event *a, const struct event *b);

#endif
