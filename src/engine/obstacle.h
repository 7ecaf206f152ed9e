/* Who does not take what a blocked thread writes: the reader of a pipe, who shows a
 * terminal, the other end of a socket. */
#ifndef PCAT_ENGINE_OBSTACLE_H
#define PCAT_ENGINE_OBSTACLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/task.h"

struct obstacle {
    pid_t reader; /* 0: not known */
    char comm[64];
    char why[96]; /* what is the matter, when more is known; "" otherwise */
};

/* To look through all of /proc takes time in which no tracee is served: what was found is kept, and
 * it is done once in a while only. Zeroed: nothing was looked for. */
struct obstacle_finder {
    int64_t next; /* when all may be looked through again, CLOCK_MONOTONIC ns */
    struct fd_sink at;
    pid_t reader; /* of that */
};

/* What holds up the task's call in flight. */
void obstacle_find(struct obstacle_finder *f, const struct tasks *ts, const struct task *task,
                   struct obstacle *out);

/* A call that moves bytes from one fd to another (splice, tee) waits for input: what it writes to
 * would take more. */
bool obstacle_is_input(const struct task *task);

#endif
