/* Events about tasks and processes that every engine sends, whichever way it learns of them. */
#ifndef PCAT_CAPTURE_TELL_H
#define PCAT_CAPTURE_TELL_H

#include <stdint.h>
#include <sys/types.h>

#include "capture/emit.h"

struct proc;
struct proc_status;
struct task;

/* Emits `task` for a task that has come. start: as procfs_start() returns it. */
void tell_task(struct emitter *e, const struct task *task, const struct proc_status *s,
               int64_t start, pid_t parent, enum event_how how);

/* A thread may rename itself at any time: reads its name again, once a second at the most, and
 * emits `task` if it has changed. To be called before a write of the task is emitted. now: the time
 * of the write, as emit.h has it. */
void tell_name(struct emitter *e, struct task *task, int64_t now);

/* Emits `exec`. former: the tid that the task had before, if that was another, else 0. */
void tell_exec(struct emitter *e, const struct task *task, pid_t former);

/* Emits `exit`. status: as waitpid(2) reports it. */
void tell_exit(struct emitter *e, const struct task *task, int status);

/* Emits `stop` and `cont`: job control has stopped the task by sig, and let it go on. */
void tell_stop(struct emitter *e, const struct task *task, int sig);
void tell_cont(struct emitter *e, const struct task *task);

/* Emits `armed`: from now on nothing of the process is missed. */
void tell_armed(struct emitter *e, const struct proc *proc);

/* Emits `detached`. */
void tell_detached(struct emitter *e, const struct proc *proc, const char *why);

#endif
