/* From pieces of writes to lines, one stream per (tid, fd, direction, kind).
 *
 * A line is whole when its newline has come. A line that grows beyond LINES_MAX is handed
 * out in parts; all but the last are not whole. What has no end yet waits here. */
#ifndef PCAT_SINK_LINES_H
#define PCAT_SINK_LINES_H

#include "event/event.h"

#ifndef LINES_MAX
#define LINES_MAX (64 * 1024) /* bytes */
#endif

struct line {
    uint64_t pid, tid, fd;
    bool read;         /* the bytes came in */
    enum event_stream stream;
    struct bytes comm; /* of the thread when the line began */
    int64_t time;      /* when it began */
    struct bytes text; /* without the newline */
    bool whole;
};

/* The line and what it points to are valid during the call only. */
typedef void lines_fn(void *user, const struct line *line);

struct lines;

struct lines *lines_new(lines_fn *fn, void *user);
void lines_free(struct lines *l);

/* Takes the bytes of a write or read event. */
void lines_add(struct lines *l, const struct event *ev);

/* Takes any event: payload is added; what cuts a line short (bytes that are missing, an exec, the end
 * of a thread or of all) hands out what there is of it. */
void lines_event(struct lines *l, const struct event *ev);

/* Hands out what the stream has of an unfinished line: the bytes behind it are missing. */
void lines_break(struct lines *l, uint64_t tid, uint64_t fd, bool read);

/* The same for all streams of a thread, and forgets them. */
void lines_end(struct lines *l, uint64_t tid);

/* The same for all threads. */
void lines_end_all(struct lines *l);

#endif
