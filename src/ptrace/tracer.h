/* The tracer: the loop that waits for ptrace stops and serves them, and the state that it needs. It
 * runs in one thread, the only one that may call ptrace(2): the kernel binds a tracee to the thread
 * that seized it.
 *
 * struct tracer is open to the files of the tracer: tracer.c, handlers.c, attach.c, interrupt.c,
 * circle.c, leave.c. Other rooms reach it only through the function table in engine.c. */
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

/* A list of thread ids. */
struct tids {
    pid_t *tids;
    size_t count, cap;
};

struct tracer {
    struct session *session;
    struct waiter *waiter;
    struct syscalls syscalls;

    bool steered; /* a command of the control channel has attached something */

    struct job job;

    struct spawn spawn; /* how the command was started; pid 0: there is none */

    struct tids arm; /* seized threads; from arm_at on they still need their first interrupt */
    size_t arm_at;
    struct tids postponed; /* threads that must not be interrupted yet, see interrupt.c */
    int64_t retry_at;      /* time of the next try, CLOCK_MONOTONIC ns, 0: none */
    unsigned retries;      /* tries so far */

    pid_t *held; /* tids in TASK_HELD: their events wait for room in the backlog */
    size_t nheld, held_cap;

    /* Times, CLOCK_MONOTONIC ns. */
    int64_t last_stop;    /* the last stop that was taken */
    int64_t last_poll;    /* the last poll of everything but stops */
    int64_t spin_again;   /* no spinning before this time */
    int64_t chain_looked; /* the last look at the processes that trace us */

    unsigned spin_rate; /* how often spinning finds a stop, in 256ths */
};

/* Makes a tracer without tracees. The session outlives it; tracer_free() frees it. */
struct tracer *tracer_new(struct session *s);
void tracer_free(struct tracer *t);

/* Ends the capture: brings every tracee to a state in which losing its tracer does no harm, and
 * emits the last events. The kernel detaches the tracees when the calling thread ends, which must
 * be right after it (PTRACE_DETACH needs a stop, and would wake a sleeping tracee). */
void tracer_finish(struct tracer *t);

/* What the shared loop passes on: tick() and hear_signal() of struct engine_kind. */
bool tracer_tick(struct tracer *t);
void tracer_hear_signal(struct tracer *t, const struct signalfd_siginfo *info);

/* --- for the tracer's own files --- */

/* A change of state that waitpid(2) reported. */
struct stopped {
    pid_t tid;
    int status;
};

/* attach.c: Seizes all threads of a process and, with --follow=all, of its descendants. asked_for:
 * the process was named on pcat's command line. Returns 0, or -1 with a line in *cause, which the
 * caller frees. */
int tracer_attach(struct tracer *t, pid_t pid, bool asked_for, char **cause);

/* attach.c: Starts the command of the options, traced from its first instruction on. Returns 0, or
 * pcat's exit status with a line in *cause, which the caller frees. */
int tracer_spawn(struct tracer *t, char **cause);

/* interrupt.c: Queues a thread that was just seized for its first PTRACE_INTERRUPT. */
void tracer_arm_later(struct tracer *t, pid_t tid);

/* interrupt.c: Interrupts the next few threads of that queue. False when the queue was empty. */
bool tracer_arm_some(struct tracer *t);

/* interrupt.c: PTRACE_INTERRUPT, now, or later when the thread must not be interrupted yet. */
void tracer_interrupt(struct tracer *t, struct task *task);

/* interrupt.c: At t->retry_at: tries again to interrupt the postponed threads. */
void tracer_retry_interrupts(struct tracer *t);

/* interrupt.c: Frees what the list holds and empties it. */
void tids_free(struct tids *list);

/* attach.c: The exec of the command has succeeded: its output counts from here on. */
void tracer_command_runs(struct tracer *t, struct task *task);

/* attach.c: Adds a new thread or child of a tracee, which the kernel has attached by itself.
 * parent: the task that made it, known from the parent's clone, fork or vfork stop. parent NULL: a
 * stop of the new task came before that of its parent. The parent's stop may also come when the new
 * task is dead and forgotten: then nothing is added, and NULL is returned. */
struct task *tracer_adopt(struct tracer *t, pid_t tid, const struct task *parent,
                          enum event_how how);

/* attach.c: The stop of the parent has come for a task that was adopted with parent NULL: the task
 * now takes over the parent's rights and descent. */
void tracer_told_maker(struct tracer *t, struct task *task, const struct task *parent);

/* tracer.c: An attach to this process, or a detach from it, has just begun. A note is emitted if it
 * takes longer than a tick. */
void tracer_asked(struct tracer *t, struct proc *proc);

/* tracer.c: To be called often by long work in this thread (attaching to many threads). Serves the
 * stops that have come, and everything else but the control channel. Does so once a millisecond at
 * the most, or always if `now`. False: the tracer is to leave, the work must end. */
bool tracer_breathe(struct tracer *t, bool now);

/* circle.c: At an entry-stop. If the call would make the tracee trace us, or a process that traces
 * us, the tracee is detached (under our filter: the call fails). True: the stop is served, and the
 * caller must not resume the tracee. */
bool tracer_avoids_circle(struct tracer *t, struct task *task, const struct syscall_stop *stop);

/* circle.c: Detaches tracees that trace us although no syscall-stop has shown it. */
void tracer_open_circles(struct tracer *t);

/* handlers.c: Resumes a stopped task. sig: the signal that it gets, 0: none. */
void tracer_resume(struct tracer *t, struct task *task, int sig);

/* handlers.c: PTRACE_DETACH of a stopped task, which is then forgotten. sig: as above. */
void tracer_release(struct tracer *t, struct task *task, int sig);

/* handlers.c: Removes a task from the table, and its process together with the last task of it. */
void tracer_forget(struct tracer *t, struct task *task);

/* tracer.c: One turn of the loop: waits for the next stop or another occasion, and serves it. */
void tracer_step(struct tracer *t);

/* handlers.c: Emits `armed` for a process that was attached to, once each of its threads has had
 * its first stop. */
void tracer_tell_armed(struct tracer *t, struct proc *proc);

/* handlers.c: Serves one stop. */
void tracer_dispatch(struct tracer *t, const struct stopped *s);

/* handlers.c: The backlog has room again: emits what held tasks wrote, and resumes them. */
void tracer_retry_held(struct tracer *t);

/* leave.c: Brings every tracee to a state in which the end of this thread does no harm, and emits
 * `detached` for each process. */
void tracer_leave(struct tracer *t);

/* leave.c: Begins to detach one process; the others stay traced. A thread inside a captured write
 * is detached at the exit of that write, for an interrupt could cut the write short. */
void tracer_detach(struct tracer *t, struct proc *proc);

/* leave.c: The last part of tracer_leave() alone: takes stops until no tracee may just be entering
 * a syscall. */
void tracer_drain(struct tracer *t);

#endif
