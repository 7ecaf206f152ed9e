/* Why a process can't be traced, in words: one line that names the rule and what
 * to do about it. */
#ifndef PCAT_ENGINE_DOCTOR_H
#define PCAT_ENGINE_DOCTOR_H

#include <stdbool.h>
#include <sys/types.h>

/* Looks at pid before it is touched. NULL when nothing speaks against tracing it, else why not; the
 * caller frees it. *pid becomes the process when it was the tid of a thread. */
char *doctor_refuses(pid_t *pid);

/* After PTRACE_SEIZE failed with err. The caller frees the answer. */
char *doctor_explains(pid_t pid, int err);

/* A process that displays what we print (it holds the master side of our terminal, or reads our
 * standard output): tracing it feeds itself, or deadlocks. NULL when pid is none; the caller frees
 * it. */
char *doctor_finds_loop(pid_t pid);

/* True when the invoking user (SUDO_UID where sudo started us, else the real uid) could trace or
 * signal pid himself. */
bool doctor_user_may(pid_t pid);

#endif
