/* One event of each type with every field saying something: a stream that the tests of the wire
 * and of the sinks share. */
#ifndef PCAT_TESTS_SAMPLE_H
#define PCAT_TESTS_SAMPLE_H

#include "base/buf.h"
#include "event/event.h"

#define SAMPLES (EVENT_TYPES - 1)

/* Event number i, 0 is the hello. Its bytes are static. */
struct event sample_event(size_t i);

/* Appends the whole stream. */
void sample_stream(struct buf *out);

/* Fails the test unless all fields are the same. */
void sample_assert_same(const struct event *a, const struct event *b);

#endif
