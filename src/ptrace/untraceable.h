/* Syscalls that take output out of the tracer's sight, or that our tracing makes fail: clone with
 * CLONE_UNTRACED, io_uring, io_submit, ptrace of a tracee of ours, seccomp's strict mode. What can
 * be kept in sight is kept; for the rest a note is emitted. */
#ifndef PCAT_PTRACE_UNTRACEABLE_H
#define PCAT_PTRACE_UNTRACEABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "ptrace/syscalls.h"

/* True for these calls. */
bool untraceable_concerns(const struct sysent *ent);

/* At the entry-stop and the exit-stop of such a call. When the exit must be seen, enter notes the
 * call in tracee_of(task)->call. result: as the kernel returns it, -errno when it failed. */
void untraceable_enter(struct syscalls *c, struct task *task, const struct sysent *ent,
                       const struct syscall_stop *stop);
void untraceable_exit(struct syscalls *c, struct task *task, int64_t result);

/* For a process that was just attached to: emits a note when it has a ring of io_uring already.
 * comm: its name. */
void untraceable_survey(struct syscalls *c, struct proc *proc, const char *comm);

/* A child of clone starts inside that call: it returns from it, too. So the child gets the parent's
 * call, and its changed argument is put back at its own exit-stop. */
void untraceable_inherit(struct task *child, const struct task *parent);

#endif
