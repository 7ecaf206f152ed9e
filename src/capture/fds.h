/* Knows where the fds of the tracees lead, and decides which of them are captured.
 *
 * A *root* is a -p process or the command. A *sink* is the file, pipe, terminal or socket that
 * stdout or stderr of a root led to at the start; st_dev and st_ino identify it. An fd is captured
 * if the user asked for its number, or, unless fds were chosen by number, if it leads to a sink:
 * nginx writes its access log to a reopened /dev/stdout on fd 3. */
#ifndef PCAT_CAPTURE_FDS_H
#define PCAT_CAPTURE_FDS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/emit.h"

enum { FDSET_MAX = 1024 };

/* A set of fd numbers. */
struct fdset {
    bool all;
    uint64_t bits[FDSET_MAX / 64];
};

/* Parses "1,2,5" or "all". 0, or -1 when the text is neither. */
int fdset_parse(struct fdset *set, const char *list);
bool fdset_has(const struct fdset *set, int fd);

/* The identity of the file, pipe, terminal or socket that an fd leads to. */
struct fd_sink {
    dev_t dev;
    ino_t ino; /* 0: nowhere */
};

struct fd_policy {
    struct fdset numbers;
    bool by_sink;   /* also capture fds that lead to a sink */
    bool own;       /* capture only fds that lead to a sink */
    bool skip_ours; /* don't capture what goes to our own stdout or stderr anyway */
};

struct fd_rules; /* the policy and the sinks of a capture */
struct fd_table; /* the fds of one process */

/* The caller frees both. The emitter must outlive the rules, the rules the tables. */
struct fd_rules *fd_rules_new(const struct fd_policy *policy, struct emitter *e);
void fd_rules_free(struct fd_rules *r);
void fd_rules_set_numbers(struct fd_rules *r, const struct fdset *numbers);

/* True when fd 0 is captured. */
bool fd_rules_want_input(const struct fd_rules *r);

/* Sum up the bytes that were captured on their way to one sink: begins, adds, returns the sum. At
 * most two sinks. */
void fd_rules_watch(struct fd_rules *r, struct fd_sink sink);
void fd_rules_account(struct fd_rules *r, struct fd_sink sink, uint64_t bytes);
uint64_t fd_rules_accounted(const struct fd_rules *r, struct fd_sink sink);

/* root: fds 1 and 2 of this process lead to sinks. */
struct fd_table *fd_table_new(struct fd_rules *r, pid_t pid, bool root);
void fd_table_free(struct fd_table *t);

/* The stream of a write of thread tid on fd; STREAM_OTHER: not captured. Sends an `fd` event if the
 * fd is captured and does not lead where it was last reported to lead. *sink: where it leads now.
 */
enum event_stream fd_table_stream(struct fd_table *t, pid_t tid, int fd, struct fd_sink *sink);

/* The same for an engine to which the kernel has told where the fd led when the write was made: at
 * (the device as statx(2) has it) and mode, for its file type. /proc is read only when an `fd`
 * event is due, and its answer used only while it is the same. */
enum event_stream fd_table_stream_at(struct fd_table *t, pid_t tid, int fd, struct fd_sink at,
                                     mode_t mode);

/* The stream of a read of thread tid on fd: STREAM_STDIN for fd 0 if that is captured, else
 * STREAM_OTHER. *hidden: see fd_hides_typing(). */
enum event_stream fd_table_input(struct fd_table *t, pid_t tid, int fd, bool *hidden);

/* True when fd leads to a terminal that does not echo at the moment, or when that is not known.
 * What the user types then may be a password, so it must not be shown. */
bool fd_hides_typing(pid_t tid, int fd);

/* To be called once, before the process writes anything: reads where fds 1 and 2 lead. For a root
 * these become sinks. What a root does with its fds later makes no sink (a shell's `echo >file`).
 */
void fd_table_survey(struct fd_table *t);

/* Counts a write of so many bytes on an fd that is not captured. */
void fd_table_count(struct fd_table *t, int fd, uint64_t bytes);

/* Sends an `other` event for each fd with counted writes, and resets the counts. */
void fd_table_tell_counts(struct fd_table *t);

/* fds first..last may lead elsewhere from now on (close, dup2, exec): reads them anew when needed.
 */
void fd_table_forget(struct fd_table *t, unsigned first, unsigned last);

/* After exec: the process has an fd table of its own, without the close-on-exec fds. */
void fd_table_exec(struct fd_table *t);

/* The mode or the size of a terminal may have changed: sends an `fd` event for each fd whose
 * terminal has. tid: a thread of the process. */
void fd_table_check_terminals(struct fd_table *t, pid_t tid);

/* Begin and end of a syscall that changes where an fd leads. Between them no cached entry is used.
 */
void fd_table_change_begins(struct fd_table *t);
void fd_table_change_ends(struct fd_table *t);

/* The threads of this process don't share one fd table: no cached entry is used from now on. */
void fd_table_uncacheable(struct fd_table *t);

#endif
