/* Command lines that programs write over their own (setproctitle): servers name their children
 * so, soon after the fork and without a syscall that would tell. */
#ifndef PCAT_ENGINE_TITLE_H
#define PCAT_ENGINE_TITLE_H

#include <stdbool.h>

#include "engine/emit.h"
#include "engine/task.h"

/* A process was made by a fork, and has this command line: it is looked at again some times. */
void title_watch(struct proc *proc, struct bytes argv);
/* It has another program, or is gone: no longer. */
void title_forget(struct proc *proc);

/* To be called about once a second: tells a new command line as a `task` event. True when it is to
 * be called again. */
bool title_look(struct proc *proc, struct emitter *emitter);

#endif
