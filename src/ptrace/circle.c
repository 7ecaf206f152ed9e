/* Keeps us out of circles of tracers, see chain.h. tracer_attach() refuses a process that traces
 * us. This file is for the other direction: a tracee that is about to trace us, or a process that
 * traces us. It is detached before it does. */
#include <errno.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include "capture/procfs.h"
#include "ptrace/chain.h"
#include "ptrace/regs.h"
#include "ptrace/tracer.h"

#define LOOK_NS INT64_C(100000000) /* between two searches of tracer_open_circles() */

/* The process that a ptrace call attaches to, as a pid in our namespace; 0: it does not attach, or
 * to none that can be in our chain. */
static pid_t target_of(const struct task *task, const struct syscall_stop *stop)
{
    uint32_t request = (uint32_t)stop->args[0];
    struct proc_status s;

    if (request != PTRACE_ATTACH && request != PTRACE_SEIZE)
        return 0;
    if (procfs_status(task->tid, &s) < 0 || s.nspid)
        return 0; /* a process in a pid namespace below ours can't name us */
    return procfs_status((pid_t)stop->args[1], &s) == 0 ? s.tgid : 0;
}

static void tell(struct tracer *t, const struct task *task)
{
    emit_note(t->session->emitter, task->proc->pid,
              task->proc->filtered
                  ? "%s (%d) may not trace what traces it: both would stop for ever"
                  : "%s (%d) is let go: it begins to trace what traces it, and both would stop for "
                    "ever",
              task->comm, (int)task->proc->pid);
}

/* The call of an entry-stop would make the tracee trace us, or a process that traces us. */
static bool closes_circle(const struct task *task, const struct syscall_stop *stop)
{
    pid_t target = target_of(task, stop);
    struct chain above;

    if (!target)
        return false;
    chain_look(&above);
    return chain_has(&above, target);
}

/* Looks at our thread group's leader only: a tracer attaches to that one first. */
static bool we_are_traced(void)
{
    struct proc_status s;

    return procfs_status(getpid(), &s) == 0 && s.tracer;
}

static void detach_with_note(struct tracer *t, const struct task *task)
{
    tell(t, task);
    tracer_detach(t, task->proc);
}

/* Detaches our tracees that trace us, directly or through others. */
static void open_circles(struct tracer *t)
{
    struct chain above;

    chain_look(&above);
    for (size_t i = 1; i < above.count; i++) {
        struct proc *proc = tasks_find_proc(&t->session->tasks, above.pids[i]);
        const struct task *task = proc ? tasks_find(&t->session->tasks, proc->pid) : NULL;
        if (task && !proc->filtered && !proc->detaching)
            detach_with_note(t, task);
    }
}

bool tracer_avoids_circle(struct tracer *t, struct task *task, const struct syscall_stop *stop)
{
    struct proc *proc = task->proc;

    if (!tracee_of(task)->call.ent || tracee_of(task)->call.shape != SHAPE_PTRACE)
        return false;
    if (closes_circle(task, stop)) {
        if (proc->filtered) {
            tell(t, task);
            regs_skip(task->tid, -EPERM);
            return false;
        }
        detach_with_note(t, task);
        /* The other threads are detached first: this one traces as soon as it runs. */
        group_of(proc)->goes_last = task->tid;
        if (proc->tasks > 1)
            return true;
    } else {
        /* A process that it traces may be attaching to us just now: it seizes our threads one after
         * the other, and the circle closes when it has all of them. */
        if (we_are_traced())
            open_circles(t);
        if (!proc->detaching)
            return false;
    }
    tracer_release(t, task, 0);
    return true;
}

void tracer_open_circles(struct tracer *t)
{
    if (t->session->loop.now - t->chain_looked < LOOK_NS)
        return;
    t->chain_looked = t->session->loop.now;
    open_circles(t);
}
