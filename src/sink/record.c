/* Events that come with their encoding are written as they are; others are encoded here. A payload
 * is not copied for that: the head is encoded, and the payload is written behind it. */
#include <stdlib.h>

#include "base/xmalloc.h"
#include "event/wire.h"
#include "event/zip.h"
#include "sink/sinks.h"

struct record {
    struct sink sink;
    struct out *out;
    struct zip *zip; /* NULL: not compressed */
    struct buf head; /* scratch */
};

static void put_bytes(struct record *r, struct bytes bytes)
{
    if (r->zip)
        zip_add(r->zip, bytes.data, bytes.len);
    else
        out_put(r->out, bytes.data, bytes.len);
}

static void record_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct record *r = (struct record *)sink;

    if (wire.len) {
        put_bytes(r, wire);
    } else if ((ev->type == EVENT_WRITE || ev->type == EVENT_READ) && ev->write.data.len) {
        buf_clear(&r->head);
        wire_encode_head(&r->head, ev);
        put_bytes(r, (struct bytes){r->head.data, r->head.len});
        put_bytes(r, ev->write.data);
    } else {
        buf_clear(&r->head);
        wire_encode(&r->head, ev);
        put_bytes(r, (struct bytes){r->head.data, r->head.len});
    }
}

static int record_flush(struct sink *sink)
{
    struct record *r = (struct record *)sink;

    if (r->zip)
        zip_flush(r->zip);
    return out_flush(r->out);
}

static void record_finish(struct sink *sink)
{
    struct record *r = (struct record *)sink;

    if (r->zip)
        zip_end(r->zip);
    zip_free(r->zip);
    r->zip = NULL;
}

static void record_free(struct sink *sink)
{
    struct record *r = (struct record *)sink;

    zip_free(r->zip);
    buf_free(&r->head);
    free(r);
}

static int put_zipped(void *user, const void *data, size_t n)
{
    out_put(user, data, n);
    return 0;
}

struct sink *sink_record_new(struct out *out, bool zipped)
{
    struct record *r = xcalloc(1, sizeof *r);

    r->sink = (struct sink){record_event, record_flush, record_free, record_finish};
    r->out = out;
    if (zipped)
        r->zip = zip_new(put_zipped, out);
    return &r->sink;
}
