/* The tracer: all that knows which tracee is in which state. It runs in one thread,
 * the only one that may speak to the tracees: ptrace(2) binds them to a thread.
 *
 * The struct is open to the files of the tracer (tracer.c, handlers.c, attach.c,
 * leave.c); capture and its control channel reach it by the table of engine.c alone. */
#ifndef PCAT_PTRACE_TRACER_H
#define PCAT_PTRACE_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/session.h"
#include "capture/rights.h"
#include "ptrace/job.h"
#include "ptrace/spawn.h"
#include "ptrace/syscalls.h"
#include "ptrace/wait.h"

struct tids {
    pid_t *tids;
    size_t count, cap;
};

struct tracer {
    struct session *session;
    struct waiter *waiter;
    struct syscalls syscalls;

    /* What it sleeps on besides stops. */
    int signal_fd;
    int output_fds[2]; /* ours that may hang up, else -1 */
    bool steered;      /* something was attached for him */

    struct job job;

    /* The command that we spawned. */
    struct spawn spawn; /* pid 0: none */
    bool spawn_gone;
    int spawn_status; /* as waitpid tells, once it is gone */
    struct fd_sink output_sinks[2];
    uint64_t drained[2]; /* bytes that came out of the command's output pipes */

    struct tids arm; /* that were seized and are to be stopped for the first time, from arm_at on */
    size_t arm_at;
    struct tids postponed; /* that must not be interrupted yet */
    int64_t retry_at;      /* when that is tried again, CLOCK_MONOTONIC ns, 0: never */
    unsigned retries;      /* so far */

    pid_t *held; /* tids whose output has to wait for room */
    size_t nheld, held_cap;

    int64_t now; /* when we looked at the clock last; this and the next, CLOCK_MONOTONIC ns */
    int64_t last_stop, last_poll, spin_again;
    unsigned spin_rate;   /* of 256: how often spinning found a stop */
    int64_t chain_looked; /* who traces us was looked at last */
    int64_t tick_at;      /* when counts and blocked writers are looked at, 0: not needed */

    int interrupts;         /* SIGINT and the like that came */
    int64_t interrupted_at; /* the last of them, CLOCK_MONOTONIC ns */
    bool output_gone;       /* nobody reads us any more */

    int64_t deadline;   /* CLOCK_MONOTONIC ns, 0: none */
    const char *ending; /* why the command was told to end; what is left of it at the deadline goes
                           with us */
};

/* What the table of the engine names: engine.c. */
struct tracer *tracer_new(struct session *s);
void tracer_free(struct tracer *t);

/* Lets everybody go who is in a stop, and tells the end; the rest is let go by the end of the
 * calling thread (PTRACE_DETACH of a sleeper would wake it). */
void tracer_finish(struct tracer *t);

/* --- for the tracer's own files --- */

/* What waitpid(2) told. */
struct stopped {
    pid_t tid;
    int status;
};

/* Counts, names and blocked writers are looked at that often while something happens. */
enum { TRACER_TICK_NS = 1000 * 1000 * 1000 };

/* timeout(1) and the like signal a process and then its group: what comes so soon is one wish, not
 * two. */
enum { TRACER_SAME_WISH_NS = 200 * 1000 * 1000 };

/* attach.c: Begins to trace a process and what it has made. asked_for: it was named on our command
 * line. 0, or -1 with a line in *cause. */
int tracer_attach(struct tracer *t, pid_t pid, bool asked_for, char **cause);

/* attach.c: The same for all processes of that name, see names_find(). -1 when it did so for none;
 * otherwise those that it could not trace are told of. */
int tracer_attach_names(struct tracer *t, struct regex *name, char **cause);

/* attach.c: Starts the command. 0, or the exit status of the failure with a line in *cause. */
int tracer_spawn(struct tracer *t, char **cause);

/* interrupt.c: The thread was attached: it is to be stopped for the first time. */
void tracer_arm_later(struct tracer *t, pid_t tid);

/* interrupt.c: Interrupts some more of those threads. False when there were none. */
bool tracer_arm_some(struct tracer *t);

/* interrupt.c: PTRACE_INTERRUPT, at once or as soon as the thread may be interrupted. */
void tracer_interrupt(struct tracer *t, struct task *task);

/* interrupt.c: Tries again with those that could not be interrupted so far, at t->retry_at. */
void tracer_retry_interrupts(struct tracer *t);

/* interrupt.c: Frees the list. */
void tids_free(struct tids *list);

/* attach.c: The command has got through its exec. */
void tracer_command_runs(struct tracer *t, struct task *task);

/* attach.c: A task that the kernel attached by itself. parent: who made it, as the parent's own
 * stop tells; NULL: we know of the task by a stop of its own. That one may come first, and the task
 * may be dead and forgotten by the time its parent tells of it: then NULL is returned. */
struct task *tracer_adopt(struct tracer *t, pid_t tid, const struct task *parent,
                          enum event_how how);

/* attach.c: A task that was adopted without a parent is one's that stops now: it is as that one. */
void tracer_told_maker(struct tracer *t, struct task *task, const struct task *parent);

/* tracer.c: We have just begun to attach to it, or to detach from it: should that take long, say
 * so. */
void tracer_asked(struct tracer *t, struct proc *proc);

/* tracer.c: True while a command that we spawned runs: it must not lose its tracer. */
bool tracer_has_command(const struct tracer *t);

/* tracer.c: For what takes long in this thread (attaching to many): serves the stops that have
 * come, and hears everything but the control channel. At most once a millisecond unless `now`.
 * False: it is time to leave. */
bool tracer_breathe(struct tracer *t, bool now);

/* circle.c: At the entry of a syscall: when the call would make the tracee trace us, or what traces
 * us, the tracee is let go, and the stop is served: true. */
bool tracer_avoids_circle(struct tracer *t, struct task *task, const struct syscall_stop *stop);

/* circle.c: Lets go of tracees that have come to trace us in a way that we did not see. */
void tracer_open_circles(struct tracer *t);

/* handlers.c: Lets a stopped task go on, with this signal. */
void tracer_resume(struct tracer *t, struct task *task, int sig);

/* handlers.c: Lets a stopped task go for good. */
void tracer_release(struct tracer *t, struct task *task, int sig);

/* handlers.c: Forgets a task, and its process with the last one of it. */
void tracer_forget(struct tracer *t, struct task *task);

/* tracer.c: One turn of the loop: the next stop, if there is one soon, and what else is to be done.
 */
void tracer_step(struct tracer *t);

/* handlers.c: Sends `armed` for a process that was attached to, once each of its threads has
 * stopped for the first time. */
void tracer_tell_armed(struct tracer *t, struct proc *proc);

/* handlers.c: Serves one stop. */
void tracer_dispatch(struct tracer *t, const struct stopped *s);

/* handlers.c: The backlog has room again: whose output had to wait may go on. */
void tracer_retry_held(struct tracer *t);

/* handlers.c: Tells that a process is out of our hands. */
void tracer_tell_detached(struct tracer *t, const struct proc *proc, const char *why);

/* leave.c: Brings everybody to where the end of this thread does no harm; tells so. */
void tracer_leave(struct tracer *t);

/* leave.c: Lets go of one process and goes on with the others. Threads inside a write that is
 * captured are waited for: to interrupt them could cut it short. */
void tracer_detach(struct tracer *t, struct proc *proc);

/* leave.c: Only the second half of it: until nobody may just be entering a syscall. */
void tracer_drain(struct tracer *t);

#endif
