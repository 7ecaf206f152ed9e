/* Registers with the task table what each task and process needs of this engine. */
#include "ptrace/tracee.h"

void tracee_is_armed(struct task *task)
{
    if (!task->attached || tracee_of(task)->state != TASK_NEW)
        return;
    tracee_of(task)->state = TASK_STOPPED;
    group_of(task->proc)->unarmed--;
}

static void begin(struct task *task)
{
    tracee_of(task)->call.source = -1;
}

static void end(struct task *task)
{
    tracee_is_armed(task);
    call_free(&tracee_of(task)->call);
}

static void begin_proc(struct proc *proc)
{
    memory_init(&group_of(proc)->memory);
}

static void end_proc(struct proc *proc)
{
    memory_close(&group_of(proc)->memory);
}

void tracees_init(struct tasks *ts)
{
    ts->engine_size = sizeof(struct tracee);
    ts->begin = begin;
    ts->end = end;
    ts->engine_proc_size = sizeof(struct tracee_group);
    ts->begin_proc = begin_proc;
    ts->end_proc = end_proc;
}
