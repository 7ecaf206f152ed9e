/* What treeview.c and treeview-draw.c share, and nobody else looks at. */
#ifndef PCAT_VIEW_TREE_TREEVIEW_STATE_H
#define PCAT_VIEW_TREE_TREEVIEW_STATE_H

#include <uthash.h>

#include "base/regex.h"
#include "view/tree/treeview.h"

#define PARENTS 8    /* of the selected node, that are remembered */
#define DEPTH_MAX 63 /* levels with guides of their own */

/* The id of a source's own line, which there is when there are several; no node has it. */
#define SOURCE_LINE ((uint64_t)1 << 63)

struct tree_line {
    uint64_t id;     /* of a node, or SOURCE_LINE and the source's index */
    uint64_t guides; /* bit n: a guide runs through at level n */
    unsigned depth;
    unsigned step; /* n: what the node executed as its nth; 0: it is the node's own line */
    bool last;     /* of its brothers */
    bool relative; /* shown for its descendants' sake */
};

/* Bytes of a node over time. */
struct meter {
    uint64_t id;
    uint64_t bytes;
    bool folded; /* they are those of all below, too */
    int64_t since;
    double rate; /* bytes a second */
    UT_hash_handle hh;
};

/* A set of nodes, by id. */
struct node_ref {
    uint64_t id;
    UT_hash_handle hh;
};

/* How the tree was before one began to type; see treeview_try(). What is not the tree's own any
 * more waits here. */
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
    uint64_t generation; /* of the tree, when the lines were made */
    bool stale, frozen;
    bool threads, dead; /* are shown */
    int64_t dead_age;   /* the dead are shown no longer than that; 0: for ever */
    size_t hidden;      /* of the dead, so */
    int64_t expires;    /* when one more will be, by tv->now; 0: none will */
    enum tree_columns columns;
    bool follow;
    uint64_t selected;
    uint64_t parents[PARENTS]; /* of the selected node, the nearest first; 0: no more */
    size_t selected_line;      /* where it was seen last */
    size_t top;
    int rows;                                        /* of the last drawing */
    struct node_ref *folds, *tags, *noticed, *steps; /* steps: what these have executed is shown */
    uint64_t led;  /* the user was led to this one: it is shown, whatever hides it; 0: none */
    uint64_t root; /* only it and what is below is shown; 0: all */
    unsigned root_depth;
    unsigned indent; /* of all nodes: below the lines of sources */
    struct meter *meters;
    int64_t now;
    bool sparks; /* are shown */
    bool past;   /* what stands at `at` is shown */
    struct instant at;
    struct regex *find, *filter;
    bool forward, exclude;
    char *filter_text;
    struct tree_trial *trial; /* NULL: none */
};

/* It, or a node that is folded away below it. */
bool treeview_is_noticed(const struct treeview *tv, const struct task *t);

bool node_set_holds(struct node_ref *set, uint64_t id);
void node_set_put(struct node_ref **set, uint64_t id, bool in);

/* The node that goes on as this one, by now. NULL: it is no longer kept. */
struct task *treeview_resolve(const struct treeview *tv, uint64_t id);

/* treeview-lines.c: makes the lines anew. */
void treeview_make_lines(struct treeview *tv);
/* What time it is there, or the instant that is shown. */
int64_t treeview_time(const struct treeview *tv, const struct source *source);

/* treeview-figures.c: the columns at the right of a node. Returns their width. */
int treeview_draw_figures(struct treeview *tv, struct area a, const struct task *t);
/* A line with what a node has executed. */
void treeview_draw_step(const struct treeview *tv, struct area a, const struct task *t,
                        size_t step);
/* Bytes a second of a node, or of a source's line; folded: all below it are counted. */
double treeview_rate(struct treeview *tv, uint64_t id, uint64_t bytes, bool folded);

/* How a task stands, or stood at the instant that is shown. */
enum instant_phase treeview_phase(const struct treeview *tv, const struct task *t);

/* The source whose line it is; NULL: that of a node. */
struct source *tree_line_source(const struct treeview *tv, uint64_t id);

/* It has some below it, which are folded away. */
bool treeview_folds(const struct treeview *tv, const struct task *t);

/* Selects a task below whatever folds; what hides it otherwise stays so. */
void treeview_unfold_to(struct treeview *tv, const struct task *t);

/* Makes the lines anew when that is needed. */
void treeview_update(struct treeview *tv);
void treeview_select_line(struct treeview *tv, size_t i);
/* Keeps the selection on a line that exists. */
void treeview_keep_selection(struct treeview *tv);
/* The expression matches what find and filter look at. */
enum regex_answer tree_matches(struct regex *re, const struct task *t);

/* Takes all out. */
void node_set_clear(struct node_ref **set);

/* The lines below that node are folded away. */
bool treeview_has_fold(const struct treeview *tv, uint64_t id);
void treeview_set_fold(struct treeview *tv, uint64_t id, bool fold);

/* Selects the line of that node. False: it has none. */
bool treeview_select_id(struct treeview *tv, uint64_t id);

#endif
