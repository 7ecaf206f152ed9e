/* The buffers are tiny here (SMALL_MODEL): blocks of 8 bytes, a floor of 16 bytes, 4 entries in a
 * chunk. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "feed.h"
#include "model/instant.h"

static struct feed f;
static struct view *view;

static int setup(void **state)
{
    (void)state;
    f = feed_new(1 << 20);
    view = NULL;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    view_free(view);
    feed_free(&f);
    return 0;
}

static void look_at(struct scope scope)
{
    view_free(view);
    view = view_new(f.m, scope, KIND_ALL);
    while (view_work(view, 1))
        ;
}

/* The instant of a line that a task wrote to fd 1. */
static struct instant at_line(uint64_t tid, uint64_t line)
{
    struct view *v = view_new(f.m, scope_stream(feed_stream(&f, tid, 1)), KIND_ALL);
    struct entry e;

    assert_true(view_entry(v, line, &e));
    view_free(v);
    return instant_of(&e);
}

static void lines_of_one_write(void **state)
{
    (void)state;
    feed_task(&f, 1, 1, 0, HOW_ATTACHED, "a");
    feed_write(&f, 1, 1, 1, "a0\na1\na2\na3\n");
    feed_task(&f, 2, 2, 0, HOW_ATTACHED, "b");
    feed_write(&f, 2, 2, 1, "b0\nb1\n");
    feed_write(&f, 1, 1, 1, "a4\n");
    for (uint64_t line = 0; line < 5; line++) {
        struct instant at = at_line(1, line);
        look_at(scope_stream(feed_stream(&f, 1, 1)));
        assert_int_equal(instant_in_view(&at, view), line + 1);
        look_at(scope_all());
        assert_int_equal(instant_in_view(&at, view), line < 4 ? line + 1 : 7);
        look_at(scope_stream(feed_stream(&f, 2, 1)));
        assert_int_equal(instant_in_view(&at, view), line < 4 ? 0 : 2);
    }
    struct instant now = instant_of_time(f.time), before = instant_of_time(f.time - 1);
    look_at(scope_all());
    assert_int_equal(instant_in_view(&now, view), 7);
    assert_int_equal(instant_in_view(&before, view), 6);
}

static void several_sources_go_by_time(void **state)
{
    struct source *first = f.s;
    (void)state;

    feed_task(&f, 1, 1, 0, HOW_ATTACHED, "a");
    feed_write(&f, 1, 1, 1, "a0\n"); /* at 2 s */
    feed_write(&f, 1, 1, 1, "a1\n");
    struct stream *a = feed_stream(&f, 1, 1);
    f.s = model_source_add(f.m, "other");
    f.seq = 0;
    feed_task(&f, 1, 1, 0, HOW_ATTACHED, "b");
    feed_write(&f, 1, 1, 1, "b0\n"); /* also at 2 s, but of another source, and it comes later */
    feed_write(&f, 1, 1, 1, "b1\n");
    struct stream *b = feed_stream(&f, 1, 1);
    struct instant at = at_line(1, 0); /* b0 */
    look_at(scope_stream(a));
    assert_int_equal(instant_in_view(&at, view), 1);
    look_at(scope_stream(b));
    assert_int_equal(instant_in_view(&at, view), 1);
    assert_int_equal(instant_bytes(&at, a), 3);
    assert_true(instant_includes(&at, first, 1000, 2 * FEED_SECOND));
    assert_false(instant_includes(&at, first, 1, 2 * FEED_SECOND + 1));
}

static void how_tasks_stood(void **state)
{
    (void)state;
    feed_task(&f, 1, 1, 0, HOW_ATTACHED, "a");
    feed_write(&f, 1, 1, 1, "0\n");
    uint64_t child = feed_task(&f, 2, 2, 1, HOW_FORK, "c")->id;
    feed_write(&f, 1, 1, 1, "1\n");
    feed_exit(&f, 2, 2, 3, 0);
    feed_write(&f, 1, 1, 1, "2\n");
    static const enum instant_phase phases[] = {PHASE_UNBORN, PHASE_ALIVE, PHASE_OVER};
    for (uint64_t line = 0; line < 3; line++) {
        struct instant at = at_line(1, line), time = instant_of_time(at.time);
        const struct task *t = model_task(f.m, child);
        assert_int_equal(instant_phase(&at, t), phases[line]);
        assert_int_equal(instant_phase(&time, t), phases[line]);
        assert_int_equal(instant_phase(&at, feed_find(&f, 1)), PHASE_ALIVE);
        assert_int_equal(instant_bytes(&at, feed_stream(&f, 1, 1)), 2 * (line + 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_of_one_write, setup, teardown),
        cmocka_unit_test_setup_teardown(several_sources_go_by_time, setup, teardown),
        cmocka_unit_test_setup_teardown(how_tasks_stood, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
