/* Starts the command of pcat's command line so that it is traced from its first instruction on: the
 * child waits before its exec until the tracer has seized it. */
#ifndef PCAT_PTRACE_SPAWN_H
#define PCAT_PTRACE_SPAWN_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct spawn {
    pid_t pid;
    bool filtered;     /* it runs under our seccomp filter */
    int error_fd;      /* pipe: the child writes errno to it when its exec fails */
    int output_fds[2]; /* with spawn_options.pipes: our ends of its stdout and stderr, else -1 */
    int go_fd;         /* pipe: the child waits for a byte from it */
};

struct spawn_options {
    char **command; /* argv, NULL at the end */
    bool use_filter;
    bool input;       /* the filter also stops at reads from fd 0 */
    bool pipes;       /* its stdout and stderr become pipes that pcat reads */
    bool stdin_null;  /* its stdin becomes /dev/null */
    sigset_t mask;    /* the signal mask that it gets */
    sigset_t ignored; /* those of SPAWN_SIGNALS that it ignores, as pcat did when it was started */
};

/* Whether the command can be run. Returns 0, or the exit status 127 (not found) or 126 (it can't be
 * executed) with a line in *cause, which the caller frees. */
int spawn_check(const char *command, char **cause);

/* Forks, and fills *s. The child waits until spawn_go(): seize it in between. Returns 0, or -1 with
 * errno. */
int spawn_start(struct spawn *s, const struct spawn_options *o);
/* Lets the child execute the command. */
void spawn_go(struct spawn *s);

/* Before spawn_go(): binds the child (its descendants inherit that) and the calling thread to the
 * CPU that this thread runs on. Returns 0, or -1 with errno. */
int spawn_pin(const struct spawn *s);

/* After the child has ended: errno of its exec if that failed, else 0. Closes error_fd. */
int spawn_error(struct spawn *s);

#endif
