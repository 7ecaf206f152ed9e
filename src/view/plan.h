/* A plan: the arrangement of tiles that the user made. It has columns from left to right, and in
 * each column tiles from top to bottom. Pure geometry, no state besides the plan.
 *
 * Sizes are shares: the cells that the tiles had when the plan was taken from a layout. plan_cut()
 * scales them to the space available. Tiles are numbered as in struct layout. */
#ifndef PCAT_VIEW_PLAN_H
#define PCAT_VIEW_PLAN_H

#include <stdbool.h>

#include "view/layout.h"

/* The least size of a tile. */
#define PLAN_MIN_ROWS 2
#define PLAN_MIN_COLS 10

struct plan_column {
    int tiles, width;
};

struct plan {
    struct plan_column columns[LAYOUT_TILES];
    int ncolumns;              /* 0: no plan */
    int heights[LAYOUT_TILES]; /* of all tiles, by their numbers */
};

/* Makes a plan of the tiles of a layout. */
void plan_take(struct plan *p, const struct layout *l);
/* The number of tiles. */
int plan_tiles(const struct plan *p);

/* Divides out->body as planned: sets out->tiles and out->ntiles. False: a tile would be too small,
 * or there are no tiles; out is then unchanged. */
bool plan_cut(const struct plan *p, struct layout *out);

/* Adds a tile: below the given one, which gives it half of its height; or (beside) as a new column
 * at the right of the tile's column, which gives it half of its width. Returns the number of the
 * new tile; -1: there are LAYOUT_TILES already. */
int plan_split(struct plan *p, int tile, bool beside);
/* Removes a tile; a neighbour gets its space. */
void plan_remove(struct plan *p, int tile);
/* Makes all columns equally wide, and all tiles of a column equally high. */
void plan_equalise(struct plan *p);
/* Makes a tile larger by so many rows and columns (< 0: smaller). A neighbour shrinks or grows by
 * as much. False: nothing changed, as there is no neighbour or one of both would be too small. */
bool plan_resize(struct plan *p, int tile, int rows, int cols);
/* Makes a tile as high (wide: its column as wide) as possible; the others become small. */
void plan_maximise(struct plan *p, int tile, bool wide);
/* The column of a tile: the number of its first tile, and how many tiles it has. */
void plan_column_of(const struct plan *p, int tile, int *first, int *tiles);
/* UP and DOWN: swaps a tile with its neighbour in the column. LEFT and RIGHT: moves it into the
 * next column, or into a new column at the edge. Returns its new number; the old one when it can't
 * move that way. */
int plan_move(struct plan *p, int tile, enum direction to);

#endif
