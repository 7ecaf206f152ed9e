/* The title line of a pane, and what an empty pane says. */
#ifndef PCAT_VIEW_PANE_PANE_TITLE_H
#define PCAT_VIEW_PANE_PANE_TITLE_H

#include "source/clock.h"
#include "term/canvas.h"
#include "view/pane/pane.h"

struct title_look {
    int number;                    /* the digit key that focuses the pane, 0: none */
    bool focused, frozen, watched; /* watched: there are notices for its output */
    const struct clock *clock;     /* for how long a task is blocked; NULL: not shown */
    const struct instant *at;      /* that the pane is locked to, NULL: it is not locked */
    const char *screen_key;        /* name of the key that shows the program's screen */
};

/* Draws the title into one row. Call it after pane_draw(). */
void title_draw(struct area a, const struct pane *p, const struct title_look *look);

/* A file name for the output of the pane: "nginx-4711-4713-stdout.txt". The caller frees it. */
char *title_file_name(const struct pane *p);

/* The text of an empty pane: the filter that no line passes; else since when task t is captured,
 * the fds on which it has written nothing yet, and those that are written to but not captured.
 * t may be NULL, and so may p. */
void title_draw_waiting(struct area a, const struct pane *p, const struct task *t,
                        const struct clock *clock);

/* The text of a pane that is locked to an instant by which nothing had come. */
void title_draw_nothing(struct area a, const struct pane *p, const struct instant *at);

#endif
