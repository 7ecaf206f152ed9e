#include "capture/blocked.h"

#include <string.h>

#include "capture/obstacle.h"
#include "capture/task.h"

static void tell(struct emitter *e, const struct task *task, int fd, int64_t since,
                 const struct obstacle *o)
{
    struct event ev = {.type = EVENT_BLOCKED};

    ev.blocked = (struct ev_blocked){.tid = (uint64_t)task->tid,
                                     .pid = (uint64_t)task->proc->pid,
                                     .fd = (uint64_t)(unsigned)fd,
                                     .since = since,
                                     .over = !o};
    if (o) {
        ev.blocked.reader = (uint64_t)o->reader;
        ev.blocked.reader_comm = bytes_of(o->reader ? o->comm : NULL);
        ev.blocked.why = bytes_of(o->why);
    }
    emit_control(e, &ev);
}

/* A signal that is not seen by the program ends a call with one of these, and it is run again. */
static bool is_run_again(int64_t result)
{
    enum { ERESTARTSYS = 512, ERESTART_RESTARTBLOCK = 516 };

    return result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK;
}

void blocked_end(struct emitter *e, struct task *task, int64_t result, int64_t left)
{
    struct transfer *in = &task->transfer;

    if (is_run_again(result)) {
        in->again.since = in->since;
        in->again.name = in->name;
        in->again.fd = in->fd;
        in->again.left = left;
        in->again.told = in->told;
    } else if (in->told) {
        tell(e, task, in->fd, in->since, NULL);
    }
    in->writing = in->told = false;
}

void blocked_clear(struct task *task)
{
    task->transfer.writing = false;
}

void blocked_begin(struct emitter *e, struct task *task, const char *name, int fd, bool writes,
                   int64_t entered)
{
    struct transfer *in = &task->transfer;

    in->writing = writes;
    in->name = name;
    in->fd = fd;
    in->since = entered;
    in->told = false;
    if (!in->again.since)
        return;
    if (in->again.fd == fd && strcmp(in->again.name, name) == 0) {
        in->since = in->again.since;
        in->told = in->again.told;
    } else if (in->again.told) {
        tell(e, task, in->again.fd, in->again.since, NULL);
    }
    in->again.since = 0;
}

/* It was told of as blocked, and was not run again: a handler ran, and the call has failed. True
 * when it is too early to say so. */
static bool give_up_again(struct emitter *e, struct task *task, int64_t ns)
{
    struct transfer *in = &task->transfer;

    if (!in->again.since || !in->again.told)
        return false;
    if (emit_now(e) - in->again.left < ns)
        return true;
    tell(e, task, in->again.fd, in->again.since, NULL);
    in->again.since = 0;
    return false;
}

bool blocked_tell(struct emitter *e, struct readers *readers, const struct tasks *ts,
                  struct task *task, int64_t ns)
{
    struct transfer *in = &task->transfer;
    struct obstacle o;

    if (give_up_again(e, task, ns))
        return true;
    if (!in->writing || in->told)
        return false;
    if (emit_now(e) - in->since < ns || obstacle_is_input(task))
        return true;
    in->told = true;
    obstacle_find(readers, ts, task, &o);
    tell(e, task, in->fd, in->since, &o);
    return false;
}
