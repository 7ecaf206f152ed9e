/* Finds the process that reads from a pipe, or that displays a terminal. The search through /proc
 * takes time in which no tracee is served. So an answer is reused for a while, the process that was
 * found last is tried first, and the time for searches is limited. */
#ifndef PCAT_CAPTURE_READERS_H
#define PCAT_CAPTURE_READERS_H

#include <stdint.h>
#include <sys/types.h>

struct fd_stat;
struct tasks;

/* The state of the searches. Zeroed: none was made. */
struct readers {
    int64_t period; /* start of the present READERS_PERIOD, CLOCK_MONOTONIC ns; 0: none */
    int64_t spent;  /* ns spent on searches in it */
    dev_t dev;      /* the pipe or terminal of the last search in it, ... */
    ino_t ino;
    pid_t answer;     /* ... and its result */
    pid_t last_found; /* the last process found, for any pipe or terminal */
};

/* Finds the process that reads from a pipe or FIFO, or that has the master side of a
 * pseudo-terminal. 0: none was found. self: the process that writes; it is the answer only if no
 * other is found (0: none). ts: tasks that are tried before all other processes; NULL: none. most:
 * ns that searches may take in each READERS_PERIOD. */
pid_t readers_find(struct readers *r, const struct tasks *ts, const struct fd_stat *st, pid_t self,
                   int64_t most);

#define READERS_PERIOD INT64_C(5000000000) /* ns */

#endif
