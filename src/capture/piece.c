#include "capture/piece.h"

#include "capture/task.h"

/* What all events of a call have in common. */
static struct event event_of(const struct task *task, const struct finished_call *call)
{
    struct event ev = {.type = call->input ? EVENT_READ : EVENT_WRITE, .time = call->left};

    ev.write = (struct ev_write){.tid = (uint64_t)task->tid,
                                 .pid = (uint64_t)task->proc->pid,
                                 .fd = (uint64_t)(unsigned)call->fd,
                                 .comm = bytes_of(task->comm),
                                 .stream = call->stream,
                                 .syscall = bytes_of(call->name)};
    return ev;
}

void piece_emit(struct emitter *e, struct ring *ring, const struct task *task,
                const struct finished_call *call, const struct piece *piece, struct buf *whole)
{
    struct event ev = event_of(task, call);

    ev.write.duration = call->left - call->entered;
    ev.write.total = piece->total;
    ev.write.offset = piece->offset;
    ev.write.len = piece->len;
    ev.write.more = piece->offset + piece->len < piece->total;
    if (piece->data.len) {
        ev.write.data = piece->data;
        ev.write.reread = piece->reread;
    } else {
        ev.write.unavailable = true;
    }
    if (whole)
        emit_large(e, ring, &ev, whole);
    else
        emit_payload(e, ring, &ev);
}

void piece_emit_hidden(struct emitter *e, struct ring *ring, const struct task *task,
                       const struct finished_call *call)
{
    struct event ev = event_of(task, call);

    ev.write.unavailable = ev.write.hidden = true;
    emit_payload(e, ring, &ev);
}
