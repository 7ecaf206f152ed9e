/* Command lines that programs write over their own (setproctitle): servers name their children
 * so, soon after the fork and without a syscall that would tell. */
#ifndef PCAT_CAPTURE_PROCTITLE_H
#define PCAT_CAPTURE_PROCTITLE_H

#include <stdbool.h>

#include "capture/emit.h"
#include "capture/task.h"

/* A process was made by a fork, and has this command line: it is looked at again some times. */
void proctitle_watch(struct proc *proc, struct bytes argv);
/* It has another program, or is gone: no longer. */
void proctitle_forget(struct proc *proc);

/* To be called about once a second: tells a new command line as a `task` event. True when it is to
 * be called again. */
bool proctitle_look(struct proc *proc, struct emitter *emitter);

#endif
