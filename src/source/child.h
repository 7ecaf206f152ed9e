/* A program that the viewer runs: how it begins, and how its end is known. */
#ifndef PCAT_SOURCE_CHILD_H
#define PCAT_SOURCE_CHILD_H

#include <spawn.h>
#include <stdbool.h>
#include <sys/types.h>

struct child;

struct child_program {
    const char *file; /* without a slash it is looked for in PATH */
    char *const *argv, *const *environment;
    const posix_spawn_file_actions_t *files;
    bool own_group; /* a process group of its own */
};

/* Starts it, with all signals as a program expects them. NULL with *error, an errno. */
struct child *child_start(const struct child_program *program, int *error);
/* A program that still runs goes on. NULL is fine. */
void child_free(struct child *c);

/* Its pid, as long as child_ended() has not been true; 0: there is none. */
pid_t child_pid(const struct child *c);
/* To poll for reading: child_ended() is true then. -1: it has been already, or c is NULL. */
int child_fd(const struct child *c);

/* Whether it has ended, without waiting. *status: what a shell would call its exit status (128 + n
 * for signal n). */
bool child_ended(struct child *c, int *status);

/* Whether it has been stopped since this was asked last. */
bool child_has_stopped(const struct child *c);

#endif
