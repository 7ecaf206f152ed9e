/* All processes of this machine, for whoever wants to choose one to attach to. It
 * touches none of them. Of the tracer it knows nothing but its tid, so any thread may do it. */
#ifndef PCAT_CAPTURE_LIST_H
#define PCAT_CAPTURE_LIST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "event/event.h"

struct list_options {
    int64_t boot; /* list_boot_time(), taken once: a process keeps its start from list to list */
    pid_t tracer; /* the thread that traces what is `traced`, 0: none does */
    bool descendants;        /* an attach takes what is below too: so what lies above our display is
                                refused */
    bool force;              /* what displays us is not refused */
    bool allow_attach;       /* nor what the invoking user could not trace */
    const atomic_bool *stop; /* set: come to an end soon; may be NULL */
};

/* CLOCK_REALTIME ns of the start of the boot clock. */
int64_t list_boot_time(void);

/* Calls fn with an EVENT_PROCESS for each process, by growing pid; seq, time and id are left to the
 * caller, bytes are good during the call. -1 when /proc can't be read. */
int list_processes(const struct list_options *o, void (*fn)(void *user, struct event *ev),
                   void *user);

#endif
