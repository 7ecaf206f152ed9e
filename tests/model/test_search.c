#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "feed.h"
#include "model/search.h"

static struct feed f;
static struct view *view;
static struct regex *re;

static int setup(void **state)
{
    char *cause;

    (void)state;
    f = feed_new(1 << 20);
    view = view_new(f.m, scope_all(), KIND_ALL);
    re = regex_new("x+", &cause, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    view_free(view);
    regex_free(re);
    feed_free(&f);
    return 0;
}

static void work(void)
{
    while (view_work(view, 1000))
        ;
}

/* Runs a search to its end, in the smallest possible portions. */
static enum search_result run(uint64_t from, bool forward, bool wrap, struct found *out)
{
    struct search *s = search_new(view, re, from, forward, wrap);
    enum search_result result;

    while ((result = search_step(s, 1, out)) == SEARCH_MORE)
        ;
    assert_int_equal(search_step(s, 1, out), result);
    search_free(s);
    return result;
}

static void finds(uint64_t from, bool forward, bool wrap, uint64_t entry, bool wrapped)
{
    struct found found;

    assert_int_equal(run(from, forward, wrap, &found), SEARCH_FOUND);
    assert_int_equal(found.entry, entry);
    assert_int_equal(found.wrapped, wrapped);
}

static void finds_nothing(uint64_t from, bool forward, bool wrap)
{
    struct found found;

    assert_int_equal(run(from, forward, wrap, &found), SEARCH_NONE);
}

static void up_and_down(void **state)
{
    (void)state;
    feed_write(&f, 1, 1, 1, "a\nx\nb\n");
    feed_write(&f, 2, 2, 1, "x\nc\n");
    work();
    finds(0, true, false, 1, false);
    finds(1, true, false, 1, false);
    finds(2, true, false, 3, false);
    finds_nothing(4, true, false);
    finds_nothing(99, true, false);
    finds(4, false, false, 3, false);
    finds(99, false, false, 3, false);
    finds(2, false, false, 1, false);
    finds_nothing(0, false, false);
}

static void wrapping(void **state)
{
    (void)state;
    feed_write(&f, 1, 1, 1, "a\nx\nb\nx\nc\n");
    work();
    finds(4, true, true, 1, true);
    finds(99, true, true, 1, true);
    finds(0, false, true, 3, true);
    finds(0, true, true, 1, false);
    regex_free(re);
    char *cause;
    re = regex_new("never", &cause, NULL);
    finds_nothing(2, true, true);
    finds_nothing(2, false, true);
}

static void an_empty_view(void **state)
{
    (void)state;
    finds_nothing(0, true, true);
    finds_nothing(0, false, true);
}

static void places_are_columns(void **state)
{
    struct found found;

    (void)state;
    feed_write(&f, 1, 1, 1, "\033[1m\346\274\242\tx\033[0mxx y\n");
    work();
    assert_int_equal(run(0, true, false, &found), SEARCH_FOUND);
    assert_int_equal(found.match.start, 4);
    assert_int_equal(found.match.end, 7);
    assert_int_equal(found.column, 8);
    assert_int_equal(found.columns, 3);
    feed_write(&f, 1, 1, 1, "ends with xx\n");
    work();
    assert_int_equal(run(1, true, false, &found), SEARCH_FOUND);
    assert_int_equal(found.column, 10);
    assert_int_equal(found.columns, 2);
}

static void portions(void **state)
{
    struct found found;
    unsigned steps = 1;

    (void)state;
    for (int i = 0; i < 1000; i++)
        feed_write(&f, 1, 1, 1, "0123456789\n");
    feed_write(&f, 1, 1, 1, "x\n");
    work();
    struct search *s = search_new(view, re, 0, true, false);
    while (search_step(s, 740, &found) == SEARCH_MORE)
        assert_int_equal(search_progress(s), 10 * steps++);
    assert_in_range(steps, 100, 101);
    assert_int_equal(found.entry, 1000);
    search_free(s);
}

static void in_a_filtered_view(void **state)
{
    struct filter *filter = filter_new();
    char *cause;

    (void)state;
    feed_write(&f, 1, 1, 1, "ax\nb\nbx\n");
    assert_true(filter_add(filter, "b", false, &cause));
    view_set_filter(view, filter);
    work();
    finds(0, true, false, 1, false);
}

static void the_view_changes_meanwhile(void **state)
{
    struct found found;

    (void)state;
    feed_write(&f, 1, 1, 1, "a\nb\nc\nx\n");
    work();
    struct search *s = search_new(view, re, 0, true, false);
    assert_int_equal(search_step(s, 1, &found), SEARCH_MORE);
    view_set_kinds(view, KIND_ERR);
    assert_int_equal(search_step(s, 1, &found), SEARCH_NONE);
    search_free(s);
}

static void where_it_gives_up_is_counted(void **state)
{
    char hard[64], *cause;
    struct found found;

    (void)state;
    regex_free(re);
    re = regex_new("(x+x+)+y", &cause, NULL);
    memset(hard, 'x', sizeof hard);
    memcpy(hard + 50, " xxy\n", 6);
    feed_task(&f, 1, 1, 0, HOW_ATTACHED, "one");
    for (int i = 0; i < 3; i++)
        feed_write(&f, 1, 1, 1, hard);
    feed_write(&f, 1, 1, 1, "xxxxy\n");
    work();
    struct search *s = search_new(view, re, view_first(view), true, false);
    /* one entry alone uses up the budget */
    assert_int_equal(search_step(s, 1000, &found), SEARCH_MORE);
    assert_true(search_spent(s) > 1000);
    assert_int_equal(search_progress(s), 1);
    while (search_step(s, 1000, &found) == SEARCH_MORE)
        ;
    assert_int_equal(search_gave_up(s), 3);
    assert_int_equal(found.entry, view_first(view) + 3);
    search_free(s);
}

static void marks_are_not_searched(void **state)
{
    char *cause;

    (void)state;
    regex_free(re);
    re = regex_new("lost", &cause, NULL);
    feed_lost(&f, 1, 1, 1, 5, 1);
    work();
    finds_nothing(0, true, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(up_and_down, setup, teardown),
        cmocka_unit_test_setup_teardown(wrapping, setup, teardown),
        cmocka_unit_test_setup_teardown(an_empty_view, setup, teardown),
        cmocka_unit_test_setup_teardown(places_are_columns, setup, teardown),
        cmocka_unit_test_setup_teardown(portions, setup, teardown),
        cmocka_unit_test_setup_teardown(in_a_filtered_view, setup, teardown),
        cmocka_unit_test_setup_teardown(the_view_changes_meanwhile, setup, teardown),
        cmocka_unit_test_setup_teardown(marks_are_not_searched, setup, teardown),
        cmocka_unit_test_setup_teardown(where_it_gives_up_is_counted, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
