/* The seccomp filter of spawned commands: it stops a task at the syscalls of the
 * table (sysent.def) and at nothing else, so that everything else runs at full speed.
 * A filter can't be taken off: without a tracer those calls fail with ENOSYS,
 * so whoever runs under it must not outlive us (PTRACE_O_EXITKILL). seccomp(2). */
#ifndef PCAT_PTRACE_FILTER_H
#define PCAT_PTRACE_FILTER_H

#include <stdbool.h>

struct sock_fprog;

/* What its stops carry, so that they can be told from those of a filter that the program has
 * itself. */
enum { FILTER_MARK = 0x7063 };

/* Builds the program; input: for reads from fd 0, too. 0, or -1 when this can't be done here. The
 * caller frees it with filter_free(). */
int filter_build(struct sock_fprog *program, bool input);
void filter_free(struct sock_fprog *program);

/* Whether filter_install() would succeed: a child tries. */
bool filter_can_install(const struct sock_fprog *program);

/* Puts the calling process under it; async-signal-safe, for the time between fork and exec. Without
 * CAP_SYS_ADMIN it sets no_new_privs, as it must. 0, or -1 with errno. */
int filter_install(const struct sock_fprog *program);

#endif
