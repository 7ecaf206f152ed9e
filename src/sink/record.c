#include <stdlib.h>

#include "base/xmalloc.h"
#include "sink/sinks.h"

struct record {
    struct sink sink;
    struct out *out;
};

static void record_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    (void)ev;
    out_put(((struct record *)sink)->out, wire.data, wire.len);
}

static int record_flush(struct sink *sink)
{
    return out_flush(((struct record *)sink)->out);
}

static void record_free(struct sink *sink)
{
    free(sink);
}

struct sink *sink_record_new(struct out *out)
{
    struct record *r = xcalloc(1, sizeof *r);

    r->sink = (struct sink){record_event, record_flush, record_free, NULL};
    r->out = out;
    return &r->sink;
}
