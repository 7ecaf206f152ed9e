/* Who takes what is written to a pipe, or shows a terminal. To look through /proc takes time in
 * which no tracee is served: an answer holds for a while, who was found last is asked first about
 * anything else, and there is an end to the time that it may take. */
#ifndef PCAT_CAPTURE_READERS_H
#define PCAT_CAPTURE_READERS_H

#include <stdint.h>
#include <sys/types.h>

struct fd_stat;
struct tasks;

/* Zeroed: nothing was looked for. */
struct readers {
    int64_t period; /* when the present one began, CLOCK_MONOTONIC ns */
    int64_t spent;  /* ns of searching in it */
    dev_t dev;      /* what was looked for last in it, ... */
    ino_t ino;
    pid_t answer;     /* ... and who is there */
    pid_t last_found; /* who was found last, of anything */
};

/* The process at the other end of a pipe or FIFO, or of a pseudo-terminal; 0: nobody is known.
 * self: who writes, taken only when nobody else is there. ts: looked through first, NULL: none.
 * most: ns that may be spent on it in each READERS_PERIOD. */
pid_t readers_find(struct readers *r, const struct tasks *ts, const struct fd_stat *st, pid_t self,
                   int64_t most);

#define READERS_PERIOD INT64_C(5000000000)

#endif
