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

/* True when the kernel restarts the call: at the exit-stop of an interrupted call the result is one
 * of these, which the program never sees. (If a handler runs, the call may fail with EINTR
 * instead.) */
static bool will_restart(int64_t result)
{
    enum { ERESTARTSYS = 512, ERESTART_RESTARTBLOCK = 516 };

    return result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK;
}

void blocked_end(struct emitter *e, struct task *task, int64_t result, int64_t left)
{
    struct transfer *t = &task->transfer;

    if (will_restart(result)) {
        t->again.since = t->since;
        t->again.name = t->name;
        t->again.fd = t->fd;
        t->again.left = left;
        t->again.told = t->told;
    } else if (t->told) {
        tell(e, task, t->fd, t->since, NULL);
    }
    t->writing = t->told = false;
}

void blocked_clear(struct task *task)
{
    task->transfer.writing = false;
}

void blocked_begin(struct emitter *e, struct task *task, const char *name, int fd, bool writes,
                   int64_t entered)
{
    struct transfer *t = &task->transfer;

    t->writing = writes;
    t->name = name;
    t->fd = fd;
    t->since = entered;
    t->told = false;
    if (!t->again.since)
        return;
    if (t->again.fd == fd && strcmp(t->again.name, name) == 0) {
        t->since = t->again.since;
        t->told = t->again.told;
    } else if (t->again.told) {
        tell(e, task, t->again.fd, t->again.since, NULL);
    }
    t->again.since = 0;
}

/* Handles an interrupted call that was reported as blocked and was not restarted for ns: a handler
 * ran and the call has failed, so its `blocked` is over. True when it is too early to tell. */
static bool expire_interrupted(struct emitter *e, struct task *task, int64_t ns)
{
    struct transfer *t = &task->transfer;

    if (!t->again.since || !t->again.told)
        return false;
    if (emit_now(e) - t->again.left < ns)
        return true;
    tell(e, task, t->again.fd, t->again.since, NULL);
    t->again.since = 0;
    return false;
}

bool blocked_tell(struct emitter *e, struct readers *readers, const struct tasks *ts,
                  struct task *task, int64_t ns)
{
    struct transfer *t = &task->transfer;
    struct obstacle o;

    if (expire_interrupted(e, task, ns))
        return true;
    if (!t->writing || t->told)
        return false;
    if (emit_now(e) - t->since < ns || obstacle_is_input(task))
        return true;
    t->told = true;
    obstacle_find(readers, ts, task, &o);
    tell(e, task, t->fd, t->since, &o);
    return false;
}
