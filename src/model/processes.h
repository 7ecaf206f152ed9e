/* The last list of all processes of a machine, as the capture process made it: what the user can
 * attach to. These processes are not tasks of the tree; they need not be traced.
 *
 * A list comes in pieces. It replaces the list before when it is complete. Texts are NUL-terminated
 * copies, never NULL.
 *
 * Public: other rooms include this. The functions that change the list are for the model's own
 * files. */
#ifndef PCAT_MODEL_PROCESSES_H
#define PCAT_MODEL_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

/* Memory of one list, in bytes. Processes beyond that are left out. */
#define PROCESSES_BYTES_MAX ((size_t)64 << 20)

struct process {
    uint64_t pid, parent, uid, threads;
    char *user; /* name of the user, or the uid as text */
    char *comm;
    char *command;       /* the arguments, joined by spaces; "" when there are none */
    char *out, *err;     /* where fds 1 and 2 lead; "": not known */
    char *refused;       /* why an attach would be refused; "": nothing is known against it */
    bool kernel, traced; /* a kernel thread; traced by this capture process already */
    int64_t cpu;         /* CPU time so far, ns */
    int64_t start;       /* CLOCK_REALTIME ns */
    int64_t time;        /* when it was listed */
    double load; /* CPUs that it kept busy since the list before; if it was not in that list,
                    since its start */
};

struct processes {
    uint64_t serial;       /* number of complete lists so far; 0: none yet */
    struct process *items; /* the last complete list, by ascending pid */
    size_t count;

    /* The list that is still coming. */
    uint64_t id; /* of the command `list` */
    struct process *coming;
    size_t ncoming, cap, bytes;
};

/* Frees both lists. */
void processes_free(struct processes *p);

/* Adds an EVENT_PROCESS to the list that is coming. An event with another command id begins a new
 * list. */
void processes_add(struct processes *p, const struct event *ev);
/* Call it for each reply. When the reply ends the list that is coming, that list is complete; it is
 * dropped when the reply is not ok. */
void processes_end(struct processes *p, uint64_t id, bool ok);

/* Finds a process in the last complete list. NULL: not in it. */
const struct process *processes_find(const struct processes *p, uint64_t pid);

#endif
