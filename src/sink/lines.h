/* Puts lines together from the bytes of write and read events. Each combination of tid, fd,
 * direction and stream has lines of its own.
 *
 * A line is whole when its newline has come. The beginning of a line is kept until then. A line
 * longer than LINES_MAX is handed out in parts, of which only the last can be whole. */
#ifndef PCAT_SINK_LINES_H
#define PCAT_SINK_LINES_H

#include "event/event.h"

#ifndef LINES_MAX
#define LINES_MAX (64 * 1024) /* bytes */
#endif

struct line {
    uint64_t pid, tid, fd;
    bool read; /* the bytes were read, not written */
    enum event_stream stream;
    struct bytes comm; /* of the thread when it began the line */
    int64_t time;      /* of the event that began it, CLOCK_REALTIME ns */
    struct bytes text; /* without the newline */
    bool whole;        /* a newline ended it */
};

/* Called for each line or part of one. The line and its bytes are valid during the call only. */
typedef void lines_fn(void *user, const struct line *line);

struct lines;

struct lines *lines_new(lines_fn *fn, void *user);
void lines_free(struct lines *l);

/* Adds the bytes of a write or read event. */
void lines_add(struct lines *l, const struct event *ev);

/* Takes any event. Bytes of write and read events are added. Events after which a line can't be
 * completed (missing bytes, an exec, the end of a thread or of the stream) hand out its
 * beginning. */
void lines_event(struct lines *l, const struct event *ev);

/* Hands out the unfinished lines of an fd in one direction as they are. To be called when bytes are
 * missing behind them. */
void lines_break(struct lines *l, uint64_t tid, uint64_t fd, bool read);

/* Hands out the unfinished lines of a thread, and frees all that is kept of the thread. */
void lines_end(struct lines *l, uint64_t tid);

/* The same for all threads. */
void lines_end_all(struct lines *l);

#endif
