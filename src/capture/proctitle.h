/* Notices when a program overwrites its command line (setproctitle). Servers do that in their
 * children, soon after the fork; no syscall shows it. */
#ifndef PCAT_CAPTURE_PROCTITLE_H
#define PCAT_CAPTURE_PROCTITLE_H

#include <stdbool.h>

#include "capture/emit.h"
#include "capture/task.h"

/* Begins to watch a process that was made by a fork. argv: its command line now. */
void proctitle_watch(struct proc *proc, struct bytes argv);
/* Ends that: the process has executed another program, or has ended. */
void proctitle_forget(struct proc *proc);

/* To be called about once a second: sends a `task` event if the command line has changed. True when
 * it is to be called again; after four calls the process is no longer watched. */
bool proctitle_look(struct proc *proc, struct emitter *emitter);

#endif
