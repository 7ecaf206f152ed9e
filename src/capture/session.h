/* The state of a running capture, shared by engine.c, control.c and the engine (an engine_kind).
 * Only these use its fields, and only in the tracer thread, except for `asked` and `output_failed`,
 * which the writer sets. */
#ifndef PCAT_CAPTURE_SESSION_H
#define PCAT_CAPTURE_SESSION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "capture/emit.h"
#include "capture/engine.h"
#include "capture/loop.h"
#include "capture/redraw.h"
#include "capture/rights.h"
#include "capture/task.h"

struct signalfd_siginfo;

/* The command that was started. The engine sets it. */
struct session_command {
    pid_t pid;     /* 0: there is none */
    bool filtered; /* the command and its descendants run under our seccomp filter */
    bool gone;     /* it has ended, ... */
    int status;    /* ... with this wait status */
};

struct session {
    const struct engine_options *options;
    struct emitter *emitter;
    struct backlog *backlog;
    struct fd_rules *rules;
    struct tasks tasks;
    pid_t self;  /* tid of the tracer thread: the TracerPid of all tracees */
    int wake_fd; /* eventfd: the writer and the lister write it to wake the tracer */

    const struct engine_kind *kind;
    void *engine; /* made by kind->start */
    struct session_command command;
    struct loop loop;

    /* control.c */
    bool control_open;
    bool breathing;       /* no command is read: the tracer serves stops inside another operation */
    struct buf control;   /* an unfinished command line */
    uint64_t commands;    /* how many lines were read so far */
    struct rights rights; /* of the user who started us and writes the commands */
    bool restricted;      /* we can trace more than that user, and there is no --allow-attach */
    struct lister *lister; /* NULL: no list was asked for so far */
    uint64_t listing;      /* the number of the `list` command under way */
    struct redraw redraw;

    const char *leave_reason; /* why the capture is to end; NULL: it goes on */
    bool timed_out;           /* options->timeout is the reason */
    bool told_end;            /* the last event was sent: none may follow */

    /* The engine calls this once, when the targets are attached or the command runs. */
    void (*started)(void *user);
    void *user;

    /* Set by the writer, which then writes wake_fd. */
    _Atomic(const char *) asked; /* why the capture is to end */
    atomic_bool output_failed;
};

/* The functions of an engine. The tracer thread calls them. The main thread calls probe,
 * start, end and spawn_error, while the tracer thread does not run. */
struct engine_kind {
    const char *name;

    /* NULL if the engine can work here and do what the options ask for. Else why not, in a line
     * that the caller frees. Called before start(), without the tracer thread. */
    char *(*probe)(const struct engine_options *options);

    /* Creates the engine, which traces nothing yet. The session outlives it. end() frees it. */
    void *(*start)(struct session *s);
    void (*end)(void *engine);

    /* Begins to trace a process and, by options->follow, its descendants. asked_for: it was named
     * on our command line. 0, or -1 with a line in *cause, which the caller frees. */
    int (*attach)(void *engine, pid_t pid, bool asked_for, char **cause);
    /* Starts the command. 0, or an exit status for pcat with a line in *cause. */
    int (*spawn)(void *engine, char **cause);
    /* The errno of the command's failed exec; 0: it did not fail. */
    int (*spawn_error)(void *engine);

    /* Begins to detach a process; the capture of the others goes on. */
    void (*detach)(void *engine, struct proc *proc);

    /* One turn of the loop: waits for what the engine waits for and for what loop_poll() does, and
     * handles what has come. */
    void (*turn)(void *engine);
    /* Releases all tracees and calls loop_tell_end(). Tracees that can't be detached now are
     * released by the end of the thread. */
    void (*leave)(void *engine);

    /* What the shared loop passes on to the engine. Each may be NULL. */

    /* pcat got SIGCHLD or one of JOB_SIGNALS. */
    void (*hear_signal)(void *engine, const struct signalfd_siginfo *info);
    /* The backlog may have room again: for an engine that holds tracees until it has. */
    void (*has_room)(void *engine);
    /* A tick, see loop.h. True: another tick is needed. */
    bool (*tick)(void *engine);
};

/* True while the command runs. */
static inline bool session_has_command(const struct session *s)
{
    return s->command.pid && !s->command.gone;
}

#endif
