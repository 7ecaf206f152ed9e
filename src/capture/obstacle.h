/* Finds what a blocked write waits for: the process that reads the pipe, that displays the
 * terminal, or that has the other end of the socket. */
#ifndef PCAT_CAPTURE_OBSTACLE_H
#define PCAT_CAPTURE_OBSTACLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/readers.h"
#include "capture/task.h"

struct obstacle {
    pid_t reader;  /* that process; 0: not known */
    char comm[64]; /* its name */
    char why[96];  /* more about it, such as "the reader is stopped"; "" when nothing is known */
};

/* Finds what task->transfer waits for. Spends at most 50 ms. */
void obstacle_find(struct readers *readers, const struct tasks *ts, const struct task *task,
                   struct obstacle *out);

/* True when the call in flight is a splice or tee that waits for its input: the fd that it writes
 * to has room. */
bool obstacle_is_input(const struct task *task);

#endif
