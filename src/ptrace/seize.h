/* PTRACE_SEIZE that does not wait for long.
 *
 * The kernel makes it wait while the target's process is inside execve(2) (the cred_guard_mutex),
 * and that may wait until the other threads of the process have died: threads that stand in stops
 * which only the tracer can end. So the tracer must not wait for it, but serve stops and try again.
 */
#ifndef PCAT_PTRACE_SEIZE_H
#define PCAT_PTRACE_SEIZE_H

#include "ptrace/ptrace.h"

/* Between these two, in one thread, seize_try() has an end. They nest. */
void seize_begin(void);
void seize_end(void);

/* As ptrace_seize(). -1 with EAGAIN when the kernel has not decided within some milliseconds. It
 * may have succeeded all the same: the next try fails with EPERM then, and /proc names us as the
 * tracer. */
int seize_try(pid_t tid, enum follow follow);

#endif
