/* How everybody is let go. The rules are in HACKING.md, "Leaving no trace": first what our own
 * interrupts did is made up for (settle), then those that come to a stop are kept there
 * until all have (drain), then the thread ends, and with it all tracing. */
#include <sched.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/monotonic.h"
#include "capture/procfs.h"
#include "ptrace/stop.h"
#include "ptrace/tracer.h"

enum {
    PATIENCE_NS = 500 * 1000 * 1000,      /* for a cut write to end */
    CUT_PATIENCE_NS = 2000 * 1000 * 1000, /* for one that was interrupted once more */
    QUIET_NS = 1000 * 1000,               /* without a stop: then nobody is likely to come */
    DRAIN_NS = 150 * 1000 * 1000,         /* at the most */
    RECENT_NS = 20 * 1000 * 1000          /* who was resumed so long ago sleeps or computes */
};

/* A syscall-stop while we leave. At an entry-stop nobody may be let go: the kernel marks whom it
 * frees from a stop as signalled, and the call that follows would fail with EINTR or move less than
 * it could. */
static void let_go_of_call(struct tracer *t, struct task *task)
{
    struct syscall_stop call;

    if (ptrace_syscall_stop(task->tid, &call) < 0)
        return;
    if (call.op != SYSCALL_EXIT) {
        tracee_of(task)->silent |= t->session->told_end;
        rerun_entered(&tracee_of(task)->cut);
        syscalls_enter(&t->syscalls, task, &call);
        tracer_resume(t, task, 0);
        return;
    }
    /* A cut write gets its sum and its registers back; there is nobody to see to another piece. */
    rerun_finished(task->tid, &task->proc->memory, &tracee_of(task)->cut, call.result);
    rerun_abandon(task->tid, &tracee_of(task)->cut);
    if (!t->session->told_end) {
        syscalls_exit(&t->syscalls, task, call.result);
        syscalls_emit(&t->syscalls, task, true);
    }
}

/* One stop while we leave: what it completes is still captured. The task stays in the stop: a
 * thousand that run again would take the CPU that we need to see to the rest. Only a signal is
 * handed over now, for nobody would remember it. Whoever runs under our filter ends with us:
 * without a tracer its writes would fail with ENOSYS. */
static void let_go(struct tracer *t, const struct stopped *s)
{
    enum stop stop = stop_classify(s->status);
    struct task *task = tasks_find(&t->session->tasks, s->tid);

    if ((stop == STOP_EXITED || stop == STOP_KILLED) && !t->session->told_end)
        tracer_dispatch(t, s);
    else if (task && stop == STOP_EXIT && !t->session->told_end)
        syscalls_died(&t->syscalls, task);
    else if (task && stop == STOP_SYSCALL)
        let_go_of_call(t, task);
    else if (stop == STOP_SIGNAL && !(task ? task->proc->filtered : t->spawn.filtered))
        ptrace_detach(s->tid, WSTOPSIG(s->status));
}

/* --- one process, while the others stay --- */

static void detach_task(struct tracer *t, struct task *task)
{
    switch (tracee_of(task)->state) {
    case TASK_HELD:
        syscalls_emit(&t->syscalls, task, true);
        tracer_release(t, task, 0);
        break;
    case TASK_RUNNING:
    case TASK_LISTENING:
        if (!call_needs_exit(&tracee_of(task)->call) && tracee_of(task)->cut.state == CUT_NONE)
            tracer_interrupt(t, task);
        break;
    case TASK_NEW:
    case TASK_STOPPED:
        break; /* on its way here */
    }
}

void tracer_detach(struct tracer *t, struct proc *proc)
{
    struct task *task, *next;

    if (proc->detaching)
        return;
    proc->detaching = true;
    tracer_asked(t, proc);
    HASH_ITER(hh, t->session->tasks.by_tid, task, next)
    {
        if (task->proc == proc)
            detach_task(t, task);
    }
}

/* --- everybody --- */

/* We have interrupted it, or cut its write, and have not made up for that yet. */
static bool has_pending(const struct task *task)
{
    return tracee_of(task)->cut.state != CUT_NONE || tracee_of(task)->interrupted;
}

static bool has_pending_write(const struct task *task)
{
    return tracee_of(task)->cut.state != CUT_NONE;
}

static struct task *find_pending(struct tracer *t, bool (*pending)(const struct task *))
{
    struct task *task = t->session->tasks.by_tid;

    while (task && !pending(task))
        task = task->hh.next;
    return task;
}

/* Goes on as if nothing were, until nobody is left whom only we can put right again, for so long.
 */
static void finish_pending(struct tracer *t, bool (*pending)(const struct task *), int64_t ns)
{
    int64_t until = monotonic_now() + ns;
    pid_t tid = 0;

    while (monotonic_now() < until) {
        struct task *task = tasks_find(&t->session->tasks, tid);
        if (!task || !pending(task))
            task = find_pending(t, pending);
        if (!task)
            return;
        tid = task->tid;
        if (t->tick_at == 0 || t->tick_at > until)
            t->tick_at = until;
        tracer_step(t);
    }
}

/* A write that waits for a reader who does not come can't be waited for: it ends short, with a true
 * count. That is what only we can see to: on a machine that has no time for it, it gets more. */
static void settle(struct tracer *t)
{
    finish_pending(t, has_pending, PATIENCE_NS);
    for (struct task *task = t->session->tasks.by_tid; task; task = task->hh.next)
        if (tracee_of(task)->cut.state != CUT_NONE)
            ptrace_interrupt(task->tid);
    finish_pending(t, has_pending_write, CUT_PATIENCE_NS);
}

/* Somebody was resumed a moment ago and has neither stopped again nor gone to sleep. */
static bool someone_is_on_the_way(const struct tracer *t)
{
    struct proc_status s;

    for (const struct task *task = t->session->tasks.by_tid; task; task = task->hh.next)
        if (tracee_of(task)->state == TASK_RUNNING &&
            t->last_stop - tracee_of(task)->resumed_at < RECENT_NS &&
            procfs_status(task->tid, &s) == 0 && s.state == 'R')
            return true;
    return false;
}

/* Until everybody sleeps, computes or stands in a stop: nobody may just be entering a syscall when
 * this thread ends. */
void tracer_drain(struct tracer *t)
{
    int64_t now = monotonic_now(), until = now + DRAIN_NS, quiet = now + QUIET_NS;
    struct stopped s;

    for (; now < until; now = monotonic_now()) {
        enum wait_result result =
            waiter_next(t->waiter, tasks_count(&t->session->tasks), true, &s.tid, &s.status);
        if (result == WAIT_STOP) {
            t->last_stop = now;
            t->syscalls.now = emit_time_of(t->session->emitter, now);
            let_go(t, &s);
            quiet = monotonic_now() + QUIET_NS;
        } else if (result == WAIT_NO_CHILDREN || (now >= quiet && !someone_is_on_the_way(t))) {
            return;
        } else {
            sched_yield();
        }
    }
}

/* Everybody else is let go by the end of this thread, all at once, and those that sleep are not
 * woken by it. A group-stop stays one. */
void tracer_leave(struct tracer *t)
{
    settle(t);
    for (size_t i = 0; i < t->nheld; i++) {
        struct task *task = tasks_find(&t->session->tasks, t->held[i]);
        if (task && tracee_of(task)->state == TASK_HELD)
            syscalls_emit(&t->syscalls, task, true);
    }
    tracer_drain(t);
    log_line(LOG_TRACER, "drained");
    for (struct proc *p = t->session->tasks.by_pid; p; p = p->hh.next) {
        fd_table_tell_counts(p->fds);
        tracer_tell_detached(t, p, t->session->why);
    }
}
