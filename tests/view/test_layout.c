/* The layout covers each cell of the screen exactly once, and no tile is too small to be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "view/layout.h"

#define ROWS 160
#define COLS 520

static unsigned char covered[ROWS][COLS];

static void cover(struct rect r)
{
    for (int row = r.row; row < r.row + r.rows; row++)
        for (int col = r.col; col < r.col + r.cols; col++) {
            assert_int_equal(covered[row][col], 0);
            covered[row][col] = 1;
        }
}

static void check(int rows, int cols, const struct layout_wish *wish)
{
    struct layout l;

    layout_make(&l, rows, cols, wish);
    memset(covered, 0, sizeof covered);
    cover(l.tree);
    for (int i = 0; i < l.ntiles; i++) {
        cover(l.tiles[i]);
        if (l.tiles[i].col > l.body.col)
            cover((struct rect){l.tiles[i].row, l.tiles[i].col - 1, l.tiles[i].rows, 1});
        if (l.ntiles > 1) {
            assert_true(l.tiles[i].rows >= TILE_MIN_ROWS);
            assert_true(l.tiles[i].cols >= TILE_MIN_COLS || l.tiles[i].cols == l.body.cols);
        }
    }
    if (l.bar >= 0)
        cover((struct rect){0, l.bar, l.tree.rows, 1});
    cover(l.status);
    cover(l.keys);
    for (int row = 0; row < rows; row++)
        for (int col = 0; col < cols; col++)
            assert_int_equal(covered[row][col], 1);
    assert_true(l.ntiles <= wish->panes || l.ntiles == 1);
}

static void test_cover(void **state)
{
    static const int rows[] = {5, 6, 7, 10, 15, 16, 24, 37, 50, 150};
    static const int cols[] = {20, 31, 61, 62, 63, 80, 100, 132, 200, 500};
    (void)state;

    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (size_t c = 0; c < sizeof cols / sizeof *cols; c++)
            for (int panes = 0; panes <= LAYOUT_TILES; panes++)
                for (int bits = 0; bits < 8; bits++) {
                    struct layout_wish wish = {.tree = bits & 1,
                                               .tree_focus = bits & 2,
                                               .tree_wide = bits & 4,
                                               .panes = panes};
                    check(rows[r], cols[c], &wish);
                }
}

static void test_all_that_fit_are_made(void **state)
{
    struct layout_wish wish = {.tree = true};
    struct layout l;
    (void)state;

    for (int cols = 62; cols < 300; cols += 7)
        for (int rows = 10; rows < 80; rows++) {
            int most = layout_capacity(rows, cols, &wish, false);
            assert_true(layout_capacity(rows, cols, &wish, true) <= most);
            assert_true(layout_capacity(rows, cols, &wish, true) >= 1);
            for (wish.panes = 1; wish.panes <= most; wish.panes++) {
                layout_make(&l, rows, cols, &wish);
                assert_int_equal(l.ntiles, wish.panes);
            }
        }
}

static void test_same_wish_same_place(void **state)
{
    struct layout_wish wish = {.tree = true, .panes = 5};
    struct layout a, b;
    (void)state;

    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    layout_make(&a, 50, 200, &wish);
    wish.tree_focus = true; /* focus moves nothing where both fit */
    layout_make(&b, 50, 200, &wish);
    assert_memory_equal(&a, &b, sizeof a);
}

static void test_smallest(void **state)
{
    struct layout_wish wish = {.tree = true, .panes = 3};
    struct layout l;
    (void)state;

    layout_make(&l, 5, 20, &wish);
    assert_int_equal(l.tree.rows, 0);
    assert_int_equal(l.ntiles, 1);
    assert_int_equal(l.tiles[0].rows, 4);
    assert_int_equal(l.tiles[0].cols, 20);
    wish.tree_focus = true;
    layout_make(&l, 5, 20, &wish);
    assert_int_equal(l.tree.rows, 4);
    assert_int_equal(l.ntiles, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cover),
        cmocka_unit_test(test_all_that_fit_are_made),
        cmocka_unit_test(test_same_wish_same_place),
        cmocka_unit_test(test_smallest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
