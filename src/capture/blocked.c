#include "capture/blocked.h"

#include <string.h>

static void tell(struct syscalls *c, const struct task *task, int fd, int64_t since,
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
    emit_control(c->emitter, &ev);
}

/* A signal that is not seen by the program ends a call with one of these, and it is run again. */
static bool is_run_again(int64_t result)
{
    enum { ERESTARTSYS = 512, ERESTART_RESTARTBLOCK = 516 };

    return result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK;
}

void blocked_end(struct syscalls *c, struct task *task, int64_t result)
{
    struct call *call = &task->call;

    if (is_run_again(result)) {
        call->again.since = call->since;
        call->again.name = call->name;
        call->again.fd = call->fd;
        call->again.left = call->left;
        call->again.told_blocked = call->told_blocked;
    } else if (call->told_blocked) {
        tell(c, task, call->fd, call->since, NULL);
    }
    call->told_blocked = false;
}

void blocked_begin(struct syscalls *c, struct task *task)
{
    struct call *call = &task->call;

    call->since = call->entered;
    if (!call->again.since)
        return;
    if (call->again.fd == call->fd && strcmp(call->again.name, call->name) == 0) {
        call->since = call->again.since;
        call->told_blocked = call->again.told_blocked;
    } else if (call->again.told_blocked) {
        tell(c, task, call->again.fd, call->again.since, NULL);
    }
    call->again.since = 0;
}

/* It was told of as blocked, and was not run again: a handler ran, and the call has failed. True
 * when it is too early to say so. */
static bool give_up_again(struct syscalls *c, struct task *task, int64_t ns)
{
    struct call *call = &task->call;

    if (!call->again.since || !call->again.told_blocked)
        return false;
    if (emit_now(c->emitter) - call->again.left < ns)
        return true;
    tell(c, task, call->again.fd, call->again.since, NULL);
    call->again.since = 0;
    return false;
}

bool blocked_tell(struct syscalls *c, struct task *task, int64_t ns)
{
    struct call *call = &task->call;
    bool inside = call_in_flight(call) && sysent_is_transfer(call->ent) && !call->input;
    struct obstacle o;

    if (give_up_again(c, task, ns))
        return true;
    if (!inside || call->told_blocked)
        return false;
    if (emit_now(c->emitter) - call->since < ns || obstacle_is_input(task))
        return true;
    call->told_blocked = true;
    obstacle_find(&c->readers, c->tasks, task, &o);
    tell(c, task, call->fd, call->since, &o);
    return false;
}
