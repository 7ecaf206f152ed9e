/* One ring of the backlog: a queue of records in a circular buffer that grows. Used by backlog.c
 * only, which locks it and limits its size. */
#ifndef PCAT_CAPTURE_RING_H
#define PCAT_CAPTURE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "event/event.h"

/* The header of a record. Its bytes, the event, follow it in the ring. */
struct record {
    uint64_t seq;
    int64_t time;
    uint32_t len;     /* bytes in the ring, behind this header */
    uint32_t payload; /* captured bytes */
    bool large;       /* the payload is not in the ring: the record ends with a struct buf of it */
};

/* A ring of the output of one thread on one fd. The queue of control events is a ring too, without
 * these, and without a limit. */
struct ring {
    pid_t tid, pid;
    int fd;
    enum event_stream stream;
    unsigned char *data;              /* circular */
    size_t cap;                       /* bytes allocated */
    size_t head;                      /* offset of the first record */
    size_t used;                      /* bytes in use */
    size_t outside;                   /* bytes of large payloads, which are not in data */
    uint64_t lost_writes, lost_bytes; /* dropped, and not yet reported by a `lost` event */
    uint64_t lost_seq;                /* seq and time of the last dropped event */
    int64_t lost_time;
    size_t heap_at; /* its index in the backlog's heap, NOT_IN_HEAP when it is empty */
    bool done;      /* nothing more will be added */
};

#define NOT_IN_HEAP SIZE_MAX

/* Makes room for need more bytes. */
void ring_grow(struct ring *r, size_t need);

/* Appends n bytes; there must be room. */
void ring_append(struct ring *r, const void *from, size_t n);

/* Copies n bytes at an offset from the front; the ring must have as many. */
void ring_copy_out(const struct ring *r, size_t offset, void *to, size_t n);

/* The header of the first record; there must be one. */
struct record ring_peek(const struct ring *r);

/* Drops n bytes from the front. A large ring that is empty gives its memory back. */
void ring_skip(struct ring *r, size_t n);

/* True when there is neither a record nor an unreported loss. */
static inline bool ring_is_empty(const struct ring *r)
{
    return r->used == 0 && r->lost_writes == 0;
}

/* The bytes that a record takes in the ring, with n bytes behind its header. */
static inline size_t record_size(size_t n)
{
    return sizeof(struct record) + n;
}

/* The bytes that count against the limits: of a record, and of a ring, with large payloads. */
static inline size_t record_weight(const struct record *rec)
{
    return record_size(rec->len) + (rec->large ? rec->payload : 0);
}

static inline size_t ring_weight(const struct ring *r)
{
    return r->used + r->outside;
}

#endif
