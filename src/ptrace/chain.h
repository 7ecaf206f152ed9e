/* The processes that trace us: our tracer, its tracer, and so on. Should we trace one of them, all
 * of them would wait for each other in their stops for ever, and not even SIGKILL ends a process
 * that waits in its exit-stop for a tracer that is stopped. */
#ifndef PCAT_PTRACE_CHAIN_H
#define PCAT_PTRACE_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { CHAIN_MAX = 64 }; /* processes; nobody nests tracers deeper */

struct chain {
    pid_t pids[CHAIN_MAX]; /* thread groups; the first is our own */
    size_t count;
};

/* Looks who they are now: reads the status of each thread of each of them. */
void chain_look(struct chain *c);

/* Whether process pid is one of them, or is us. */
bool chain_has(const struct chain *c, pid_t pid);

#endif
