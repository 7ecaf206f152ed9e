/* From bytes in any split to whole events: the same code for a pipe, a file and
 * an ssh. A stream that is compressed with zstd is told from its first byte. Unknown types and
 * fields are skipped. */
#ifndef PCAT_EVENT_READER_H
#define PCAT_EVENT_READER_H

#include "event/event.h"

struct reader;

/* Gets each event, with its own bytes on the wire. Both are valid during the call only. */
typedef void reader_fn(void *user, const struct event *ev, struct bytes wire);

struct reader *reader_new(reader_fn *fn, void *user);
void reader_free(struct reader *r);

/* Takes n more bytes and calls fn for every event that is whole by now.
 * Returns 0, or -1 when the stream is damaged or not a pcat stream: reader_error() says
 * what and at which offset, and later feeds return -1 at once. */
int reader_feed(struct reader *r, const void *data, size_t n);

/* Tells the reader that nothing follows. Returns 0 when the stream ended between
 * two events after at least a hello, else -1 (cut, empty, or damaged before). */
int reader_finish(struct reader *r);

/* One line for the user, or NULL when nothing is wrong. Belongs to the reader. */
const char *reader_error(const struct reader *r);

/* Bytes taken as whole events so far; of a compressed stream, as they came out. */
uint64_t reader_offset(const struct reader *r);

/* Decodes the one event that wire holds whole. 0 or -1. For events that this program
 * encoded itself; *argv_scratch keeps a rejoined argv and is cleared at each call. */
struct buf;
int reader_decode(struct bytes wire, struct event *ev, struct buf *argv_scratch);

#endif
