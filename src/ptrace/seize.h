/* PTRACE_SEIZE with a time limit.
 *
 * PTRACE_SEIZE blocks while the target's process is inside execve(2) (both take its
 * cred_guard_mutex). That execve may be waiting until the other threads of the process have died,
 * and these may be in stops that only the tracer can end. So the tracer must not block there: it
 * gives up after 2 ms, serves stops, and tries again. */
#ifndef PCAT_PTRACE_SEIZE_H
#define PCAT_PTRACE_SEIZE_H

#include "ptrace/ptrace.h"

/* The time limit of seize_try() holds only between these two calls, in the same thread. They nest.
 * They use SIGALRM, and restore its handler and mask. */
void seize_begin(void);
void seize_end(void);

/* As ptrace_seize() without a filter. -1 with EAGAIN when the time limit has passed. The seize may
 * have succeeded all the same: then the next try fails with EPERM, and TracerPid is ours. */
int seize_try(pid_t tid, enum follow follow);

#endif
