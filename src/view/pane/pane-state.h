/* What pane.c and the files beside it share, and nobody else looks at.
 *
 * Words: the anchor is the entry and the row of it that is drawn first. While
 * following, the anchor is computed anew for each drawing, from the end upwards;
 * otherwise it stays, and is only moved when its entry is gone. */
#ifndef PCAT_VIEW_PANE_PANE_STATE_H
#define PCAT_VIEW_PANE_PANE_STATE_H

#include "model/linetext.h"
#include "model/search.h"
#include "view/gutter.h"
#include "view/pane/tui-detect.h"
#include "view/pane/pane.h"

struct anchor {
    uint64_t entry;
    size_t row;
};

#define PANE_SEARCH_LEAST (64 * 1024) /* bytes of text that a search looks at in one turn */

#define PANE_MARKS 52 /* a to z, A to Z */

/* Where one was. */
struct spot {
    bool set, follow;
    struct place place;
    int64_t time; /* of its line */
};

/* While it shows an instant. */
struct pane_lock {
    bool on;
    struct instant at;
    bool none;            /* nothing had come by then, or it is no longer held */
    uint64_t until;       /* the last entry that had */
    bool settled;         /* there is a later one: that stays so */
    bool moved;           /* by the user, `until` is ahead of `at` */
    bool back;            /* `at` is to be the instant again */
    struct anchor anchor; /* before it */
    bool follow;
};

/* Lines that are selected: the entries between these two. */
struct chosen {
    bool any;
    uint64_t from, at; /* where it began, where one stands */
};

/* How a pane was before one began to type; see pane_try(). */
struct trial {
    struct view *view; /* the pane's own, while another one stands in for it; else NULL */
    bool own_re;       /* the pane's expression is the trial's, and `re` waits here */
    struct regex *re;
    uint64_t epoch, behind;
    struct anchor anchor;
    bool follow, any_drawn, forward, have_found;
    int side;
    enum pane_search state;
    struct found found;
    struct spot before;
    struct pane_lock lock;
    struct chosen chosen;
};

struct pane {
    struct model *model;
    struct view *view;
    struct linetext *lt;
    uint64_t stream; /* id; 0: of no single one */
    uint64_t epoch;  /* of the view, when the anchor was set */
    struct anchor anchor;
    bool follow, frozen, pinned, gathers, wrap;
    int side;
    enum stamps stamps;
    enum form form;
    bool numbers;
    int rows, cols;  /* of the text, gutter excluded */
    uint64_t behind; /* the last entry that was drawn */
    bool any_drawn;

    struct regex *re; /* of the search; NULL: none */
    struct search *search;
    uint64_t search_from; /* where it began, and which way it goes */
    bool search_forward;
    uint64_t search_gave_up; /* lines on which the pattern did */
    uint64_t search_goal;    /* lines that the view must have looked at before it is over */
    bool forward;
    enum pane_search state;
    struct found found;
    bool have_found;

    struct replica *replica; /* of a terminal, shown in place of the lines; NULL: not so */
    uint64_t replica_epoch;  /* of the view, when it was made */
    struct tui_detect tui;   /* whether to offer that */
    int64_t redraw_due;      /* when the program should have drawn anew, 0: it was not asked */
    uint64_t redraw_order;   /* of what had come when it was */

    struct spot marks[PANE_MARKS];
    struct spot before; /* the last jump */
    char last_mark;     /* that was set or gone to, 0: none */
    char leap_from;     /* of the last jump, see pane_leap() */
    int64_t leap;
    bool leapt;

    struct chosen chosen;

    bool working;        /* the view has lines to take in */
    struct trial *trial; /* NULL: none */
    struct pane_lock lock;
};

/* Puts the anchor where it can be drawn from. */
void pane_settle(struct pane *p);
/* After a move down: at the end one follows again. */
void pane_stick(struct pane *p);

bool anchor_is_before(struct anchor a, struct anchor b);
/* One row up or down; false at the end. */
bool pane_step_up(struct pane *p, struct anchor *a);
bool pane_step_down(struct pane *p, struct anchor *a);
/* The anchor with which the end of that entry is at the bottom. */
struct anchor pane_anchor_above(struct pane *p, uint64_t entry);
/* The anchor with which the last row is at the bottom. False: the view is empty. */
bool pane_end_anchor(struct pane *p, struct anchor *out);

/* Rows that an entry takes. */
size_t pane_rows_of(struct pane *p, uint64_t entry);
/* The line that one stands on, see pane_copy_line(). */
uint64_t pane_line_here(const struct pane *p);
/* Appends its plain text and a newline. Returns 1, 0 for a mark. */
size_t pane_copy_entry(struct pane *p, uint64_t number, struct buf *out);

/* The filter of a view with one more rule, see pane_filter(); text is not empty. */
bool pane_make_filter(const struct view *v, const char *text, struct filter **out, char **cause,
                      size_t *at);

/* Begins to look for the pane's expression. */
void pane_start_search(struct pane *p, bool forward);
void pane_end_search(struct pane *p);

/* While it is locked: the anchor for its instant. */
void pane_settle_locked(struct pane *p);
/* The same as moving: rows; to an entry. */
void pane_scroll_locked(struct pane *p, int rows);
void pane_move_locked(struct pane *p, uint64_t entry);

/* Remembers where one is, before a jump. */
void pane_leave(struct pane *p);

/* Plays on, or looks whether to. True: there is more to do. */
bool pane_work_screen(struct pane *p, size_t budget);

/* Goes on with the search. True: there is more to do. */
bool pane_work_search(struct pane *p, size_t *budget);

#endif
