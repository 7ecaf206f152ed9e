/* The state of the fork tree; private to the files treeview*.c. */
#ifndef PCAT_VIEW_TREE_TREEVIEW_STATE_H
#define PCAT_VIEW_TREE_TREEVIEW_STATE_H

#include <uthash.h>

#include "base/regex.h"
#include "view/tree/treeview.h"

#define PARENTS 8    /* ancestors of the selected node that are remembered */
#define DEPTH_MAX 63 /* deeper nodes are drawn at this level */

/* A source's own line has this bit and the source's index as its id; no node has the bit. */
#define SOURCE_LINE ((uint64_t)1 << 63)

/* A line. A guide is a vertical line of the tree that joins siblings. */
struct tree_line {
    uint64_t id;     /* of a node, or SOURCE_LINE and the source's index */
    uint64_t guides; /* bit n: a guide runs past this line at level n */
    unsigned depth;
    unsigned step; /* n: the line of the node's nth step; 0: the node's own line */
    bool last;     /* the last of its siblings */
    bool ancestor; /* hidden by itself; shown because a descendant is */
};

/* Measures the rate of a node. */
struct meter {
    uint64_t id;
    uint64_t bytes; /* at the time `since` */
    bool folded;    /* bytes of all descendants are included */
    int64_t since;  /* CLOCK_MONOTONIC ns */
    double rate;    /* bytes a second */
    UT_hash_handle hh;
};

/* A set of nodes, by id. */
struct node_ref {
    uint64_t id;
    UT_hash_handle hh;
};

/* What the tree was when a preview began, see treeview_try(). It owns the pattern, filter and text
 * that the preview has replaced. */
struct tree_trial {
    uint64_t selected;
    size_t selected_line, top;
    bool follow, forward, exclude;
    struct regex *find, *filter;
    char *filter_text;
};

struct treeview {
    struct model *model;
    const struct clock *clock;
    struct tree_line *lines;
    size_t count, cap;
    uint64_t generation; /* of the model's tree, when the lines were made */
    bool stale;          /* the lines must be made again */
    bool frozen;
    bool threads, dead; /* show threads, tasks that have ended */
    int64_t dead_age;   /* ns after which ended tasks are hidden; 0: never */
    size_t hidden;      /* number of ended tasks that are hidden */
    int64_t expires;    /* when the next one has to be hidden, by tv->now; 0: none has */
    enum tree_columns columns;
    bool follow;
    uint64_t selected;         /* id of the selected line */
    uint64_t parents[PARENTS]; /* ids of its ancestors, the nearest first; 0: no more */
    size_t selected_line;      /* its index in lines[], of the last update */
    size_t top;                /* the first visible line */
    int rows;                  /* of the last drawing */
    struct node_ref *folds, *tags;
    struct node_ref *noticed, *steps; /* nodes with a notice; nodes whose steps are shown */
    uint64_t revealed;                /* node shown although something hides it; 0: none */
    uint64_t root; /* only this node and its descendants are shown; 0: all nodes */
    unsigned root_depth;
    unsigned indent; /* of all nodes: 1 when sources have lines of their own, else 0 */
    struct meter *meters;
    int64_t now; /* of the last treeview_tick() */
    bool sparks; /* show sparklines */
    bool past;   /* show the state at the instant `at` */
    struct instant at;
    struct regex *find, *filter;
    bool forward, exclude;
    char *filter_text;
    struct tree_trial *trial; /* NULL: no preview */
};

/* Whether there is a notice about the task, or about a task that its fold hides. */
bool treeview_is_noticed(const struct treeview *tv, const struct task *t);

bool node_set_holds(struct node_ref *set, uint64_t id);
/* Adds a node, or removes it (in: false). */
void node_set_put(struct node_ref **set, uint64_t id, bool in);

/* The node with that id, or its successor when it has one. NULL: it is no longer kept. */
struct task *treeview_resolve(const struct treeview *tv, uint64_t id);

/* treeview-lines.c: makes all lines again. */
void treeview_make_lines(struct treeview *tv);
/* The time of the instant that is shown, else the present time of the source; CLOCK_REALTIME ns. */
int64_t treeview_time(const struct treeview *tv, const struct source *source);

/* treeview-figures.c: draws the columns at the right of a node. Returns their width. */
int treeview_draw_figures(struct treeview *tv, struct area a, const struct task *t);
/* Draws the line of a step of t; step: its index, from 0. */
void treeview_draw_step(const struct treeview *tv, struct area a, const struct task *t,
                        size_t step);
/* The rate in bytes a second of the line with that id, measured once a second. bytes: its total so
 * far; folded: bytes of all descendants are included. */
double treeview_rate(struct treeview *tv, uint64_t id, uint64_t bytes, bool folded);

/* The phase of a task at the instant that is shown, or now. */
enum instant_phase treeview_phase(const struct treeview *tv, const struct task *t);

/* The source of the line with that id; NULL: it is a node's line. */
struct source *tree_line_source(const struct treeview *tv, uint64_t id);

/* Whether the task has children and its fold hides them. */
bool treeview_hides_children(const struct treeview *tv, const struct task *t);

/* Selects a task and unfolds all nodes above it. If something else hides it, an ancestor is
 * selected. */
void treeview_unfold_to(struct treeview *tv, const struct task *t);

/* Makes the lines again when they are out of date. */
void treeview_update(struct treeview *tv);
/* Selects the line with index i; of a line of a step, the line of its node. */
void treeview_select_line(struct treeview *tv, size_t i);
/* Moves the selection to a line that exists: the node's successor, an ancestor, the source, or the
 * line at the same place. */
void treeview_keep_selection(struct treeview *tv);
/* Matches the text of a node in which find and filter search. */
enum regex_answer tree_matches(struct regex *re, const struct task *t);

/* Removes all nodes. */
void node_set_clear(struct node_ref **set);

/* Whether a node, or a source's line, is folded. */
bool treeview_has_fold(const struct treeview *tv, uint64_t id);
void treeview_set_fold(struct treeview *tv, uint64_t id, bool fold);

/* Selects the line with that id. False: there is none. */
bool treeview_select_id(struct treeview *tv, uint64_t id);

#endif
