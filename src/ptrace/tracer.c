/* The loop of the tracer, tracer_step(): next_stop() waits for a stop, tracer_dispatch()
 * (handlers.c) serves it. Besides, it serves signals to pcat, the writer thread, the control
 * channel, the lister thread and timers. */
#include "ptrace/tracer.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/monotonic.h"
#include "base/xmalloc.h"
#include "capture/blocked.h"
#include "capture/control.h"
#include "capture/procfs.h"
#include "capture/proctitle.h"
#include "ptrace/stop.h"

enum {
    SPIN_NS = 50 * 1000,              /* a resumed tracee stops again after some 18 us */
    SPIN_PAUSE_NS = 10 * 1000 * 1000, /* no spinning for so long when it did not pay off */
    POLL_NS = 1000 * 1000,            /* while stops keep coming, the fds are polled that often */
    BREATH = 256,                     /* stops that one tracer_breathe() serves at the most */
    SPIN_RATE_MIN = 96                /* spinning pays off above this share of 256 */
};

/* How long the command has to end after SIGTERM. */
#define GRACE_NS ((int64_t)5 * 1000 * 1000 * 1000)

/* The fd, or -1 if it is a file: a file has no hang-up, and polling one might block. */
static int only_if_pollable(int fd)
{
    struct fd_stat st;

    return fd >= 0 && procfs_own_fd_stat(fd, &st) == 0 && S_ISREG(st.type) ? -1 : fd;
}

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
    t->signal_fd = s->options->signals->fd;
    t->spawn.output_fds[0] = t->spawn.output_fds[1] = -1;
    for (int i = 0; i < 2; i++)
        t->output_fds[i] = only_if_pollable(s->options->output_fds[i]);
    t->spin_rate = 256;
    t->deadline = s->options->timeout ? monotonic_now() + s->options->timeout : 0;
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

    proc->asked_at = now;
    proc->told_waiting = false;
    if (!t->tick_at)
        t->tick_at = now + TRACER_TICK_NS;
}

/* Emits a note when the threads of a process take longer than a tick to come to a stop. They are
 * waited for as long as it takes. True: it is too early for the note. */
static bool tell_waiting(struct tracer *t, struct proc *p, int64_t now)
{
    if (p->told_waiting || !(p->attaching || p->detaching))
        return false;
    if (now - p->asked_at < TRACER_TICK_NS)
        return true;
    p->told_waiting = true;
    emit_note(
        t->session->emitter, p->pid,
        "%d: %u of %u threads have not stopped yet (in uninterruptible sleep, in a long write, "
        "waiting for a seccomp supervisor, or in a frozen cgroup); each is %s as soon as it does",
        (int)p->pid, p->detaching ? p->tasks : p->unarmed, p->tasks,
        p->detaching ? "let go" : "traced");
    return false;
}

/* Work that is done once a second while something happens. */
static void tick(struct tracer *t, int64_t now)
{
    bool again = false;

    t->tick_at = 0;
    tracer_open_circles(t);
    for (struct proc *p = t->session->tasks.by_pid; p; p = p->hh.next) {
        fd_table_tell_counts(p->fds);
        bool waits = tell_waiting(t, p, now), looked = proctitle_look(p, t->session->emitter);
        again = again || waits || looked;
    }
    for (struct task *task = t->session->tasks.by_tid; task; task = task->hh.next)
        again |= blocked_tell(t->session->emitter, &t->syscalls.readers, &t->session->tasks, task,
                              TRACER_TICK_NS);
    if (again)
        t->tick_at = now + TRACER_TICK_NS;
}

static void forward(struct tracer *t, int sig)
{
    if (session_has_command(t->session))
        kill(t->session->command.pid, sig);
}

static bool is_job_signal(int sig)
{
    static const int signals[] = {JOB_SIGNALS};

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (signals[i] == sig)
            return true;
    return false;
}

/* A signal to pcat. Ctrl-C at a terminal (SI_KERNEL) reaches the command by itself; a signal that
 * was sent to pcat alone is passed on to the command. */
static void on_signal_to_us(struct tracer *t, const struct signalfd_siginfo *info)
{
    int64_t now = monotonic_now();

    if (info->ssi_signo == SIGCHLD) {
        waiter_heard_of(t->waiter, (pid_t)info->ssi_pid);
        return;
    }
    if (is_job_signal((int)info->ssi_signo)) {
        job_hear(t, info);
        return;
    }
    if (t->interrupts && now - t->interrupted_at < TRACER_SAME_WISH_NS)
        return;
    t->interrupts++;
    t->interrupted_at = now;
    log_line(LOG_TRACER, "signal %d", (int)info->ssi_signo);
    if (!t->session->command.pid)
        t->session->leave_reason = "interrupted";
    else if (t->interrupts > 1)
        t->session->leave_reason = "interrupted twice";
    else if (info->ssi_code != SI_KERNEL)
        forward(t, (int)info->ssi_signo);
}

static void read_signals(struct tracer *t)
{
    struct signalfd_siginfo info;

    while (read(t->signal_fd, &info, sizeof info) == sizeof info)
        on_signal_to_us(t, &info);
}

/* The output can't be written any more. With attached targets alone the tracer leaves; a command
 * still needs its tracer, so it goes on without output. */
static void lose_output(struct tracer *t, const char *why)
{
    t->output_gone = true;
    t->session->control_open = false;
    backlog_discard(t->session->backlog);
    if (!session_has_command(t->session))
        t->session->leave_reason = why;
}

/* --- an end that we choose --- */

/* Tells the command and its descendants to end. SIGCONT, because a stopped process does not act on
 * SIGTERM. */
static void end_command(struct tracer *t, const char *why)
{
    log_line(LOG_TRACER, "ending the command: %s", why);
    for (struct proc *p = t->session->tasks.by_pid; p; p = p->hh.next)
        if (p->of_command && kill(p->pid, SIGTERM) == 0)
            kill(p->pid, SIGCONT);
    t->ending = why;
    t->deadline = monotonic_now() + GRACE_NS;
}

static void meet_deadline(struct tracer *t)
{
    t->deadline = 0;
    if (t->ending) {
        t->session->leave_reason = t->ending;
        return;
    }
    t->session->timed_out = true;
    if (t->session->command.pid)
        end_command(t, "--timeout has passed");
    else
        t->session->leave_reason = "--timeout has passed";
}

/* The writer thread may have failed, or may ask the tracer to leave. */
static void hear_writer(struct tracer *t)
{
    const char *why = atomic_exchange(&t->session->asked, NULL);

    if (atomic_load(&t->session->output_failed) && !t->output_gone)
        lose_output(t, "the output can't be written");
    if (!why || t->ending)
        return;
    if (t->session->command.pid && (t->session->command.filtered || t->session->options->pipes))
        end_command(t, why);
    else
        t->session->leave_reason = why;
}

/* Reads and drops what is in the command's output pipe: its bytes are captured at its writes. */
static void drain_output(struct tracer *t, int i)
{
    char bytes[64 * 1024];
    int *fd = &t->spawn.output_fds[i];
    ssize_t n;

    while ((n = read(*fd, bytes, sizeof bytes)) > 0)
        t->drained[i] += (uint64_t)n;
    if (n == 0) {
        close(*fd);
        *fd = -1;
    }
}

enum { AT_SIGNALS, AT_WAKE, AT_CONTROL, AT_OUT, AT_PIPES = AT_OUT + 2, AT_COUNT = AT_PIPES + 2 };

static void fill_pollfds(const struct tracer *t, struct pollfd fds[AT_COUNT])
{
    fds[AT_SIGNALS] = (struct pollfd){.fd = t->signal_fd, .events = POLLIN};
    fds[AT_WAKE] = (struct pollfd){.fd = t->session->wake_fd, .events = POLLIN};
    fds[AT_CONTROL] = (struct pollfd){.fd = t->session->control_open && !t->session->breathing
                                                ? t->session->options->control_fd
                                                : -1,
                                      .events = POLLIN};
    for (int i = 0; i < 2; i++) {
        /* No events: POLLHUP and POLLERR are reported anyway. */
        fds[AT_OUT + i] = (struct pollfd){.fd = t->output_gone ? -1 : t->output_fds[i]};
        fds[AT_PIPES + i] = (struct pollfd){.fd = t->spawn.output_fds[i], .events = POLLIN};
    }
}

/* Sleeps until something happens, timeout ns at the most (-1: for ever); serves all but stops. */
static void poll_others(struct tracer *t, int64_t timeout)
{
    struct pollfd fds[AT_COUNT];
    struct timespec ts = {timeout / 1000000000, timeout % 1000000000};
    uint64_t count;

    fill_pollfds(t, fds);
    if (ppoll(fds, AT_COUNT, timeout < 0 ? NULL : &ts, NULL) <= 0)
        return;
    if (fds[AT_SIGNALS].revents)
        read_signals(t);
    if (fds[AT_WAKE].revents && read(t->session->wake_fd, &count, sizeof count) == sizeof count) {
        hear_writer(t);
        tracer_retry_held(t);
        control_tell_list(t->session);
    }
    if (fds[AT_CONTROL].revents)
        control_read(t->session);
    for (int i = 0; i < 2; i++) {
        if (fds[AT_OUT + i].revents & (POLLERR | POLLHUP | POLLNVAL) && !t->output_gone)
            lose_output(t, "nobody reads the output");
        if (fds[AT_PIPES + i].revents)
            drain_output(t, i);
    }
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

/* How long the tracer may sleep, in ns, -1: for ever. */
static int64_t sleep_time(const struct tracer *t, int64_t now)
{
    int64_t time = waiter_rest(t->waiter);
    const int64_t times[] = {t->tick_at, t->deadline, t->session->redraw.until, t->retry_at,
                             t->job.look_at};

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        int64_t left = times[i] > now ? times[i] - now : 0;
        if (times[i] && (time < 0 || left < time))
            time = left;
    }
    return time;
}

/* pcat was started without a target: targets come by the control channel. Then it does not end with
 * the last tracee. */
static bool waits_for_targets(const struct tracer *t)
{
    const struct engine_options *o = t->session->options;

    return t->session->control_open && !o->command && !o->npids && !o->nnames;
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
    if (result == WAIT_NO_CHILDREN && waits_for_targets(t))
        result = WAIT_NOTHING;
    t->now = now;
    if (result == WAIT_STOP) {
        t->last_stop = now;
        return true;
    }
    if (result == WAIT_NO_CHILDREN) {
        t->session->leave_reason = t->ending ? t->ending : "the last tracee is gone";
        return false;
    }
    job_pass_on(t);
    poll_others(t, sleep_time(t, now));
    t->last_poll = now;
    t->now = monotonic_now();
    return false;
}

static void look_at_clock(struct tracer *t)
{
    if (t->tick_at && t->now >= t->tick_at)
        tick(t, t->now);
    if (t->deadline && t->now >= t->deadline)
        meet_deadline(t);
    if (t->session->redraw.until && t->now >= t->session->redraw.until)
        redraw_end(&t->session->redraw);
    if (t->retry_at && t->now >= t->retry_at)
        tracer_retry_interrupts(t);
}

/* The fds, if they were not polled for a while, and the timers. */
static void serve_others(struct tracer *t)
{
    if (t->last_stop - t->last_poll > POLL_NS) {
        t->last_poll = t->last_stop;
        poll_others(t, 0);
    }
    look_at_clock(t);
    if (t->job.look_at && t->now >= t->job.look_at && !t->session->leave_reason)
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

    t->now = monotonic_now();
    if (!now && t->now - t->last_poll < POLL_NS)
        return !t->session->leave_reason;
    for (int n = 0; n < BREATH && waiter_next(t->waiter, tasks_count(&t->session->tasks), now,
                                              &s.tid, &s.status) == WAIT_STOP;
         n++) {
        t->last_stop = monotonic_now();
        tracer_dispatch(t, &s);
    }
    t->session->breathing = true;
    t->last_poll = t->now;
    poll_others(t, 0);
    t->session->breathing = false;
    look_at_clock(t);
    return !t->session->leave_reason;
}

/* --- the end --- */

/* Emits a note of bytes that came out of the command's output pipes without a captured write. */
static void tell_unaccounted(struct tracer *t)
{
    static const char *const names[] = {"stdout", "stderr"};

    for (int i = 0; i < 2; i++) {
        if (t->spawn.output_fds[i] >= 0)
            drain_output(t, i);
        uint64_t seen = fd_rules_accounted(t->session->rules, t->output_sinks[i]);
        if (t->drained[i] > seen && t->session->options->fds.by_sink)
            emit_note(t->session->emitter, t->session->command.pid,
                      "%llu bytes reached the command's %s by a way that is not traced",
                      (unsigned long long)(t->drained[i] - seen), names[i]);
    }
}

static void tell_end(struct tracer *t)
{
    struct event ev = {.type = EVENT_END};

    ev.end.why = bytes_of(t->session->leave_reason);
    emit_totals(t->session->emitter, &ev.end.writes, &ev.end.bytes);
    backlog_lost(t->session->backlog, &ev.end.lost_writes, &ev.end.lost_bytes);
    emit_control(t->session->emitter, &ev);
    t->session->told_end = true;
}

void tracer_finish(struct tracer *t)
{
    tracer_leave(t);
    tell_unaccounted(t);
    tell_end(t);
    tracer_drain(t); /* again: time has passed; the thread ends right after this */
}
