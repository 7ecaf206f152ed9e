/* Memory of a tracee. Addresses of another process have a type of their own, and
 * reading returns how many bytes arrived: fewer than asked when the rest isn't there. */
#ifndef PCAT_ENGINE_REMOTE_H
#define PCAT_ENGINE_REMOTE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct raddr {
    uint64_t at;
} raddr_t;

/* Reads up to n bytes at addr of thread tid. *mem_fd is a kept-open /proc/TID/mem of the same
 * address space, -1 at first; the caller closes it, at the latest when the address space goes
 * (exec, exit). The ladder: mem for little, process_vm_readv(2) for much, each the other's
 * fallback. */
size_t remote_read(pid_t tid, int *mem_fd, raddr_t addr, void *to, size_t n);

#endif
