/* The loop of the tracer, tracer_step(): next_stop() waits for a stop, tracer_dispatch()
 * (handlers.c) serves it. All else that happens is served by capture/loop.h. */
#include "ptrace/tracer.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>

#include "base/monotonic.h"
#include "base/xmalloc.h"
#include "ptrace/stop.h"

enum {
    SPIN_NS = 50 * 1000,              /* a resumed tracee stops again after some 18 us */
    SPIN_PAUSE_NS = 10 * 1000 * 1000, /* no spinning for so long when it did not pay off */
    POLL_NS = 1000 * 1000,            /* while stops keep coming, the fds are polled that often */
    BREATH = 256,                     /* stops that one tracer_breathe() serves at the most */
    SPIN_RATE_MIN = 96                /* spinning pays off above this share of 256 */
};

/* Entry-stops are served first, so that threads spend little time in them. If pcat is killed then,
 * the kernel frees the thread as if a signal had come, and the call may fail with EINTR or end
 * short. At an exit-stop that does no harm. */
static bool is_at_entry(void *user, pid_t tid, int status)
{
    const struct tracer *t = user;
    const struct task *task = tasks_find(&t->session->tasks, tid);

    return task && stop_classify(status) == STOP_SYSCALL && !tracee_of(task)->in_ignored_call &&
           !call_in_flight(&tracee_of(task)->call);
}

struct tracer *tracer_new(struct session *s)
{
    struct tracer *t = xcalloc(1, sizeof *t);

    t->session = s;
    t->waiter = waiter_new(is_at_entry, t);
    tracees_init(&s->tasks);
    t->syscalls = (struct syscalls){.tasks = &s->tasks,
                                    .emitter = s->emitter,
                                    .backlog = s->backlog,
                                    .rules = s->rules,
                                    .count_other = s->options->count_other};
    t->spin_rate = 256;
    return t;
}

void tracer_free(struct tracer *t)
{
    if (!t)
        return;
    waiter_free(t->waiter);
    buf_free(&t->syscalls.piece);
    free(t->held);
    tids_free(&t->arm);
    tids_free(&t->postponed);
    free(t);
}

/* --- waiting --- */

void tracer_asked(struct tracer *t, struct proc *proc)
{
    int64_t now = monotonic_now();

    group_of(proc)->asked_at = now;
    group_of(proc)->told_waiting = false;
    loop_tick_by(&t->session->loop, now + LOOP_TICK_NS);
}

/* Emits a note when the threads of a process take longer than a tick to come to a stop. They are
 * waited for as long as it takes. True: it is too early for the note. */
static bool tell_waiting(struct tracer *t, struct proc *p, int64_t now)
{
    if (group_of(p)->told_waiting || !(group_of(p)->attaching || p->detaching))
        return false;
    if (now - group_of(p)->asked_at < LOOP_TICK_NS)
        return true;
    group_of(p)->told_waiting = true;
    emit_note(
        t->session->emitter, p->pid,
        "%d: %u of %u threads have not stopped yet (in uninterruptible sleep, in a long write, "
        "waiting for a seccomp supervisor, or in a frozen cgroup); each is %s as soon as it does",
        (int)p->pid, p->detaching ? p->tasks : group_of(p)->unarmed, p->tasks,
        p->detaching ? "let go" : "traced");
    return false;
}

bool tracer_tick(struct tracer *t)
{
    bool again = false;

    tracer_open_circles(t);
    for (struct proc *p = t->session->tasks.by_pid; p; p = p->hh.next)
        again |= tell_waiting(t, p, t->session->loop.now);
    return again;
}

void tracer_hear_signal(struct tracer *t, const struct signalfd_siginfo *info)
{
    if (info->ssi_signo == SIGCHLD)
        waiter_heard_of(t->waiter, (pid_t)info->ssi_pid);
    else
        job_hear(t, info);
}

/* Takes the next stop if there is one; does not wait. */
static enum wait_result take_stop(struct tracer *t, struct stopped *s)
{
    return waiter_next(t->waiter, tasks_count(&t->session->tasks), false, &s->tid, &s->status);
}

/* Spinning goes on only as long as it finds a stop often enough. */
static void note_spin(struct tracer *t, bool found, int64_t now)
{
    t->spin_rate = t->spin_rate - t->spin_rate / 16 + (found ? 16 : 0);
    if (t->spin_rate < SPIN_RATE_MIN) {
        t->spin_rate = 128;
        t->spin_again = now + SPIN_PAUSE_NS;
    }
}

/* Tries for up to SPIN_NS after the last stop: a resumed tracee is likely to stop again by then,
 * and to sleep and wake up would take longer. Sets *now. */
static enum wait_result spin(struct tracer *t, struct stopped *s, int64_t *now)
{
    int64_t until = t->last_stop + SPIN_NS;
    enum wait_result result = WAIT_NOTHING;

    if (*now < t->spin_again || *now >= until)
        return WAIT_NOTHING;
    while (result == WAIT_NOTHING && *now < until) {
        sched_yield();
        result = take_stop(t, s);
        *now = monotonic_now();
    }
    note_spin(t, result == WAIT_STOP, *now);
    return result;
}

/* How long the tracer may sleep before it has to do something itself, in ns, -1: for ever. */
static int64_t sleep_time(const struct tracer *t, int64_t now)
{
    int64_t time = waiter_rest(t->waiter);
    const int64_t times[] = {t->retry_at, t->job.look_at};

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        int64_t left = times[i] > now ? times[i] - now : 0;
        if (times[i] && (time < 0 || left < time))
            time = left;
    }
    return time;
}

/* True: *s is the next stop. False: something else has happened, or the tracer is to leave. */
static bool next_stop(struct tracer *t, struct stopped *s)
{
    enum wait_result result = take_stop(t, s);

    while (result == WAIT_NOTHING && tracer_arm_some(t))
        result = take_stop(t, s);
    int64_t now = monotonic_now();
    if (result == WAIT_NOTHING)
        result = spin(t, s, &now);
    t->session->loop.now = now;
    if (result == WAIT_STOP) {
        t->last_stop = now;
        return true;
    }
    if (result == WAIT_NO_CHILDREN && loop_ends_without_tracees(t->session))
        return false;
    job_pass_on(t);
    loop_poll(t->session, sleep_time(t, now));
    t->last_poll = now;
    return false;
}

static void look_at_clock(struct tracer *t)
{
    loop_check_timers(t->session);
    if (t->retry_at && t->session->loop.now >= t->retry_at)
        tracer_retry_interrupts(t);
}

/* The fds, if they were not polled for a while, and the timers. */
static void serve_others(struct tracer *t)
{
    if (t->last_stop - t->last_poll > POLL_NS) {
        t->last_poll = t->last_stop;
        loop_poll(t->session, 0);
    }
    look_at_clock(t);
    if (t->job.look_at && t->session->loop.now >= t->job.look_at && !t->session->leave_reason)
        job_look(t);
}

void tracer_step(struct tracer *t)
{
    struct stopped s;

    if (next_stop(t, &s))
        tracer_dispatch(t, &s);
    serve_others(t);
}

bool tracer_breathe(struct tracer *t, bool now)
{
    struct stopped s;

    t->session->loop.now = monotonic_now();
    if (!now && t->session->loop.now - t->last_poll < POLL_NS)
        return !t->session->leave_reason;
    for (int n = 0; n < BREATH && waiter_next(t->waiter, tasks_count(&t->session->tasks), now,
                                              &s.tid, &s.status) == WAIT_STOP;
         n++) {
        t->last_stop = monotonic_now();
        tracer_dispatch(t, &s);
    }
    t->session->breathing = true;
    t->last_poll = t->session->loop.now;
    loop_poll(t->session, 0);
    t->session->breathing = false;
    look_at_clock(t);
    return !t->session->leave_reason;
}

void tracer_finish(struct tracer *t)
{
    tracer_leave(t);
    loop_tell_end(t->session);
    tracer_drain(t); /* again: time has passed; the thread ends right after this */
}
