/* The state of the list of processes; private to procview.c and procview-draw.c. */
#ifndef PCAT_VIEW_LIST_PROCVIEW_STATE_H
#define PCAT_VIEW_LIST_PROCVIEW_STATE_H

#include "view/layout.h"
#include "view/list/procview.h"

#define PROC_DEPTH_MAX 63 /* deeper levels have no guides */

enum order { ORDER_CPU, ORDER_PID, ORDER_USER, ORDER_AGE, ORDER_COMMAND, ORDERS };

/* A line of the list. A guide is a vertical line of the tree that joins siblings. */
struct proc_line {
    size_t item;     /* index of the process in the list */
    uint64_t guides; /* bit n: a guide runs past this line at level n */
    unsigned depth;
    bool last;     /* the last of its siblings */
    bool ancestor; /* does not match; shown because a descendant does */
};

/* Identifies a process: the PID alone does not, as the kernel reuses PIDs. */
struct proc_key {
    uint64_t pid;
    int64_t start;
};

struct procview {
    bool open;
    const struct processes *list;
    uint64_t serial; /* of the list, when the lines were made */
    bool stale;      /* the lines must be made again */

    struct proc_line *lines;
    size_t count, cap;
    size_t matches, total; /* number of processes that match, and of all that could */
    struct proc_key selected;
    size_t at, top; /* the selected line and the first visible one, of the last update */

    struct proc_key *tags;
    size_t ntags;

    char find[128];      /* the text that is searched for */
    bool tree, kernel;   /* show a tree; show threads of the kernel */
    enum order order[2]; /* by `tree`: of the flat list, of siblings in the tree */
    char *complaint;     /* an error for the user, NULL: none */
    char *machine;       /* its name; NULL: there is only one machine */
    struct rect drawn;   /* where the lines are on the screen */
};

/* Makes the lines again when they are out of date. */
void procview_update(struct procview *pv);
bool procview_is_tagged(const struct procview *pv, const struct process *p);
/* The selected process. NULL: there are no lines. */
const struct process *procview_selected(const struct procview *pv);

#endif
