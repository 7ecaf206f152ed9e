/* Detects threads that are inside a write that does not return, and sends `blocked` events for
 * them. A call that a signal interrupts and that the kernel restarts counts as one call. */
#ifndef PCAT_CAPTURE_BLOCKED_H
#define PCAT_CAPTURE_BLOCKED_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/emit.h"

struct readers;
struct task;
struct tasks;

/* The write or read of a task that is in flight, or else its last one. Zeroed: none so far. Times
 * are those of emit.h, in ns. */
struct transfer {
    bool writing;     /* a write is in flight */
    const char *name; /* of the syscall */
    int fd;
    int64_t since; /* time of the entry; for a restarted call, of its first entry */
    bool told;     /* a `blocked` event was sent for it */

    struct {           /* a call that a signal interrupted, and that may be restarted */
        int64_t since; /* 0: none */
        int64_t left;  /* when it was interrupted */
        const char *name;
        int fd;
        bool told;
    } again;
};

/* At the entry-stop of a call that writes or reads. entered: its time. If the call restarts an
 * interrupted one, time and state of that are taken over. Only writes are reported as blocked. */
void blocked_begin(struct emitter *e, struct task *task, const char *name, int fd, bool writes,
                   int64_t entered);

/* At the exit-stop of a call that gives no write event: if the call was reported as blocked and
 * will not be restarted, sends a `blocked` event that says it is over. result: of the call, left:
 * now. */
void blocked_end(struct emitter *e, struct task *task, int64_t result, int64_t left);

/* Marks the task as inside no write, without an event: a write event shows the end of the call, or
 * none is needed. */
void blocked_clear(struct task *task);

/* Sends a `blocked` event when the task has been inside a write for ns or longer. True: to be
 * called again later, as the write (or an interrupted one) has not lasted that long yet. */
bool blocked_tell(struct emitter *e, struct readers *readers, const struct tasks *ts,
                  struct task *task, int64_t ns);

#endif
