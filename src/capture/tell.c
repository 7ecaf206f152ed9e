#include "capture/tell.h"

#include <string.h>
#include <sys/wait.h>

#include "base/log.h"
#include "capture/procfs.h"
#include "capture/proctitle.h"
#include "capture/remote.h"
#include "capture/task.h"

#define NAME_AGE INT64_C(1000000000) /* ns after which a thread's name is read again */

void tell_task(struct emitter *e, const struct task *task, const struct proc_status *s,
               int64_t start, pid_t parent, enum event_how how)
{
    struct event ev = {.type = EVENT_TASK};
    struct buf argv = {0};

    if (task->tid == task->proc->pid)
        remote_cmdline(task->tid, &argv);
    ev.task = (struct ev_task){.tid = (uint64_t)task->tid,
                               .pid = (uint64_t)task->proc->pid,
                               .parent = (uint64_t)parent,
                               .how = how,
                               .nspid = (uint64_t)s->nspid,
                               .uid = s->uid,
                               .comm = bytes_of(task->comm),
                               .argv = {argv.data, argv.len},
                               .start = start < 0 ? 0 : emit_time_of(e, start)};
    emit_control(e, &ev);
    if (how == HOW_FORK || how == HOW_VFORK)
        proctitle_watch(task->proc, ev.task.argv);
    buf_free(&argv);
}

void tell_name(struct emitter *e, struct task *task, int64_t now)
{
    struct proc_status s;

    if (task->comm_time && now - task->comm_time < NAME_AGE)
        return;
    task->comm_time = now;
    if (procfs_status(task->tid, &s) < 0 || strcmp(s.comm, task->comm) == 0)
        return;
    memcpy(task->comm, s.comm, sizeof task->comm);
    struct event ev = {.type = EVENT_TASK};
    ev.task = (struct ev_task){.tid = (uint64_t)task->tid,
                               .pid = (uint64_t)task->proc->pid,
                               .uid = s.uid,
                               .comm = bytes_of(task->comm)};
    emit_control(e, &ev);
}

void tell_exec(struct emitter *e, const struct task *task, pid_t former)
{
    struct buf argv = {0}, exe = {0};
    struct event ev = {.type = EVENT_EXEC};

    proctitle_forget(task->proc);
    remote_cmdline(task->tid, &argv);
    if (!task->proc->withheld)
        procfs_exe(task->tid, &exe);
    ev.exec = (struct ev_exec){.tid = (uint64_t)task->tid,
                               .pid = (uint64_t)task->proc->pid,
                               .former = (uint64_t)former,
                               .comm = bytes_of(task->comm),
                               .exe = {exe.data, exe.len},
                               .argv = {argv.data, argv.len}};
    emit_control(e, &ev);
    buf_free(&argv);
    buf_free(&exe);
}

void tell_exit(struct emitter *e, const struct task *task, int status)
{
    bool exited = WIFEXITED(status);
    struct event ev = {.type = EVENT_EXIT};

    ev.exit = (struct ev_exit){.tid = (uint64_t)task->tid,
                               .pid = (uint64_t)task->proc->pid,
                               .code = exited ? WEXITSTATUS(status) : -1,
                               .signal = exited ? 0 : (uint64_t)WTERMSIG(status),
                               .core = !exited && WCOREDUMP(status)};
    emit_control(e, &ev);
}

static void tell_job_control(struct emitter *e, const struct task *task, enum event_type type,
                             int sig)
{
    struct event ev = {.type = type};

    ev.stop = (struct ev_stop){
        .tid = (uint64_t)task->tid, .pid = (uint64_t)task->proc->pid, .signal = (uint64_t)sig};
    emit_control(e, &ev);
}

void tell_stop(struct emitter *e, const struct task *task, int sig)
{
    tell_job_control(e, task, EVENT_STOP, sig);
}

void tell_cont(struct emitter *e, const struct task *task)
{
    tell_job_control(e, task, EVENT_CONT, 0);
}

void tell_armed(struct emitter *e, const struct proc *proc)
{
    struct event ev = {.type = EVENT_ARMED};

    ev.armed = (struct ev_armed){.pid = (uint64_t)proc->pid, .threads = proc->tasks};
    log_line(LOG_TRACER, "%d: armed", (int)proc->pid);
    emit_control(e, &ev);
}

void tell_detached(struct emitter *e, const struct proc *proc, const char *why)
{
    struct event ev = {.type = EVENT_DETACHED};

    ev.detached = (struct ev_detached){
        .tid = (uint64_t)proc->pid, .pid = (uint64_t)proc->pid, .why = bytes_of(why)};
    emit_control(e, &ev);
}
