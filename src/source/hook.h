/* Runs the commands of the user's rules (--on-match and the like). For each rule, one command runs
 * at a time, and at most one is started in a second. If the rule finds more meanwhile, the command
 * runs once for all of that: it gets the newest find and their count. The standard fds of a command
 * lead to /dev/null, and it is in a process group of its own, so it can't disturb the terminal. */
#ifndef PCAT_SOURCE_HOOK_H
#define PCAT_SOURCE_HOOK_H

#include <stdint.h>

/* What a rule has found, and the command to run. */
struct hook_run {
    uint64_t rule; /* identifies the rule */
    const char *command;
    const char *what;        /* what was found: text of the viewer */
    const char *line, *comm; /* text of the tracee, with any characters */
    uint64_t pid, tid, fd;
    uint64_t count; /* how many finds of the rule this call reports */
};

struct hooks;

struct hooks *hooks_new(void);
/* Commands that still run are left running. h may be NULL. */
void hooks_free(struct hooks *h);

/* Adds a command, for one of the next calls of hooks_turn() to start. run is copied. */
void hooks_add(struct hooks *h, const struct hook_run *run);

/* Starts the commands that may start now. now: CLOCK_MONOTONIC ns. Returns NULL, or the reason why
 * a command can't be run, which the caller frees. */
char *hooks_turn(struct hooks *h, int64_t now);

#endif
