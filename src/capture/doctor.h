/* Explains why a process can't be traced, or should not be, in one line that names the rule and
 * what the user can do about it. The caller frees the text. */
#ifndef PCAT_CAPTURE_DOCTOR_H
#define PCAT_CAPTURE_DOCTOR_H

#include <stdbool.h>
#include <sys/types.h>

#include "capture/procfs.h"

/* To be called before an attach, for reasons that no right overcomes: no such process, a zombie, a
 * kernel thread, traced already. NULL: none of these. If *pid is the tid of a thread, it becomes
 * the pid of its process. */
char *doctor_refuses(pid_t *pid);

/* Our rights, as far as they decide which processes we can trace. */
struct doctor_means {
    uid_t uid;       /* real */
    gid_t gid;       /* real */
    bool cap_ptrace; /* CAP_SYS_PTRACE */
    uint64_t caps;   /* permitted capabilities */
    long yama;       /* kernel.yama.ptrace_scope; 0 also for a kernel without Yama */
};

/* Fills in the rights of the calling thread. */
void doctor_read_means(struct doctor_means *m);

/* Predicts, without an attach, why tracing the process of *s would fail; NULL: it would probably
 * succeed. Where the rules that we know allow it, a harmless request asks the kernel too. (Not in
 * other cases, because security modules log each refusal.) */
char *doctor_foresees(const struct proc_status *s, const struct doctor_means *m);

/* Explains why PTRACE_SEIZE of pid failed with errno err. Never NULL. */
char *doctor_explains(pid_t pid, int err);

/* A note about a setuid or setgid program that runs without the rights of its file, as the kernel
 * does not grant these to a tracee of an ordinary user. NULL: it is no such program. */
char *doctor_misses_rights(const struct proc_status *s);

/* Explains that the process of *s can't be traced because it traces us, directly or through other
 * tracers (see chain.h). Never NULL. */
char *doctor_explains_circle(const struct proc_status *s);

/* Explains that pid displays what we print: it holds the master side of our terminal, or reads a
 * pipe that is our stdout or stderr. To trace it would feed pcat its own output, or deadlock. NULL:
 * it does not. */
char *doctor_finds_loop(pid_t pid);

#endif
