/* Makes and installs the seccomp filter of a command that pcat starts, see seccomp(2). The filter
 * stops a task at the syscalls of the table in capture/sysent.def; all others run at full speed. It
 * can't be removed, and without a tracer those calls fail with ENOSYS: so a process that runs under
 * it is killed when pcat ends (PTRACE_O_EXITKILL). */
#ifndef PCAT_PTRACE_FILTER_H
#define PCAT_PTRACE_FILTER_H

#include <stdbool.h>

struct sock_fprog;

/* The SECCOMP_RET_DATA of our filter: tells its stops from those of a program's own filter. */
enum { FILTER_MARK = 0x7063 };

/* Makes the filter as a BPF program. input: it also stops at reads from fd 0. Returns 0, or -1 when
 * the architecture or libseccomp can't. The caller frees *program by filter_free(). */
int filter_build(struct sock_fprog *program, bool input);
void filter_free(struct sock_fprog *program);

/* Whether filter_install() would succeed here: tries it in a child process. */
bool filter_can_install(const struct sock_fprog *program);

/* Puts the calling thread under the filter, for good. Async-signal-safe: meant for the time between
 * fork and exec. Sets no_new_privs where the kernel demands it (no CAP_SYS_ADMIN). Returns 0, or -1
 * with errno. */
int filter_install(const struct sock_fprog *program);

#endif
