/* The reader searches for the end of an event first (struct scan can pause at any byte), and
 * decodes the event when it is whole. Between two calls of reader_feed(), buf holds only the
 * beginning of an event that is not whole yet. */
#include "event/reader.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "event/decode.h"
#include "event/item.h"
#include "event/zip.h"

enum { SLICE = 64 * 1024 }; /* bytes that are processed at a time, so that buf stays small */

struct reader {
    reader_fn *fn;
    void *user;
    struct buf buf;
    struct scan scan; /* of the event that begins buf */
    size_t scanned;   /* bytes of that event that scan has seen */
    uint64_t offset;  /* of that event in the stream */
    bool greeted;     /* a valid hello has come */
    char *error;
    struct buf argv;     /* scratch for decode_event() */
    bool begun;          /* the first byte has come */
    struct unzip *unzip; /* NULL: the stream is not compressed */
};

struct reader *reader_new(reader_fn *fn, void *user)
{
    struct reader *r = xcalloc(1, sizeof *r);

    r->fn = fn;
    r->user = user;
    return r;
}

void reader_free(struct reader *r)
{
    if (!r)
        return;
    buf_free(&r->buf);
    buf_free(&r->argv);
    unzip_free(r->unzip);
    free(r->error);
    free(r);
}

static int fail(struct reader *r, char *error)
{
    free(r->error);
    r->error = error;
    buf_free(&r->buf);
    return -1;
}

static int damaged(struct reader *r, const char *what)
{
    if (!r->greeted)
        return fail(r, xstrdup("not a pcat stream"));
    return fail(r, xasprintf("the stream is damaged at offset %" PRIu64 ": %s", r->offset, what));
}

static int check_hello(struct reader *r, const struct event *ev)
{
    const struct ev_hello *hello = &ev->hello;

    if (ev->type != EVENT_HELLO || hello->magic.len != strlen(EVENT_MAGIC) ||
        memcmp(hello->magic.data, EVENT_MAGIC, hello->magic.len) != 0 || hello->version == 0)
        return damaged(r, "no hello");
    if (hello->version > EVENT_VERSION)
        return fail(r, xasprintf("the stream has version %" PRIu64 ", this program reads up to %d: "
                                 "a newer one is needed",
                                 hello->version, EVENT_VERSION));
    r->greeted = true;
    return 0;
}

static int deliver(struct reader *r, struct bytes wire)
{
    struct event ev;

    if (wire.len > EVENT_WIRE_MAX)
        return damaged(r, "an event is too long");
    if (decode_event(wire, &ev, &r->argv) < 0)
        return damaged(r, "this is no event");
    if ((!r->greeted || ev.type == EVENT_HELLO) && check_hello(r, &ev) < 0)
        return -1;
    r->offset += wire.len;
    if (ev.type != EVENT_UNKNOWN)
        r->fn(r->user, &ev, wire);
    return 0;
}

/* Before the hello: whether the first byte shows that this is no stream. A hello begins with an
 * array. Without this check, bytes of another file could look like the beginning of a long item. */
static bool is_foreign(const struct reader *r, const unsigned char *p, size_t n)
{
    return !r->greeted && n && p[0] >> 5 != 4;
}

/* Delivers the whole events in p[0..n). Returns how many bytes they have, or -1: damaged. */
static ssize_t take_events(struct reader *r, const unsigned char *p, size_t n)
{
    size_t start = 0;

    while (start < n) {
        struct cursor c = {p + start + r->scanned, p + n};
        if (is_foreign(r, p + start, n - start))
            return damaged(r, "no event");
        enum item_result result = scan_more(&r->scan, &c);
        r->scanned = (size_t)(c.at - (p + start));
        if (result == ITEM_DAMAGED)
            return damaged(r, "no event has such bytes");
        if (result == ITEM_PARTIAL && n - start > EVENT_WIRE_MAX)
            return damaged(r, "an event is too long");
        if (result == ITEM_PARTIAL)
            break;
        if (deliver(r, (struct bytes){p + start, r->scanned}) < 0)
            return -1;
        start += r->scanned;
        r->scan = (struct scan){0};
        r->scanned = 0;
    }
    return (ssize_t)start;
}

static int feed_slice(struct reader *r, const unsigned char *data, size_t n)
{
    ssize_t taken;

    if (r->buf.len == 0) {
        taken = take_events(r, data, n);
        if (taken >= 0)
            buf_add(&r->buf, data + taken, n - (size_t)taken);
    } else {
        buf_add(&r->buf, data, n);
        taken = take_events(r, r->buf.data, r->buf.len);
        if (taken > 0)
            buf_consume(&r->buf, (size_t)taken);
    }
    return taken < 0 ? -1 : 0;
}

/* Takes bytes that are not compressed, or after decompression. */
static int feed_plain(void *user, const void *data, size_t n)
{
    const unsigned char *p = data;
    struct reader *r = user;

    while (n) {
        size_t slice = n < SLICE ? n : SLICE;
        if (feed_slice(r, p, slice) < 0)
            return -1;
        p += slice;
        n -= slice;
    }
    return 0;
}

int reader_feed(struct reader *r, const void *data, size_t n)
{
    if (r->error)
        return -1;
    if (!r->begun && n && unzip_knows(*(const unsigned char *)data))
        r->unzip = unzip_new(feed_plain, r);
    r->begun = r->begun || n;
    if (!r->unzip)
        return feed_plain(r, data, n);
    if (unzip_add(r->unzip, data, n) == 0)
        return 0;
    return r->error ? -1 : damaged(r, unzip_error(r->unzip));
}

int reader_finish(struct reader *r)
{
    uint64_t end = r->offset + r->buf.len;
    bool cut = r->unzip && !unzip_is_whole(r->unzip);

    if (r->error)
        return -1;
    if (end == 0 && !cut)
        return fail(r, xstrdup("the stream is empty"));
    if (cut || r->buf.len)
        return fail(r, xasprintf("the stream was cut at offset %" PRIu64 "%s", end,
                                 r->buf.len ? ", inside an event" : ""));
    return 0;
}

const char *reader_error(const struct reader *r)
{
    return r->error;
}

uint64_t reader_offset(const struct reader *r)
{
    return r->offset;
}

int reader_decode(struct bytes wire, struct event *ev, struct buf *argv_scratch)
{
    return decode_event(wire, ev, argv_scratch);
}
