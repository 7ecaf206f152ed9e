/* Why a process can't be traced, in words: one line that names the rule and what
 * to do about it. */
#ifndef PCAT_CAPTURE_DOCTOR_H
#define PCAT_CAPTURE_DOCTOR_H

#include <stdbool.h>
#include <sys/types.h>

#include "capture/procfs.h"

/* Looks at pid before it is touched. NULL when nothing speaks against tracing it, else why not; the
 * caller frees it. *pid becomes the process when it was the tid of a thread. */
char *doctor_refuses(pid_t *pid);

/* What we may, as far as it decides whom we can trace. */
struct doctor_means {
    uid_t uid;       /* real */
    gid_t gid;       /* real */
    bool cap_ptrace; /* CAP_SYS_PTRACE */
    uint64_t caps;   /* permitted */
    long yama;       /* kernel.yama.ptrace_scope, 0: none */
};
void doctor_read_means(struct doctor_means *m);

/* The same as doctor_refuses() and doctor_explains(), for the process of *s, of which nothing but
 * that is known: it is not touched. The kernel is asked only where the rules that we know allow it,
 * as its refusals are logged. The attach itself may still say otherwise. */
char *doctor_foresees(const struct proc_status *s, const struct doctor_means *m);

/* After PTRACE_SEIZE failed with err. The caller frees the answer. */
char *doctor_explains(pid_t pid, int err);

/* A setuid or setgid program that has not got the rights of its file: the kernel gives none to whom
 * an ordinary user traces. NULL: nothing is amiss; the caller frees the line. */
char *doctor_misses_rights(const struct proc_status *s);

/* It traces us, directly or by others: to be freed. See chain.h. */
char *doctor_explains_circle(const struct proc_status *s);

/* A process that displays what we print (it holds the master side of our terminal, or reads our
 * standard output): tracing it feeds itself, or deadlocks. NULL when pid is none; the caller frees
 * it. */
char *doctor_finds_loop(pid_t pid);

#endif
