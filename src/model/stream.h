/* A stream: what one task wrote to one fd (or read from it), in one kind.
 *
 * It is a run of bytes with absolute 64-bit offsets: byte 0 is the first that
 * was ever seen, an offset never shifts, the oldest bytes go when the budget
 * is short: [stream_first, stream_end) is what is held.
 *
 * Over the bytes lies the line index, with absolute 64-bit numbers: line 0 is
 * the first that ever began. A line begins with its first byte; it ends with a
 * newline or before a mark. The last line may be unfinished ("open") and still
 * grow. A mark is a line of its own that has no bytes: it says that here so and
 * so many bytes were lost, or could not be had. Neighbouring marks of a kind
 * are one.
 *
 * All functions here only read; model_apply() is what fills streams. */
#ifndef PCAT_MODEL_STREAM_H
#define PCAT_MODEL_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

/* Bytes that each stream keeps whatever the others want. Tests shrink it. */
#ifndef STREAM_FLOOR
#define STREAM_FLOOR (64 * 1024)
#endif

struct stream;
struct transcript;
struct task;

enum line_kind {
    LINE_TEXT,
    LINE_LOST,        /* mark: bytes were dropped, as the reader was too slow */
    LINE_UNAVAILABLE, /* mark: bytes were written, but only their number is known */
    LINE_HIDDEN       /* mark: something was typed unseen */
};

/* A line, as values: nothing in it points into the model. */
struct line {
    uint64_t number; /* in its stream, absolute */
    uint64_t offset; /* of its first byte that is held */
    uint64_t len;    /* bytes that are held, without the newline; 0 for marks */
    uint64_t order;  /* rank of its first byte in all that the model was given: comparable
                        across streams, tasks and sources; the order of merged views */
    uint64_t seq;    /* of the event that brought its first byte */
    int64_t time;    /* of the same event, CLOCK_REALTIME ns */
    enum line_kind kind;
    bool open;              /* unfinished: it may still grow */
    bool cut;               /* its beginning is gone */
    uint64_t bytes, writes; /* marks: how many are missing here */
};

/* Never reused, from 1. */
uint64_t stream_id(const struct stream *s);
struct task *stream_task(const struct stream *s);
uint64_t stream_fd(const struct stream *s);
enum event_stream stream_kind(const struct stream *s);

/* Bytes: [first, end) are held; first is also the number of bytes that the budget took.
 * Bytes of marks have no offsets. */
uint64_t stream_first(const struct stream *s);
uint64_t stream_end(const struct stream *s);

/* Calls (write events that ended a call), lost pieces and bytes, bytes known only by number. */
uint64_t stream_writes(const struct stream *s);
uint64_t stream_lost_writes(const struct stream *s);
uint64_t stream_lost_bytes(const struct stream *s);
uint64_t stream_unavailable_bytes(const struct stream *s);

/* Time, seq and order of the last event on it. */
int64_t stream_last_time(const struct stream *s);
uint64_t stream_last_seq(const struct stream *s);
uint64_t stream_last_order(const struct stream *s);

/* Changes with each byte and mark that comes or goes. */
uint64_t stream_generation(const struct stream *s);

/* Bytes of memory for its bytes and its index. */
size_t stream_memory(const struct stream *s);

/* Lines: [first, end) can be had. The first may be cut, the last may be open. */
uint64_t stream_first_line(const struct stream *s);
uint64_t stream_end_line(const struct stream *s);

/* Fills *out. False when the line is gone or has not begun. */
bool stream_line(const struct stream *s, uint64_t number, struct line *out);

/* The line that holds the byte at `offset` (clamped to what is held). False when no line is held.
 */
bool stream_line_at(const struct stream *s, uint64_t offset, uint64_t *number);

/* The first line of that order or time, or later; stream_end_line() when there is none. */
uint64_t stream_find_order(const struct stream *s, uint64_t order);
uint64_t stream_find_time(const struct stream *s, int64_t time);

/* The call that brought the first byte of a line. False when the line is not held. */
struct line_call {
    const char *syscall; /* "" when not known; lives as long as the model */
    int64_t duration;    /* ns, to some millionths; 0: not known */
    uint64_t bytes;      /* that it wrote; 4 GiB at the most */
};
bool stream_line_call(const struct stream *s, uint64_t number, struct line_call *out);

/* How many calls took how long: [0] less than 2 us, [i] from 2^i us to twice as much, the last also
 * more. */
#define STREAM_TIMES 28
const uint32_t *stream_times(const struct stream *s);

/* The transcript of the terminal that it goes to (transcript.h); NULL: to none, as far as is known. */
struct transcript *stream_transcript(const struct stream *s);

/* Copies bytes from `offset` on, at the most n, into buf. Returns how many: 0 outside of what is
 * held. */
size_t stream_copy(const struct stream *s, uint64_t offset, void *buf, size_t n);

/* The same, without a copy: the longest contiguous run from `offset` on. Valid until the next
 * model_apply(). */
struct bytes stream_run(const struct stream *s, uint64_t offset);

#endif
