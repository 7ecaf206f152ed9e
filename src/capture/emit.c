#include "capture/emit.h"

#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include "base/xmalloc.h"
#include "capture/pack.h"
#include "event/wire.h"

struct emitter {
    struct backlog *backlog;
    uint64_t seq;
    int64_t offset; /* CLOCK_REALTIME minus CLOCK_MONOTONIC at the start, ns */
    struct buf scratch;
    uint64_t writes, bytes;
};

static int64_t clock_ns(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct emitter *emitter_new(struct backlog *b)
{
    struct emitter *e = xcalloc(1, sizeof *e);

    e->backlog = b;
    e->offset = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
    return e;
}

void emitter_free(struct emitter *e)
{
    if (!e)
        return;
    buf_free(&e->scratch);
    free(e);
}

int64_t emit_now(const struct emitter *e)
{
    return clock_ns(CLOCK_MONOTONIC) + e->offset;
}

int64_t emit_time_of(const struct emitter *e, int64_t monotonic)
{
    return monotonic + e->offset;
}

void emit_control(struct emitter *e, struct event *ev)
{
    ev->seq = ++e->seq;
    ev->time = emit_now(e);
    buf_clear(&e->scratch);
    wire_encode(&e->scratch, ev);
    backlog_put_control(e->backlog, ev->seq, (struct bytes){e->scratch.data, e->scratch.len});
}

void emit_note(struct emitter *e, pid_t pid, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *text = xvasprintf(format, args);
    va_end(args);
    struct event ev = {.type = EVENT_NOTE, .note = {.pid = (uint64_t)pid, .text = bytes_of(text)}};
    emit_control(e, &ev);
    free(text);
}

/* Sets seq, counts a write, and packs the event without its payload. The result is valid until the
 * next event. */
static struct bytes pack_head(struct emitter *e, struct event *ev)
{
    ev->seq = ++e->seq;
    if (ev->type == EVENT_WRITE) {
        e->writes++;
        e->bytes += ev->write.len;
    }
    buf_clear(&e->scratch);
    pack(&e->scratch, ev);
    return (struct bytes){e->scratch.data, e->scratch.len};
}

void emit_payload(struct emitter *e, struct ring *r, struct event *ev)
{
    struct bytes head = pack_head(e, ev);

    backlog_put(e->backlog, r, ev->seq, ev->time, head, ev->write.data);
}

void emit_large(struct emitter *e, struct ring *r, struct event *ev, struct buf *payload)
{
    struct bytes head = pack_head(e, ev);

    backlog_put_large(e->backlog, r, ev->seq, ev->time, head, payload);
}

void emit_totals(const struct emitter *e, uint64_t *writes, uint64_t *bytes)
{
    *writes = e->writes;
    *bytes = e->bytes;
}
