/* Divides the screen: where the tree, the panes and the bars go. Pure geometry, no state.
 * Rectangles are half open, in cells of the screen. A tile is the rectangle of one pane. */
#ifndef PCAT_VIEW_LAYOUT_H
#define PCAT_VIEW_LAYOUT_H

#include <stdbool.h>

#define TILE_MIN_COLS 30
#define TILE_MIN_ROWS 4   /* title and three lines */
#define TILE_GOOD_COLS 60 /* a pane opens by itself only when tiles keep this size */
#define TILE_GOOD_ROWS 8
struct plan;

#define LAYOUT_TILES 64 /* most panes on a screen */

struct rect {
    int row, col, rows, cols;
};

/* What the user wants to see. */
struct layout_wish {
    bool tree;       /* show the tree */
    bool tree_focus; /* the tree has the focus; a small screen shows only the tree or the panes */
    bool tree_wide;  /* the tree fills the screen */
    int panes;       /* number of panes wanted */
    int band;        /* rows of a band above the status bar, 0: none */
    int tree_cols;   /* width of the tree, 0: the default */
    const struct plan *plan; /* the user's own tiles, NULL: none; ignored while it does not fit */
};

struct layout {
    struct rect tree;                /* rows == 0: not shown */
    int bar;                         /* column of the line between tree and panes, -1: none */
    struct rect body;                /* the space for the tiles; rows == 0: not shown */
    struct rect tiles[LAYOUT_TILES]; /* with their titles; a line separates two columns of tiles */
    int ntiles;                      /* panes wanted, or as many as fit */
    struct rect band;                /* rows == 0: none */
    struct rect status;              /* one row */
    struct rect keys;                /* key hints below the status bar; rows == 0: no room */
};

/* Divides a screen of rows × cols cells. */
void layout_make(struct layout *out, int rows, int cols, const struct layout_wish *wish);

/* How many tiles fit on a screen of rows × cols cells. good: tiles of at least TILE_GOOD_ROWS and
 * TILE_GOOD_COLS, and the result is 1 or more; else tiles of the minimum size. */
int layout_capacity(int rows, int cols, const struct layout_wish *wish, bool good);

/* Whether the cell is inside the rectangle. */
bool rect_holds(struct rect r, int row, int col);

enum direction { LEFT, DOWN, UP, RIGHT };

/* The neighbour of a tile in that direction: the one with the longest common border. -1: none. */
int layout_neighbour(const struct layout *l, int tile, enum direction to);

#endif
