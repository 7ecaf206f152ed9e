/* The title line of a pane, and what an empty pane says. */
#ifndef PCAT_VIEW_PANE_PANE_TITLE_H
#define PCAT_VIEW_PANE_PANE_TITLE_H

#include "source/clock.h"
#include "term/canvas.h"
#include "view/pane/pane.h"

struct title_look {
    int number; /* that focuses it, 0: none */
    bool focused, frozen, watched;
    const struct clock *clock; /* NULL: what runs now is not shown */
    const struct instant *at;  /* that the pane is locked to, NULL: it is not */
    const char *screen_key;    /* that shows the program's screen, as one reads it */
};

/* Draws into one row; after pane_draw(). */
void title_draw(struct area a, const struct pane *p, const struct title_look *look);

/* Who and what, as a file name: "nginx-4711-4713-stdout.txt". To be freed. */
char *title_file_name(const struct pane *p);

/* An empty pane: what is waited for, and which fds are busy meanwhile. t may be NULL. */
void title_draw_waiting(struct area a, const struct pane *p, const struct task *t,
                        const struct clock *clock);

/* A pane in which nothing had come by that instant. */
void title_draw_nothing(struct area a, const struct pane *p, const struct instant *at);

#endif
