/* The rules by which fds are captured, from the inside: for fds.c and fd-rules.c alone. */
#ifndef PCAT_CAPTURE_FD_RULES_H
#define PCAT_CAPTURE_FD_RULES_H

#include "capture/fds.h"
#include "capture/readers.h"

struct fd_stat; /* procfs.h */

struct root_sink {
    enum event_stream stream; /* whose stdout or stderr it is: some root's */
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
    } watched[WATCHED_MAX];
    int nwatched;
    struct readers readers;
};

/* Where an fd of that description leads. */
struct fd_sink fd_sink_of(const struct fd_stat *st);
/* Both lead to the same. */
bool fd_sink_same(struct fd_sink a, struct fd_sink b);

/* That is where stdout or stderr of a root leads. */
void fd_rules_add_sink(struct fd_rules *r, enum event_stream stream, struct fd_sink at);

/* What an fd is by its number alone. */
enum event_stream fd_stream_of_number(int fd);

/* Where it leads says more than the number: a shell's `echo >&2` writes to its stderr by fd 1. The
 * number decides where that says nothing. */
enum event_stream fd_rules_classify(const struct fd_rules *r, int fd, struct fd_sink at);

#endif
