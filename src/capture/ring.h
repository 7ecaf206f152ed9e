/* One ring of the backlog: records in a circle of bytes that grows. Open to backlog.c, which holds
 * the lock and decides how large it may get. */
#ifndef PCAT_CAPTURE_RING_H
#define PCAT_CAPTURE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "event/event.h"

struct record {
    uint64_t seq;
    int64_t time;
    uint32_t len;     /* bytes in the ring, behind this header */
    uint32_t payload; /* captured bytes */
    bool large;       /* they are not in the ring: the last of its bytes are a struct buf */
};

/* The queue of control events is one too: it only grows. */
struct ring {
    pid_t tid, pid;
    int fd;
    enum event_stream stream;
    unsigned char *data; /* circular */
    size_t cap, head, used;
    size_t outside;                             /* bytes of large payloads */
    uint64_t lost_writes, lost_bytes, lost_seq; /* dropped from the front, not yet told */
    int64_t lost_time;
    size_t heap_at; /* where it stands in the heap, NOT_IN_HEAP when it is empty */
    bool done;
};

#define NOT_IN_HEAP SIZE_MAX

/* Makes room for need more bytes. */
void ring_grow(struct ring *r, size_t need);

/* Puts n bytes behind the last; there must be room. */
void ring_append(struct ring *r, const void *from, size_t n);

/* n bytes at an offset from the front, which are there. */
void ring_copy_out(const struct ring *r, size_t offset, void *to, size_t n);

/* The header of the record in front; there must be one. */
struct record ring_peek(const struct ring *r);

/* Drops n bytes from the front. A large ring that is empty gives its memory back. */
void ring_skip(struct ring *r, size_t n);

/* Neither records nor a loss that is still to be told. */
static inline bool ring_is_empty(const struct ring *r)
{
    return r->used == 0 && r->lost_writes == 0;
}

/* The bytes in the ring of a record with n behind its header. */
static inline size_t record_size(size_t n)
{
    return sizeof(struct record) + n;
}

/* What a record, and a ring, counts for. */
static inline size_t record_weight(const struct record *rec)
{
    return record_size(rec->len) + (rec->large ? rec->payload : 0);
}

static inline size_t ring_weight(const struct ring *r)
{
    return r->used + r->outside;
}

#endif
