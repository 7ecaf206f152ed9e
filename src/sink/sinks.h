/* The sinks there are. None owns the outs it is given: they must outlive it. All of them take
 * live events and those of a recording alike. */
#ifndef PCAT_SINK_SINKS_H
#define PCAT_SINK_SINKS_H

#include "base/out.h"
#include "event/sink.h"
#include "sink/lines.h"

/* The captured bytes and nothing else, flushed after each event: those of STREAM_STDERR to err,
 * all others to out. Both may be the same. */
struct sink *sink_plain_new(struct out *out, struct out *err);

/* Bytes that were written by tracees but could not be had, so that a plain sink left them out. */
uint64_t sink_plain_unavailable(const struct sink *plain);

/* The same into one file for each process and stream: BASE.PID.out and BASE.PID.err, for other fds
 * BASE.PID.N, for what was read BASE.PID.in (fd 0) and BASE.PID.rN. What such a file held before is
 * lost. Files are opened when there is something to write; when one can't be, the sink fails. */
struct sink *sink_split_new(const char *base);
/* Which file can't be opened, and why. NULL: that is not the error. */
const char *sink_split_trouble(const struct sink *split);
uint64_t sink_split_unavailable(const struct sink *split);

/* The event stream itself. Zipped, it is compressed with zstd, and ended by sink_finish(). */
struct sink *sink_record_new(struct out *out, bool zipped);

/* One JSON object a line (see pcat-stream(5)): times in seconds, text that is not UTF-8
 * repaired with U+FFFD, payload that is not UTF-8 as "base64". What utf8_visible()
 * does not leave alone is escaped, so that a terminal may show it. */
struct sink *sink_json_new(struct out *out);

/* What went to one terminal, or else came from one process, for asciinema's players: the first
 * write decides which. */
struct sink *sink_asciicast_new(struct out *out);

/* What EVENT_PROCESS tells, one process a line below a headline, as ps(1) does; why one can't be
 * traced stands behind its command line. columns: where lines are cut, and narrow
 * ones get less of them; 0: never. */
struct sink *sink_table_new(struct out *out, int columns);

enum prefix_time {
    PREFIX_TIME_NONE,
    PREFIX_TIME_CLOCK, /* HH:MM:SS, local */
    PREFIX_TIME_MICRO, /* HH:MM:SS.ffffff */
    PREFIX_TIME_EPOCH  /* seconds since 1970.ffffff */
};

struct prefix_options {
    enum prefix_time time;
    bool show_target; /* out</dev/pts/3>| */
    bool color;       /* each process has its colour */
    bool escape;      /* control and invalid bytes of the text made visible */
    bool quiet;       /* no +++ lines but those that tell of missing bytes */
    /* Which lines to print; NULL: all. */
    bool (*wants)(void *user, const struct line *line);
    void *user;
};

/* Whole lines, each with who wrote it:
 *     [TIME ]COMM PID[/TID] FD| text
 * FD is out, err, in or a number (r5: read from fd 5); TID is told when it is not PID. `+` stands
 * for `|` when no newline ended the text: the rest of the line follows in the next one of that
 * thread and fd (longer than 64 KiB), or the thread was gone or lost bytes before its end.
 * What else happens is told by lines like "+++ nginx 812 exited with 0 +++". */
struct sink *sink_prefix_new(struct out *out, const struct prefix_options *options);

#endif
