/* Runs a capture: attaches to processes or starts a command, and passes what they print, and what
 * else happens to them, to a sink as events. Two threads: the tracer, which never waits for the
 * output, and the caller's thread, the writer. */
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
    const pid_t *pids; /* processes to attach to */
    size_t npids;
    struct regex **names; /* attach to all processes that match one of these, see names.h */
    size_t nnames;
    char **command; /* the command to start instead; NULL: none */
    enum follow follow;
    struct fd_policy fds;
    struct bytes fds_text; /* the captured fds, as text for the `hello` event */
    bool ring_mode;        /* when a ring is full: drop its oldest events, don't hold the tracee */
    size_t ring_size;      /* bytes per (tid, fd) */
    bool use_filter;       /* run the command under our seccomp filter */
    bool pin;              /* keep tracer and command on one CPU; needs the filter */
    bool pipes;            /* the command's stdout and stderr are pipes that we read */
    bool count_other;      /* count writes on fds that are not captured */
    bool force;            /* also trace a process that displays our output */
    bool allow_attach;     /* the control channel may attach to all that we can trace */
    int control_fd;        /* the control channel, -1: none */
    int output_fds[2];     /* our output: when its reader is gone, the capture ends; -1: none */
    struct bytes argv;     /* our command line, each argument with its final NUL */
    const char *program;   /* name and version for the `hello` event */
    bool stdin_null;       /* the command gets /dev/null as stdin, not ours */
    struct engine_signals *signals;

    /* When the capture ends by itself. Processes that we attached to are detached then. A command
     * that can't be detached (it runs under our filter, or writes to our pipes) and its descendants
     * get SIGTERM; those that still run 5 s later end with us. */
    int64_t timeout; /* ns since the start of the capture, 0: none; ends the command in any case */
    /* Called by the writer after each event: why the capture is to end now, or NULL. */
    const char *(*enough)(void *user);
    void *user;
};

/* Signals whose disposition we change for ourselves. The command gets them as we got them. */
#define SPAWN_SIGNALS SIGCHLD, SIGPIPE, SIGXFSZ

/* The signals of job control. We block them and read them from the signalfd: what we do then
 * depends on what the command does with them. */
#define JOB_SIGNALS SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT

/* The signal state that we were started with, and the signalfd that we read now. */
struct engine_signals {
    sigset_t mask;    /* the signal mask we were started with; the command gets it */
    sigset_t ignored; /* the SPAWN_SIGNALS that were ignored; the command ignores them too */
    int fd;           /* signalfd of the blocked signals */
    atomic_bool tracer_finished; /* from now on the writer reads fd, not the tracer */
};

struct engine_result {
    int status;          /* wait status of the command, if it ran */
    bool ran;            /* there was a command, and it has ended */
    int output_error;    /* errno of the first failure of the sink, 0: none */
    uint64_t lost_bytes; /* payload that was dropped */
    bool timed_out;      /* options->timeout ended the capture */
    const char *why;     /* why the capture ended */
};

/* To be called first, while there is one thread: blocks the signals that the signalfd reports, and
 * gives SPAWN_SIGNALS the dispositions that we need. */
void engine_signals_init(struct engine_signals *s);

/* Runs the capture to its end and returns 0. If it could not begin, returns the exit status for
 * pcat (1, 126 or 127), and nothing went into the sink; *cause is a line for the user, which the
 * caller frees. */
int engine_run(const struct engine_options *options, struct sink *sink,
               struct engine_result *result, char **cause);

/* The callback for out_set_wait(): waits until fd takes bytes. False when all tracees have been
 * released and another signal (Ctrl-C) comes: then the rest of the output is to be dropped. user: a
 * struct engine_signals. */
bool engine_wait_writable(void *user, int fd);

#endif
