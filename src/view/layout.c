/* Words: the body is the space that the tree and the bars leave. It is divided into columns, and
 * each column into tiles. Tiles are numbered from top to bottom, first column first. The number of
 * columns is the one with the least badness: width up to 80 cells is worth more than height.
 *
 * Invariant: the tiles and the lines between the columns cover the body exactly. */
#include "view/layout.h"

#include "view/plan.h"

#define KEYS_FROM_ROWS 16 /* a screen lower than this has no row for key hints */
#define BOTH_FROM_COLS 62 /* a narrower one shows the tree or the panes */
#define BOTH_FROM_ROWS 7

bool rect_holds(struct rect r, int row, int col)
{
    return row >= r.row && row < r.row + r.rows && col >= r.col && col < r.col + r.cols;
}

static int at_least(int n, int low)
{
    return n < low ? low : n;
}

static int at_most(int n, int high)
{
    return n > high ? high : n;
}

static int tree_width(int cols)
{
    return at_most(at_least(cols * 3 / 10, 28), 52);
}

static void cut_tree(struct layout *out, int rows, int cols, const struct layout_wish *wish)
{
    struct rect all = {0, 0, rows, cols};
    bool both = cols >= BOTH_FROM_COLS && rows >= BOTH_FROM_ROWS;
    int width =
        wish->tree_cols ? at_most(wish->tree_cols, cols - TILE_MIN_COLS - 1) : tree_width(cols);

    out->bar = -1;
    out->tree = out->body = (struct rect){0};
    if (!wish->tree || (!both && !wish->tree_focus))
        out->body = all;
    else if (!both || wish->tree_wide)
        out->tree = all;
    else {
        out->tree = (struct rect){0, 0, rows, width};
        out->bar = width;
        out->body = (struct rect){0, width + 1, rows, cols - width - 1};
    }
}

static int most_columns(struct rect body)
{
    return at_least((body.cols + 1) / (TILE_MIN_COLS + 1), 1);
}

static int most_rows(struct rect body)
{
    return at_least(body.rows / TILE_MIN_ROWS, 1);
}

/* How bad n tiles in so many columns are: the cells that a tile lacks to a width of 80, and the
 * rows that it lacks to 10. A missing row counts more, as it hides a whole line. */
static int badness(struct rect body, int n, int columns)
{
    int most = (n + columns - 1) / columns;
    int width = (body.cols - (columns - 1)) / columns;
    int height = body.rows / most;

    if (height < TILE_MIN_ROWS)
        return 10000;
    return at_least(80 - width, 0) + 6 * at_least(10 - height, 0);
}

static int choose_columns(struct rect body, int n)
{
    int best = 1, least = badness(body, n, 1);

    for (int columns = 2; columns <= most_columns(body) && columns <= n; columns++) {
        int bad = badness(body, n, columns);
        if (bad < least) {
            least = bad;
            best = columns;
        }
    }
    return best;
}

/* The size of part i when total is divided into n parts; the first parts get the remainder. */
static int share(int total, int n, int i)
{
    return total / n + (i < total % n ? 1 : 0);
}

static void cut_column(struct layout *out, struct rect column, int n)
{
    int row = column.row;

    for (int i = 0; i < n; i++) {
        int height = share(column.rows, n, i);
        out->tiles[out->ntiles++] = (struct rect){row, column.col, height, column.cols};
        row += height;
    }
}

/* The last columns take the remaining tiles, so that the first tile is the largest. */
static void cut_tiles(struct layout *out, int n)
{
    struct rect body = out->body;
    int columns = choose_columns(body, n);
    int col = body.col, width = body.cols - (columns - 1);

    for (int i = 0; i < columns; i++) {
        struct rect column = {body.row, col, body.rows, share(width, columns, i)};
        cut_column(out, column, share(n, columns, columns - 1 - i));
        col += column.cols + 1;
    }
}

static int tiles_that_fit(struct rect body)
{
    if (body.rows == 0)
        return 0;
    return at_most(most_columns(body) * most_rows(body), LAYOUT_TILES);
}

void layout_make(struct layout *out, int rows, int cols, const struct layout_wish *wish)
{
    int bars = rows >= KEYS_FROM_ROWS ? 2 : 1;

    out->ntiles = 0;
    out->status = (struct rect){rows - bars, 0, 1, cols};
    out->keys = bars == 2 ? (struct rect){rows - 1, 0, 1, cols} : (struct rect){0};
    int band = wish->band < rows - bars ? wish->band : 0;
    out->band = (struct rect){rows - bars - band, 0, band, cols};
    cut_tree(out, at_least(rows - bars - band, 0), cols, wish);
    int n = at_most(at_least(wish->panes, 1), tiles_that_fit(out->body));
    if (wish->plan && plan_tiles(wish->plan) <= wish->panes && plan_cut(wish->plan, out))
        return;
    if (n > 0)
        cut_tiles(out, n);
}

int layout_capacity(int rows, int cols, const struct layout_wish *wish, bool good)
{
    struct layout made;

    layout_make(&made, rows, cols, wish);
    if (!good)
        return tiles_that_fit(made.body);
    int columns = at_least((made.body.cols + 1) / (TILE_GOOD_COLS + 1), 1);
    return at_most(columns * at_least(made.body.rows / TILE_GOOD_ROWS, 1), LAYOUT_TILES);
}

static int overlap(int a, int alen, int b, int blen)
{
    int from = a > b ? a : b, to = a + alen < b + blen ? a + alen : b + blen;

    return to - from;
}

/* The length of the common border; 0: `other` is not next to `tile` in that direction. */
static int common_border(struct rect tile, struct rect other, enum direction to)
{
    bool aside = to == LEFT || to == RIGHT;
    bool beside = to == LEFT    ? other.col + other.cols + 1 == tile.col
                  : to == RIGHT ? tile.col + tile.cols + 1 == other.col
                  : to == UP    ? other.row + other.rows == tile.row
                                : tile.row + tile.rows == other.row;
    int shared = aside ? overlap(tile.row, tile.rows, other.row, other.rows)
                       : overlap(tile.col, tile.cols, other.col, other.cols);

    return beside && shared > 0 ? shared : 0;
}

int layout_neighbour(const struct layout *l, int tile, enum direction to)
{
    int best = -1, most = 0;

    for (int i = 0; i < l->ntiles; i++) {
        int shared = i == tile ? 0 : common_border(l->tiles[tile], l->tiles[i], to);
        if (shared > most) {
            most = shared;
            best = i;
        }
    }
    return best;
}
