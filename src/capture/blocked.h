/* Threads that are inside a write and don't come back: the `blocked` events. A call that a signal
 * interrupts and that is run again counts as one. */
#ifndef PCAT_CAPTURE_BLOCKED_H
#define PCAT_CAPTURE_BLOCKED_H

#include "ptrace/syscalls.h"

/* At the entry of a write: takes up what was known of the call that this one is again. */
void blocked_begin(struct syscalls *c, struct task *task);

/* It came back, and no write event will tell. */
void blocked_end(struct syscalls *c, struct task *task, int64_t result);

/* Sends `blocked` for a task that has been inside a write for longer than ns. True when it is
 * inside one, but not for so long yet. */
bool blocked_tell(struct syscalls *c, struct task *task, int64_t ns);

#endif
