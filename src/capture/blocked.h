/* Threads that are inside a write that does not return: the `blocked` events. A call that a signal
 * interrupts and that is run again counts as one call. */
#ifndef PCAT_CAPTURE_BLOCKED_H
#define PCAT_CAPTURE_BLOCKED_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/emit.h"

struct readers;
struct task;
struct tasks;

/* The write that a task is inside. Zeroed: it was in none so far. */
struct transfer {
    bool writing;     /* it is inside one; else the rest is of the last one */
    const char *name; /* of the syscall */
    int fd;
    int64_t since; /* time of entry, also of the call that this one is run again for */
    bool told;     /* as blocked */

    struct {           /* a call that a signal interrupted, and that may be run again */
        int64_t since; /* 0: none */
        int64_t left;
        const char *name;
        int fd;
        bool told;
    } again;
};

/* At the entry of a call that writes or reads: takes up what was known of the call that this one is
 * run again for. Only one that writes can be told of as blocked. */
void blocked_begin(struct emitter *e, struct task *task, const char *name, int fd, bool writes,
                   int64_t entered);

/* It returned, and no write event will tell. left: when. */
void blocked_end(struct emitter *e, struct task *task, int64_t result, int64_t left);

/* It is inside no call any more, and a write event tells so, or nothing. */
void blocked_clear(struct task *task);

/* Sends `blocked` for a task that has been inside a write for longer than ns. True when it is
 * inside one, but not for so long yet. */
bool blocked_tell(struct emitter *e, struct readers *readers, const struct tasks *ts,
                  struct task *task, int64_t ns);

#endif
