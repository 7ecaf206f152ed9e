/* What the fds of the tracees lead to, and which of them are captured.
 *
 * A *sink* is where stdout or stderr of a root (a -p process or the command)
 * went when we first looked: a file, pipe, tty or socket, known by st_dev and st_ino. An fd is
 * captured when its number is asked for, or, unless fds were chosen by number, when it leads to a
 * sink: nginx writes its access log to a reopened /dev/stdout on fd 3. */
#ifndef PCAT_CAPTURE_FDS_H
#define PCAT_CAPTURE_FDS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/emit.h"

enum { FDSET_MAX = 1024 };

/* fds by number. */
struct fdset {
    bool all;
    uint64_t bits[FDSET_MAX / 64];
};

/* Parses "1,2,5" or "all". 0, or -1 when it is neither. */
int fdset_parse(struct fdset *set, const char *list);
bool fdset_has(const struct fdset *set, int fd);

/* Where an fd leads. */
struct fd_sink {
    dev_t dev;
    ino_t ino; /* 0: nowhere */
};

struct fd_policy {
    struct fdset numbers;
    bool by_sink;   /* fds that lead to a sink are captured too */
    bool own;       /* only what leads to a sink is captured */
    bool skip_ours; /* what reaches our own stdout or stderr by itself is not */
};

struct fd_rules; /* the policy and the sinks */
struct fd_table; /* of one process */

struct fd_rules *fd_rules_new(const struct fd_policy *policy, struct emitter *e);
void fd_rules_free(struct fd_rules *r);
void fd_rules_set_numbers(struct fd_rules *r, const struct fdset *numbers);

/* Whether input is captured at all. */
bool fd_rules_want_input(const struct fd_rules *r);

/* Bytes that were captured on their way to one sink are to be summed up: asks for it, adds, tells.
 */
void fd_rules_watch(struct fd_rules *r, struct fd_sink sink);
void fd_rules_account(struct fd_rules *r, struct fd_sink sink, uint64_t bytes);
uint64_t fd_rules_accounted(const struct fd_rules *r, struct fd_sink sink);

/* root: its fds 1 and 2 are sinks. */
struct fd_table *fd_table_new(struct fd_rules *r, pid_t pid, bool root);
void fd_table_free(struct fd_table *t);

/* What a write of thread tid on fd is: the stream, or STREAM_OTHER when it is not captured. An `fd`
 * event goes out when it is captured and leads elsewhere than before. *sink: where it leads. */
enum event_stream fd_table_stream(struct fd_table *t, pid_t tid, int fd, struct fd_sink *sink);

/* What a read of thread tid on fd is: STREAM_STDIN, or STREAM_OTHER when it is not captured: only
 * fd 0 is, when it was asked for. *unseen: see fd_hides_typing(). */
enum event_stream fd_table_input(struct fd_table *t, pid_t tid, int fd, bool *unseen);

/* True when fd leads to a terminal that does not echo now what is typed, or when that can't be
 * told: then what is typed is nobody's business, be it a password or the keys of an editor. */
bool fd_hides_typing(pid_t tid, int fd);

/* Looks at fds 1 and 2 now, before anything is written. Where those of a root lead now are the
 * sinks, whatever it does with its fds later (a shell's `echo >file` makes no sink of file). */
void fd_table_survey(struct fd_table *t);

/* Counts a write on an fd that is not captured. */
void fd_table_count(struct fd_table *t, int fd, uint64_t bytes);

/* Sends `other` events for what was counted since the last time. */
void fd_table_tell_counts(struct fd_table *t);

/* first..last may lead elsewhere from now on (close, dup2, exec). */
void fd_table_forget(struct fd_table *t, unsigned first, unsigned last);

/* exec: a table of its own, with what was close-on-exec gone. */
void fd_table_exec(struct fd_table *t);

/* The mode or the size of a terminal may have changed: an `fd` event goes out for each fd of which
 * that is so. */
void fd_table_check_terminals(struct fd_table *t, pid_t tid);

/* A call that changes what an fd leads to is under way: until it is over nothing is remembered. */
void fd_table_change_begins(struct fd_table *t);
void fd_table_change_ends(struct fd_table *t);

/* The threads of this process don't share one table: nothing may be remembered. */
void fd_table_uncacheable(struct fd_table *t);

#endif
