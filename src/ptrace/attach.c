/* How tasks come under the tracer: a process that is attached to, with its descendants
 * (tracer_attach()); the command (tracer_spawn()); and new threads and children of tracees, which
 * the kernel attaches by itself (tracer_adopt()). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/monotonic.h"
#include "base/xmalloc.h"
#include "capture/control.h"
#include "capture/doctor.h"
#include "capture/privilege.h"
#include "capture/procfs.h"
#include "capture/tell.h"
#include "ptrace/chain.h"
#include "ptrace/seize.h"
#include "ptrace/tracer.h"
#include "ptrace/untraceable.h"

enum {
    RESCANS_MAX = 1000 /* for a process whose threads each make the next one and end */
};

#define SEIZE_PATIENCE_NS INT64_C(1000000000) /* for an execve(2) of the target to end */

/* --- the table and the events --- */

/* root: the process was attached to by name or pid, or is the command. */
static struct task *add_task(struct tracer *t, pid_t tid, pid_t pid, const char *comm, bool root)
{
    struct task *task = tasks_add(&t->session->tasks, tid, pid);

    snprintf(task->comm, sizeof task->comm, "%s", comm);
    if (!task->proc->fds) {
        task->proc->fds = fd_table_new(t->session->rules, pid, root);
    }
    return task;
}

/* Two processes that share one table of fds (CLONE_FILES): a change that one of them makes is not
 * seen for the other, so nothing is remembered about the fds of either. */
static void forbid_cache_if_shared(struct proc *a, struct proc *b, pid_t a_tid, pid_t b_tid)
{
    if (a == b || procfs_same_fds(a_tid, b_tid) == 0)
        return;
    fd_table_uncacheable(a->fds);
    fd_table_uncacheable(b->fds);
}

/* --- new tasks of a tracee --- */

/* maker: the process that made this one, NULL when it is unknown. sure: a stop of the maker told
 * so, and not the parent's pid in /proc, which may be that of another process (CLONE_PARENT). */
static void inherit(const struct tracer *t, struct proc *proc, const struct proc *maker, bool sure)
{
    proc->of_command = maker ? maker->of_command : t->session->command.pid && !t->steered;
    proc->asked_for = maker ? maker->asked_for : !t->steered;
    proc->descent_sure = sure || !t->steered;
}

void tracer_told_maker(struct tracer *t, struct task *task, const struct task *parent)
{
    struct proc_status s;

    if (task->tid != task->proc->pid || task->proc->descent_sure)
        return;
    inherit(t, task->proc, parent->proc, true);
    control_judge(t->session, task, procfs_status(task->tid, &s) < 0 ? NULL : &s);
}

struct task *tracer_adopt(struct tracer *t, pid_t tid, const struct task *parent,
                          enum event_how how)
{
    struct proc_status s;
    bool there = procfs_status(tid, &s) == 0;

    if (parent && (!there || s.tracer != t->session->self))
        return NULL;
    if (!there)
        s = (struct proc_status){.tgid = tid}; /* being killed; its end will be reported */
    struct proc *maker = parent ? parent->proc : tasks_find_proc(&t->session->tasks, s.ppid);
    bool thread = s.tgid != tid;
    struct task *task = add_task(t, tid, s.tgid, s.comm, false);
    if (task->proc->tasks == 1) {
        task->proc->filtered = maker ? maker->filtered : t->session->command.filtered;
        inherit(t, task->proc, maker, parent != NULL);
    }
    if (parent)
        untraceable_inherit(task, parent);
    if (!thread && maker)
        forbid_cache_if_shared(task->proc, maker, tid, parent ? parent->tid : maker->pid);
    if (how == HOW_UNKNOWN || how == HOW_THREAD)
        how = thread ? HOW_THREAD : HOW_FORK;
    tell_task(t->session->emitter, task, &s, procfs_start(s.tgid, tid),
              thread ? (parent ? parent->tid : s.tgid) : s.ppid, how);
    if (!task->proc->asked_for)
        control_judge(t->session, task, there ? &s : NULL);
    return task;
}

/* --- attaching to a process --- */

/* Notes where fds 1 and 2 of the process lead now, and whether it has a ring of io_uring. */
static void survey(struct tracer *t, struct proc *proc)
{
    const struct task *task = tasks_find(&t->session->tasks, proc->pid);

    if (proc->withheld)
        return;
    fd_table_survey(proc->fds);
    untraceable_survey(&t->syscalls, proc, task ? task->comm : "?");
}

/* Pids of processes, in no order. */
struct pids {
    pid_t *pids;
    size_t count, cap;
};

static bool pids_has(const struct pids *list, pid_t pid)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->pids[i] == pid)
            return true;
    return false;
}

static void pids_add(struct pids *list, pid_t pid)
{
    if (list->count == list->cap) {
        list->cap = list->cap ? 2 * list->cap : 64;
        list->pids = xrealloc(list->pids, list->cap * sizeof *list->pids);
    }
    list->pids[list->count++] = pid;
}

/* The state of one tracer_attach(): the search for threads and processes to seize. */
struct scan {
    struct tracer *t;
    bool root;                /* group is the process that was asked for, not a descendant */
    bool asked_for;           /* see struct proc */
    struct chain above;       /* the processes that trace us */
    struct pids refused;      /* descendants that are left out; a note was emitted for each */
    struct proc_status group; /* of the process whose threads are being seized */
    /* Of the current pass over its threads: */
    unsigned seized; /* threads seized */
    bool missed;     /* a thread had ended before it was seized: it may have made others */
    int error;       /* errno of the last failure that matters */
};

static bool is_ours(const struct tracer *t, pid_t tid)
{
    struct proc_status s;

    return procfs_status(tid, &s) == 0 && s.tracer == t->session->self;
}

/* A dead leader stays in /proc/PID/task while other threads live: that it can't be seized is no
 * failure. */
static void note_unseized(struct scan *scan, pid_t tid, int error)
{
    struct proc_stat st;

    if (error == ESRCH || procfs_thread_stat(scan->group.tgid, tid, &st) < 0)
        scan->missed = true;
    else if (st.state != 'Z' && st.state != 'X' && !is_ours(scan->t, tid))
        scan->error = error;
}

/* Seizes a thread. While its process is inside execve(2), the kernel lets that wait until the other
 * threads of the process have died. Some of them may be in stops that only we end: these are served
 * between the tries. 0, or -1 with errno. */
static int seize(struct tracer *t, int tid)
{
    int64_t until = monotonic_now() + SEIZE_PATIENCE_NS;
    bool again = false;

    while (seize_try(tid, t->session->options->follow) < 0) {
        if (errno == EPERM && again && is_ours(t, tid))
            return 0; /* the try before has succeeded just when its time was over */
        if (errno != EAGAIN || monotonic_now() > until)
            return -1;
        if (!tracer_breathe(t, true) || tasks_find(&t->session->tasks, tid)) {
            errno = EAGAIN;
            return -1;
        }
        again = true;
    }
    return 0;
}

/* Asks again whether the user may trace the process: before the seize, the tid could have become
 * that of another one; from here on it can't. */
static void judge_seized(struct scan *scan, struct task *task)
{
    struct tracer *t = scan->t;
    struct proc *proc = task->proc;
    struct proc_status s;

    if (proc->tasks == 1) {
        proc->asked_for = scan->asked_for;
        proc->descent_sure = true;
    }
    if (!t->session->restricted || proc->asked_for)
        return;
    bool ours = procfs_status(task->tid, &s) == 0 && s.tracer == t->session->self;
    control_judge(t->session, task, ours ? &s : NULL);
}

/* Seizes one thread of scan->group, adds it to the table and queues it for its first stop. False:
 * the tracer is to leave. */
static bool seize_thread(void *user, int tid)
{
    struct scan *scan = user;
    struct tracer *t = scan->t;
    struct proc_status s = scan->group;
    struct proc_stat st;

    if (!tracer_breathe(t, false))
        return false;
    if (tasks_find(&t->session->tasks, tid))
        return true;
    if (seize(t, tid) < 0) {
        note_unseized(scan, tid, errno);
        return !t->session->leave_reason;
    }
    if (procfs_thread_stat(s.tgid, tid, &st) < 0)
        st = (struct proc_stat){.start = -1}; /* being killed; its end will be reported */
    struct task *task = add_task(t, tid, s.tgid, st.comm, scan->root);
    task->attached = true;
    group_of(task->proc)->attaching = group_of(task->proc)->seizing = true;
    group_of(task->proc)->unarmed++;
    tracer_arm_later(t, tid);
    tracer_asked(t, task->proc);
    if (tid != s.tgid && procfs_same_fds(tid, s.tgid) == 0)
        fd_table_uncacheable(task->proc->fds);
    if (s.nspid)
        procfs_status(tid, &s);
    tell_task(t->session->emitter, task, &s, st.start, tid == s.tgid ? s.ppid : s.tgid,
              tid == s.tgid || scan->root ? HOW_ATTACHED : HOW_THREAD);
    judge_seized(scan, task);
    scan->seized++;
    return true;
}

/* Seizes all threads of a process. Threads that are not seized yet may make further threads, and
 * the kernel reports none of these. So /proc/PID/task is read again until a whole pass finds no new
 * thread, and none that has ended meanwhile. Returns how many were seized. */
static unsigned seize_threads(struct scan *scan, pid_t pid)
{
    unsigned sum = 0, rescans = 0;

    if (procfs_status(pid, &scan->group) < 0)
        return 0;
    do {
        scan->seized = 0;
        scan->missed = false;
        scan->error = 0;
        if (scan->t->session->options->follow == FOLLOW_NONE)
            seize_thread(scan, pid);
        else
            procfs_each_thread(pid, seize_thread, scan);
        sum += scan->seized;
    } while (tracer_breathe(scan->t, scan->missed) &&
             (scan->seized || (scan->missed && ++rescans < RESCANS_MAX)));
    return sum;
}

/* Seizes all threads of a process, in this order:
 * 1. seize_begin() gives PTRACE_SEIZE a time limit.
 * 2. seize_threads() seizes pass after pass. Stops are served meanwhile, so threads may get their
 *    first stop; group_of(proc)->seizing, set by seize_thread(), holds the `armed` event back.
 * 3. No thread is left: seizing ends, and `armed` is emitted if each has had its first stop.
 * Returns how many were seized; scan->error tells of the last pass. */
static unsigned seize_group(struct scan *scan, pid_t pid)
{
    seize_begin();
    unsigned sum = seize_threads(scan, pid);
    seize_end();
    struct proc *proc = tasks_find_proc(&scan->t->session->tasks, pid);
    if (proc && group_of(proc)->seizing) {
        group_of(proc)->seizing = false;
        tracer_tell_armed(scan->t, proc);
    }
    return sum;
}

static void note_failure(struct tracer *t, pid_t pid, int error)
{
    char *cause = doctor_explains(pid, error);

    emit_note(t->session->emitter, pid, "not traced: %s", cause);
    free(cause);
}

/* A descendant is not traced: emits a note, once. Frees cause. */
static void leave_out(struct scan *scan, pid_t pid, char *cause)
{
    if (!pids_has(&scan->refused, pid)) {
        pids_add(&scan->refused, pid);
        emit_note(scan->t->session->emitter, pid, "not traced: %s", cause);
    }
    free(cause);
}

/* Why a descendant is not even seized: the user who steers us could not trace it. NULL: it may be
 * seized. A zombie does not matter. */
static char *why_withheld(const struct scan *scan, const struct proc_status *s)
{
    const struct tracer *t = scan->t;

    bool matters = t->session->restricted && !scan->asked_for && s->state != 'Z';

    return matters ? rights_withhold(&t->session->rights, s) : NULL;
}

/* Seizes process pid if it is a child of a tracee. False: the tracer is to leave. */
static bool seize_if_child(void *user, int pid)
{
    struct scan *scan = user;
    struct tracer *t = scan->t;
    struct proc_status s;
    const struct proc *parent;
    unsigned before = scan->seized;
    char *cause;

    if (pid == getpid() || tasks_find_proc(&t->session->tasks, pid) || procfs_status(pid, &s) < 0 ||
        !(parent = tasks_find_proc(&t->session->tasks, s.ppid)) || parent->withheld ||
        s.kernel_thread)
        return true;
    scan->asked_for = parent->asked_for;
    if ((cause = why_withheld(scan, &s))) {
        leave_out(scan, pid, cause);
        return true;
    }
    if (chain_has(&scan->above, pid)) {
        leave_out(scan, pid, doctor_explains_circle(&s));
        return true;
    }
    scan->root = false;
    unsigned found = seize_group(scan, pid);
    if (found == 0 && scan->error && s.state != 'Z')
        leave_out(scan, pid, doctor_explains(pid, scan->error));
    struct proc *proc = tasks_find_proc(&t->session->tasks, pid),
                *maker = tasks_find_proc(&t->session->tasks, s.ppid);
    if (proc && maker)
        forbid_cache_if_shared(proc, maker, pid, s.ppid);
    if (proc)
        survey(t, proc);
    scan->seized = before + found;
    return !t->session->leave_reason;
}

/* Reads /proc again until a whole pass seizes nothing: children make children meanwhile. */
static void seize_descendants(struct scan *scan)
{
    if (scan->t->session->options->follow != FOLLOW_ALL || !procfs_has_children(scan->group.tgid))
        return;
    do {
        scan->seized = 0;
        procfs_each("/proc", seize_if_child, scan);
    } while (scan->seized && !scan->t->session->leave_reason);
}

/* --- targets that must not be traced --- */

/* Adds pid to the list if its parent is in it. */
static bool add_if_child(void *user, int pid)
{
    struct pids *f = user;
    struct proc_status s;

    if (pid != getpid() && procfs_status(pid, &s) == 0 && pids_has(f, s.ppid) && !pids_has(f, pid))
        pids_add(f, pid);
    return true;
}

/* When the target traces us, directly or through other tracers: a line that says so, else NULL. */
static char *find_ring(struct scan *scan, pid_t pid)
{
    struct proc_status s;

    chain_look(&scan->above);
    return chain_has(&scan->above, pid) && procfs_status(pid, &s) == 0 ? doctor_explains_circle(&s)
                                                                       : NULL;
}

/* When the target or a descendant of it displays what we print: a line that says so, else NULL.
 * Each write that it displays would make us print more, without end. */
static char *find_loop(const struct tracer *t, pid_t pid)
{
    struct pids f = {0};
    char *cause = NULL;

    pids_add(&f, pid);
    for (size_t before = 0; f.count > before && t->session->options->follow == FOLLOW_ALL &&
                            procfs_has_children(pid);) {
        before = f.count;
        procfs_each("/proc", add_if_child, &f);
    }
    for (size_t i = 0; i < f.count && !cause; i++)
        cause = doctor_finds_loop(f.pids[i]);
    free(f.pids);
    return cause;
}

int tracer_attach(struct tracer *t, pid_t pid, bool asked_for, char **cause)
{
    struct scan scan = {.t = t, .root = true, .asked_for = asked_for};

    if (tasks_find_proc(&t->session->tasks, pid))
        return 0;
    *cause = doctor_refuses(&pid);
    if (!*cause)
        *cause = find_ring(&scan, pid);
    if (!*cause && !t->session->options->force)
        *cause = find_loop(t, pid);
    if (*cause)
        return -1;
    if (tasks_find_proc(&t->session->tasks, pid))
        return 0;
    t->steered |= !asked_for;
    unsigned found = seize_group(&scan, pid);
    if (t->session->leave_reason)
        return 0; /* pcat was interrupted: the attach has not failed, the tracer is to leave */
    if (found == 0) {
        *cause = doctor_explains(pid, scan.error ? scan.error : ESRCH);
        return -1;
    }
    struct proc *proc = tasks_find_proc(&t->session->tasks, pid);
    if (proc && proc->withheld) {
        *cause = xasprintf("%d has rights that the user who started pcat does not have "
                           "(--allow-attach lifts this)",
                           (int)pid);
        return -1;
    }
    if (scan.error)
        note_failure(t, pid, scan.error);
    if (proc)
        survey(t, proc);
    seize_descendants(&scan);
    free(scan.refused.pids);
    return 0;
}

/* --- the command --- */

/* A child that is not followed has no tracer, and could not write under the filter. */
static bool wants_filter(const struct engine_options *o)
{
    return o->use_filter && o->follow == FOLLOW_ALL;
}

int tracer_spawn(struct tracer *t, char **cause)
{
    const struct engine_options *o = t->session->options;
    struct spawn_options so = {.command = o->command,
                               .use_filter = wants_filter(o),
                               .input = fdset_has(&o->fds.numbers, STDIN_FILENO),
                               .pipes = o->pipes,
                               .stdin_null = o->stdin_null,
                               .mask = o->signals->mask,
                               .ignored = o->signals->ignored};
    int status = spawn_check(o->command[0], cause);

    if (status)
        return status;
    if (spawn_start(&t->spawn, &so) < 0) {
        *cause = xasprintf("%s: can't be started: %s", o->command[0], strerror(errno));
        return 1;
    }
    t->session->command =
        (struct session_command){.pid = t->spawn.pid, .filtered = t->spawn.filtered};
    privilege_raise(); /* not before: the child must not open the user's path with privileges */
    if (wants_filter(o) && !t->spawn.filtered)
        emit_note(t->session->emitter, t->spawn.pid,
                  "no seccomp filter can be installed here: the command runs slower");
    /* Only a command that dies with pcat may be pinned: no one undoes it. */
    if (o->pin && t->spawn.filtered && spawn_pin(&t->spawn) < 0)
        emit_note(t->session->emitter, t->spawn.pid, "--pin: %s", strerror(errno));
    loop_drain_pipes(t->session, t->spawn.output_fds);
    if (ptrace_seize(t->spawn.pid, o->follow, t->spawn.filtered) < 0) {
        *cause = doctor_explains(t->spawn.pid, errno);
        return 1;
    }
    struct task *task = add_task(t, t->spawn.pid, t->spawn.pid, "", true);
    tracee_of(task)->silent = true;
    task->proc->filtered = t->spawn.filtered;
    task->proc->of_command = task->proc->asked_for = task->proc->descent_sure = true;
    spawn_go(&t->spawn);
    return 0;
}

void tracer_command_runs(struct tracer *t, struct task *task)
{
    struct proc_status s = {0};

    tracee_of(task)->silent = false;
    procfs_status(task->tid, &s);
    tell_task(t->session->emitter, task, &s, procfs_start(task->tid, task->tid), getpid(),
              HOW_SPAWNED);
    fd_table_survey(task->proc->fds);
    if (t->session->started)
        t->session->started(t->session->user);
    t->session->started = NULL;
}
