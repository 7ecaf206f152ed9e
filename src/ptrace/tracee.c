/* Registers with the task table what each task needs of this engine. */
#include "ptrace/tracee.h"

void tracee_is_armed(struct task *task)
{
    if (!task->attached || tracee_of(task)->state != TASK_NEW)
        return;
    tracee_of(task)->state = TASK_STOPPED;
    task->proc->unarmed--;
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

void tracees_init(struct tasks *ts)
{
    ts->engine_size = sizeof(struct tracee);
    ts->begin = begin;
    ts->end = end;
}
