/* A capture as it runs: what is shared by engine.c, by control.c and by the engine at work. Open to
 * those. All of it belongs to the thread that traces, but for the two that the writer sets. */
#ifndef PCAT_CAPTURE_SESSION_H
#define PCAT_CAPTURE_SESSION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "capture/emit.h"
#include "capture/engine.h"
#include "capture/redraw.h"
#include "capture/rights.h"
#include "capture/task.h"

struct session {
    const struct engine_options *options;
    struct emitter *emitter;
    struct backlog *backlog;
    struct fd_rules *rules;
    struct tasks tasks;
    pid_t self;  /* the tid of the thread that traces, as TracerPid tells it */
    int wake_fd; /* the writer and the lister write it when there is something to be seen to */

    const struct engine_kind *kind;
    void *engine; /* made by kind->start */

    /* control.c */
    bool control_open;
    bool breathing;       /* no command is taken, for something else is under way */
    struct buf control;   /* a command line that is not whole yet */
    uint64_t commands;    /* taken so far */
    struct rights rights; /* of the user who started us, and steers us */
    bool restricted;      /* he can't do what we can, and --allow-attach was not given */
    struct lister *lister;
    uint64_t listing; /* the command whose list is being made */
    struct redraw redraw;

    const char *why; /* set: leave, for this reason */
    bool timed_out;  /* options->timeout was that */
    bool told_end;   /* nothing is told any more */

    void (*started)(void *user); /* for the engine to call once: targets are attached, or the
                                    command runs */
    void *user;

    /* Set by the writer, which then writes wake_fd. */
    _Atomic(const char *) asked; /* to leave, for this reason */
    atomic_bool output_failed;
};

/* The command that was started. */
struct session_command {
    pid_t pid;     /* 0: there is none */
    bool filtered; /* it runs under our seccomp filter, with all that it makes */
    bool gone;
    int status; /* as waitpid(2) tells, once it is gone */
};

/* What an engine does. All are called by the thread that traces, but for start, end, command and
 * spawn_error, which are called while that does not run. */
struct engine_kind {
    const char *name;

    /* Makes it; nothing is watched yet. The session outlives it. */
    void *(*start)(struct session *s);
    void (*end)(void *engine);

    /* Begins to watch a process and what it has made. asked_for: it was named on our command line.
     * 0, or -1 with a line in *cause. */
    int (*attach)(void *engine, pid_t pid, bool asked_for, char **cause);
    /* The same for all processes of that name. -1 when it did so for none. */
    int (*attach_names)(void *engine, struct regex *name, char **cause);
    /* Starts the command. 0, or the exit status of the failure with a line in *cause. */
    int (*spawn)(void *engine, char **cause);
    /* errno of an exec that failed; 0: it did not. */
    int (*spawn_error)(void *engine);
    void (*command)(const void *engine, struct session_command *out);

    /* Begins to let go of a process, while the capture goes on. */
    void (*detach)(void *engine, struct proc *proc);

    /* Waits for what comes next, and serves it. */
    void (*turn)(void *engine);
    /* Lets go of everybody and tells the end. What cannot be let go now is by the thread's end. */
    void (*leave)(void *engine);
};

static inline bool session_has_command(const struct session *s)
{
    struct session_command c;

    s->kind->command(s->engine, &c);
    return c.pid && !c.gone;
}

#endif
