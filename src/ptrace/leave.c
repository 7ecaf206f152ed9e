/* Ends the tracing: of one process (tracer_detach()), or of all tracees (tracer_leave()). The rules
 * are in HACKING.md, "Leaving no trace". For all of them, in this order:
 * 1. settle(): finishes what our own interrupts have begun, such as cut writes.
 * 2. tracer_drain(): serves further stops and keeps the threads in them, until no thread may just
 * be entering a syscall.
 * 3. The caller ends this thread: the kernel detaches all tracees at once, and wakes none that
 *    sleeps. */
#include <sched.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/monotonic.h"
#include "capture/procfs.h"
#include "capture/tell.h"
#include "ptrace/stop.h"
#include "ptrace/tracer.h"

enum {
    PATIENCE_NS = 500 * 1000 * 1000,      /* wait for stops of our interrupts, and for cut writes */
    CUT_PATIENCE_NS = 2000 * 1000 * 1000, /* wait for cut writes that were interrupted once more */
    QUIET_NS = 1000 * 1000,               /* so long without a stop: no more is likely to come */
    DRAIN_NS = 150 * 1000 * 1000,         /* tracer_drain() takes so long at the most */
    RECENT_NS = 20 * 1000 * 1000 /* a thread that was resumed longer ago is not about to enter
                                    a syscall: it sleeps or computes */
};

/* A syscall-stop while leaving. A thread that is freed from a stop is marked as signalled by the
 * kernel. At an entry-stop that would make the call fail with EINTR or move fewer bytes: so the
 * thread is resumed to its exit-stop. There it stays. */
static void serve_syscall_stop(struct tracer *t, struct task *task)
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
    /* A cut write ends here with its sum: this thread ends too soon to serve another piece. */
    rerun_finished(task->tid, &group_of(task->proc)->memory, &tracee_of(task)->cut, call.result);
    rerun_abandon(task->tid, &tracee_of(task)->cut);
    if (!t->session->told_end) {
        syscalls_exit(&t->syscalls, task, call.result);
        syscalls_emit(&t->syscalls, task, true);
    }
}

/* A stop while leaving. A call that ends with it is still captured. The task stays in the stop: a
 * thousand resumed threads would take the CPU time that serving the others needs. Only at a
 * signal-delivery-stop it is detached at once, with its signal, which would be lost otherwise; not
 * under our filter, where its writes would fail without a tracer: there it dies with pcat. */
static void serve_last_stop(struct tracer *t, const struct stopped *s)
{
    enum stop stop = stop_classify(s->status);
    struct task *task = tasks_find(&t->session->tasks, s->tid);

    if ((stop == STOP_EXITED || stop == STOP_KILLED) && !t->session->told_end)
        tracer_dispatch(t, s);
    else if (task && stop == STOP_EXIT && !t->session->told_end)
        syscalls_died(&t->syscalls, task);
    else if (task && stop == STOP_SYSCALL)
        serve_syscall_stop(t, task);
    else if (stop == STOP_SIGNAL && !(task ? task->proc->filtered : t->session->command.filtered))
        ptrace_detach(s->tid, WSTOPSIG(s->status));
}

/* --- one process, while the others stay traced --- */

/* Detaches a held task. Interrupts a running one, unless it is inside a call whose exit must be
 * seen; it is detached at its next stop, see go_on() in handlers.c. */

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
        break; /* its stop is coming, or being served */
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

/* --- all tracees --- */

/* Our interrupt is still without its stop, or has cut a write that is not finished. */
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

/* Runs the normal loop until no task is pending, for ns at the most. Waits for one pending task
 * after the other, so that the table is not searched at every turn. */
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
        loop_tick_by(&t->session->loop, until);
        tracer_step(t);
    }
}

/* Finishes what our own interrupts have begun, in this order:
 * 1. Waits PATIENCE_NS at the most for the stops of our interrupts and for cut writes.
 * 2. Interrupts each write that is still cut once more. Its reader may never come; now it ends
 * short, with a true count as its result.
 * 3. Waits for these, as only the tracer can put the count in place: longer, for a busy machine. */
static void settle(struct tracer *t)
{
    finish_pending(t, has_pending, PATIENCE_NS);
    for (struct task *task = t->session->tasks.by_tid; task; task = task->hh.next)
        if (tracee_of(task)->cut.state != CUT_NONE)
            ptrace_interrupt(task->tid);
    finish_pending(t, has_pending_write, CUT_PATIENCE_NS);
}

/* Some thread was resumed a moment ago and neither stops nor sleeps yet: it may be about to enter a
 * syscall. */
static bool has_thread_on_the_way(const struct tracer *t)
{
    struct proc_status s;

    for (const struct task *task = t->session->tasks.by_tid; task; task = task->hh.next)
        if (tracee_of(task)->state == TASK_RUNNING &&
            t->last_stop - tracee_of(task)->resumed_at < RECENT_NS &&
            procfs_status(task->tid, &s) == 0 && s.state == 'R')
            return true;
    return false;
}

/* Serves stops until every thread sleeps, computes or is in a stop: none may just be entering a
 * syscall when this thread ends, for its call would fail with EINTR. */
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
            serve_last_stop(t, &s);
            quiet = monotonic_now() + QUIET_NS;
        } else if (result == WAIT_NO_CHILDREN || (now >= quiet && !has_thread_on_the_way(t))) {
            return;
        } else {
            sched_yield();
        }
    }
}

/* A task that is in a group-stop stays in it. */
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
        tell_detached(t->session->emitter, p, t->session->leave_reason);
    }
}
