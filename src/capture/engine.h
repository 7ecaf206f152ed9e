/* The capture engine: attaches or spawns, and hands everything that it sees to a
 * sink, as events. Two threads: the tracer, which never waits for the output, and the caller's,
 * which writes. */
#ifndef PCAT_CAPTURE_ENGINE_H
#define PCAT_CAPTURE_ENGINE_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/regex.h"
#include "capture/fds.h"
#include "capture/follow.h"
#include "event/sink.h"

struct engine_kind; /* session.h */

struct engine_options {
    const struct engine_kind *kind;
    const pid_t *pids; /* to attach to */
    size_t npids;
    struct regex **names; /* to those whose name, or else command line, matches one of these */
    size_t nnames;
    char **command; /* or to run; NULL: none */
    enum follow follow;
    struct fd_policy fds;
    struct bytes fds_text; /* the captured fds as hello tells them */
    bool ring_mode;        /* lose the oldest instead of holding a tracee */
    size_t ring_size;      /* bytes per (tid, fd) */
    bool use_filter;       /* seccomp, for the command */
    bool pin;              /* tracer and command on one CPU; needs the filter */
    bool pipes;            /* the command's stdout and stderr become pipes that we drain */
    bool count_other;      /* writes on uncaptured fds are counted */
    bool force;            /* also trace what displays us */
    bool allow_attach;     /* the control channel may attach to anything we may */
    int control_fd;        /* where commands come in, -1: none */
    int output_fds[2];     /* that we write to: when the other end goes, we leave; -1: none */
    struct bytes argv;     /* our command line, each argument with its final NUL */
    const char *program;   /* name and version for hello */
    bool stdin_null;       /* the command does not get our stdin */
    struct engine_signals *signals;

    /* When to end by ourselves. What we attached to is let go then. The command, when it can't be
     * let go (it runs under a filter, or into our pipes), is sent SIGTERM with all that it made;
     * what is left of them 5 s later ends with us. */
    int64_t
        timeout; /* ns from the start of the capture, 0: none; it ends the command in any case */
    /* Asked after each event, in the thread that writes: why it was enough, or NULL. */
    const char *(*enough)(void *user);
    void *user;
};

/* Signals that we treat in our own way, and a command as it would find them without us. */
#define SPAWN_SIGNALS SIGCHLD, SIGPIPE, SIGXFSZ

/* The signals of job control, blocked as the command is to do with them what it does without us. */
#define JOB_SIGNALS SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT

/* How we were started, as far as signals go, and what they mean to us now. */
struct engine_signals {
    sigset_t mask;               /* before we blocked anything; the command gets it */
    sigset_t ignored;            /* those of SPAWN_SIGNALS that were; the command gets them so */
    int fd;                      /* signalfd */
    atomic_bool tracer_finished; /* the tracer is through: signals are the writer's now */
};

struct engine_result {
    int status;       /* wait status of the command, when there was one */
    bool ran;         /* there was one, and it has ended */
    int output_error; /* errno of the first failure, 0: none */
    uint64_t lost_bytes;
    bool timed_out;
    const char *why; /* why the capture ended */
};

/* Before anything else, in the only thread: blocks the signals that end or concern us and gives
 * SPAWN_SIGNALS the dispositions that we need. */
void engine_signals_init(struct engine_signals *s);

/* Returns 0 when there was a capture. Otherwise nothing went into the sink, *cause is a line for
 * the user (the caller frees it), and the exit status is returned: 1, 126 or 127. */
int engine_run(const struct engine_options *options, struct sink *sink,
               struct engine_result *result, char **cause);

/* For output that may block: waits until fd takes bytes. False when everybody has been let go and
 * another Ctrl-C says that what is left is to be dropped. For out_set_wait(); user: engine_signals.
 */
bool engine_wait_writable(void *user, int fd);

#endif
