/* A sink takes events and does something with them: prints them, writes JSON or a recording, or
 * passes some of them on to another sink. */
#ifndef PCAT_EVENT_SINK_H
#define PCAT_EVENT_SINK_H

#include "event/event.h"

struct sink {
    /* Takes one event. wire: its encoding; may be empty, then a sink that needs it encodes ev. */
    void (*event)(struct sink *sink, const struct event *ev, struct bytes wire);
    /* Writes everything to the file or pipe. Returns 0, or -1 with errno. After the first failure
     * every later flush fails, too. */
    int (*flush)(struct sink *sink);
    /* Frees the sink without a flush. */
    void (*free)(struct sink *sink);
    /* Called after the last event: puts out what the sink holds back (a line without its end).
     * The caller flushes afterwards. NULL: the sink holds nothing back. */
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
