/* The sinks that print or record events. The outs stay the caller's and must outlive the sink. All
 * sinks take live events and events from a recording. */
#ifndef PCAT_SINK_SINKS_H
#define PCAT_SINK_SINKS_H

#include "base/out.h"
#include "event/sink.h"
#include "sink/lines.h"

/* Prints only the captured bytes. Bytes of STREAM_STDERR go to err, all others to out, in the order
 * of the events. Both outs may be the same. */
struct sink *sink_plain_new(struct out *out, struct out *err);

/* How many bytes of tracees were not printed because they were unavailable. */
uint64_t sink_plain_unavailable(const struct sink *plain);

/* Writes the captured bytes to one file for each process and stream: BASE.PID.out, BASE.PID.err,
 * and BASE.PID.N for other fds. Bytes that were read go to BASE.PID.in (fd 0) and BASE.PID.rN. A
 * file is opened when the first bytes for it come. It loses its old content. If a file can't be
 * opened, the sink fails. */
struct sink *sink_split_new(const char *base);
/* The file that can't be opened, and why. NULL: none. Belongs to the sink. */
const char *sink_split_trouble(const struct sink *split);
/* As sink_plain_unavailable(). */
uint64_t sink_split_unavailable(const struct sink *split);

/* Writes the event stream itself. zipped: it is compressed with zstd, and sink_finish() writes the
 * end mark. */
struct sink *sink_record_new(struct out *out, bool zipped);

/* Prints each event as a JSON object in one line (see pcat-stream(5)). Times are in seconds. Text
 * that is not valid UTF-8 gets U+FFFD for each bad byte; a payload that is not is printed as
 * "base64". Characters that utf8_visible() would replace are escaped, so that a terminal can show
 * the output safely. */
struct sink *sink_json_new(struct out *out);

/* Writes a recording for asciinema's players. The first write decides what it shows: all that is
 * written to the same terminal, or, if it did not go to a terminal, all that its process writes. */
struct sink *sink_asciicast_new(struct out *out);

/* Prints EVENT_PROCESS events as a table with a header line, as ps(1) does. The reason why a
 * process can't be traced follows its command line. columns: the width of the table; lines are cut
 * there, and a narrow table has fewer columns. 0: no limit. */
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
    bool color;       /* each process has a colour of its own */
    bool escape;      /* control characters and invalid bytes in the text are made visible */
    bool quiet;       /* of the +++ lines, only those about missing bytes are printed */
    /* Decides whether to print a line; NULL: all are printed. Called with `user`. */
    bool (*wants)(void *user, const struct line *line);
    void *user;
};

/* Prints whole lines with a prefix that names the thread and the fd:
 *     [TIME ]COMM PID[/TID] FD| text
 * FD is out, err, in or a number (r5: read from fd 5). TID is left out if it equals PID. A `+`
 * stands in place of `|` if no newline ended the text. Then the rest follows in the next line of
 * that thread and fd (a line longer than 64 KiB), or there is no rest: the thread ended, or bytes
 * are missing. Other events are printed as lines like "+++ nginx 812 exited with 0 +++".
 * options is copied. */
struct sink *sink_prefix_new(struct out *out, const struct prefix_options *options);

#endif
