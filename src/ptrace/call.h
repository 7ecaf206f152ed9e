/* One syscall in flight that writes or reads, from its entry-stop until the last piece of
 * what it moved is in the backlog.
 *
 * Its bytes are a list of *segments* of the tracee's memory, one after the other.
 * Those up to CALL_EARLY are read at entry (another thread may rightly reuse
 * the buffer once a peer has seen the data), the rest at exit. How much of it
 * counts, only the kernel's result tells: the *parts*. Most calls are one part;
 * sendmmsg and recvmmsg are one a message. Of input nothing is there before the exit. */
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
    uint64_t base;  /* where it begins in the joined segments */
    uint64_t len;   /* bytes that the kernel took */
    raddr_t result; /* sendmmsg and recvmmsg: where the kernel stores len */
};

struct call {
    const struct sysent *ent; /* NULL: none in flight */
    const char *name;
    enum shape shape;
    uint32_t arch;
    uint64_t nr;
    uint64_t args[6]; /* of the shape: socketcall is resolved, high halves are cut */
    int fd;
    bool input;               /* the bytes come in */
    bool hidden;              /* input that was typed unseen: it is not ours to show */
    enum event_stream stream; /* STREAM_OTHER: only counted */
    struct fd_sink sink;      /* where fd leads */
    int64_t entered, left;    /* time of entry; of exit, 0 before it */
    bool dropped;             /* input that the kernel counts, but hands to nobody */

    struct buf early; /* bytes read at entry, input at exit: the first of the joined segments */
    struct segment *segments;
    size_t nsegments, segments_cap;
    uint64_t joined; /* the sum of their lengths */
    struct part *parts;
    size_t nparts, parts_cap;
    int source; /* the file that the bytes came from, our own descriptor, or -1 */
    int64_t source_pos;

    size_t part;  /* the next piece to emit: its part */
    uint64_t pos; /* and where in that */
};

/* Notes a call whose exit is to be seen, with its arguments as the registers have them. */
void call_begin(struct call *c, const struct sysent *ent, uint32_t arch, const uint64_t args[6]);

/* Begins a call that writes or reads, and decodes it: the shape's arguments, the fd. False when it
 * is none of ours (a socketcall that moves nothing, a recv that only peeks: what it sees comes
 * again). */
bool call_decode(struct call *c, const struct sysent *ent, uint32_t arch, const uint64_t args[6],
                 pid_t tid, struct memory *memory);

/* Reads what must be read at entry: the segments and, of output, the first CALL_EARLY bytes, or
 * where a file that is the source stands. */
void call_prepare(struct call *c, pid_t tid, struct memory *memory);

/* The call returned result (not an error): how many bytes of which part that is. */
void call_complete(struct call *c, int64_t result, pid_t tid, struct memory *memory);

/* The sum of the parts, after call_complete(). */
uint64_t call_total(const struct call *c);

/* True when all that was moved is in our memory: nothing more is wanted of the tracee. */
bool call_is_read(const struct call *c);

/* Up to n bytes of the current part from its current position; valid until the call goes on. They
 * are in c's own memory, or else read into scratch. *reread tells that they were read from the file
 * again. Length 0: they can't be had. */
struct bytes call_bytes(const struct call *c, pid_t tid, struct memory *memory, struct buf *scratch,
                        size_t n, bool *reread);

/* From its entry on until call_complete(). */
static inline bool call_in_flight(const struct call *c)
{
    return c->ent && c->left == 0;
}

/* Inside a call that has to be seen through to its exit before its thread is let go: an interrupted
 * write would end short, and an argument that was changed is to be put back. All others (reads,
 * close, ioctl) the kernel runs again. */
bool call_needs_exit(const struct call *c);

/* Done with it: gives back what is large. The struct is ready for the next call. */
void call_reset(struct call *c);
void call_free(struct call *c);

#endif
