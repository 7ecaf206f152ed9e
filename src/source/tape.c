/* After a jump, little is read at a time, since often only one event is wanted. Each further read
 * is twice as large, up to CHUNK_MAX. */
#include "source/tape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "event/item.h"
#include "event/reader.h"

enum { CHUNK_MIN = 4096, CHUNK_MAX = 256 * 1024 };

struct tape {
    int fd;
    struct buf buf;  /* bytes of the recording */
    uint64_t offset; /* of buf in the recording */
    size_t at;       /* of the next event, in buf */
    size_t last;     /* of the event that was read last, in buf */
    size_t last_len; /* its length; 0: none was read since the last jump */
    size_t chunk;    /* how many bytes to read next */
    struct buf argv; /* scratch of reader_decode() */
};

struct tape *tape_new(int fd)
{
    struct tape *t = xcalloc(1, sizeof *t);

    t->fd = fd;
    t->chunk = CHUNK_MIN;
    return t;
}

void tape_free(struct tape *t)
{
    if (!t)
        return;
    close(t->fd);
    buf_free(&t->buf);
    buf_free(&t->argv);
    free(t);
}

void tape_seek(struct tape *t, uint64_t offset)
{
    t->last_len = 0;
    if (offset >= t->offset && offset - t->offset <= t->buf.len) {
        t->at = (size_t)(offset - t->offset);
        return;
    }
    buf_clear(&t->buf);
    t->offset = offset;
    t->at = 0;
    t->chunk = CHUNK_MIN;
}

/* Reads more bytes into buf. False: there are none. */
static bool read_more(struct tape *t)
{
    ssize_t n;

    if (t->at > 0) {
        buf_consume(&t->buf, t->at);
        t->offset += t->at;
        t->at = 0;
    }
    do
        n = pread(t->fd, buf_reserve(&t->buf, t->chunk), t->chunk, (off_t)(t->offset + t->buf.len));
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return false;
    t->buf.len += (size_t)n;
    t->chunk = t->chunk < CHUNK_MAX ? 2 * t->chunk : CHUNK_MAX;
    return true;
}

/* The length of the next event. 0: there is no whole one. */
static size_t measure_event(struct tape *t)
{
    struct scan scan = {0};
    size_t scanned = 0;

    for (;;) {
        if (t->buf.len > t->at + scanned) {
            struct cursor c = {t->buf.data + t->at + scanned, t->buf.data + t->buf.len};
            enum item_result result = scan_more(&scan, &c);
            scanned = (size_t)(c.at - (t->buf.data + t->at));
            if (result == ITEM_DAMAGED || scanned > EVENT_WIRE_MAX)
                return 0;
            if (result == ITEM_OK)
                return scanned;
        }
        if (!read_more(t))
            return 0;
    }
}

bool tape_next(struct tape *t, struct event *ev)
{
    do {
        size_t len = measure_event(t);
        if (len == 0)
            return false;
        struct bytes wire = {t->buf.data + t->at, len};
        if (reader_decode(wire, ev, &t->argv) < 0)
            return false;
        t->last = t->at;
        t->last_len = len;
        t->at += len;
    } while (ev->type == EVENT_UNKNOWN);
    return true;
}

bool tape_at(struct tape *t, uint64_t offset, struct event *ev)
{
    tape_seek(t, offset);
    return tape_next(t, ev);
}

struct bytes tape_wire(const struct tape *t)
{
    return (struct bytes){t->buf.data + t->last, t->last_len};
}

uint64_t tape_offset(const struct tape *t)
{
    return t->offset + t->last;
}
