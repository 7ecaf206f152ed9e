/* Hides from a program what our own PTRACE_INTERRUPT does to a thread that sleeps in a syscall:
 * some waits fail with EINTR although no signal came, and a blocking write that has moved a part of
 * its bytes returns early with that part. ptrace(2), "PTRACE_INTERRUPT"; signal(7), "Interruption
 * of system calls by stop signals".
 *
 * Order of the calls: rerun_interrupted() at the stop that our interrupt caused. If the write was
 * cut there: rerun_entered() and rerun_finished() at the entry-stop and exit-stop of each piece
 * that is left; or rerun_abandon(), when a signal comes first. HACKING.md, "The order of stops",
 * draws the states. */
#ifndef PCAT_PTRACE_RERUN_H
#define PCAT_PTRACE_RERUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/remote.h"

/* A write(2), send(2) or writev(2) that our interrupt has cut. The rest of its bytes is moved by
 * further calls: one for a write or send, one for each iovec entry of a writev (the iovec itself is
 * the program's memory, which is never written to). These calls are the *pieces*. All zero: no
 * write is cut. */
struct cut_write {
    enum {
        CUT_NONE,
        CUT_PENDING, /* the next piece is set up, its entry-stop has not come yet */
        CUT_INSIDE   /* inside the call that moves the piece */
    } state;
    uint64_t moved;   /* bytes that were moved before this piece */
    uint64_t piece;   /* bytes of this piece */
    uint64_t args[2]; /* second and third argument as the program gave them */
    uint32_t arch;    /* AUDIT_ARCH_*, of the call */
    bool vector;      /* args are an iovec[] and its count */
    uint64_t next;    /* index of the first iovec entry of which nothing was moved */
};

/* At the stop that our own PTRACE_INTERRUPT caused. A wait that would fail with EINTR is made to
 * run again (a signal that has come still ends it). For a write that was cut, the next piece is set
 * up, and *cut describes it. Both only for calls that can be run again without harm, see
 * sysent_can_rerun(). memory: of the tracee's process, see remote_read(). */
void rerun_interrupted(pid_t tid, struct memory *memory, struct cut_write *cut);

/* At the entry-stop of a piece; does nothing when no piece is pending. */
void rerun_entered(struct cut_write *cut);

/* At the exit-stop of a piece, with its result: sets up the next piece, or ends the write. Then the
 * program gets the sum of all pieces as the result, and its arguments back in the registers. */
void rerun_finished(pid_t tid, struct memory *memory, struct cut_write *cut, int64_t result);

/* A signal is to be delivered before the pending piece: the write ends short with the bytes moved
 * so far as its result, as the signal would have ended it without us. */
void rerun_abandon(pid_t tid, struct cut_write *cut);

#endif
