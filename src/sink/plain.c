/* If out and err lead to the same terminal, bytes have to appear in the order of the events. So one
 * out is flushed before bytes go to the other. */
#include <errno.h>
#include <stdlib.h>

#include "base/xmalloc.h"
#include "sink/sinks.h"

struct plain {
    struct sink sink;
    struct out *out, *err;
    struct out *last; /* the one that got the last bytes */
    uint64_t unavailable;
};

static void plain_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct plain *p = (struct plain *)sink;

    (void)wire;
    if (ev->type != EVENT_WRITE && ev->type != EVENT_READ)
        return;
    if (ev->write.data.len == 0) {
        p->unavailable += ev->write.len;
        return;
    }
    struct out *out = ev->write.stream == STREAM_STDERR ? p->err : p->out;
    if (out != p->last)
        out_flush(p->last); /* a failure is reported by plain_flush() */
    p->last = out;
    out_put(out, ev->write.data.data, ev->write.data.len);
}

static int plain_flush(struct sink *sink)
{
    struct plain *p = (struct plain *)sink;
    int result = out_flush(p->out), error = errno;

    if (out_flush(p->err) < 0)
        return -1;
    errno = error;
    return result;
}

static void plain_free(struct sink *sink)
{
    free(sink);
}

struct sink *sink_plain_new(struct out *out, struct out *err)
{
    struct plain *p = xcalloc(1, sizeof *p);

    p->sink = (struct sink){plain_event, plain_flush, plain_free, NULL};
    p->out = out;
    p->err = err;
    p->last = out;
    return &p->sink;
}

uint64_t sink_plain_unavailable(const struct sink *plain)
{
    return ((const struct plain *)plain)->unavailable;
}
