/* Where everything goes: pure geometry, no state. Rectangles are half open and
 * in cells of the screen. */
#ifndef PCAT_VIEW_LAYOUT_H
#define PCAT_VIEW_LAYOUT_H

#include <stdbool.h>

#define TILE_MIN_COLS 30
#define TILE_MIN_ROWS 4   /* title and three lines */
#define TILE_GOOD_COLS 60 /* what panes that come by themselves want */
#define TILE_GOOD_ROWS 8
struct plan;

#define LAYOUT_TILES 64 /* panes on a screen at the most */

struct rect {
    int row, col, rows, cols;
};

/* What the user chose. */
struct layout_wish {
    bool tree;       /* is to be seen */
    bool tree_focus; /* and has the focus: on a small screen only one of tree and panes is seen */
    bool tree_wide;  /* has the screen for itself */
    int panes;       /* wanted */
    int band;        /* rows of a band above the status bar, 0: none */
    int tree_cols;   /* 0: what is usual */
    const struct plan *plan; /* by hand, NULL: none; one that does not fit waits until it does */
};

struct layout {
    struct rect tree;                /* rows == 0: not seen */
    int bar;                         /* column of the line between tree and panes, -1: none */
    struct rect body;                /* where the tiles are; rows == 0: not seen */
    struct rect tiles[LAYOUT_TILES]; /* title included; a line of one column between two columns */
    int ntiles;                      /* min(panes, what fits) */
    struct rect band;                /* rows == 0: none */
    struct rect status;              /* one row */
    struct rect keys;                /* below it: hints, rows == 0: no room */
};

void layout_make(struct layout *out, int rows, int cols, const struct layout_wish *wish);

/* How many tiles fit on this screen with that wish: just readable ones, or good ones (one at
 * least). */
int layout_capacity(int rows, int cols, const struct layout_wish *wish, bool good);

bool rect_holds(struct rect r, int row, int col);

enum direction { LEFT, DOWN, UP, RIGHT };

/* The tile beside it; -1: none. */
int layout_neighbour(const struct layout *l, int tile, enum direction to);

#endif
