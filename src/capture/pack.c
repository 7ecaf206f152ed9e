#include "capture/pack.h"

#include <string.h>

struct packed {
    uint64_t seq;
    int64_t time;
    enum event_type type;
    uint32_t comm; /* length of the task's name, which follows this struct */
    struct ev_write write;
};

enum { COMM_MAX = PACK_MAX - sizeof(struct packed) };

void pack(struct buf *out, const struct event *ev)
{
    const struct bytes *comm = &ev->write.comm;
    struct packed p = {ev->seq, ev->time, ev->type,
                       (uint32_t)(comm->len < COMM_MAX ? comm->len : COMM_MAX), ev->write};

    buf_add(out, &p, sizeof p);
    buf_add(out, comm->data, p.comm);
}

size_t pack_size(struct bytes packed)
{
    struct packed p;

    memcpy(&p, packed.data, sizeof p);
    return sizeof p + p.comm;
}

void unpack(struct bytes packed, struct bytes payload, struct event *ev)
{
    struct packed p;

    memcpy(&p, packed.data, sizeof p);
    ev->seq = p.seq;
    ev->time = p.time;
    ev->type = p.type;
    ev->write = p.write;
    ev->write.comm = (struct bytes){(const char *)packed.data + sizeof p, p.comm};
    ev->write.data = payload.len ? payload : (struct bytes){0};
}
