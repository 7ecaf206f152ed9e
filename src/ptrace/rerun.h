/* Hiding what our own PTRACE_INTERRUPT does to a thread that sleeps in a syscall: the kernel ends
 * some waits with EINTR although no signal came, and a blocking write that has moved part of its
 * bytes returns early with that part. ptrace(2), "PTRACE_INTERRUPT"; signal(7), "Interruption of
 * system calls". */
#ifndef PCAT_PTRACE_RERUN_H
#define PCAT_PTRACE_RERUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/remote.h"

/* A write(2), send(2) or writev(2) that was cut and goes on with the rest of its bytes: piece by
 * piece, each a call of its own (a writev's iovecs are the program's memory, which is not written
 * to). Zeroed: none. */
struct cut_write {
    enum { CUT_NONE, CUT_PENDING, CUT_INSIDE } state; /* before, inside the call for a piece */
    uint64_t moved;                                   /* bytes that had gone before that call */
    uint64_t piece;                                   /* bytes that it is to move */
    uint64_t args[2]; /* second and third argument as the program gave them */
    uint32_t arch;
    bool vector;   /* args are an iovec[] and its count */
    uint64_t next; /* the first of its entries that has not begun */
};

/* At the stop that our own PTRACE_INTERRUPT caused. A wait that is about to fail with EINTR for no
 * other reason is run again (a signal that did come still ends it). A write that was cut short is
 * set up to go on: cut tells. Only where running a call again can do no harm (sysent_can_rerun()).
 * memory: of its process, see remote_read(). */
void rerun_interrupted(pid_t tid, struct memory *memory, struct cut_write *cut);

/* At the entry of the call that carries on. */
void rerun_entered(struct cut_write *cut);

/* At its exit, with its result: the next piece is set up, or the program gets the sum and its
 * registers back. */
void rerun_finished(pid_t tid, struct memory *memory, struct cut_write *cut, int64_t result);

/* A signal is to be delivered before the rest went out: the write ends short, as it would have
 * without us. */
void rerun_abandon(pid_t tid, struct cut_write *cut);

#endif
