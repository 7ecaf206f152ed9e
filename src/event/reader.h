/* Reads a stream: bytes in pieces of any size go in, whole events come out. The same code serves
 * pipes, files and ssh. A stream that is compressed with zstd is recognised by its first byte.
 * Unknown types and fields are skipped. */
#ifndef PCAT_EVENT_READER_H
#define PCAT_EVENT_READER_H

#include "event/event.h"

struct reader;

/* Called for each event, with its encoding. Both are valid during the call only. */
typedef void reader_fn(void *user, const struct event *ev, struct bytes wire);

struct reader *reader_new(reader_fn *fn, void *user);
void reader_free(struct reader *r);

/* Takes n more bytes and calls fn for each event that they complete. Returns 0, or -1 if the stream
 * is damaged or is no pcat stream: then reader_error() says why, and each later call returns -1 at
 * once. */
int reader_feed(struct reader *r, const void *data, size_t n);

/* To be called at the end of the stream. Returns 0 if it ended between two events, after a hello at
 * least. Returns -1 if it is empty, was cut inside an event, or was damaged before. */
int reader_finish(struct reader *r);

/* The error in one line for the user, NULL: none. Belongs to the reader. */
const char *reader_error(const struct reader *r);

/* How many bytes the events so far had. Of a compressed stream: after decompression. */
uint64_t reader_offset(const struct reader *r);

/* Decodes one event, whose encoding is all of wire. Returns 0 or -1, see decode_event(). */
struct buf;
int reader_decode(struct bytes wire, struct event *ev, struct buf *argv_scratch);

#endif
