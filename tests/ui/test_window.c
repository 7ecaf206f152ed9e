/* The layout of panes: plans, and the keys after Ctrl-W. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "screen.h"
#include "view/plan.h"

#define W "\x17"

/* ---- plans ---- */

/* The tiles as "col,row colsxrows ...", in a body of 100x40. */
static void plan_is(const struct plan *p, const char *expected)
{
    struct layout l = {.body = {0, 0, 40, 100}};
    char got[400] = "";
    size_t len = 0;

    assert_true(plan_cut(p, &l));
    for (int i = 0; i < l.ntiles; i++)
        len += (size_t)snprintf(got + len, sizeof got - len, "%s%d,%d %dx%d", i ? " " : "",
                                l.tiles[i].col, l.tiles[i].row, l.tiles[i].cols, l.tiles[i].rows);
    assert_string_equal(got, expected);
}

static struct plan one_tile(void)
{
    struct layout l = {.body = {0, 0, 40, 100}, .tiles = {{0, 0, 40, 100}}, .ntiles = 1};
    struct plan p;

    plan_take(&p, &l);
    return p;
}

static void test_plan(void **state)
{
    struct plan p = one_tile();
    (void)state;

    plan_is(&p, "0,0 100x40");
    assert_int_equal(plan_split(&p, 0, false), 1);
    plan_is(&p, "0,0 100x20 0,20 100x20");
    assert_int_equal(plan_split(&p, 0, true), 2);
    plan_is(&p, "0,0 49x20 0,20 49x20 50,0 50x40");
    assert_true(plan_resize(&p, 0, 4, 10));
    plan_is(&p, "0,0 59x24 0,24 59x16 60,0 40x40");
    assert_false(plan_resize(&p, 2, 4, 0));
    assert_int_equal(plan_move(&p, 1, RIGHT), 1);
    plan_is(&p, "0,0 59x40 60,0 40x11 60,11 40x29");
    assert_int_equal(plan_move(&p, 1, DOWN), 2);
    assert_int_equal(plan_move(&p, 2, DOWN), 2);
    assert_int_equal(plan_move(&p, 2, RIGHT), 2);
    assert_int_equal(p.ncolumns, 3);
    assert_int_equal(plan_move(&p, 2, LEFT), 1);
    assert_int_equal(p.ncolumns, 2);
    plan_equalise(&p);
    plan_is(&p, "0,0 49x40 50,0 50x20 50,20 50x20");
    plan_remove(&p, 1);
    plan_is(&p, "0,0 49x40 50,0 50x40");
    plan_remove(&p, 0);
    plan_is(&p, "0,0 100x40");
    plan_remove(&p, 0);
    assert_int_equal(plan_tiles(&p), 0);
}

static void test_neighbours(void **state)
{
    struct plan p = one_tile();
    struct layout l = {.body = {0, 0, 40, 100}};
    (void)state;

    plan_split(&p, 0, true);
    plan_split(&p, 1, false);
    assert_true(plan_cut(&p, &l)); /* 0 at the left; 1 above 2 at the right */
    assert_int_equal(layout_neighbour(&l, 0, RIGHT), 1);
    assert_int_equal(layout_neighbour(&l, 2, LEFT), 0);
    assert_int_equal(layout_neighbour(&l, 1, DOWN), 2);
    assert_int_equal(layout_neighbour(&l, 2, UP), 1);
    assert_int_equal(layout_neighbour(&l, 0, LEFT), -1);
    assert_int_equal(layout_neighbour(&l, 0, DOWN), -1);
}

/* After any operation on a plan, its tiles and the lines between columns cover the body. */
static void covers(const struct plan *p)
{
    struct layout l = {.body = {0, 0, 400, 900}};
    int cells = 0;

    if (!plan_cut(p, &l))
        return;
    assert_int_equal(l.ntiles, plan_tiles(p));
    for (int i = 0; i < l.ntiles; i++)
        cells += l.tiles[i].rows * (l.tiles[i].cols + (l.tiles[i].col > 0));
    assert_int_equal(cells, 400 * 900);
    plan_take(&(struct plan){0}, &l);
}

static void test_random_plans(void **state)
{
    struct plan p = one_tile();
    (void)state;

    srand(5);
    for (int i = 0; i < 20000; i++) {
        int n = plan_tiles(&p), tile = rand() % n, to;
        switch (rand() % 5) {
        case 0:
            to = plan_split(&p, tile, rand() % 2);
            assert_true(n == LAYOUT_TILES ? to == -1 : to >= 0 && to <= n);
            break;
        case 1:
            if (n > 1)
                plan_remove(&p, tile);
            break;
        case 2:
            to = plan_move(&p, tile, (enum direction)(rand() % 4));
            assert_true(to >= 0 && to < n);
            assert_int_equal(plan_tiles(&p), n);
            break;
        case 3:
            plan_resize(&p, tile, rand() % 9 - 4, rand() % 9 - 4);
            break;
        default:
            if (rand() % 20 == 0)
                plan_equalise(&p);
        }
        covers(&p);
    }
}

/* ---- keys ---- */

static int setup_wide(void **state)
{
    screen_setup(state);
    screen_resize(*state, 30, 120);
    screen_story(*state);
    screen_wait(*state, 1);
    screen_wait(*state, 3);
    return 0;
}

#define WIDE_CASE(f) cmocka_unit_test_setup_teardown(f, setup_wide, screen_teardown)

static void test_split_move_and_resize(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "3" W "v&[0-9]" ENTER);
    assert_screen(s, " 4 helper 300/301");
    screen_keys(s, W "s" W "+" W "<" W "<k" W "K");
    assert_screen_file(s, "windows-120x30");
}

/* Whether one row of the screen holds both texts. */
static bool beside(struct screen *s, const char *a, const char *b)
{
    char *text = screen_text(s), *rest = text, *row;
    bool found = false;

    while ((row = strsep(&rest, "\n")))
        found |= strstr(row, a) && strstr(row, b);
    free(text);
    return found;
}

static int row_of(struct screen *s, const char *what)
{
    char *text = screen_text(s), *at = strstr(text, what);
    int row = 0;

    for (char *c = text; at && c < at; c++)
        row += *c == '\n';
    free(text);
    return at ? row : -1;
}

/* The number of cells before the text in its row. */
static int column_of(struct screen *s, const char *what)
{
    char *text = screen_text(s), *at = strstr(text, what), *row = at;
    int cells = 0;

    while (row && row > text && row[-1] != '\n')
        row--;
    for (; at && row < at; row++)
        cells += (*row & 0xc0) != 0x80;
    free(text);
    return at ? cells : -1;
}

static void test_move_and_lower(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1" W "o" W "s");
    assert_false(beside(s, " 1 worker", " 2 worker"));
    int first = row_of(s, " 1 worker"), second = row_of(s, " 2 worker");
    assert_true(first < second);
    screen_keys(s, W "k" W "-" W "-");
    assert_true(row_of(s, " 2 worker") < second);
    screen_keys(s, W "J"); /* the pinned one is the upper one now */
    assert_true(row_of(s, "pinned") == first);
    screen_keys(s, W "L");
    assert_true(beside(s, " 1 worker", " 2 worker"));
    screen_keys(s, W "H");
    assert_false(beside(s, " 1 worker", " 2 worker"));
}

static void test_focus_by_direction(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0" W "l" W "k" W "s"); /* the upper one, twice */
    screen_keys(s, W "hz");
    assert_screen(s, "Tasks"); /* the tree, alone */
    assert_no_screen(s, " 1 worker");
    screen_keys(s, "z" W "l" W "j" W "j" W "jz");
    assert_no_screen(s, "line 29");
    assert_screen(s, "100%");
    screen_keys(s, W ESC "[Az"); /* up, by arrow; it ends the zoom */
    assert_screen(s, "an error^G here");
    assert_no_screen(s, "100%");
}

static void test_only_close_and_auto(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1" W "o");
    assert_no_screen(s, "helper 300/301 stdout");
    screen_keys(s, W "s" W "s" W "c");
    assert_screen(s, " 2 worker 200");
    assert_no_screen(s, " 3 worker 200");
    screen_task(s, 600, 600, 100, HOW_FORK, "late");
    screen_write(s, 600, 600, 1, "late comer\n");
    screen_keys(s, "0");
    screen_wait(s, 9);
    assert_no_screen(s, "late comer"); /* the user's layout: no pane opens by itself */
    screen_keys(s, W "a");
    screen_resize(s, 60, 200);
    screen_wait(s, 9);
    assert_screen(s, "late comer");
}

static void test_what_is_opened_gets_a_tile(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1" W "=0/^401" ENTER ENTER);
    assert_screen(s, " 4 crash 401");
    screen_keys(s, "x");
    assert_no_screen(s, " 4 crash");
    assert_screen(s, " 3 helper");
}

static void test_no_room(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 12, 80);
    screen_keys(s, "1");
    for (int i = 0; i < 12; i++)
        screen_keys(s, W "s");
    assert_screen(s, "there is no room");
    screen_resize(s, 5, 20); /* a plan that does not fit waits */
    free(screen_text(s));
    screen_resize(s, 30, 120);
    assert_screen(s, " 3 ");
    screen_keys(s, W "z");
    assert_screen(s, "Ctrl-W z means nothing");
    screen_keys(s, W);
    assert_screen(s, "split");
    assert_screen(s, "auto-layout"); /* all of them, in several rows */
    screen_keys(s, ESC);
    assert_no_screen(s, "split");
}

static void test_width_of_the_tree(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0" W ">" W ">");
    assert_screen(s, "───────┬─ 1");
    char *text = screen_text(s);
    char *bar = strstr(text, "\u252c");
    assert_non_null(bar);
    free(text);
    for (int i = 0; i < 40; i++)
        screen_keys(s, W "<");
    assert_screen(s, "100 master");
    for (int i = 0; i < 80; i++)
        screen_keys(s, W ">");
    assert_screen(s, " 1 worker");
}

/* A child that prints a line, and ends after so many seconds. */
static void pass_by(struct screen *s, uint64_t pid, const char *line, double seconds)
{
    screen_task(s, pid, pid, 1, HOW_FORK, "cc");
    screen_write(s, pid, pid, 1, line);
    screen_wait(s, seconds);
    screen_exit(s, pid, pid, 0, 0);
}

static void test_passers_by_share_a_pane(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 40, 100);
    screen_task(s, 1, 1, 0, HOW_SPAWNED, "make");
    screen_write(s, 1, 1, 1, "make: begins\n");
    pass_by(s, 10, "one\n", 0.1);
    pass_by(s, 11, "two\n", 0.1);
    assert_screen(s, " cc 10 stdout exit 0");
    assert_no_screen(s, "subtree");
    for (uint64_t pid = 12; pid < 40; pid++)
        pass_by(s, pid, "many\n", 0.2);
    screen_wait(s, 3);
    assert_screen(s, " make 1 stdout");
    assert_screen(s, " make 1 subtree");
    assert_screen(s, "cc           39  many");
    assert_no_screen(s, " cc 10 stdout");
    assert_no_screen(s, "not shown");

    /* One that stays gets a pane of its own, ... */
    screen_task(s, 50, 50, 1, HOW_FORK, "server");
    screen_write(s, 50, 50, 1, "up\n");
    screen_wait(s, 2.5);
    assert_no_screen(s, " server 50 stdout");
    s->time += INT64_C(4000000000);
    screen_write(s, 50, 50, 1, "still up\n");
    screen_wait(s, 2.5);
    assert_screen(s, " server 50 stdout");

    /* ... and what the user closes does not come again. */
    screen_keys(s, "2");
    assert_screen(s, " make 1 subtree");
    screen_keys(s, "x0");
    for (uint64_t pid = 60; pid < 70; pid++)
        pass_by(s, pid, "more\n", 0.5);
    assert_no_screen(s, "subtree");
}

static void test_drag_borders(void **state)
{
    struct screen *s = *state;

    assert_int_equal(row_of(s, " 2 helper"), 10);
    screen_keys(s, ESC "[<0;80;11M" ESC "[<32;80;8M" ESC "[<32;80;6M" ESC "[<0;80;6m");
    assert_int_equal(row_of(s, " 2 helper"), 5);
    screen_keys(s, "z");
    assert_no_screen(s, "line 29"); /* it has the focus, too */
    screen_keys(s, "z" ESC "[<0;80;6M" ESC "[<32;80;1M" ESC "[<0;80;1m");
    assert_int_equal(row_of(s, " 2 helper"), 2); /* two rows stay */
    screen_keys(s, ESC "[<0;37;20M" ESC "[<32;50;20M" ESC "[<0;50;20m");
    assert_int_equal(column_of(s, " 1 worker"), 51);
    screen_keys(s, ESC "[<0;50;20M" ESC "[<32;2;20M" ESC "[<0;2;20m");
    assert_int_equal(column_of(s, " 1 worker"), 51); /* too narrow: it stays */
    screen_keys(s, "1" W "v");
    int border = column_of(s, " 4 worker") - 1;
    char keys[100];
    snprintf(keys, sizeof keys, ESC "[<0;%d;9M" ESC "[<32;%d;9M" ESC "[<0;%d;9m", border,
             border - 8, border - 8);
    screen_keys(s, keys);
    assert_int_equal(column_of(s, " 4 worker"), border - 7);
    screen_keys(s, ESC "OQ" ESC "OQ/x"); /* a prompt has it all: nothing moves below it */
    snprintf(keys, sizeof keys, ESC "[<0;%d;9M" ESC "[<32;%d;9M", border - 8, border);
    screen_keys(s, keys);
    assert_int_equal(column_of(s, " 4 worker"), border - 7);
}

static void test_as_large_as_can_be(void **state)
{
    struct plan p = one_tile();
    (void)state;

    plan_split(&p, 0, false);
    plan_split(&p, 0, true);
    plan_maximise(&p, 1, false);
    plan_is(&p, "0,0 49x3 0,3 49x37 50,0 50x40");
    plan_maximise(&p, 2, true);
    plan_is(&p, "0,0 11x3 0,3 11x37 12,0 88x40");
    plan_maximise(&p, 2, false); /* alone in its column */
    plan_is(&p, "0,0 11x3 0,3 11x37 12,0 88x40");
}

static void test_maximise_exchange_rotate(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "2" W "_");
    assert_int_equal(row_of(s, " 2 helper"), 3);
    screen_keys(s, W "=" W "x"); /* with the next pane; the focus moves along */
    assert_int_equal(row_of(s, " 3 helper 200/201 stderr"), 18);
    screen_keys(s, "kkkk" W "r");
    assert_true(row_of(s, " 1 helper 200/201 stderr") == 0);
    assert_true(row_of(s, " 2 worker 200 stdout") > 0);
    screen_keys(s, "z");
    assert_screen(s, "an error");
    screen_keys(s, "z" W "R");
    assert_true(row_of(s, " 1 worker 200 stdout") == 0);
    screen_keys(s, W "v" W "|");
    assert_true(column_of(s, " 4 helper") > 40);
    screen_keys(s, W "h" W "|");
    assert_true(column_of(s, " 4 helper") > 100);
}

static void test_focus_first_last_before(void **state)
{
    struct screen *s = *state;

    screen_keys(s, W "bz");
    assert_screen(s, " 3 ");
    screen_keys(s, "z" W "tz");
    assert_screen(s, " 1 worker");
    screen_keys(s, "z" W "pz");
    assert_screen(s, " 3 ");
    assert_no_screen(s, " 1 worker");
    screen_keys(s, "z0" W "pz"); /* from the tree */
    assert_screen(s, " 3 ");
    screen_keys(s, "zx" W "tx" W "p"); /* that pane is closed */
    assert_screen(s, "Tasks");
}

/* Panes of short-lived processes close while the tree is hidden: the focus stays on its pane. */
static void test_focus_stays_as_panes_go(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 40, 100);
    screen_task(s, 1, 1, 0, HOW_SPAWNED, "make");
    pass_by(s, 10, "one\n", 0.1);
    pass_by(s, 11, "two\n", 0.1);
    screen_write(s, 1, 1, 1, "make: begins\n");
    screen_wait(s, 3);
    assert_screen(s, "3 make 1 stdout");
    screen_keys(s, "3t");
    screen_wait(s, 6);
    for (uint64_t pid = 12; pid < 20; pid++)
        pass_by(s, pid, "many\n", 0.5);
    screen_wait(s, 3);
    assert_screen(s, " make 1 subtree");
    assert_no_screen(s, "3 make 1 stdout");
    assert_screen(s, "1 make 1 stdout");
    screen_keys(s, "x");
    assert_no_screen(s, " make 1 stdout");
    assert_screen(s, " make 1 subtree");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan),
        cmocka_unit_test(test_neighbours),
        cmocka_unit_test(test_random_plans),
        WIDE_CASE(test_split_move_and_resize),
        WIDE_CASE(test_move_and_lower),
        WIDE_CASE(test_focus_by_direction),
        WIDE_CASE(test_only_close_and_auto),
        WIDE_CASE(test_what_is_opened_gets_a_tile),
        WIDE_CASE(test_no_room),
        WIDE_CASE(test_width_of_the_tree),
        EMPTY_CASE(test_passers_by_share_a_pane),
        EMPTY_CASE(test_focus_stays_as_panes_go),
        WIDE_CASE(test_drag_borders),
        cmocka_unit_test(test_as_large_as_can_be),
        WIDE_CASE(test_maximise_exchange_rotate),
        WIDE_CASE(test_focus_first_last_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
