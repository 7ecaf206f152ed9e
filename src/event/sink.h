/* Where events go: text, JSON, a recording. */
#ifndef PCAT_EVENT_SINK_H
#define PCAT_EVENT_SINK_H

#include "event/event.h"

struct sink {
    /* One event. wire: its encoding, or empty: then whoever needs that makes it. */
    void (*event)(struct sink *sink, const struct event *ev, struct bytes wire);
    /* Everything out to the file or pipe. 0, or -1 with errno: from the first failure on
     * every later flush fails alike. */
    int (*flush)(struct sink *sink);
    /* Frees it; does not flush. */
    void (*free)(struct sink *sink);
    /* Nothing follows: puts out what has waited for more (a line without its end). It is still to
     * be flushed. NULL: there is never anything. */
    void (*finish)(struct sink *sink);
};

static inline void sink_event(struct sink *s, const struct event *ev, struct bytes wire)
{
    s->event(s, ev, wire);
}

static inline int sink_flush(struct sink *s)
{
    return s->flush(s);
}

static inline void sink_finish(struct sink *s)
{
    if (s->finish)
        s->finish(s);
}

static inline void sink_free(struct sink *s)
{
    if (s)
        s->free(s);
}

#endif
