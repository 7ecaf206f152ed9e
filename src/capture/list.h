/* Lists all processes in /proc, so that the user can choose one to attach to. It does not stop or
 * change any of them. It uses nothing of the tracer but its tid, so any thread may call it. */
#ifndef PCAT_CAPTURE_LIST_H
#define PCAT_CAPTURE_LIST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "event/event.h"

struct list_options {
    int64_t boot; /* list_boot_time(), read once: so a process has the same start in each list */
    pid_t tracer; /* tid of the tracer thread: its tracees are listed as `traced`; 0: none */
    bool descendants;        /* an attach takes descendants too: so the ancestors of a process that
                                displays our output are listed as refused, too */
    bool force;              /* a process that displays our output is not refused */
    bool allow_attach;       /* a process that the user could not trace is not refused */
    const atomic_bool *stop; /* when it becomes true the list ends early; may be NULL */
};

/* The time at which CLOCK_BOOTTIME was 0, as CLOCK_REALTIME ns. */
int64_t list_boot_time(void);

/* Calls fn with an EVENT_PROCESS for each process, in the order of pids. seq, time and id are not
 * set. The event's texts are valid during the call only. Returns 0, or -1 when /proc can't be read.
 */
int list_processes(const struct list_options *o, void (*fn)(void *user, struct event *ev),
                   void *user);

#endif
