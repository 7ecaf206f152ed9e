/* The status bar and the line of key hints. */
#ifndef PCAT_UI_STATUS_H
#define PCAT_UI_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/instant.h"
#include "model/model.h"
#include "source/player.h"
#include "source/recorder.h"
#include "term/canvas.h"
#include "ui/keys.h"

/* Measures the rate of all output; zeroed at first. */
struct status {
    uint64_t bytes; /* in total, at the last measurement */
    int64_t since;  /* time of the last measurement, CLOCK_MONOTONIC ns; 0: none yet */
    double rate;    /* bytes per second */
};

/* Measures the rate, at most once a second. now: CLOCK_MONOTONIC ns. */
void status_tick(struct status *s, const struct model *m, int64_t now);

/* What the status bar shows besides the model. */
struct status_look {
    bool paused;
    bool recording;                  /* the model comes from a recording, not from a live capture */
    const struct instant *locked;    /* the instant that panes and tree are locked to, NULL: none */
    int unseen;                      /* streams without a pane */
    const char *tree_filter;         /* NULL: none */
    const struct recorder *recorder; /* NULL: the capture is not being recorded */
    const struct player *player;     /* NULL: there is no recording with a position */
};

/* Draws the status bar, as much of it as fits. */
void status_draw(struct area a, const struct status *s, const struct model *m,
                 const struct status_look *look);

/* Draws the hint line: the actions of the mode that have a hint, as many as fit. */
void status_draw_hints(struct area a, enum mode mode);
/* After the first key of a sequence (prefix): draws the possible second keys with their actions, in
 * the last rows of the area. */
void status_draw_seconds(struct area a, enum mode mode, const char *prefix);

#endif
