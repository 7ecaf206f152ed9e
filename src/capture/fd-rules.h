/* The inside of struct fd_rules, for fds.c and fd-rules.c only. */
#ifndef PCAT_CAPTURE_FD_RULES_H
#define PCAT_CAPTURE_FD_RULES_H

#include "capture/fds.h"
#include "capture/readers.h"

struct fd_stat; /* procfs.h */

/* A sink, as fds.h defines it. */
struct root_sink {
    enum event_stream stream; /* whether it is the stdout or the stderr of a root */
    struct fd_sink at;
};

enum { WATCHED_MAX = 2 };

struct fd_rules {
    struct fd_policy policy;
    struct emitter *emitter;
    struct root_sink *sinks;
    size_t nsinks;
    struct fd_sink ours[2]; /* our own stdout and stderr */
    struct watched {
        struct fd_sink at;
        uint64_t bytes;
    } watched[WATCHED_MAX]; /* see fd_rules_watch() */
    int nwatched;
    struct readers readers; /* of searches for the readers of pipes */
};

/* The identity of the file, pipe, terminal or socket in *st. */
struct fd_sink fd_sink_of(const struct fd_stat *st);
/* True when both are the same. */
bool fd_sink_same(struct fd_sink a, struct fd_sink b);

/* Adds a sink, unless it is known: the stdout or stderr of a root leads there. */
void fd_rules_add_sink(struct fd_rules *r, enum event_stream stream, struct fd_sink at);

/* The stream of an fd by its number alone: 0 stdin, 2 stderr, any other stdout. */
enum event_stream fd_stream_of_number(int fd);

/* The stream of an fd that leads to `at`; STREAM_OTHER: not captured. The sink tells more than the
 * fd number: a shell's `echo >&2` writes to its stderr by fd 1. Where the sink does not decide
 * between stdout and stderr, the number does. */
enum event_stream fd_rules_classify(const struct fd_rules *r, int fd, struct fd_sink at);

#endif
