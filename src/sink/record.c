#include <stdlib.h>

#include "base/xmalloc.h"
#include "event/zip.h"
#include "sink/sinks.h"

struct record {
    struct sink sink;
    struct out *out;
    struct zip *zip; /* NULL: as it is */
};

static void record_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct record *r = (struct record *)sink;

    (void)ev;
    if (r->zip)
        zip_add(r->zip, wire.data, wire.len);
    else
        out_put(r->out, wire.data, wire.len);
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
    zip_free(((struct record *)sink)->zip);
    free(sink);
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
