/* pcat stops itself in one of two ways:
 * - For good, when all tracees stand still: until SIGCONT comes.
 * - For a moment, when the command stands still but the tracer is needed: other tracees run, or a
 *   process has stopped the command alone and will continue it alone. So the shell gets its
 * terminal back; a timer sends SIGCONT to pcat, which goes on in the background.
 *
 * After a stop for a moment the shell may believe that the job runs. Then its `fg` sends no
 * SIGCONT: so pcat sends it to the process group when that is in the foreground again. */
#include "ptrace/job.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/monotonic.h"
#include "base/self-stop.h"
#include "capture/procfs.h"
#include "ptrace/ptrace.h"
#include "ptrace/tracee.h"
#include "ptrace/tracer.h"

enum {
    LOOK_NS = 5 * 1000 * 1000,       /* between two checks at first */
    PATIENCE_NS = 300 * 1000 * 1000, /* wait for handlers that end in a stop, and for the output */
    WATCH_NS = 100 * 1000 * 1000,    /* between two checks after that */
    MOMENT_NS = 50 * 1000 * 1000, /* the first stop for a moment; the second is 4 times as long */
    MOMENTS = 2,                  /* stops for a moment at the most */
    SECOND_NS = 1000 * 1000 * 1000
};

/* --- which tracees stand still --- */

static bool is_of_command(const struct tracer *t, const struct task *task)
{
    return session_has_command(t->session) && task->proc->pid == t->session->command.pid;
}

/* Whether a thread of the process is in a group-stop. */
static bool has_group_stop(const struct tracer *t, pid_t pid)
{
    for (const struct task *task = t->session->tasks.by_tid; task; task = task->hh.next)
        if (task->proc->pid == pid && tracee_of(task)->state == TASK_LISTENING)
            return true;
    return false;
}

/* Whether a stop signal is pending, not blocked: the thread would stop if it went on. */
static bool stop_is_due(pid_t tid)
{
    uint64_t due = procfs_due_signals(tid);

    for (int sig = 1; due; due >>= 1, sig++)
        if (due & 1 && is_stop_signal(sig))
            return true;
    return false;
}

/* A thread that is held for room in the backlog can't stop. It counts when it is about to. */
static bool stands_still(const struct tracer *t, const struct task *task)
{
    return tracee_of(task)->state == TASK_LISTENING ||
           (tracee_of(task)->state == TASK_HELD &&
            (has_group_stop(t, task->proc->pid) || stop_is_due(task->tid)));
}

/* Whether all threads of a process stand still; pid 0: all tracees. Dying threads don't count;
 * without any other thread the answer is false. */
static bool all_stand_still(const struct tracer *t, pid_t pid)
{
    bool any = false;

    for (const struct task *task = t->session->tasks.by_tid; task; task = task->hh.next) {
        if (tracee_of(task)->dying || (pid && task->proc->pid != pid))
            continue;
        if (!stands_still(t, task))
            return false;
        any = true;
    }
    return any;
}

/* --- stopping --- */

/* The stop signal that the shell is to see. Never SIGSTOP, see self_stop(). */
static int signal_to_stop_by(const struct job *j)
{
    return j->stop_signal == SIGTTIN || j->stop_signal == SIGTTOU ? j->stop_signal : SIGTSTP;
}

/* Stops pcat for ns, 0: until a SIGCONT from elsewhere. Order: the stop signal is raised (it is
 * blocked, so it is pending), then the timer is started, then the signal is taken. A SIGCONT that
 * comes too early discards the pending stop signal; the other way round, a stop signal would
 * discard the SIGCONT. */
static void stop_for(const struct job *j, int64_t ns)
{
    struct sigevent wake = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGCONT};
    struct itimerspec when = {.it_value = {ns / SECOND_NS, ns % SECOND_NS}};
    int sig = signal_to_stop_by(j);
    timer_t timer;

    log_line(LOG_TRACER, "stopping by signal %d for %lld ns", sig, (long long)ns);
    if (ns == 0) {
        self_stop(sig);
    } else if (timer_create(CLOCK_MONOTONIC, &wake, &timer) == 0) {
        raise(sig);
        if (timer_settime(timer, 0, &when, NULL) < 0)
            raise(SIGCONT);
        take_pending(sig);
        timer_delete(timer);
    }
    log_line(LOG_TRACER, "going on");
}

/* --- the terminal --- */

/* Without a terminal no shell sends `fg`. */
static bool has_terminal(void)
{
    struct proc_stat st;

    return procfs_stat(getpid(), &st) == 0 && st.foreground > 0;
}

static bool in_foreground(void)
{
    struct proc_stat st;

    return procfs_stat(getpid(), &st) == 0 && st.foreground == st.group;
}

/* Stops for good: no tracee needs its tracer. A deadline (--timeout) still ends the stop. */
static void stop_for_good(const struct tracer *t)
{
    if (!has_terminal())
        return;
    if (!t->session->loop.deadline)
        stop_for(&t->job, 0);
    else if (t->session->loop.deadline > t->session->loop.now)
        stop_for(&t->job, t->session->loop.deadline - t->session->loop.now);
}

/* The command stands still, but the tracer is needed: emits a note, then stops for a moment. */
static void give_terminal_back(struct tracer *t)
{
    struct job *j = &t->job;

    if (!in_foreground()) {
        j->background = true;
    } else if (j->background) {
        j->background = false;
        kill(0, SIGCONT);
    } else if (j->moments == MOMENTS) {
        return; /* the process that started pcat does not react */
    } else if (!j->told) {
        j->told = true;
        emit_note(t->session->emitter, t->session->command.pid,
                  "the command has stopped; pcat goes on in the background, because other "
                  "processes that it traces run or a process has stopped the command alone: fg "
                  "lets the command go on");
        j->look_at = t->session->loop.now + LOOK_NS;
    } else {
        stop_for(j, MOMENT_NS * (1 + 3 * j->moments++));
    }
}

/* --- signals and stops --- */

static void look_soon(struct job *j, int64_t now)
{
    j->since = now;
    j->look_at = now + LOOK_NS;
}

void job_hear(struct tracer *t, const struct signalfd_siginfo *info)
{
    struct job *j = &t->job;
    int sig = (int)info->ssi_signo;

    log_line(LOG_TRACER, "job signal %d of %d", sig, (int)info->ssi_pid);
    if (!t->session->command.pid) {
        if (sig == SIGTSTP)
            emit_note(t->session->emitter, 0,
                      "Ctrl-Z is not obeyed: what is traced would stand still, too; Ctrl-C ends "
                      "the capture and lets all go on");
        return;
    }
    if (info->ssi_code <= 0 && info->ssi_code != SI_TIMER && (pid_t)info->ssi_pid != getpid())
        j->pass_on = sig;
    if (sig == SIGCONT)
        return;
    j->asked_at = monotonic_now();
    j->alone = false;
    look_soon(j, j->asked_at);
}

void job_takes(struct tracer *t, const struct task *task, int sig)
{
    struct job *j = &t->job;
    siginfo_t info;

    if (!is_stop_signal(sig) || !is_of_command(t, task) || ptrace_signal_info(task->tid, &info) < 0)
        return;
    j->alone = false;
    if (info.si_code > 0 || info.si_pid == getpid())
        return; /* from the terminal, or passed on by pcat */
    j->took_at = t->last_stop;
    j->alone = !tasks_find_proc(&t->session->tasks, info.si_pid) &&
               t->last_stop - j->asked_at >= LOOP_SAME_WISH_NS;
}

void job_stopped(struct tracer *t, const struct task *task, int sig)
{
    if (!is_of_command(t, task))
        return;
    if (t->job.stop_signal == 0)
        t->job.background = !in_foreground();
    t->job.stop_signal = sig;
    look_soon(&t->job, t->last_stop);
}

void job_continued(struct tracer *t, const struct task *task)
{
    struct job *j = &t->job;

    if (is_of_command(t, task))
        *j = (struct job){.asked_at = j->asked_at, .took_at = j->took_at, .pass_on = j->pass_on};
}

/* A signal to the process group has reached the command, too. Then it is either still pending
 * there, and a second one changes nothing; or job_takes() has seen that the command got it. */
void job_pass_on(struct tracer *t)
{
    struct job *j = &t->job;
    int sig = j->pass_on;
    bool took = j->took_at && t->session->loop.now - j->took_at < LOOP_SAME_WISH_NS;

    if (!sig)
        return;
    j->pass_on = 0;
    if (sig != SIGCONT)
        j->took_at = 0;
    if (session_has_command(t->session) &&
        (sig == SIGCONT ? has_group_stop(t, t->session->command.pid) : !took))
        kill(t->session->command.pid, sig);
}

void job_look(struct tracer *t)
{
    struct job *j = &t->job;
    bool late = t->session->loop.now - j->since >= PATIENCE_NS;
    bool needed = j->alone || t->session->options->control_fd >= 0 || !all_stand_still(t, 0);

    j->look_at = t->session->loop.now + (late ? WATCH_NS : LOOK_NS);
    if (tasks_count(&t->session->tasks) == 0) {
        j->look_at = 0; /* pcat is about to end */
    } else if (session_has_command(t->session) && !all_stand_still(t, t->session->command.pid)) {
        if (late && !has_group_stop(t, t->session->command.pid) &&
            !stop_is_due(t->session->command.pid))
            j->look_at = 0; /* it does not stop */
    } else if (!needed && (late || backlog_is_idle(t->session->backlog))) {
        j->look_at = 0;
        stop_for_good(t);
    } else if (needed && late) {
        give_terminal_back(t);
    }
}
