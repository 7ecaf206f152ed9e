/* The heights of all tiles are one array in the order of the tiles. A column knows only how many
 * of them are its own, so that adding, removing or moving a tile shifts the rest of the array. */
#include "view/plan.h"

#include <stdint.h>
#include <string.h>

/* What a maximised tile leaves to each of the others: a title and two lines. That is a little more
 * than the least size, so that the plan fits on a smaller screen, too. */
#define LEFT_ROWS 3
#define LEFT_COLS 12

void plan_take(struct plan *p, const struct layout *l)
{
    *p = (struct plan){0};
    for (int i = 0; i < l->ntiles; i++) {
        if (i == 0 || l->tiles[i].col != l->tiles[i - 1].col)
            p->columns[p->ncolumns++].width = l->tiles[i].cols;
        p->columns[p->ncolumns - 1].tiles++;
        p->heights[i] = l->tiles[i].rows;
    }
}

int plan_tiles(const struct plan *p)
{
    int n = 0;

    for (int i = 0; i < p->ncolumns; i++)
        n += p->columns[i].tiles;
    return n;
}

/* The index of a tile's column; *first is the first tile in it. */
static int column_of(const struct plan *p, int tile, int *first)
{
    int c = 0;

    for (*first = 0; c + 1 < p->ncolumns && *first + p->columns[c].tiles <= tile; c++)
        *first += p->columns[c].tiles;
    return c;
}

/* ---- from a plan to a layout ---- */

/* Where the first `before` of `sum` shares end, in cells of `total`. */
static int end_of_shares(int total, int before, int sum)
{
    return sum > 0 ? (int)((int64_t)total * before / sum) : 0;
}

/* Divides a column into its tiles. False: one would be too low. */
static bool cut_column(const int *heights, int n, struct rect column, struct rect *out)
{
    int sum = 0, before = 0;

    for (int i = 0; i < n; i++)
        sum += heights[i];
    for (int i = 0; i < n; i++) {
        int from = end_of_shares(column.rows, before, sum);
        before += heights[i];
        int rows = end_of_shares(column.rows, before, sum) - from;
        if (rows < PLAN_MIN_ROWS)
            return false;
        out[i] = (struct rect){column.row + from, column.col, rows, column.cols};
    }
    return true;
}

bool plan_cut(const struct plan *p, struct layout *out)
{
    struct rect tiles[LAYOUT_TILES], body = out->body;
    int total = body.cols - (p->ncolumns - 1), sum = 0, before = 0, n = 0;

    for (int c = 0; c < p->ncolumns; c++)
        sum += p->columns[c].width;
    for (int c = 0; c < p->ncolumns; c++) {
        int from = end_of_shares(total, before, sum);
        before += p->columns[c].width;
        int cols = end_of_shares(total, before, sum) - from;
        struct rect column = {body.row, body.col + from + c, body.rows, cols};
        if (cols < PLAN_MIN_COLS ||
            !cut_column(p->heights + n, p->columns[c].tiles, column, tiles + n))
            return false;
        n += p->columns[c].tiles;
    }
    memcpy(out->tiles, tiles, (size_t)n * sizeof *tiles);
    out->ntiles = n;
    return n > 0;
}

/* ---- changes ---- */

static void insert_height(struct plan *p, int tile, int height)
{
    memmove(p->heights + tile + 1, p->heights + tile,
            sizeof *p->heights * (size_t)(LAYOUT_TILES - tile - 1));
    p->heights[tile] = height;
}

static void remove_height(struct plan *p, int tile)
{
    memmove(p->heights + tile, p->heights + tile + 1,
            sizeof *p->heights * (size_t)(LAYOUT_TILES - tile - 1));
}

static void insert_column(struct plan *p, int c, struct plan_column column)
{
    memmove(p->columns + c + 1, p->columns + c,
            sizeof *p->columns * (size_t)(LAYOUT_TILES - c - 1));
    p->columns[c] = column;
    p->ncolumns++;
}

static void remove_column(struct plan *p, int c)
{
    memmove(p->columns + c, p->columns + c + 1,
            sizeof *p->columns * (size_t)(LAYOUT_TILES - c - 1));
    p->ncolumns--;
}

static int column_height(const struct plan *p, int c, int first)
{
    int height = 0;

    for (int i = 0; i < p->columns[c].tiles; i++)
        height += p->heights[first + i];
    return height;
}

int plan_split(struct plan *p, int tile, bool beside)
{
    int first, c = column_of(p, tile, &first);
    int at = beside ? first + p->columns[c].tiles : tile + 1;

    if (plan_tiles(p) == LAYOUT_TILES)
        return -1;
    if (beside) {
        int width = p->columns[c].width;
        insert_height(p, at, column_height(p, c, first));
        insert_column(p, c + 1, (struct plan_column){1, width / 2});
        p->columns[c].width -= width / 2;
    } else {
        insert_height(p, at, p->heights[tile] / 2);
        p->heights[tile] -= p->heights[tile] / 2;
        p->columns[c].tiles++;
    }
    return at;
}

/* The space goes to the previous tile of the column, or to the next when there is none before;
 * that of a whole column to the previous or next column. */
void plan_remove(struct plan *p, int tile)
{
    int first, c = column_of(p, tile, &first);
    int height = p->heights[tile], width = p->columns[c].width;

    remove_height(p, tile);
    if (--p->columns[c].tiles > 0) {
        p->heights[tile > first ? tile - 1 : tile] += height;
        return;
    }
    remove_column(p, c);
    if (p->ncolumns > 0)
        p->columns[c > 0 ? c - 1 : 0].width += width;
}

void plan_equalise(struct plan *p)
{
    for (int c = 0; c < p->ncolumns; c++)
        p->columns[c].width = 100;
    for (int i = 0; i < LAYOUT_TILES; i++)
        p->heights[i] = 100;
}

/* Moves the border between two shares. False: one would become less than `least`. */
static bool move_border(int *grows, int *shrinks, int by, int least)
{
    if (*grows + by < least || *shrinks - by < least)
        return false;
    *grows += by;
    *shrinks -= by;
    return true;
}

bool plan_resize(struct plan *p, int tile, int rows, int cols)
{
    int first, c = column_of(p, tile, &first);
    int last = first + p->columns[c].tiles - 1;
    bool changed = false;

    if (rows && last > first)
        changed = move_border(p->heights + tile, p->heights + (tile < last ? tile + 1 : tile - 1),
                              rows, PLAN_MIN_ROWS);
    if (cols && p->ncolumns > 1)
        changed |= move_border(&p->columns[c].width,
                               &p->columns[c + 1 < p->ncolumns ? c + 1 : c - 1].width, cols,
                               PLAN_MIN_COLS);
    return changed;
}

/* The share that leaves `least` to each of the n - 1 others; at least `least` itself. */
static int largest_share(int sum, int n, int least)
{
    int most = sum - (n - 1) * least;

    return most > least ? most : least;
}

void plan_maximise(struct plan *p, int tile, bool wide)
{
    int first, c = column_of(p, tile, &first), n = p->columns[c].tiles, width = 0;
    int height = column_height(p, c, first);

    for (int i = 0; i < p->ncolumns; i++)
        width += p->columns[i].width;
    for (int i = 0; wide && i < p->ncolumns; i++)
        p->columns[i].width = i == c ? largest_share(width, p->ncolumns, LEFT_COLS) : LEFT_COLS;
    for (int i = first; !wide && i < first + n; i++)
        p->heights[i] = i == tile ? largest_share(height, n, LEFT_ROWS) : LEFT_ROWS;
}

void plan_column_of(const struct plan *p, int tile, int *first, int *tiles)
{
    *tiles = p->columns[column_of(p, tile, first)].tiles;
}

static int swap_heights(struct plan *p, int tile, int other)
{
    int height = p->heights[tile];

    p->heights[tile] = p->heights[other];
    p->heights[other] = height;
    return other;
}

/* Moves a tile into a new column, left or right of all columns. */
static int move_to_edge(struct plan *p, int tile, int c, bool right)
{
    int at = right ? plan_tiles(p) - 1 : 0, height = p->heights[tile];

    remove_height(p, tile);
    p->columns[c].tiles--;
    insert_height(p, at, height);
    insert_column(p, right ? p->ncolumns : 0, (struct plan_column){1, p->columns[c].width});
    return at;
}

/* Moves a tile to the top of the next column. A column that becomes empty is removed. */
static int move_beside(struct plan *p, int tile, int c, int first, bool right)
{
    int to = right ? c + 1 : c - 1;
    int at = right ? first + p->columns[c].tiles - 1 : first - p->columns[to].tiles;
    int height = p->heights[tile];

    remove_height(p, tile);
    insert_height(p, at, height);
    p->columns[to].tiles++;
    if (--p->columns[c].tiles == 0) {
        p->columns[to].width += p->columns[c].width;
        remove_column(p, c);
    }
    return at;
}

int plan_move(struct plan *p, int tile, enum direction to)
{
    int first, c = column_of(p, tile, &first);
    int last = first + p->columns[c].tiles - 1;
    bool right = to == RIGHT;

    if (to == UP)
        return tile > first ? swap_heights(p, tile, tile - 1) : tile;
    if (to == DOWN)
        return tile < last ? swap_heights(p, tile, tile + 1) : tile;
    if (c != (right ? p->ncolumns - 1 : 0))
        return move_beside(p, tile, c, first, right);
    return last > first ? move_to_edge(p, tile, c, right) : tile;
}
