/* The processes of a machine, as the capture side listed them last: what there is to
 * attach to. Not tasks: nobody traces them for being here.
 *
 * A list comes in pieces and is seen when it is whole. Texts are NUL-terminated copies, never
 * NULL. */
#ifndef PCAT_MODEL_PROCESSES_H
#define PCAT_MODEL_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

#define PROCESSES_BYTES_MAX ((size_t)64 << 20) /* that one list may take; the rest is left out */

struct process {
    uint64_t pid, parent, uid, threads;
    char *user; /* its name, or its number */
    char *comm;
    char *command;   /* the command line, arguments joined by blanks; "" when there is none */
    char *out, *err; /* where fds 1 and 2 lead; "": not known */
    char *refused;   /* why an attach will be refused; "": nothing speaks against it */
    bool kernel, traced;
    int64_t cpu;   /* ns that it has run so far */
    int64_t start; /* CLOCK_REALTIME ns */
    int64_t time;  /* when it was looked at */
    double load;   /* processors that it has kept busy since the list before; in its first one,
                      since its start */
};

struct processes {
    uint64_t serial;       /* how many whole lists there were; 0: none yet */
    struct process *items; /* by growing pid */
    size_t count;

    /* What is still coming. */
    uint64_t id; /* the command that it answers */
    struct process *coming;
    size_t ncoming, cap, bytes;
};

void processes_free(struct processes *p);

/* One more; an event of another list than the last begins a new one. */
void processes_add(struct processes *p, const struct event *ev);
/* The answer to a command: when it ends the list that came, that is the list now. */
void processes_end(struct processes *p, uint64_t id, bool ok);

/* NULL: not in the list. */
const struct process *processes_find(const struct processes *p, uint64_t pid);

#endif
