/* A handler for each kind of stop. tracer_dispatch(), at the end, finds the task and calls the
 * handler from a table; each handler resumes, holds or detaches the task.
 *
 * A request that fails with ESRCH fails because the tracee is being killed: its end will be
 * reported, and until then there is nothing to do for it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/xmalloc.h"
#include "capture/control.h"
#include "capture/tell.h"
#include "capture/doctor.h"
#include "ptrace/filter.h"
#include "capture/procfs.h"
#include "capture/remote.h"
#include "ptrace/regs.h"
#include "ptrace/stop.h"
#include "ptrace/tracer.h"

/* --- resuming, detaching, holding --- */

/* Under our filter a task is resumed to the next stop of the filter, not to each syscall; inside a
 * syscall that is captured, to its exit. */
static enum resume normal_resume(const struct task *task)
{
    return task->proc->filtered && !call_in_flight(&tracee_of(task)->call) ? RESUME_CONT
                                                                           : RESUME_SYSCALL;
}

void tracer_resume(struct tracer *t, struct task *task, int sig)
{
    tracee_of(task)->state = TASK_RUNNING;
    tracee_of(task)->resumed_at = t->last_stop;
    if (ptrace_resume(task->tid, normal_resume(task), sig) < 0 && errno != ESRCH)
        log_line(LOG_TRACER, "%d: resume: %s", (int)task->tid, strerror(errno));
}

void tracer_forget(struct tracer *t, struct task *task)
{
    struct proc *proc = task->proc;

    if (proc->tasks == 1) {
        fd_table_tell_counts(proc->fds);
        if (proc->detaching)
            tell_detached(t->session->emitter, proc,
                          proc->withheld ? "not the user's to see" : "asked to");
    }
    pid_t last = proc->tasks == 2 ? group_of(proc)->goes_last : 0;
    tasks_remove(&t->session->tasks, task);
    task = last ? tasks_find(&t->session->tasks, last) : NULL;
    if (task && tracee_of(task)->state == TASK_STOPPED)
        tracer_release(t, task, 0);
}

void tracer_release(struct tracer *t, struct task *task, int sig)
{
    if (ptrace_detach(task->tid, sig) < 0) {
        log_line(LOG_TRACER, "%d: detach: %s", (int)task->tid, strerror(errno));
        return; /* being killed: its end will be reported */
    }
    tracer_forget(t, task);
}

/* The normal end of a stop: resumes the task, or detaches it if its process is being detached and
 * nothing is left that only the tracer can finish. */
static void go_on(struct tracer *t, struct task *task, int sig)
{
    if (task->proc->detaching && !call_needs_exit(&tracee_of(task)->call) &&
        tracee_of(task)->cut.state == CUT_NONE)
        tracer_release(t, task, sig);
    else
        tracer_resume(t, task, sig);
}

/* Leaves the task in its exit-stop until the backlog has room for its events. */
static void hold(struct tracer *t, struct task *task)
{
    if (t->nheld == t->held_cap) {
        t->held_cap = t->held_cap ? 2 * t->held_cap : 16;
        t->held = xrealloc(t->held, t->held_cap * sizeof *t->held);
    }
    t->held[t->nheld++] = task->tid;
    tracee_of(task)->state = TASK_HELD;
}

void tracer_retry_held(struct tracer *t)
{
    size_t n = t->nheld;

    t->nheld = 0;
    for (size_t i = 0; i < n; i++) {
        struct task *task = tasks_find(&t->session->tasks, t->held[i]);
        if (!task || tracee_of(task)->state != TASK_HELD)
            continue;
        if (syscalls_emit(&t->syscalls, task, false))
            go_on(t, task, 0);
        else
            hold(t, task);
    }
}

/* --- handlers, one for each kind of stop --- */

/* The first stop of a seized task: it is resumed with PTRACE_SYSCALL, and no syscall is missed from
 * here on. */
static void note_armed(struct tracer *t, struct task *task)
{
    tracee_is_armed(task);
    tracer_tell_armed(t, task->proc);
}

void tracer_tell_armed(struct tracer *t, struct proc *proc)
{
    if (!group_of(proc)->attaching || group_of(proc)->seizing || group_of(proc)->unarmed > 0)
        return;
    group_of(proc)->attaching = false;
    tell_armed(t->session->emitter, proc);
}

enum { NAMES_LEN = 200 }; /* bytes of names in a note; further processes are shown as "..." */

/* The command has ended: a note names the processes that it started and that still run. */
static void note_left_behind(struct tracer *t)
{
    struct proc *p = t->session->tasks.by_pid;
    struct buf names = {0};

    for (; p && names.len < NAMES_LEN; p = p->hh.next) {
        const struct task *leader = tasks_find(&t->session->tasks, p->pid);
        buf_addf(&names, "%s%s (%d)", names.len ? ", " : "", leader ? leader->comm : "?",
                 (int)p->pid);
    }
    if (names.len)
        emit_note(t->session->emitter, t->session->command.pid,
                  "the command has ended, still running: %s%s", (char *)names.data,
                  p ? ", ..." : "");
    buf_free(&names);
}

static void on_gone(struct tracer *t, struct task *task, int status)
{
    bool silent = tracee_of(task)->silent, command = task->tid == t->session->command.pid;

    note_armed(t, task);
    syscalls_died(&t->syscalls, task);
    if (!silent)
        tell_exit(t->session->emitter, task, status);
    tracer_forget(t, task);
    if (command) {
        t->session->command.gone = true;
        t->session->command.status = status;
        note_left_behind(t);
    }
}

/* PTRACE_EVENT_EXIT: the task is dying. It is resumed at once and never held: since
 * Linux 6.1 not even SIGKILL ends this stop. */
static void on_dying(struct tracer *t, struct task *task, int status)
{
    (void)status;
    syscalls_died(&t->syscalls, task);
    tracee_of(task)->state = TASK_RUNNING;
    tracee_of(task)->dying = true;
    ptrace_resume(task->tid, RESUME_CONT, 0);
}

/* True when this syscall-stop can only be the exit of a syscall that is of no interest: the stop
 * before was its entry. Then the kernel need not be asked what stop it is. After any other stop,
 * and after an interrupt of ours, it is asked. */
static bool leaves_ignored_call(struct task *task)
{
    bool ignored = tracee_of(task)->in_ignored_call && !tracee_of(task)->interrupted &&
                   tracee_of(task)->cut.state == CUT_NONE;

    tracee_of(task)->in_ignored_call = false;
    return ignored;
}

/* A filter of the program itself returned SECCOMP_RET_TRACE, which is for a tracer of its own.
 * There is none: the call fails with ENOSYS, as it would without us. */
static void answer_filter(struct tracer *t, struct task *task)
{
    regs_skip(task->tid, -ENOSYS);
    tracer_resume(t, task, 0);
}

/* An entry-stop came in place of the stop that our interrupt asked for, and no other will come for
 * it. So the thread of a process that is being detached is interrupted once more. */
static void interrupt_again(struct tracer *t, struct task *task)
{
    tracee_of(task)->interrupted = false;
    if (!call_needs_exit(&tracee_of(task)->call) && tracee_of(task)->cut.state == CUT_NONE)
        tracer_interrupt(t, task);
}

/* An entry-stop, an exit-stop, or a stop of a seccomp filter, which stands in place of the
 * entry-stop. In this order:
 * 1. The exit of a syscall that is of no interest: resume.
 * 2. The kernel tells which of the stops it is. A filter of the program itself: answer that filter.
 * 3. Entry: decode the call and read its bytes; detach the task if the call would make a circle of
 *    tracers; else resume it to the exit-stop.
 * 4. Exit: first finish a cut write (see rerun.h), which may change the result that the program
 *    gets. Then clip the bytes to the result that the kernel gave, and emit them. If all bytes are
 *    in our memory and the backlog has room, the task is resumed before that. If the backlog has no
 *    room, the task is held in the stop.
 * 5. No syscall-stop any more: the task is being killed. */
static void on_syscall(struct tracer *t, struct task *task, int status)
{
    struct syscall_stop stop;

    if (leaves_ignored_call(task)) {
        go_on(t, task, 0);
        return;
    }
    if (ptrace_syscall_stop(task->tid, &stop) < 0) {
        if (errno != ESRCH && !t->session->leave_reason)
            t->session->leave_reason =
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
        rerun_entered(&tracee_of(task)->cut);
        syscalls_enter(&t->syscalls, task, &stop);
        tracee_of(task)->in_ignored_call = stop.op == SYSCALL_ENTRY && !tracee_of(task)->call.ent;
        if (tracer_avoids_circle(t, task, &stop))
            return;
        tracer_resume(t, task, 0); /* also when detaching: see serve_syscall_stop() in leave.c */
        if (task->proc->detaching)
            interrupt_again(t, task);
        return;
    case SYSCALL_EXIT:
        /* The stop that our PTRACE_INTERRUPT asked for may be this exit-stop: no other will come.
         */
        if (tracee_of(task)->interrupted && task->proc->detaching)
            rerun_interrupted(task->tid, &group_of(task->proc)->memory, &tracee_of(task)->cut);
        rerun_finished(task->tid, &group_of(task->proc)->memory, &tracee_of(task)->cut,
                       stop.result);
        syscalls_exit(&t->syscalls, task, stop.result);
        if (!task->proc->detaching && syscalls_can_resume_first(&t->syscalls, task)) {
            tracer_resume(t, task, 0); /* it runs while we encode and copy */
            syscalls_emit(&t->syscalls, task, true);
            return;
        }
        if (!syscalls_emit(&t->syscalls, task, false)) {
            hold(t, task);
            return;
        }
        break;
    case SYSCALL_NONE:
        /* It has left the syscall-stop since waitpid(2) reported it. Only SIGKILL does that. */
        on_dying(t, task, status);
        return;
    }
    go_on(t, task, 0);
}

/* A signal is about to be delivered: the task gets it when it is resumed. */
static void on_signal(struct tracer *t, struct task *task, int status)
{
    rerun_abandon(task->tid, &tracee_of(task)->cut);
    if (WSTOPSIG(status) == SIGWINCH && !task->proc->withheld &&
        !redraw_is_under_way(&t->session->redraw))
        fd_table_check_terminals(task->proc->fds, task->tid);
    job_takes(t, task, WSTOPSIG(status));
    go_on(t, task, WSTOPSIG(status));
}

/* A group-stop: the task stays in it and listens for SIGCONT. It may be reported more than once. */
static void on_group(struct tracer *t, struct task *task, int status)
{
    if (!tracee_of(task)->listened)
        tell_stop(t->session->emitter, task, WSTOPSIG(status));
    tracee_of(task)->interrupted = false;
    tracee_of(task)->listened = true;
    if (task->proc->detaching) {
        tracer_release(t, task, 0);
        return;
    }
    tracee_of(task)->state = TASK_LISTENING;
    ptrace_listen(task->tid);
    job_stopped(t, task, WSTOPSIG(status));
}

/* PTRACE_EVENT_STOP without a stopping signal: the first stop of a new task, the stop that our
 * interrupt asked for, or the end of a group-stop. */
static void on_trap(struct tracer *t, struct task *task, int status)
{
    (void)status;
    if (tracee_of(task)->listened) {
        tell_cont(t->session->emitter, task);
        job_continued(t, task);
    }
    tracee_of(task)->listened = false;
    if (tracee_of(task)->interrupted) {
        rerun_interrupted(task->tid, &group_of(task->proc)->memory, &tracee_of(task)->cut);
        waiter_expect(t->waiter, task->tid); /* if it slept, it enters its syscall again */
    }
    tracee_of(task)->interrupted = false;
    go_on(t, task, 0);
}

/* The thread `former` has called exec: its tid is now `pid`, that of its thread group's leader. The
 * former leader is dead, whether its end was reported or not. Returns the task that called exec,
 * NULL when it is unknown. */
static struct task *rename_after_exec(struct tracer *t, pid_t pid, pid_t former)
{
    struct task *leader = tasks_find(&t->session->tasks, pid),
                *mover = tasks_find(&t->session->tasks, former);

    if (former == pid || !mover)
        return leader;
    if (leader) {
        struct proc *proc = leader->proc;
        proc->tasks++; /* keeps proc when the leader's task is its only one */
        tasks_remove(&t->session->tasks, leader);
        proc->tasks--;
    }
    tasks_rename(&t->session->tasks, mover, pid);
    return mover;
}

static void tell_rights(struct tracer *t, const struct proc_status *s)
{
    char *amiss = doctor_misses_rights(s);

    if (amiss)
        emit_note(t->session->emitter, s->tgid, "%s", amiss);
    free(amiss);
}

/* A program was executed: what is known of memory, fds and rings belongs to the old one. */
static void on_exec(struct tracer *t, struct task *task, int status)
{
    struct proc_status s;

    (void)status;
    call_reset(&tracee_of(task)->call);
    blocked_clear(task);
    task_drop_rings(&t->session->tasks, task);
    memory_close(&group_of(task->proc)->memory);
    fd_table_exec(task->proc->fds);
    bool there = procfs_status(task->tid, &s) == 0;
    if (there)
        memcpy(task->comm, s.comm, sizeof task->comm);
    if (tracee_of(task)->silent)
        tracer_command_runs(t, task);
    control_judge(t->session, task, there ? &s : NULL);
    tell_exec(t->session->emitter, task,
              tracee_of(task)->former == task->tid ? 0 : tracee_of(task)->former);
    tracer_open_circles(t);
    if (there)
        tell_rights(t, &s);
    go_on(t, task, 0);
}

/* The task has made a thread or a process. Its first stop may have come before this one: then the
 * table has it already. */
static void on_new_task(struct tracer *t, struct task *task, enum event_how how)
{
    unsigned long child = 0;
    struct task *known;

    if (ptrace_message(task->tid, &child) == 0 && child) {
        if ((known = tasks_find(&t->session->tasks, (pid_t)child)))
            tracer_told_maker(t, known, task);
        else
            tracer_adopt(t, (pid_t)child, task, how);
    }
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
    struct task *task = tasks_find(&t->session->tasks, s->tid);
    unsigned long former = 0;

    if (log_on(LOG_WAIT))
        log_line(LOG_WAIT, "%d %s %#x", (int)s->tid, stop_name(stop), (unsigned)s->status);
    if (stop == STOP_EXEC) {
        if (ptrace_message(s->tid, &former) < 0)
            return; /* being killed: its end will be reported */
        task = rename_after_exec(t, s->tid, (pid_t)former);
    }
    if (!task) {
        if (stop == STOP_EXITED || stop == STOP_KILLED)
            return; /* forgotten already: by the exec of another thread, or by our detach */
        task = tracer_adopt(t, s->tid, NULL, HOW_UNKNOWN);
    }
    if (stop == STOP_EXEC)
        tracee_of(task)->former = (pid_t)former;
    if (stop != STOP_EXITED && stop != STOP_KILLED) {
        note_armed(t, task);
        tracee_of(task)->state = TASK_STOPPED;
    }
    loop_tick_by(&t->session->loop, t->last_stop + LOOP_TICK_NS);
    t->syscalls.now = emit_time_of(t->session->emitter, t->last_stop);
    tracee_of(task)->in_ignored_call &= stop == STOP_SYSCALL;
    handlers[stop](t, task, s->status);
}
