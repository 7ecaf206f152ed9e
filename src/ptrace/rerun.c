/* How a call that our interrupt ended is run again: waits at once, a write that was cut in pieces.
 * Each piece is a call of its own, for which the registers are set; at the exit of the last the
 * program gets its registers back, and the sum as the result. HACKING.md draws the states. */
#include "ptrace/rerun.h"

#include <errno.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "capture/procfs.h"
#include "capture/remote.h"
#include "capture/sysent.h"
#include "ptrace/regs.h"

/* From the kernel's include/linux/errno.h: the call is run again, unless a signal handler runs. */
enum { ERESTARTNOHAND = 514 };

/* Bytes in the tracee's memory that one call is to move. */
struct piece {
    uint64_t at, len; /* address, bytes */
};

/* Only a write to a pipe, a socket or a character device blocks half-way. On a file a short count
 * has other reasons (a limit, a full disk). */
static bool can_block(pid_t tid, int fd)
{
    struct fd_stat st;

    return procfs_fd_stat(tid, fd, &st) == 0 &&
           (S_ISFIFO(st.type) || S_ISSOCK(st.type) || S_ISCHR(st.type));
}

/* Reads entry i of the iovec[]. */
static bool read_iovec(pid_t tid, struct memory *memory, const struct cut_write *cut, uint64_t i,
                       struct piece *p)
{
    size_t word = sysent_word(cut->arch);
    uint64_t wide[2];
    uint32_t narrow[2];
    raddr_t at = {cut->args[0] + i * 2 * word};

    if (word == 8) {
        if (remote_read(tid, memory, at, wide, sizeof wide) != sizeof wide)
            return false;
        *p = (struct piece){wide[0], wide[1]};
    } else {
        if (remote_read(tid, memory, at, narrow, sizeof narrow) != sizeof narrow)
            return false;
        *p = (struct piece){narrow[0], narrow[1]};
    }
    return true;
}

/* For a writev: finds the next bytes to move, as *p. Reads the iovec entries from cut->next on:
 * skips those that `done` covers (bytes that have been moved, counted from cut->next on) and empty
 * ones, and takes what is left of the first other one. cut->next is then the entry behind that.
 * False: nothing is left, or the entry can't be read. */
static bool find_piece(pid_t tid, struct memory *memory, struct cut_write *cut, uint64_t done,
                       struct piece *p)
{
    while (cut->next < cut->args[1]) {
        if (!read_iovec(tid, memory, cut, cut->next++, p))
            return false;
        if (done < p->len) {
            p->at += done;
            p->len -= done;
            return true;
        }
        done -= p->len;
    }
    return false;
}

/* Makes the tracee's next syscall one that moves *p: the same syscall again, or a write(2) for a
 * piece of a writev. */
static bool set_up_piece(pid_t tid, struct cut_write *cut, const struct piece *p)
{
    int64_t write_nr = cut->arch == AUDIT_ARCH_I386 ? 4 : 1;

    cut->piece = p->len;
    cut->state = regs_run_again(tid, cut->vector ? write_nr : -1, p->at, p->len) == 0 ? CUT_PENDING
                                                                                      : CUT_NONE;
    return cut->state == CUT_PENDING;
}

/* Describes a write that was cut in *cut, and finds the first piece that is left of it as *p: the
 * rest of the one buffer, or for a writev what find_piece() finds. False: nothing is left, or it is
 * a call that can't go on in pieces. */
static bool find_rest(pid_t tid, struct memory *memory, const struct sysent *ent,
                      const struct regs_call *call, struct cut_write *cut, struct piece *p)
{
    *cut = (struct cut_write){.moved = (uint64_t)call->result,
                              .args = {call->args[1], call->args[2]},
                              .arch = call->arch,
                              .vector = ent->shape == SHAPE_IOV};
    if (cut->vector)
        return strcmp(ent->name, "writev") == 0 && find_piece(tid, memory, cut, cut->moved, p);
    *p = (struct piece){call->args[1] + cut->moved, call->args[2] - cut->moved};
    return ent->shape == SHAPE_BUF && ent->a == 1 && cut->moved < call->args[2];
}

/* A call has returned fewer bytes than it was given: sets up the first piece of the rest, if this
 * is a write that blocks. */
static void begin_pieces(pid_t tid, struct memory *memory, const struct sysent *ent,
                         const struct regs_call *call, struct cut_write *cut)
{
    struct piece p;

    if (can_block(tid, (int)(uint32_t)call->args[0]) &&
        find_rest(tid, memory, ent, call, cut, &p) && set_up_piece(tid, cut, &p))
        log_line(LOG_TRACER, "%d: a %s was cut after %lld bytes", (int)tid, ent->name,
                 (long long)call->result);
}

void rerun_interrupted(pid_t tid, struct memory *memory, struct cut_write *cut)
{
    struct regs_call call;

    if (cut->state != CUT_NONE || regs_get_call(tid, &call) < 0 || call.nr < 0)
        return;
    const struct sysent *ent = sysent_find(call.arch, (uint64_t)call.nr);
    if (!ent || !sysent_can_rerun(ent, call.args))
        return;
    if (call.result == -EINTR)
        regs_set_result(tid, -ERESTARTNOHAND);
    else if (call.result > 0 && !ent->input)
        begin_pieces(tid, memory, ent, &call, cut);
}

void rerun_entered(struct cut_write *cut)
{
    if (cut->state == CUT_PENDING)
        cut->state = CUT_INSIDE;
}

/* A piece that fails is not an error of the whole: like write(2) itself, the call returns the bytes
 * that were moved before. A short piece ends the write. */
void rerun_finished(pid_t tid, struct memory *memory, struct cut_write *cut, int64_t result)
{
    struct piece p;

    if (cut->state != CUT_INSIDE)
        return;
    cut->state = CUT_NONE;
    cut->moved += result > 0 ? (uint64_t)result : 0;
    if (cut->vector && result > 0 && (uint64_t)result == cut->piece &&
        find_piece(tid, memory, cut, 0, &p) && set_up_piece(tid, cut, &p))
        return;
    regs_set_return(tid, (int64_t)cut->moved, cut->args[0], cut->args[1]);
}

void rerun_abandon(pid_t tid, struct cut_write *cut)
{
    if (cut->state != CUT_PENDING)
        return;
    cut->state = CUT_NONE;
    regs_undo_run_again(tid, (int64_t)cut->moved, cut->args[0], cut->args[1]);
}
