/* The chain of tracers above us: the process that traces us, its tracer, and so on. None of them
 * may be our tracee: in such a circle all of them would wait for each other in their stops for
 * ever. Not even SIGKILL ends a process whose PTRACE_EVENT_EXIT stop waits for a tracer that is
 * stopped. */
#ifndef PCAT_PTRACE_CHAIN_H
#define PCAT_PTRACE_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { CHAIN_MAX = 64 }; /* processes at the most; real chains have a few */

struct chain {
    pid_t pids[CHAIN_MAX]; /* tgids; the first is our own */
    size_t count;
};

/* Fills *c with the chain as it is now: reads /proc/TID/status of each thread of each process. */
void chain_look(struct chain *c);

/* Whether process pid is in the chain. We are, too. */
bool chain_has(const struct chain *c, pid_t pid);

#endif
