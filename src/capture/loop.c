/* Serves whatever is not a tracee. What only the engine can answer goes to the optional functions
 * of its struct engine_kind. */
#include "capture/loop.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/monotonic.h"
#include "capture/blocked.h"
#include "capture/control.h"
#include "capture/procfs.h"
#include "capture/proctitle.h"
#include "capture/session.h"

#define SECOND_NS INT64_C(1000000000)

/* How long the command has to end after SIGTERM. */
#define GRACE_NS (5 * SECOND_NS)

/* The fd, or -1 if it is a file: a file has no hang-up, and polling one might block. */
static int only_if_pollable(int fd)
{
    struct fd_stat st;

    return fd >= 0 && procfs_own_fd_stat(fd, &st) == 0 && S_ISREG(st.type) ? -1 : fd;
}

void loop_init(struct session *s)
{
    struct loop *l = &s->loop;

    *l = (struct loop){.engine_fd = -1, .pipes = {-1, -1}, .now = monotonic_now()};
    for (int i = 0; i < 2; i++)
        l->output_fds[i] = only_if_pollable(s->options->output_fds[i]);
    l->deadline = s->options->timeout ? l->now + s->options->timeout : 0;
}

/* --- signals to pcat --- */

static void forward(struct session *s, int sig)
{
    if (session_has_command(s))
        kill(s->command.pid, sig);
}

/* SIGCHLD and job control: what these mean depends on how the engine holds its tracees. */
static bool is_for_engine(int sig)
{
    static const int signals[] = {SIGCHLD, JOB_SIGNALS};

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (signals[i] == sig)
            return true;
    return false;
}

/* A signal to pcat. Ctrl-C at a terminal (SI_KERNEL) reaches the command by itself; a signal that
 * was sent to pcat alone is passed on to the command. */
static void on_signal_to_us(struct session *s, const struct signalfd_siginfo *info)
{
    struct loop *l = &s->loop;
    int64_t now = monotonic_now();

    if (is_for_engine((int)info->ssi_signo)) {
        if (s->kind->hear_signal)
            s->kind->hear_signal(s->engine, info);
        return;
    }
    if (l->interrupts && now - l->interrupted_at < LOOP_SAME_WISH_NS)
        return;
    l->interrupts++;
    l->interrupted_at = now;
    log_line(LOG_TRACER, "signal %d", (int)info->ssi_signo);
    if (!s->command.pid)
        s->leave_reason = "interrupted";
    else if (l->interrupts > 1)
        s->leave_reason = "interrupted twice";
    else if (info->ssi_code != SI_KERNEL)
        forward(s, (int)info->ssi_signo);
}

static void read_signals(struct session *s)
{
    struct signalfd_siginfo info;

    while (read(s->options->signals->fd, &info, sizeof info) == sizeof info)
        on_signal_to_us(s, &info);
}

/* --- an end that we choose --- */

/* The output can't be written any more. With attached targets alone pcat leaves; a command may
 * still need its tracer, so it goes on without output. */
static void lose_output(struct session *s, const char *why)
{
    s->loop.output_gone = true;
    s->control_open = false;
    backlog_discard(s->backlog);
    if (!session_has_command(s))
        s->leave_reason = why;
}

/* Tells the command and its descendants to end. SIGCONT, because a stopped process does not act on
 * SIGTERM. */
static void end_command(struct session *s, const char *why)
{
    log_line(LOG_TRACER, "ending the command: %s", why);
    for (struct proc *p = s->tasks.by_pid; p; p = p->hh.next)
        if (p->of_command && kill(p->pid, SIGTERM) == 0)
            kill(p->pid, SIGCONT);
    s->loop.ending = why;
    s->loop.deadline = monotonic_now() + GRACE_NS;
}

static void meet_deadline(struct session *s)
{
    s->loop.deadline = 0;
    if (s->loop.ending) {
        s->leave_reason = s->loop.ending;
        return;
    }
    s->timed_out = true;
    if (s->command.pid)
        end_command(s, "--timeout has passed");
    else
        s->leave_reason = "--timeout has passed";
}

/* The writer thread may have failed, or may ask the tracer to leave. */
static void hear_writer(struct session *s)
{
    const char *why = atomic_exchange(&s->asked, NULL);

    if (atomic_load(&s->output_failed) && !s->loop.output_gone)
        lose_output(s, "the output can't be written");
    if (!why || s->loop.ending)
        return;
    if (s->command.pid && (s->command.filtered || s->options->pipes))
        end_command(s, why);
    else
        s->leave_reason = why;
}

bool loop_ends_without_tracees(struct session *s)
{
    const struct engine_options *o = s->options;

    if (s->control_open && !o->command && !o->npids && !o->nnames)
        return false;
    s->leave_reason = s->loop.ending ? s->loop.ending : "the last tracee is gone";
    return true;
}

/* --- the command's output pipes --- */

void loop_drain_pipes(struct session *s, const int fds[2])
{
    struct stat st;

    for (int i = 0; i < 2; i++) {
        s->loop.pipes[i] = fds[i];
        if (fds[i] >= 0 && fstat(fds[i], &st) == 0) {
            s->loop.pipe_sinks[i] = (struct fd_sink){st.st_dev, st.st_ino};
            fd_rules_watch(s->rules, s->loop.pipe_sinks[i]);
        }
    }
}

/* Reads and drops what is in the command's output pipe: its bytes are captured at its writes. */
static void drain(struct loop *l, int i)
{
    char bytes[64 * 1024];
    ssize_t n;

    while ((n = read(l->pipes[i], bytes, sizeof bytes)) > 0)
        l->drained[i] += (uint64_t)n;
    if (n == 0) {
        close(l->pipes[i]);
        l->pipes[i] = -1;
    }
}

/* Emits a note of bytes that came out of the command's output pipes without a captured write. */
static void tell_unaccounted(struct session *s)
{
    static const char *const names[] = {"stdout", "stderr"};
    struct loop *l = &s->loop;

    for (int i = 0; i < 2; i++) {
        if (l->pipes[i] >= 0)
            drain(l, i);
        uint64_t seen = fd_rules_accounted(s->rules, l->pipe_sinks[i]);
        if (l->drained[i] > seen && s->options->fds.by_sink)
            emit_note(s->emitter, s->command.pid,
                      "%llu bytes reached the command's %s by a way that is not traced",
                      (unsigned long long)(l->drained[i] - seen), names[i]);
    }
}

void loop_tell_end(struct session *s)
{
    struct event ev = {.type = EVENT_END};

    tell_unaccounted(s);
    ev.end.why = bytes_of(s->leave_reason);
    emit_totals(s->emitter, &ev.end.writes, &ev.end.bytes);
    backlog_lost(s->backlog, &ev.end.lost_writes, &ev.end.lost_bytes);
    emit_control(s->emitter, &ev);
    s->told_end = true;
}

/* --- what it waits for --- */

enum {
    AT_SIGNALS,
    AT_WAKE,
    AT_CONTROL,
    AT_ENGINE,
    AT_OUT,
    AT_PIPES = AT_OUT + 2,
    AT_COUNT = AT_PIPES + 2
};

static void fill_pollfds(const struct session *s, struct pollfd fds[AT_COUNT])
{
    const struct loop *l = &s->loop;
    bool control = s->control_open && !s->breathing;

    fds[AT_SIGNALS] = (struct pollfd){.fd = s->options->signals->fd, .events = POLLIN};
    fds[AT_WAKE] = (struct pollfd){.fd = s->wake_fd, .events = POLLIN};
    fds[AT_CONTROL] =
        (struct pollfd){.fd = control ? s->options->control_fd : -1, .events = POLLIN};
    fds[AT_ENGINE] = (struct pollfd){.fd = l->engine_fd, .events = POLLIN};
    for (int i = 0; i < 2; i++) {
        /* No events: POLLHUP and POLLERR are reported anyway. */
        fds[AT_OUT + i] = (struct pollfd){.fd = l->output_gone ? -1 : l->output_fds[i]};
        fds[AT_PIPES + i] = (struct pollfd){.fd = l->pipes[i], .events = POLLIN};
    }
}

static void serve(struct session *s, const struct pollfd fds[AT_COUNT])
{
    uint64_t count;

    if (fds[AT_SIGNALS].revents)
        read_signals(s);
    if (fds[AT_WAKE].revents && read(s->wake_fd, &count, sizeof count) == sizeof count) {
        hear_writer(s);
        if (s->kind->has_room)
            s->kind->has_room(s->engine);
        control_tell_list(s);
    }
    if (fds[AT_CONTROL].revents)
        control_read(s);
    for (int i = 0; i < 2; i++) {
        if (fds[AT_OUT + i].revents & (POLLERR | POLLHUP | POLLNVAL) && !s->loop.output_gone)
            lose_output(s, "nobody reads the output");
        if (fds[AT_PIPES + i].revents)
            drain(&s->loop, i);
    }
}

/* timeout, or what is left until the first of the loop's timers. */
static int64_t sleep_time(const struct session *s, int64_t timeout)
{
    const struct loop *l = &s->loop;
    const int64_t times[] = {l->tick_at, l->deadline, s->redraw.until};

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        int64_t left = times[i] > l->now ? times[i] - l->now : 0;
        if (times[i] && (timeout < 0 || left < timeout))
            timeout = left;
    }
    return timeout;
}

bool loop_poll(struct session *s, int64_t timeout)
{
    struct pollfd fds[AT_COUNT];
    int64_t ns = sleep_time(s, timeout);
    struct timespec ts = {ns / SECOND_NS, ns % SECOND_NS};

    fill_pollfds(s, fds);
    int n = ppoll(fds, AT_COUNT, ns < 0 ? NULL : &ts, NULL);
    if (n > 0)
        serve(s, fds);
    s->loop.now = monotonic_now();
    return n > 0 && fds[AT_ENGINE].revents;
}

/* --- timers --- */

/* Work that is done once a second while something happens. */
static void tick(struct session *s)
{
    struct loop *l = &s->loop;

    l->tick_at = 0;
    bool again = s->kind->tick && s->kind->tick(s->engine);
    for (struct proc *p = s->tasks.by_pid; p; p = p->hh.next) {
        fd_table_tell_counts(p->fds);
        again |= proctitle_look(p, s->emitter);
    }
    for (struct task *task = s->tasks.by_tid; task; task = task->hh.next)
        again |= blocked_tell(s->emitter, &l->readers, &s->tasks, task, LOOP_TICK_NS);
    if (again)
        l->tick_at = l->now + LOOP_TICK_NS;
}

void loop_check_timers(struct session *s)
{
    struct loop *l = &s->loop;

    if (l->tick_at && l->now >= l->tick_at)
        tick(s);
    if (l->deadline && l->now >= l->deadline)
        meet_deadline(s);
    if (s->redraw.until && l->now >= s->redraw.until)
        redraw_end(&s->redraw);
}
