/* The loop is two verbs: next_stop() and dispatch(). One handler for each kind of
 * stop says what the tracee is owed; the table at the end of the handlers is the whole story.
 *
 * Whatever fails with ESRCH fails because the tracee is being killed: its death will be
 * reported, until then nothing is to be done for it. */
#include "engine/tracer.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/xmalloc.h"
#include "engine/blocked.h"
#include "engine/doctor.h"
#include "engine/filter.h"
#include "engine/procfs.h"
#include "engine/regs.h"
#include "engine/title.h"
#include "engine/stop.h"

enum {
    SPIN_NS = 50 * 1000,              /* a resumed tracee needs some 18 us to come back */
    SPIN_PAUSE_NS = 10 * 1000 * 1000, /* no spinning for so long when it did not pay */
    POLL_NS = 1000 * 1000, /* the other fds are looked at that often while stops keep coming */
    TICK_NS = 1000 * 1000 * 1000,
    SAME_WISH_NS = 200 * 1000 * 1000,
    SPIN_RATE_MIN = 96
};

#define GRACE_NS ((int64_t)5 * 1000 * 1000 * 1000)

int64_t tracer_clock(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct tracer *tracer_new(const struct engine_options *options, struct emitter *e,
                          struct backlog *b, struct fd_rules *rules, int wake_fd)
{
    struct tracer *t = xcalloc(1, sizeof *t);

    t->options = options;
    t->emitter = e;
    t->backlog = b;
    t->rules = rules;
    t->waiter = waiter_new();
    t->tasks.backlog = b;
    t->capture = (struct capture){.tasks = &t->tasks,
                                  .emitter = e,
                                  .backlog = b,
                                  .rules = rules,
                                  .count_other = options->count_other};
    t->signal_fd = options->signals->fd;
    t->wake_fd = wake_fd;
    t->control_open = options->control_fd >= 0;
    t->spawn.output_fds[0] = t->spawn.output_fds[1] = -1;
    t->spin_rate = 256;
    t->deadline = options->timeout ? tracer_clock() + options->timeout : 0;
    return t;
}

void tracer_free(struct tracer *t)
{
    if (!t)
        return;
    tasks_clear(&t->tasks);
    waiter_free(t->waiter);
    lister_free(t->lister);
    buf_free(&t->control);
    buf_free(&t->capture.piece);
    free(t->held);
    free(t->arm);
    free(t);
}

/* --- what is done to a task --- */

/* Under the filter everything but the table's syscalls runs at full speed. */
static enum resume normal_resume(const struct task *task)
{
    return task->proc->filtered && !call_in_flight(&task->call) ? RESUME_CONT : RESUME_SYSCALL;
}

void tracer_resume(struct tracer *t, struct task *task, int sig)
{
    task->state = TASK_RUNNING;
    task->resumed_at = t->last_stop;
    if (ptrace_resume(task->tid, normal_resume(task), sig) < 0 && errno != ESRCH)
        log_line(LOG_TRACER, "%d: resume: %s", (int)task->tid, strerror(errno));
}

void tracer_tell_detached(struct tracer *t, const struct proc *proc, const char *why)
{
    struct event ev = {.type = EVENT_DETACHED};

    ev.detached = (struct ev_detached){
        .tid = (uint64_t)proc->pid, .pid = (uint64_t)proc->pid, .why = bytes_of(why)};
    emit_control(t->emitter, &ev);
}

void tracer_forget(struct tracer *t, struct task *task)
{
    struct proc *proc = task->proc;

    if (proc->tasks == 1) {
        fd_table_tell_counts(proc->fds);
        if (proc->detaching)
            tracer_tell_detached(t, proc, "asked to");
    }
    tasks_remove(&t->tasks, task);
}

void tracer_release(struct tracer *t, struct task *task, int sig)
{
    if (ptrace_detach(task->tid, sig) < 0) {
        log_line(LOG_TRACER, "%d: detach: %s", (int)task->tid, strerror(errno));
        return; /* being killed: its death will be reported */
    }
    tracer_forget(t, task);
}

/* The normal way on from a stop: further, or out of our hands. */
static void go_on(struct tracer *t, struct task *task, int sig)
{
    if (task->proc->detaching && !task->call.ent && task->cut.state == CUT_NONE)
        tracer_release(t, task, sig);
    else
        tracer_resume(t, task, sig);
}

static void hold(struct tracer *t, struct task *task)
{
    if (t->nheld == t->held_cap) {
        t->held_cap = t->held_cap ? 2 * t->held_cap : 16;
        t->held = xrealloc(t->held, t->held_cap * sizeof *t->held);
    }
    t->held[t->nheld++] = task->tid;
    task->state = TASK_HELD;
}

/* The backlog has room again. */
static void retry_held(struct tracer *t)
{
    size_t n = t->nheld;

    t->nheld = 0;
    for (size_t i = 0; i < n; i++) {
        struct task *task = tasks_find(&t->tasks, t->held[i]);
        if (!task || task->state != TASK_HELD)
            continue;
        if (capture_emit(&t->capture, task, false))
            go_on(t, task, 0);
        else
            hold(t, task);
    }
}

/* --- handlers, one a kind of stop --- */

/* The stop that an attached task's first PTRACE_SYSCALL follows: from here on nothing is missed. */
static void note_armed(struct tracer *t, struct task *task)
{
    struct proc *proc = task->proc;

    if (task->state != TASK_NEW || !proc->attaching || !task->attached || --proc->unarmed > 0)
        return;
    proc->attaching = false;
    struct event ev = {.type = EVENT_ARMED};
    ev.armed = (struct ev_armed){.pid = (uint64_t)proc->pid, .threads = proc->tasks};
    emit_control(t->emitter, &ev);
}

static void tell_exit(struct tracer *t, const struct task *task, int status)
{
    bool exited = WIFEXITED(status);
    struct event ev = {.type = EVENT_EXIT};

    ev.exit = (struct ev_exit){.tid = (uint64_t)task->tid,
                               .pid = (uint64_t)task->proc->pid,
                               .code = exited ? WEXITSTATUS(status) : -1,
                               .signal = exited ? 0 : (uint64_t)WTERMSIG(status),
                               .core = !exited && WCOREDUMP(status)};
    emit_control(t->emitter, &ev);
}

/* The command has ended, what it started goes on: say who. */
static void note_left_behind(struct tracer *t)
{
    char names[256] = "";
    size_t len = 0;

    for (struct proc *p = t->tasks.by_pid; p && len < sizeof names - 1; p = p->hh.next) {
        const struct task *leader = tasks_find(&t->tasks, p->pid);
        len += (size_t)snprintf(names + len, sizeof names - len, "%s%s (%d)", len ? ", " : "",
                                leader ? leader->comm : "?", (int)p->pid);
    }
    if (names[0])
        emit_note(t->emitter, t->spawn.pid, "the command has ended, still running: %s", names);
}

static void on_gone(struct tracer *t, struct task *task, int status)
{
    bool silent = task->silent, command = task->tid == t->spawn.pid;

    note_armed(t, task);
    capture_died(&t->capture, task);
    if (!silent)
        tell_exit(t, task, status);
    tracer_forget(t, task);
    if (command) {
        t->spawn_gone = true;
        t->spawn_status = status;
        note_left_behind(t);
    }
}

/* Never left in this stop: since Linux 6.1 not even SIGKILL ends it. */
static void on_dying(struct tracer *t, struct task *task, int status)
{
    (void)status;
    capture_died(&t->capture, task);
    task->state = TASK_RUNNING;
    ptrace_resume(task->tid, RESUME_CONT, 0);
}

/* Its entry was the stop before this one, and is of no interest: then this is the exit, whatever it
 * returns. That is as sure as the kernel is to report both; as soon as there is any other stop, or
 * an interrupt of ours, it is asked again. */
static bool only_passes(struct task *task)
{
    bool passes = task->passing && !task->interrupted && task->cut.state == CUT_NONE;

    task->passing = false;
    return passes;
}

/* A filter of its own wants a tracer to be asked, and there is none that it knows of. */
static void answer_filter(struct tracer *t, struct task *task)
{
    regs_skip(task->tid, -ENOSYS);
    tracer_resume(t, task, 0);
}

static void on_syscall(struct tracer *t, struct task *task, int status)
{
    struct syscall_stop stop;

    if (only_passes(task)) {
        go_on(t, task, 0);
        return;
    }
    if (ptrace_syscall_stop(task->tid, &stop) < 0) {
        if (errno != ESRCH && !t->why)
            t->why =
                "this kernel has no PTRACE_GET_SYSCALL_INFO (Linux 5.3 is the oldest that does)";
        return;
    }
    if (stop.op == SYSCALL_SECCOMP && stop.data != FILTER_MARK) {
        answer_filter(t, task);
        return;
    }
    switch (stop.op) {
    case SYSCALL_ENTRY:
    case SYSCALL_SECCOMP:
        rerun_entered(&task->cut);
        capture_enter(&t->capture, task, &stop);
        task->passing = stop.op == SYSCALL_ENTRY && !task->call.ent;
        tracer_resume(t, task, 0); /* also when detaching: see let_go_of_call() */
        return;
    case SYSCALL_EXIT:
        /* Our own PTRACE_INTERRUPT may end in an exit-stop: the trap is used up by it. */
        if (task->interrupted && task->proc->detaching)
            rerun_interrupted(task->tid, &task->proc->mem_fd, &task->cut);
        rerun_finished(task->tid, &task->proc->mem_fd, &task->cut, stop.result);
        capture_exit(&t->capture, task, stop.result);
        if (!task->proc->detaching && capture_needs_nobody(&t->capture, task)) {
            tracer_resume(t, task, 0); /* it runs while we encode and copy */
            capture_emit(&t->capture, task, true);
            return;
        }
        if (!capture_emit(&t->capture, task, false)) {
            hold(t, task);
            return;
        }
        break;
    case SYSCALL_NONE:
        /* Since then it was killed, which alone takes a tracee out of a stop: it dies already. */
        on_dying(t, task, status);
        return;
    }
    go_on(t, task, 0);
}

static void on_signal(struct tracer *t, struct task *task, int status)
{
    rerun_abandon(task->tid, &task->cut);
    if (WSTOPSIG(status) == SIGWINCH && !redraw_is_under_way(&t->redraw))
        fd_table_look_again(task->proc->fds, task->tid);
    go_on(t, task, WSTOPSIG(status));
}

static void tell_stop(struct tracer *t, const struct task *task, enum event_type type, int sig)
{
    struct event ev = {.type = type};

    ev.stop = (struct ev_stop){
        .tid = (uint64_t)task->tid, .pid = (uint64_t)task->proc->pid, .signal = (uint64_t)sig};
    emit_control(t->emitter, &ev);
}

static void on_group(struct tracer *t, struct task *task, int status)
{
    if (task->state != TASK_LISTENING)
        tell_stop(t, task, EVENT_STOP, WSTOPSIG(status));
    task->interrupted = false;
    task->listened = true;
    if (task->proc->detaching) {
        tracer_release(t, task, 0);
        return;
    }
    task->state = TASK_LISTENING;
    ptrace_listen(task->tid);
}

static void on_trap(struct tracer *t, struct task *task, int status)
{
    (void)status;
    if (task->listened)
        tell_stop(t, task, EVENT_CONT, 0);
    task->listened = false;
    if (task->interrupted) {
        rerun_interrupted(task->tid, &task->proc->mem_fd, &task->cut);
        waiter_expect(t->waiter, task->tid); /* a sleeper enters its syscall once more */
    }
    task->interrupted = false;
    go_on(t, task, 0);
}

static void tell_exec(struct tracer *t, const struct task *task, pid_t former)
{
    struct buf argv = {0}, exe = {0};
    struct event ev = {.type = EVENT_EXEC};

    title_forget(task->proc);
    procfs_cmdline(task->tid, &argv);
    procfs_exe(task->tid, &exe);
    ev.exec = (struct ev_exec){.tid = (uint64_t)task->tid,
                               .pid = (uint64_t)task->proc->pid,
                               .former = (uint64_t)former,
                               .comm = bytes_of(task->comm),
                               .exe = {exe.data, exe.len},
                               .argv = {argv.data, argv.len}};
    emit_control(t->emitter, &ev);
    buf_free(&argv);
    buf_free(&exe);
}

/* The tid of a thread that exec'd becomes its group's pid; whoever had that is dead, reported or
 * not. Returns the one that exec'd, NULL when it is nobody we know. */
static struct task *rename_after_exec(struct tracer *t, pid_t pid, pid_t former)
{
    struct task *leader = tasks_find(&t->tasks, pid), *mover = tasks_find(&t->tasks, former);

    if (former == pid || !mover)
        return leader;
    if (leader) {
        struct proc *proc = leader->proc;
        proc->tasks++; /* so that it outlives its leader's entry, also when there is no other */
        tasks_remove(&t->tasks, leader);
        proc->tasks--;
    }
    tasks_rename(&t->tasks, mover, pid);
    return mover;
}

static void tell_rights(struct tracer *t, const struct proc_status *s)
{
    char *amiss = doctor_misses_rights(s);

    if (amiss)
        emit_note(t->emitter, s->tgid, "%s", amiss);
    free(amiss);
}

static void on_exec(struct tracer *t, struct task *task, int status)
{
    struct proc_status s;

    (void)status;
    call_reset(&task->call);
    task_drop_rings(&t->tasks, task);
    proc_forget_memory(task->proc);
    fd_table_exec(task->proc->fds);
    bool there = procfs_status(task->tid, &s) == 0;
    if (there)
        memcpy(task->comm, s.comm, sizeof task->comm);
    if (task->silent)
        tracer_command_runs(t, task);
    tell_exec(t, task, task->former == task->tid ? 0 : task->former);
    if (there)
        tell_rights(t, &s);
    go_on(t, task, 0);
}

static void on_new_task(struct tracer *t, struct task *task, enum event_how how)
{
    unsigned long child = 0;

    if (ptrace_message(task->tid, &child) == 0 && child && !tasks_find(&t->tasks, (pid_t)child))
        tracer_adopt(t, (pid_t)child, task, how);
    go_on(t, task, 0);
}

static void on_fork(struct tracer *t, struct task *task, int status)
{
    (void)status;
    on_new_task(t, task, HOW_FORK);
}

static void on_vfork(struct tracer *t, struct task *task, int status)
{
    (void)status;
    on_new_task(t, task, HOW_VFORK);
}

static void on_clone(struct tracer *t, struct task *task, int status)
{
    (void)status;
    on_new_task(t, task, HOW_THREAD);
}

static void on_other(struct tracer *t, struct task *task, int status)
{
    (void)status;
    go_on(t, task, 0);
}

static void (*const handlers[])(struct tracer *t, struct task *task, int status) = {
    [STOP_EXITED] = on_gone,     [STOP_KILLED] = on_gone,      [STOP_SYSCALL] = on_syscall,
    [STOP_SECCOMP] = on_syscall, [STOP_SIGNAL] = on_signal,    [STOP_GROUP] = on_group,
    [STOP_TRAP] = on_trap,       [STOP_EXEC] = on_exec,        [STOP_FORK] = on_fork,
    [STOP_VFORK] = on_vfork,     [STOP_VFORK_DONE] = on_other, [STOP_CLONE] = on_clone,
    [STOP_EXIT] = on_dying,      [STOP_OTHER] = on_other,
};

void tracer_dispatch(struct tracer *t, const struct stopped *s)
{
    enum stop stop = stop_classify(s->status);
    struct task *task = tasks_find(&t->tasks, s->tid);
    unsigned long former = 0;

    if (log_on(LOG_WAIT))
        log_line(LOG_WAIT, "%d %s %#x", (int)s->tid, stop_name(stop), (unsigned)s->status);
    if (stop == STOP_EXEC) {
        if (ptrace_message(s->tid, &former) < 0)
            return; /* being killed: its death will be reported */
        task = rename_after_exec(t, s->tid, (pid_t)former);
    }
    if (!task) {
        if (stop == STOP_EXITED || stop == STOP_KILLED)
            return; /* its leader's exec or our own detach came first */
        task = tracer_adopt(t, s->tid, NULL, HOW_UNKNOWN);
    }
    if (stop == STOP_EXEC)
        task->former = (pid_t)former;
    if (stop != STOP_EXITED && stop != STOP_KILLED) {
        note_armed(t, task);
        task->state = TASK_STOPPED;
    }
    if (!t->tick_at)
        t->tick_at = t->last_stop + TICK_NS;
    t->capture.now = emit_time_of(t->emitter, t->last_stop);
    task->passing &= stop == STOP_SYSCALL;
    handlers[stop](t, task, s->status);
}

/* --- waiting --- */

void tracer_asked(struct tracer *t, struct proc *proc)
{
    int64_t now = tracer_clock();

    proc->asked_at = now;
    proc->told_waiting = false;
    if (!t->tick_at)
        t->tick_at = now + TICK_NS;
}

/* Threads that don't come to a stop are waited for as long as it takes, but not in silence. True
 * when it is too early to say so. */
static bool tell_waiting(struct tracer *t, struct proc *p, int64_t now)
{
    if (p->told_waiting || !(p->attaching || p->detaching))
        return false;
    if (now - p->asked_at < TICK_NS)
        return true;
    p->told_waiting = true;
    emit_note(
        t->emitter, p->pid,
        "%d: %u of %u threads have not stopped yet (in uninterruptible sleep, in a long write, "
        "or in a frozen cgroup); each is %s as soon as it does",
        (int)p->pid, p->detaching ? p->tasks : p->unarmed, p->tasks,
        p->detaching ? "let go" : "traced");
    return false;
}

/* Everything that is looked at once a second while something happens. */
static void tick(struct tracer *t, int64_t now)
{
    bool again = false;

    t->tick_at = 0;
    for (struct proc *p = t->tasks.by_pid; p; p = p->hh.next) {
        fd_table_tell_counts(p->fds);
        bool waits = tell_waiting(t, p, now), looked = title_look(p, t->emitter);
        again = again || waits || looked;
    }
    for (struct task *task = t->tasks.by_tid; task; task = task->hh.next)
        again |= blocked_tell(&t->capture, task, TICK_NS);
    if (again)
        t->tick_at = now + TICK_NS;
}

bool tracer_has_command(const struct tracer *t)
{
    return t->spawn.pid && !t->spawn_gone;
}

static void forward(struct tracer *t, int sig)
{
    if (tracer_has_command(t))
        kill(t->spawn.pid, sig);
}

/* Ctrl-C at a terminal goes to the command too; what somebody sent to us alone is passed on. */
static void on_signal_to_us(struct tracer *t, const struct signalfd_siginfo *info)
{
    int64_t now = tracer_clock();

    if (info->ssi_signo == SIGCHLD) {
        waiter_heard_of(t->waiter, (pid_t)info->ssi_pid);
        return;
    }
    /* timeout(1) and the like signal a process and then its group: that is one wish, not two. */
    if (t->interrupts && now - t->interrupted_at < SAME_WISH_NS)
        return;
    t->interrupts++;
    t->interrupted_at = now;
    log_line(LOG_TRACER, "signal %d", (int)info->ssi_signo);
    if (!t->spawn.pid)
        t->why = "interrupted";
    else if (t->interrupts > 1)
        t->why = "interrupted twice";
    else if (info->ssi_code != SI_KERNEL)
        forward(t, (int)info->ssi_signo);
}

static void read_signals(struct tracer *t)
{
    struct signalfd_siginfo info;

    while (read(t->signal_fd, &info, sizeof info) == sizeof info)
        on_signal_to_us(t, &info);
}

/* For an attached target there is nothing left to do here; with a command we stay, in silence. */
static void lose_output(struct tracer *t, const char *why)
{
    t->output_gone = true;
    t->control_open = false;
    backlog_discard(t->backlog);
    if (!tracer_has_command(t))
        t->why = why;
}

/* --- an end that we choose --- */

/* SIGCONT, as a stopped process would not hear the other. */
static void end_command(struct tracer *t, const char *why)
{
    log_line(LOG_TRACER, "ending the command: %s", why);
    for (struct proc *p = t->tasks.by_pid; p; p = p->hh.next)
        if (p->of_command && kill(p->pid, SIGTERM) == 0)
            kill(p->pid, SIGCONT);
    t->ending = why;
    t->deadline = tracer_clock() + GRACE_NS;
}

static void meet_deadline(struct tracer *t)
{
    t->deadline = 0;
    if (t->ending) {
        t->why = t->ending;
        return;
    }
    t->timed_out = true;
    if (t->spawn.pid)
        end_command(t, "--timeout has passed");
    else
        t->why = "--timeout has passed";
}

/* What the writer has to say. */
static void hear_writer(struct tracer *t)
{
    const char *why = atomic_exchange(&t->asked, NULL);

    if (atomic_load(&t->output_failed) && !t->output_gone)
        lose_output(t, "the output can't be written");
    if (!why || t->ending)
        return;
    if (t->spawn.pid && (t->spawn.filtered || t->options->pipes))
        end_command(t, why);
    else
        t->why = why;
}

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
    fds[AT_WAKE] = (struct pollfd){.fd = t->wake_fd, .events = POLLIN};
    fds[AT_CONTROL] =
        (struct pollfd){.fd = t->control_open ? t->options->control_fd : -1, .events = POLLIN};
    for (int i = 0; i < 2; i++) {
        /* No events asked for: only the hang-up is of interest. */
        fds[AT_OUT + i] = (struct pollfd){.fd = t->output_gone ? -1 : t->options->output_fds[i]};
        fds[AT_PIPES + i] = (struct pollfd){.fd = t->spawn.output_fds[i], .events = POLLIN};
    }
}

/* Sleeps until something happens, at most timeout ns (-1: for ever), and serves all but the stops.
 */
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
    if (fds[AT_WAKE].revents && read(t->wake_fd, &count, sizeof count) == sizeof count) {
        hear_writer(t);
        retry_held(t);
        tracer_tell_list(t);
    }
    if (fds[AT_CONTROL].revents)
        tracer_read_control(t);
    for (int i = 0; i < 2; i++) {
        if (fds[AT_OUT + i].revents & (POLLERR | POLLHUP | POLLNVAL) && !t->output_gone)
            lose_output(t, "nobody reads the output");
        if (fds[AT_PIPES + i].revents)
            drain_output(t, i);
    }
}

static enum wait_result look(struct tracer *t, struct stopped *s)
{
    return waiter_next(t->waiter, tasks_count(&t->tasks), false, &s->tid, &s->status);
}

/* Worth it only as long as it finds something more often than not. */
static void note_spin(struct tracer *t, bool found, int64_t now)
{
    t->spin_rate = t->spin_rate - t->spin_rate / 16 + (found ? 16 : 0);
    if (t->spin_rate < SPIN_RATE_MIN) {
        t->spin_rate = 128;
        t->spin_again = now + SPIN_PAUSE_NS;
    }
}

/* A resumed tracee is soon back, and waking up costs more than that takes. */
static enum wait_result spin(struct tracer *t, struct stopped *s, int64_t *now)
{
    int64_t until = t->last_stop + SPIN_NS;
    enum wait_result result = WAIT_NOTHING;

    if (*now < t->spin_again || *now >= until)
        return WAIT_NOTHING;
    while (result == WAIT_NOTHING && *now < until) {
        sched_yield();
        result = look(t, s);
        *now = tracer_clock();
    }
    note_spin(t, result == WAIT_STOP, *now);
    return result;
}

/* ns, -1: for ever. */
static int64_t sleep_time(const struct tracer *t, int64_t now)
{
    int64_t time = waiter_rest(t->waiter);
    const int64_t times[] = {t->tick_at, t->deadline, t->redraw.until};

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        int64_t left = times[i] > now ? times[i] - now : 0;
        if (times[i] && (time < 0 || left < time))
            time = left;
    }
    return time;
}

/* Started without one, and steered: they come by the control channel, and may all go again. */
static bool waits_for_targets(const struct tracer *t)
{
    const struct engine_options *o = t->options;

    return t->control_open && !o->command && !o->npids && !o->nnames;
}

/* True: *s is the next stop. False: look again (something else happened, or it is time to go). */
static bool next_stop(struct tracer *t, struct stopped *s)
{
    enum wait_result result = look(t, s);

    while (result == WAIT_NOTHING && tracer_arm_some(t))
        result = look(t, s);
    int64_t now = tracer_clock();
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
        t->why = t->ending ? t->ending : "the last tracee is gone";
        return false;
    }
    poll_others(t, sleep_time(t, now));
    t->last_poll = now;
    t->now = tracer_clock();
    return false;
}

static void tend(struct tracer *t)
{
    if (t->last_stop - t->last_poll > POLL_NS) {
        t->last_poll = t->last_stop;
        poll_others(t, 0);
    }
    if (t->tick_at && t->now >= t->tick_at)
        tick(t, t->now);
    if (t->deadline && t->now >= t->deadline)
        meet_deadline(t);
    if (t->redraw.until && t->now >= t->redraw.until)
        redraw_end(&t->redraw);
}

void tracer_step(struct tracer *t)
{
    struct stopped s;

    if (next_stop(t, &s))
        tracer_dispatch(t, &s);
    tend(t);
}

/* --- the end --- */

/* Bytes that came out of the command's pipes and that no event accounts for. */
static void tell_unaccounted(struct tracer *t)
{
    static const char *const names[] = {"stdout", "stderr"};

    for (int i = 0; i < 2; i++) {
        if (t->spawn.output_fds[i] >= 0)
            drain_output(t, i);
        uint64_t seen = fd_rules_accounted(t->rules, t->output_sinks[i]);
        if (t->drained[i] > seen && t->options->fds.by_sink)
            emit_note(t->emitter, t->spawn.pid,
                      "%llu bytes reached the command's %s by a way that is not traced",
                      (unsigned long long)(t->drained[i] - seen), names[i]);
    }
}

static void tell_end(struct tracer *t)
{
    struct event ev = {.type = EVENT_END};

    ev.end.why = bytes_of(t->why);
    emit_totals(t->emitter, &ev.end.writes, &ev.end.bytes);
    backlog_lost(t->backlog, &ev.end.lost_writes, &ev.end.lost_bytes);
    emit_control(t->emitter, &ev);
    t->told_end = true;
}

void tracer_run(struct tracer *t)
{
    while (!t->why)
        tracer_step(t);
    log_line(LOG_TRACER, "leaving: %s", t->why);
    redraw_end(&t->redraw);
    tracer_leave(t);
    tell_unaccounted(t);
    tell_end(t);
    tracer_drain(
        t); /* who has moved on meanwhile; from here to the end of the thread is but a moment */
    log_line(LOG_TRACER, "everybody is let go");
}
