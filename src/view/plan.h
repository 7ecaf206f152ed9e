/* A layout made by hand: columns from left to right, in each tiles from top to
 * bottom. Pure geometry, no state besides the plan.
 *
 * Sizes are shares: the cells that the tiles had when the plan was taken from a
 * layout, scaled to the space there is. Tiles are numbered as in struct layout. */
#ifndef PCAT_VIEW_PLAN_H
#define PCAT_VIEW_PLAN_H

#include <stdbool.h>

#include "view/layout.h"

#define PLAN_MIN_ROWS 2
#define PLAN_MIN_COLS 10

struct plan_column {
    int tiles, width;
};

struct plan {
    struct plan_column columns[LAYOUT_TILES];
    int ncolumns;              /* 0: no plan */
    int heights[LAYOUT_TILES]; /* of all tiles */
};

/* What stands in a layout, as a plan. */
void plan_take(struct plan *p, const struct layout *l);
int plan_tiles(const struct plan *p);

/* Cuts the body so. False: something would be too small, and out is as before. */
bool plan_cut(const struct plan *p, struct layout *out);

/* Cuts a tile in two, one above the other or side by side. Returns the number of the new one;
 * -1: there are too many. */
int plan_split(struct plan *p, int tile, bool beside);
void plan_remove(struct plan *p, int tile);
/* All columns as wide, all tiles of a column as high. */
void plan_equalise(struct plan *p);
/* Makes it larger at the cost of a neighbour, or smaller for its good. False: there is none. */
bool plan_resize(struct plan *p, int tile, int rows, int cols);
/* Makes it as high, or its column as wide, as leaves the others a little. */
void plan_maximise(struct plan *p, int tile, bool wide);
/* The column of a tile: its first tile, and how many they are. */
void plan_column_of(const struct plan *p, int tile, int *first, int *tiles);
/* Up and down: changes places with the neighbour. Left and right: into the column there, or into
 * a new one at the edge. Returns its new number; the same when it can't go there. */
int plan_move(struct plan *p, int tile, enum direction to);

#endif
