/* Starts the command that is to be traced from its first instruction on. */
#ifndef PCAT_PTRACE_SPAWN_H
#define PCAT_PTRACE_SPAWN_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct spawn {
    pid_t pid;
    bool filtered;     /* runs under the seccomp filter */
    int error_fd;      /* where an exec that fails tells why */
    int output_fds[2]; /* what it writes to its fds 1 and 2, when pipes were asked for, else -1 */
    int go_fd;
};

struct spawn_options {
    char **command; /* argv, NULL at the end */
    bool use_filter;
    bool input;       /* the filter stops at reads from fd 0, too */
    bool pipes;       /* its stdout and stderr become pipes that we drain */
    bool stdin_null;  /* its stdin becomes /dev/null */
    sigset_t mask;    /* the signal mask that it gets */
    sigset_t ignored; /* those of SPAWN_SIGNALS that were when we were started */
};

/* Whether the command could be run: 0, or 127 (not found) or 126 (not to be run) with a line in
 * *cause that the caller frees. */
int spawn_check(const char *command, char **cause);

/* Forks. The child waits until spawn_go(): seize it in between. 0, or -1 with errno. */
int spawn_start(struct spawn *s, const struct spawn_options *o);
void spawn_go(struct spawn *s);

/* Binds the child, and with it all that it will make, and the calling thread to the one CPU that
 * this thread runs on. Before spawn_go(). 0, or -1 with errno. */
int spawn_pin(const struct spawn *s);

/* After it ended: errno of the exec that failed, 0 when it did not. Closes error_fd. */
int spawn_error(struct spawn *s);

#endif
