/* A call goes through syscalls_enter(), syscalls_exit() and syscalls_emit(), in this order. Most
 * calls carry bytes; a few change where an fd leads, or how a terminal is set. */
#include "ptrace/syscalls.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "capture/blocked.h"
#include "capture/piece.h"
#include "capture/procfs.h"
#include "capture/tell.h"
#include "ptrace/regs.h"
#include "ptrace/untraceable.h"

enum { LARGE = 16 * 1024 }; /* a buffer of so many bytes is handed to the ring, not copied */

/* --- syscalls that change where an fd leads --- */

enum { CLOSE_RANGE_UNSHARE_FLAG = 2 };

/* The fd changes at some moment between entry-stop and exit-stop: nothing is remembered about the
 * process's fds meanwhile. A call that fails changes nothing, but one look more does no harm. */
static void enter_fd_change(struct task *task, const struct sysent *ent,
                            const struct syscall_stop *stop)
{
    call_begin(&tracee_of(task)->call, ent, stop->arch, stop->args);
    fd_table_change_begins(task->proc->fds);
}

static void exit_fd_change(struct task *task)
{
    struct fd_table *fds = task->proc->fds;
    const struct call *call = &tracee_of(task)->call;
    unsigned a = (unsigned)call->args[call->ent->a];

    switch (call->shape) {
    case SHAPE_CLOSE:
    case SHAPE_DUP:
        fd_table_forget(fds, a, a);
        break;
    case SHAPE_CLOSES:
        fd_table_forget(fds, a, (unsigned)call->args[1]);
        if (call->args[2] & CLOSE_RANGE_UNSHARE_FLAG)
            fd_table_uncacheable(fds);
        break;
    case SHAPE_UNSHARE:
        if (call->args[0] & CLONE_FILES)
            fd_table_uncacheable(fds);
        break;
    default:
        break;
    }
    fd_table_change_ends(fds);
    call_reset(&tracee_of(task)->call);
}

/* The mode or the size of a terminal may have changed. */
static void exit_terminal(struct task *task, int64_t result)
{
    if (result >= 0)
        fd_table_check_terminals(task->proc->fds, task->tid);
    call_reset(&tracee_of(task)->call);
}

/* --- entry --- */

static void note_foreign(struct syscalls *c, struct task *task, const char *abi)
{
    if (!group_of(task->proc)->told_abi)
        emit_note(c->emitter, task->proc->pid, "%s (%d) uses %s ABI: its output is not captured",
                  task->comm, (int)task->proc->pid, abi);
    group_of(task->proc)->told_abi = true;
}

void syscalls_enter(struct syscalls *c, struct task *task, const struct syscall_stop *stop)
{
    const struct sysent *ent = sysent_find(stop->arch, stop->nr);
    struct call *call = &tracee_of(task)->call;

    call_reset(call);
    blocked_clear(task);
    if (!ent) {
        const char *abi = sysent_foreign(stop->arch, stop->nr);
        if (abi)
            note_foreign(c, task, abi);
        return;
    }
    if (tracee_of(task)->silent || task->proc->withheld || ent->shape == SHAPE_WAIT ||
        (ent->input && !fd_rules_want_input(c->rules)))
        return;
    if (untraceable_concerns(ent)) {
        untraceable_enter(c, task, ent, stop);
        return;
    }
    if (ent->shape == SHAPE_TERMINAL) {
        if (sysent_sets_terminal(ent, stop->args))
            call_begin(call, ent, stop->arch, stop->args);
        return;
    }
    if (!sysent_is_transfer(ent)) {
        enter_fd_change(task, ent, stop);
        return;
    }
    if (!call_decode(call, ent, stop->arch, stop->args, task->tid, &group_of(task->proc)->memory)) {
        call_reset(call);
        return;
    }
    call->nr = stop->nr;
    call->stream = call->input ? fd_table_input(task->proc->fds, task->tid, call->fd, &call->hidden)
                               : fd_table_stream(task->proc->fds, task->tid, call->fd, &call->sink);
    if (call->stream == STREAM_OTHER &&
        (call->input || (task->proc->filtered && !c->count_other))) {
        call_reset(call);
        return;
    }
    call->entered = c->now;
    blocked_begin(c->emitter, task, call->name, call->fd, !call->input, c->now);
    if (call->stream != STREAM_OTHER)
        call_prepare(call, task->tid, &group_of(task->proc)->memory);
}

/* --- exit --- */

/* A call that a seccomp filter of the program itself has trapped (SECCOMP_RET_TRAP) was not run:
 * the kernel leaves the syscall's number in the register of the result. */
static bool was_trapped(const struct task *task, int64_t result)
{
    return result > 0 && (uint64_t)result == tracee_of(task)->call.nr &&
           ptrace_is_trapped(task->tid);
}

void syscalls_exit(struct syscalls *c, struct task *task, int64_t result)
{
    struct call *call = &tracee_of(task)->call;

    if (!call->ent)
        return;
    if (untraceable_concerns(call->ent)) {
        untraceable_exit(c, task, result);
        return;
    }
    if (call->ent->shape == SHAPE_TERMINAL) {
        exit_terminal(task, result);
        return;
    }
    if (!sysent_is_transfer(call->ent)) {
        exit_fd_change(task);
        return;
    }
    call->left = c->now;
    if (log_on(LOG_CAPTURE))
        log_line(LOG_CAPTURE, "%d %s(%d) = %lld", (int)task->tid, call->name, call->fd,
                 (long long)result);
    if (was_trapped(task, result) || task->proc->withheld)
        result = 0;
    if (call->input && !call->hidden)
        call->hidden = fd_hides_typing(task->tid, call->fd);
    if (result <= 0 || call->stream == STREAM_OTHER)
        blocked_end(c->emitter, task, result, call->left);
    else
        blocked_clear(task);
    if (result <= 0) {
        call_reset(call);
    } else if (call->stream == STREAM_OTHER) {
        fd_table_count(task->proc->fds, call->fd, (uint64_t)result);
        call_reset(call);
    } else {
        call_complete(call, result, task->tid, &group_of(task->proc)->memory);
        if (!call->input)
            fd_rules_account(c->rules, call->sink, call_total(call));
    }
}

/* True when the piece can take call->early along, instead of a copy: it is the last one, begins
 * where the buffer begins, and fills most of it. Shortens the buffer to the piece. */
static bool prepare_handover(struct call *call, const struct bytes *data, bool more)
{
    if (more || call->part + 1 < call->nparts || data->data != call->early.data ||
        data->len < LARGE || data->len < call->early.cap / 2)
        return false;
    call->early.len = data->len;
    return true;
}

static struct finished_call finished(const struct call *call)
{
    return (struct finished_call){.name = call->name,
                                  .fd = call->fd,
                                  .stream = call->stream,
                                  .input = call->input,
                                  .entered = call->entered,
                                  .left = call->left};
}

/* Emits one piece of n bytes or fewer. Bytes that are not available are emitted as a length alone,
 * all that is left of the part at once. */
static void emit_piece(struct syscalls *c, struct task *task, struct ring *ring, size_t n)
{
    struct call *call = &tracee_of(task)->call;
    const struct finished_call what = finished(call);
    struct piece piece = {.total = call->parts[call->part].len, .offset = call->pos};
    uint64_t rest = piece.total - piece.offset;

    piece.data =
        call_bytes(call, task->tid, &group_of(task->proc)->memory, &c->piece, n, &piece.reread);
    piece.len = piece.data.len;
    if (piece.len == 0)
        piece.len = rest < UINT32_MAX ? (size_t)rest : UINT32_MAX;
    bool whole = prepare_handover(call, &piece.data, piece.len < rest);
    piece_emit(c->emitter, ring, task, &what, &piece, whole ? &call->early : NULL);
    call->pos += piece.len;
}

/* Moves call->part to the next piece. Returns its size, 0 when all has been emitted. */
static size_t next_piece(struct syscalls *c, struct call *call)
{
    size_t max = backlog_piece_max(c->backlog);

    for (; call->part < call->nparts; call->part++, call->pos = 0) {
        uint64_t left = call->parts[call->part].len - call->pos;
        if (left)
            return left < max ? (size_t)left : max;
    }
    return 0;
}

static void emit_hidden(struct syscalls *c, struct task *task)
{
    struct call *call = &tracee_of(task)->call;
    const struct finished_call what = finished(call);

    piece_emit_hidden(c->emitter, task_ring(c->tasks, task, call->fd, call->stream), task, &what);
    call->nparts = 0;
}

bool syscalls_emit(struct syscalls *c, struct task *task, bool force)
{
    struct call *call = &tracee_of(task)->call;
    size_t n;

    if (!call->ent || call->left == 0)
        return true;
    if (call->hidden)
        emit_hidden(c, task);
    if (call->nparts)
        tell_name(c->emitter, task, call->left);
    while ((n = next_piece(c, call)) > 0) {
        struct ring *ring = task_ring(c->tasks, task, call->fd, call->stream);
        if (!force && !backlog_has_room(c->backlog, ring, n))
            return false;
        emit_piece(c, task, ring, n);
    }
    call_reset(call);
    return true;
}

/* Only for a call of one piece: the room of several pieces can't be asked for at once. */
bool syscalls_can_resume_first(struct syscalls *c, struct task *task)
{
    const struct call *call = &tracee_of(task)->call;

    if (!call->ent || call->left == 0 || call->source >= 0 || call->input || call->nparts != 1 ||
        call->parts[0].len > backlog_piece_max(c->backlog) || !call_is_read(call))
        return false;
    tell_name(c->emitter, task, call->left);
    struct ring *ring = task_ring(c->tasks, task, call->fd, call->stream);
    return backlog_has_room(c->backlog, ring, (size_t)call->parts[0].len);
}

void syscalls_died(struct syscalls *c, struct task *task)
{
    struct call *call = &tracee_of(task)->call;
    struct regs_call regs;

    if (!call->ent)
        return;
    if (call->left == 0) {
        /* An error such as -ENOSYS is in the register when the call has not come so far. */
        syscalls_exit(c, task, regs_get_call(task->tid, &regs) < 0 ? 0 : regs.result);
    }
    syscalls_emit(c, task, true);
}
