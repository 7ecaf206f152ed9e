/* One syscall of a tracee that writes or reads: where its bytes are, and the bytes themselves. It
 * lasts from the entry-stop until the last piece of the bytes is in the backlog.
 *
 * The buffers of the call are a list of *segments* of the tracee's memory. Of output, the first
 * CALL_EARLY bytes are read at the entry-stop (once the peer has the data, another thread may reuse
 * the buffer before the call returns), the rest at the exit-stop. Input is read at the exit-stop.
 *
 * How many bytes count, only the result of the call tells: these are the *parts*. A call has one
 * part; sendmmsg and recvmmsg have one for each message. A *piece* is what is emitted in one event:
 * a part, or a portion of a large one. */
#ifndef PCAT_PTRACE_CALL_H
#define PCAT_PTRACE_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "capture/fds.h"
#include "capture/remote.h"
#include "capture/sysent.h"
#include "event/event.h"

enum { CALL_EARLY = 1024 * 1024, CALL_SEGMENTS_MAX = 1024 };

struct segment {
    raddr_t addr;
    uint64_t len;
};

struct part {
    uint64_t base;  /* offset of its first byte in the joined segments */
    uint64_t len;   /* bytes that the kernel has moved */
    raddr_t result; /* sendmmsg and recvmmsg: where the kernel stores len */
};

struct call {
    const struct sysent *ent; /* NULL: no call */
    const char *name;
    enum shape shape;
    uint32_t arch; /* AUDIT_ARCH_* */
    uint64_t nr;
    uint64_t args[6]; /* from the shape's first argument on; of a socketcall: those that it points
                         to; of a 32-bit call: cut to 32 bits */
    int fd;
    bool input;               /* it reads */
    bool hidden;              /* input from a terminal that does not echo: must not be shown */
    enum event_stream stream; /* STREAM_OTHER: only counted */
    struct fd_sink sink;      /* where fd leads */
    int64_t entered;          /* event times: of the entry-stop, ... */
    int64_t left;             /* ... and of the exit-stop, 0 before it */
    bool dropped;             /* input that the kernel counts but stores nowhere (MSG_TRUNC) */

    struct buf early; /* the first bytes of the joined segments, already read */
    struct segment *segments;
    size_t nsegments, segments_cap;
    uint64_t joined; /* sum of the lengths of the segments */
    struct part *parts;
    size_t nparts, parts_cap;
    int source; /* sendfile and the like: our descriptor of the file that is read, else -1 */
    int64_t source_pos; /* file offset of the first byte */

    size_t part;  /* the next piece to emit: index of its part, ... */
    uint64_t pos; /* ... and its offset in that part */
};

/* Notes a call whose exit must be seen but whose bytes don't matter. args: as in the registers. */
void call_begin(struct call *c, const struct sysent *ent, uint32_t arch, const uint64_t args[6]);

/* Notes a call that writes or reads, and decodes its arguments and its fd. False when it is not to
 * be captured: a socketcall that moves no bytes; a recv with MSG_PEEK, whose bytes will be read
 * again. */
bool call_decode(struct call *c, const struct sysent *ent, uint32_t arch, const uint64_t args[6],
                 pid_t tid, struct memory *memory);

/* At the entry-stop: reads the list of segments and, of output, the first CALL_EARLY bytes; or
 * finds the file that sendfile and the like read from, and its offset. */
void call_prepare(struct call *c, pid_t tid, struct memory *memory);

/* At the exit-stop, result >= 0: sets the length of each part, and reads input. */
void call_complete(struct call *c, int64_t result, pid_t tid, struct memory *memory);

/* The bytes of all parts, after call_complete(). */
uint64_t call_total(const struct call *c);

/* True when all bytes of the parts have been read: the tracee's memory is not needed any more. */
bool call_is_read(const struct call *c);

/* The bytes of the next piece: up to n, from part and pos on. They are in c->early, or are read
 * into scratch; valid until either changes. *reread: they were read from the source file, which may
 * have changed since. Length 0: the bytes are not available. */
struct bytes call_bytes(const struct call *c, pid_t tid, struct memory *memory, struct buf *scratch,
                        size_t n, bool *reread);

/* Between the entry-stop and the exit-stop of a call that was noted. */
static inline bool call_in_flight(const struct call *c)
{
    return c->ent && c->left == 0;
}

/* True for a call whose exit must come before its thread is detached: a write, which an interrupt
 * would cut short; a clone, whose changed argument is put back at its exit. All others (reads,
 * close, ioctl) the kernel runs again after an interrupt. */
bool call_needs_exit(const struct call *c);

/* Ends the call: closes the source, frees large buffers. The struct is ready for the next call. */
void call_reset(struct call *c);
/* Frees all buffers. */
void call_free(struct call *c);

#endif
