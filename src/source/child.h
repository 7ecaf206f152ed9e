/* Child processes of the viewer: starts a program, and tells when it has ended. */
#ifndef PCAT_SOURCE_CHILD_H
#define PCAT_SOURCE_CHILD_H

#include <spawn.h>
#include <stdbool.h>
#include <sys/types.h>

struct child;

struct child_program {
    const char *file; /* a name without a slash is searched in PATH */
    char *const *argv, *const *environment;
    const posix_spawn_file_actions_t *files;
    bool own_group; /* the child gets a process group of its own */
};

/* Starts a program with no signal blocked or ignored. Returns NULL on failure, with an errno in
 * *error. */
struct child *child_start(const struct child_program *program, int *error);
/* Frees c. A program that still runs is left running. c may be NULL. */
void child_free(struct child *c);

/* The child's pid. 0: child_ended() has returned true already, or c is NULL. */
pid_t child_pid(const struct child *c);
/* An fd to poll for reading: it is readable when the child has ended. -1: child_ended() has
 * returned true already, or c is NULL. */
int child_fd(const struct child *c);

/* Whether the child has ended; does not wait. *status gets the exit status as a shell tells it: 128
 * + n if signal n killed the child. */
bool child_ended(struct child *c, int *status);

/* Whether the child was stopped by a signal since the last call. Does not wait. */
bool child_has_stopped(const struct child *c);

#endif
