/* The state of a pane; private to the files pane*.c.
 *
 * Words: the anchor is the row at the top of the pane: an entry of the view, and a row of it. While
 * the pane follows, each drawing computes the anchor from the end upwards. Otherwise the anchor
 * stays, and moves only when its entry is no longer held. */
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

#define PANE_SEARCH_LEAST (64 * 1024) /* least budget of a search in one call, in bytes of text */

#define PANE_MARKS 52 /* a to z, A to Z */

/* A place in the pane to return to. */
struct spot {
    bool set, follow;   /* follow: the pane followed the end there */
    struct place place; /* the line at the top */
    int64_t time;       /* of that line */
};

/* The lock to an instant. */
struct pane_lock {
    bool on;
    struct instant at;
    bool none;            /* no entry had come by `at`, or the entry is no longer held */
    uint64_t until;       /* the last entry that had come by `at`; it is at the bottom */
    bool settled;         /* a later entry is there, so `until` is final */
    bool moved;           /* the user moved `until`; pane_moved() has not reported it yet */
    bool back;            /* a preview ended; pane_moved() has to report `at` again */
    struct anchor anchor; /* anchor and follow of the pane before the lock */
    bool follow;
};

/* The selection: all entries between these two. */
struct chosen {
    bool any;
    uint64_t from, at; /* where it began; the current line */
};

/* What a pane was when a preview began, see pane_try(). The fields are those of struct pane. */
struct trial {
    struct view *view; /* the pane's own view, while the preview uses another; else NULL */
    bool own_re;       /* the pane's `re` belongs to the preview, and the pane's own is here */
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
    uint64_t stream; /* id of the stream that it was made for; 0: of several */
    uint64_t epoch;  /* of the view, when the anchor was set */
    struct anchor anchor;
    bool follow, frozen, pinned, gathers, wrap;
    int side; /* first visible column, without wrap */
    enum stamps stamps;
    enum form form;
    bool numbers;
    int rows, cols;  /* size of the text without the gutter, in the last drawing */
    uint64_t behind; /* the last entry of the last drawing */
    bool any_drawn;  /* the last drawing had an entry */

    struct regex *re;        /* the pattern of the search; NULL: none */
    struct search *search;   /* NULL: no search runs */
    uint64_t search_from;    /* the entry where the running search began */
    bool search_forward;     /* its direction */
    uint64_t search_gave_up; /* lines on which the pattern gave up */
    uint64_t search_goal;    /* lines that the view must have taken in before "not found" is true */
    bool forward;            /* the direction that the user asked for */
    enum pane_search state;
    struct found found; /* the last match */
    bool have_found;    /* there is one */

    struct replica *replica; /* the screen shown in place of the lines; NULL: lines are shown */
    uint64_t replica_epoch;  /* of the view, when the replica was made */
    struct tui_detect tui;   /* whether the output looks like a full screen */
    int64_t redraw_due;      /* see pane_expect_redraw(); 0: no redraw is expected */
    uint64_t redraw_order;   /* order of the newest output when the program was asked */

    struct spot marks[PANE_MARKS];
    struct spot before; /* where the pane was before the last jump */
    char last_mark;     /* the mark that was last set or jumped to, 0: none */
    char leap_from;     /* results for pane_leap() */
    int64_t leap;
    bool leapt;

    struct chosen chosen;

    bool working;        /* the view has lines to take in */
    struct trial *trial; /* NULL: no preview */
    struct pane_lock lock;
};

/* Makes the anchor valid: an entry that is held, or what following or a lock asks for. */
void pane_settle(struct pane *p);
/* After a move: the pane follows again if it has reached the end. */
void pane_stick(struct pane *p);

bool anchor_is_before(struct anchor a, struct anchor b);
/* Moves *a one row up or down. False: it is at the end. */
bool pane_step_up(struct pane *p, struct anchor *a);
bool pane_step_down(struct pane *p, struct anchor *a);
/* The anchor that puts the end of that entry at the bottom of the pane. */
struct anchor pane_anchor_above(struct pane *p, uint64_t entry);
/* The anchor that puts the last row of all at the bottom. False: the view is empty. */
bool pane_end_anchor(struct pane *p, struct anchor *out);

/* The number of rows that an entry needs. */
size_t pane_rows_of(struct pane *p, uint64_t entry);
/* The entry of the current line, see pane.h. */
uint64_t pane_current_line(const struct pane *p);
/* Appends the plain text of an entry and a newline. Returns the lines appended: 1, or 0 for a loss
 * mark. */
size_t pane_copy_entry(struct pane *p, uint64_t number, struct buf *out);

/* Makes a copy of a view's filter with one more rule, see pane_filter(); text is not empty. The
 * caller frees *out. */
bool pane_make_filter(const struct view *v, const char *text, struct filter **out, char **cause,
                      size_t *at);

/* Starts a search for p->re; ends the one that runs. */
void pane_start_search(struct pane *p, bool forward);
void pane_end_search(struct pane *p);

/* Of a locked pane: sets the anchor for its instant. */
void pane_settle_locked(struct pane *p);
/* Moves a locked pane by so many rows, or to an entry; the instant follows, see pane_moved(). */
void pane_scroll_locked(struct pane *p, int rows);
void pane_move_locked(struct pane *p, uint64_t entry);

/* Remembers the place of the pane before a jump, as p->before. */
void pane_remember_spot(struct pane *p);

/* Plays the program's screen, or examines whether the output is one. True: there is more to do. */
bool pane_work_screen(struct pane *p, size_t budget);

/* Continues the search and takes what that costs from *budget. True: there is more to do. */
bool pane_work_search(struct pane *p, size_t *budget);

#endif
