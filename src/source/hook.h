/* Commands that run when something was noticed. Of one rule one at a time, and not more than one a
 * second; what is noticed meanwhile waits, the newest with the number of all. They have nothing
 * to do with our terminal. */
#ifndef PCAT_SOURCE_HOOK_H
#define PCAT_SOURCE_HOOK_H

#include <stdint.h>

/* A command that is to be run as something was noticed. */
struct hook_run {
    uint64_t rule; /* one of these at a time */
    const char *command;
    const char *what, *line, *comm; /* as the tracee chose them, but for `what` */
    uint64_t pid, tid, fd;
    uint64_t count; /* how often it was noticed */
};

struct hooks;

struct hooks *hooks_new(void);
/* Those that run go on. NULL is fine. */
void hooks_free(struct hooks *h);

/* It is run now or later. */
void hooks_add(struct hooks *h, const struct hook_run *run);

/* Runs what may be run; now: CLOCK_MONOTONIC ns. NULL, or why one can't be run (to be freed). */
char *hooks_turn(struct hooks *h, int64_t now);

#endif
