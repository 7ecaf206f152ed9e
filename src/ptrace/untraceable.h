/* Calls by which something of a tracee gets out of our sight, or wants what only we
 * can have: children made with CLONE_UNTRACED, rings of io_uring, tracing what we trace. What can
 * be kept in sight is; the rest is told in a note. */
#ifndef PCAT_PTRACE_UNTRACEABLE_H
#define PCAT_PTRACE_UNTRACEABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "ptrace/syscalls.h"

/* True for the calls that this file is about. */
bool untraceable_concerns(const struct sysent *ent);

/* At the entry of one. When its exit must be seen, the tracee's call is it. */
void untraceable_enter(struct syscalls *c, struct task *task, const struct sysent *ent,
                       const struct syscall_stop *stop);
void untraceable_exit(struct syscalls *c, struct task *task, int64_t result);

/* A process that we attach to: a ring of io_uring that it has already is told of. */
void untraceable_survey(struct syscalls *c, struct proc *proc, const char *comm);

/* A child begins its life inside the call that made it. */
void untraceable_inherit(struct task *child, const struct task *parent);

#endif
