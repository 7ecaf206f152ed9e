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

/* The meter of all bytes; zeroed at first. */
struct status {
    uint64_t bytes;
    int64_t since; /* CLOCK_MONOTONIC ns */
    double rate;   /* bytes a second */
};

void status_tick(struct status *s, const struct model *m, int64_t now);

struct status_look {
    bool paused, recording;
    const struct instant *locked;    /* what is shown is that instant, NULL: not so */
    int unseen;                      /* streams without a pane */
    const char *tree_filter;         /* NULL: none */
    const struct recorder *recorder; /* NULL: nothing is recorded */
    const struct player *player;     /* NULL: there is no position */
};

void status_draw(struct area a, const struct status *s, const struct model *m,
                 const struct status_look *look);

/* The actions with hints that the mode has, as many as fit. */
void status_draw_hints(struct area a, enum mode mode);
/* After the first of two keys: what it may lead to, in the last rows of the area. */
void status_draw_seconds(struct area a, enum mode mode, const char *prefix);

#endif
