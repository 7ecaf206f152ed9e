/* A stream: everything that one task wrote to one fd (or read from it), of one kind.
 *
 * The bytes have absolute 64-bit offsets. Byte 0 is the first that was ever captured. An offset
 * never changes. When the memory budget is short, the oldest bytes are evicted; [stream_first,
 * stream_end) are held.
 *
 * The lines have absolute 64-bit numbers. Line 0 is the first that ever began. A line begins with
 * its first byte. It ends with a newline, or before a mark. The last line may be unfinished
 * ("open") and still grow. A mark is a line of its own without bytes. It says that so many bytes
 * were lost here, or could not be read. Neighbouring marks of the same kind become one.
 *
 * All functions here only read. Streams are filled by model_apply().
 *
 * Public: other rooms include this. */
#ifndef PCAT_MODEL_STREAM_H
#define PCAT_MODEL_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

/* Bytes that each stream keeps even if the budget is short. Tests shrink it. */
#ifndef STREAM_FLOOR
#define STREAM_FLOOR (64 * 1024)
#endif

struct stream;
struct transcript;
struct task;

enum line_kind {
    LINE_TEXT,
    LINE_LOST,        /* mark: bytes were lost, as the reader of the event stream was too slow */
    LINE_UNAVAILABLE, /* mark: bytes were written, but only their number is known */
    LINE_HIDDEN       /* mark: something was typed while the terminal did not echo */
};

/* A line, as values: nothing in it points into the model. */
struct line {
    uint64_t number; /* in its stream, absolute */
    uint64_t offset; /* of its first byte that is held */
    uint64_t len;    /* bytes that are held, without the newline; 0 for marks */
    uint64_t order;  /* number of the event that brought its first byte, counted over all sources.
                        It compares lines of any streams; merged views are sorted by it */
    uint64_t seq;    /* seq of the same event, in its source */
    int64_t time;    /* of the same event, CLOCK_REALTIME ns */
    enum line_kind kind;
    bool open;              /* unfinished: it may still grow */
    bool cut;               /* its beginning was evicted */
    uint64_t bytes, writes; /* marks: how many are missing here */
};

/* Ids start at 1 and are never reused. */
uint64_t stream_id(const struct stream *s);
struct task *stream_task(const struct stream *s);
uint64_t stream_fd(const struct stream *s);
enum event_stream stream_kind(const struct stream *s);

/* The bytes in [first, end) are held. So `first` is also the number of evicted bytes. Bytes that a
 * mark stands for have no offsets. */
uint64_t stream_first(const struct stream *s);
uint64_t stream_end(const struct stream *s);

/* Write calls; lost pieces of writes; lost bytes; bytes of which only the number is known. */
uint64_t stream_writes(const struct stream *s);
uint64_t stream_lost_writes(const struct stream *s);
uint64_t stream_lost_bytes(const struct stream *s);
uint64_t stream_unavailable_bytes(const struct stream *s);

/* Time (CLOCK_REALTIME ns), seq and order of the last event on the stream. */
int64_t stream_last_time(const struct stream *s);
uint64_t stream_last_seq(const struct stream *s);
uint64_t stream_last_order(const struct stream *s);

/* A counter that changes whenever bytes or marks are added or dropped. */
uint64_t stream_generation(const struct stream *s);

/* Memory for its bytes and its index, in bytes. */
size_t stream_memory(const struct stream *s);

/* The lines in [first, end) are held. The first may be cut, the last may be open. */
uint64_t stream_first_line(const struct stream *s);
uint64_t stream_end_line(const struct stream *s);

/* Fills *out. False: the line was evicted, or has not begun. */
bool stream_line(const struct stream *s, uint64_t number, struct line *out);

/* The number of the line with the byte at `offset` (clamped to what is held). False: no line is
 * held. */
bool stream_line_at(const struct stream *s, uint64_t offset, uint64_t *number);

/* The first line of at least that order, or time; stream_end_line() when there is none. */
uint64_t stream_find_order(const struct stream *s, uint64_t order);
uint64_t stream_find_time(const struct stream *s, int64_t time);

/* The syscall that brought the first byte of a line. False: the line is not held. */
struct line_call {
    const char *syscall; /* its name; "": not known; lives as long as the model */
    int64_t duration;    /* ns, right to a few millionths; 0: not known */
    uint64_t bytes;      /* that the call wrote; 4 GiB at most */
};
bool stream_line_call(const struct stream *s, uint64_t number, struct line_call *out);

/* A histogram of the durations of its calls, STREAM_TIMES numbers. [0]: less than 2 us. [i]: from
 * 2^i us to less than twice that. The last also counts all longer ones. */
#define STREAM_TIMES 28
const uint32_t *stream_times(const struct stream *s);

/* The transcript of the terminal that its fd leads to (transcript.h). NULL: none, as far as is
 * known. */
struct transcript *stream_transcript(const struct stream *s);

/* Copies at most n bytes, from `offset` on, into buf. Returns how many; 0 when `offset` is not
 * held. */
size_t stream_copy(const struct stream *s, uint64_t offset, void *buf, size_t n);

/* The longest run of bytes from `offset` on that lies in one piece of memory; none when `offset` is
 * not held. Valid until the next model_apply(). */
struct bytes stream_run(const struct stream *s, uint64_t offset);

#endif
