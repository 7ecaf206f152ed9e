/* Who does not take what a blocked thread writes: the reader of a pipe, who shows a
 * terminal, the other end of a socket. */
#ifndef PCAT_CAPTURE_OBSTACLE_H
#define PCAT_CAPTURE_OBSTACLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/readers.h"
#include "capture/task.h"

struct obstacle {
    pid_t reader; /* 0: not known */
    char comm[64];
    char why[96]; /* what is the matter, when more is known; "" otherwise */
};

/* What holds up the task's call in flight. */
void obstacle_find(struct readers *readers, const struct tasks *ts, const struct task *task,
                   struct obstacle *out);

/* A call that moves bytes from one fd to another (splice, tee) waits for input: what it writes to
 * would take more. */
bool obstacle_is_input(const struct task *task);

#endif
