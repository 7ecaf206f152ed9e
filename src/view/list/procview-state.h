/* What procview.c and procview-draw.c share, and nobody else looks at. */
#ifndef PCAT_VIEW_LIST_PROCVIEW_STATE_H
#define PCAT_VIEW_LIST_PROCVIEW_STATE_H

#include "view/layout.h"
#include "view/list/procview.h"

#define PROC_DEPTH_MAX 63 /* levels with guides of their own */

enum order { ORDER_CPU, ORDER_PID, ORDER_USER, ORDER_AGE, ORDER_COMMAND, ORDERS };

struct proc_line {
    size_t item;     /* in the list */
    uint64_t guides; /* bit n: a guide runs through at level n */
    unsigned depth;
    bool last;     /* of its brothers */
    bool relative; /* shown for its descendants' sake */
};

/* A process: PIDs are used again. */
struct proc_key {
    uint64_t pid;
    int64_t start;
};

struct procview {
    bool open;
    const struct processes *list;
    uint64_t serial; /* of the list, when the lines were made */
    bool stale;

    struct proc_line *lines;
    size_t count, cap;
    size_t matches, total; /* processes: that match; that could */
    struct proc_key selected;
    size_t at, top; /* the selected line, as it was seen last; the one at the top */

    struct proc_key *tags;
    size_t ntags;

    char find[128];
    bool tree, kernel;
    enum order order[2]; /* of all alike, and of brothers in the tree */
    char *complaint;     /* NULL: none */
    char *machine;       /* whose processes they are; NULL: there is only one */
    struct rect drawn;   /* the lines, on the screen */
};

/* Makes the lines anew when that is needed. */
void procview_update(struct procview *pv);
bool procview_is_tagged(const struct procview *pv, const struct process *p);
/* NULL: there is no line. */
const struct process *procview_selected(const struct procview *pv);

#endif
