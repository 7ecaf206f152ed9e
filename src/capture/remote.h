/* Memory of a tracee. Addresses of another process have a type of their own, and
 * reading returns how many bytes arrived: fewer than asked when the rest isn't there.
 *
 * Nothing here waits for a process. A page that is not there yet may have to be brought by one:
 * by the server of a FUSE mount whose file is mapped, or by a thread that serves a userfaultfd(2).
 * That one may stand in a stop that only we end. So such pages are not touched. */
#ifndef PCAT_CAPTURE_REMOTE_H
#define PCAT_CAPTURE_REMOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

typedef struct raddr {
    uint64_t at;
} raddr_t;

/* What is kept of one address space. memory_close() when that goes (exec, exit). */
struct memory {
    int mem_fd, map_fd;  /* /proc/TID/mem and pagemap, -1: not open */
    uint64_t start, end; /* the mapping that was looked up last, ... */
    bool waits;          /* ... whether its pages may be brought by a process, ... */
    int64_t looked;      /* ... and when that was, CLOCK_MONOTONIC ns */
};

/* Nothing is kept yet. */
void memory_init(struct memory *m);
void memory_close(struct memory *m);

/* Reads up to n bytes at addr of thread tid. The ladder: mem for little, process_vm_readv(2) for
 * much, each the other's fallback. */
size_t remote_read(pid_t tid, struct memory *m, raddr_t addr, void *to, size_t n);

/* The same, but ends at the first page that is not present (or swapped out), whoever would bring
 * it. For what can be read later as well: the kernel brings all pages that a call of the thread
 * reads. */
size_t remote_read_present(pid_t tid, struct memory *m, raddr_t addr, void *to, size_t n);

/* Appends the command line, each argument with its final NUL. -1 when it can't be had, or not
 * without waiting. */
int remote_cmdline(pid_t tid, struct buf *out);

#endif
