/* Reads the memory of a tracee. Addresses in another process have a type of their own. A read
 * returns how many bytes it got: fewer than asked for if the rest can't be read.
 *
 * Nothing here waits for a process. To touch a page that is not present may mean to wait for one:
 * for the server of a FUSE mount whose file is mapped, or for a thread that serves a
 * userfaultfd(2). We may hold that very thread in a stop. So such pages are not read. */
#ifndef PCAT_CAPTURE_REMOTE_H
#define PCAT_CAPTURE_REMOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

/* An address in a tracee. */
typedef struct raddr {
    uint64_t at;
} raddr_t;

/* What is cached for one address space. After an exec or exit memory_close() must be called. */
struct memory {
    int mem_fd, map_fd;  /* /proc/TID/mem and /proc/TID/pagemap, -1: not open */
    uint64_t start, end; /* the mapping that was looked up last, ... */
    bool waits;          /* ... whether a process may have to provide its pages, ... */
    int64_t looked;      /* ... and when it was looked up, CLOCK_MONOTONIC ns */
};

/* Sets up an empty cache. */
void memory_init(struct memory *m);

/* Closes the fds and empties the cache, which can be used again. */
void memory_close(struct memory *m);

/* Reads up to n bytes at addr of thread tid, and returns how many it got. Small reads use
 * /proc/TID/mem, large ones process_vm_readv(2); each is the fallback of the other. */
size_t remote_read(pid_t tid, struct memory *m, raddr_t addr, void *to, size_t n);

/* The same, but stops at the first page that is neither present nor swapped out, even if the kernel
 * alone would provide it. For the buffer of a syscall at its entry-stop: what is missing can be
 * read at the exit-stop, when the kernel has made all pages present that the call has read. */
size_t remote_read_present(pid_t tid, struct memory *m, raddr_t addr, void *to, size_t n);

/* Appends the command line, each argument with its final NUL. 0, or -1 if it can't be read, or not
 * without a possible wait. */
int remote_cmdline(pid_t tid, struct buf *out);

#endif
