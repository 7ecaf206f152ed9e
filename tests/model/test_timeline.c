/* Timelines and rates. They are tiny here (SMALL_MODEL): 8 spans, 3 rows and the shared one, 2
 * tasks with rates. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "feed.h"
#include "model/rates.h"

static struct feed f;

static int setup(void **state)
{
    (void)state;
    f = feed_new(1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    feed_free(&f);
    return 0;
}

/* Sets the time of the next event, in seconds. */
static void at(uint64_t second)
{
    f.seq = second - 1;
}

static void write_at(uint64_t second, uint64_t tid, uint64_t pid, const char *text)
{
    at(second);
    feed_write(&f, tid, pid, 1, text);
}

static const struct timeline_row *row_of(uint64_t pid)
{
    const struct timeline *tl = model_timeline(f.m);

    for (unsigned i = 1; i < tl->count; i++)
        if (tl->rows[i].pid == pid)
            return tl->rows + i;
    return NULL;
}

static uint64_t bytes_in(uint64_t pid, uint64_t from, uint64_t to)
{
    const struct timeline *tl = model_timeline(f.m);

    return timeline_bytes(row_of(pid), timeline_span(tl, (int64_t)from * FEED_SECOND),
                          timeline_span(tl, (int64_t)to * FEED_SECOND) + 1);
}

static void spans_double_when_they_are_full(void **state)
{
    const struct timeline *tl = model_timeline(f.m);
    (void)state;

    write_at(100, 1, 1, "aaaa");
    assert_int_equal(tl->start, 100 * FEED_SECOND);
    write_at(102, 1, 1, "bb");
    int64_t width = tl->width;
    assert_true(width > FEED_SECOND / 8 && width < FEED_SECOND);
    assert_int_equal(bytes_in(1, 100, 101), 4);
    assert_int_equal(bytes_in(1, 101, 103), 2);
    write_at(1100, 1, 1, "c");
    assert_true(tl->width > 1000 * FEED_SECOND / 8);
    assert_int_equal(row_of(1)->bytes, 7);
    assert_int_equal(row_of(1)->spans[0], 6); /* the spans were merged in pairs */
    assert_int_equal(timeline_bytes(row_of(1), 0, TIMELINE_BUCKETS), 7);
    assert_int_equal(timeline_span(tl, 0), 0);
    assert_int_equal(timeline_span(tl, INT64_MAX), TIMELINE_BUCKETS - 1);
    write_at(99, 1, 1, "before"); /* before the first span */
    assert_int_equal(row_of(1)->spans[0], 12);
}

static void threads_are_their_process(void **state)
{
    (void)state;
    feed_task(&f, 1, 1, 0, HOW_ATTACHED, "p");
    feed_task(&f, 2, 1, 1, HOW_THREAD, "t");
    feed_write(&f, 1, 1, 1, "a");
    feed_write(&f, 2, 1, 1, "bb");
    assert_int_equal(row_of(1)->bytes, 3);
    feed_exec(&f, 1, 2, "/bin/x"); /* thread 2 becomes the leader: another node */
    feed_write(&f, 1, 1, 1, "c");
    assert_int_equal(row_of(1)->bytes, 4);
    assert_int_equal(model_timeline(f.m)->count, 2);
}

static void the_least_join_the_others(void **state)
{
    const struct timeline *tl = model_timeline(f.m);
    (void)state;

    for (uint64_t pid = 1; pid <= TIMELINE_ROWS; pid++)
        for (uint64_t n = 0; n < pid; n++)
            feed_write(&f, pid, pid, 1, "xy");
    assert_non_null(row_of(1));
    feed_write(&f, 100, 100, 1, "new!"); /* not more than twice the bytes of process 1 */
    assert_null(row_of(100));
    assert_int_equal(tl->rows[0].bytes, 4);
    assert_int_equal(tl->rows[0].members, 1);
    feed_write(&f, 100, 100, 1, "ab");
    assert_null(row_of(1));
    assert_int_equal(row_of(100)->bytes, 2);
    assert_int_equal(tl->rows[0].bytes, 6);
    assert_int_equal(tl->rows[0].members, 1);
    assert_int_equal(timeline_bytes(tl->rows, 0, TIMELINE_BUCKETS), 6);
}

/* Processes that write equally much do not take rows from each other. */
static void nobody_takes_turns(void **state)
{
    const struct timeline *tl = model_timeline(f.m);
    (void)state;

    for (int round = 0; round < 50; round++)
        for (uint64_t pid = 1; pid <= 3 * TIMELINE_ROWS; pid++)
            feed_write(&f, pid, pid, 1, "xy");
    for (uint64_t pid = 1; pid <= TIMELINE_ROWS; pid++)
        assert_int_equal(row_of(pid)->bytes, 100);
    assert_int_equal(tl->rows[0].bytes, 2 * TIMELINE_ROWS * 100);
    assert_int_equal(tl->rows[0].members, 2 * TIMELINE_ROWS);
}

static void what_happened_is_marked(void **state)
{
    const struct timeline *tl = model_timeline(f.m);
    (void)state;

    feed_task(&f, 1, 1, 0, HOW_ATTACHED, "p");
    feed_write(&f, 1, 1, 1, "a");
    assert_int_equal(timeline_marks(tl->marks, 0, TIMELINE_BUCKETS), 0); /* attached, not born */
    feed_task(&f, 2, 2, 1, HOW_FORK, "c");
    feed_write(&f, 2, 2, 1, "a");
    assert_int_equal(timeline_marks(tl->marks, 0, TIMELINE_BUCKETS), TIMELINE_BORN);
    feed_exec(&f, 2, 0, "/bin/x");
    feed_lost(&f, 2, 2, 1, 100, 1);
    feed_exit(&f, 2, 2, 0, 9);
    assert_int_equal(timeline_marks(row_of(2)->marks, 0, TIMELINE_BUCKETS),
                     TIMELINE_EXEC | TIMELINE_LOST | TIMELINE_FAILED);
    assert_int_equal(timeline_marks(row_of(1)->marks, 0, TIMELINE_BUCKETS), 0);
    feed_task(&f, 3, 3, 1, HOW_FORK, "quiet");
    feed_exit(&f, 3, 3, 0, 0);
    assert_int_equal(timeline_marks(tl->rows[0].marks, 0, TIMELINE_BUCKETS),
                     TIMELINE_BORN | TIMELINE_ENDED);
}

static void a_minute_of_rates(void **state)
{
    (void)state;
    write_at(1000, 1, 1, "aaa");
    write_at(1000, 1, 1, "b");
    write_at(1003, 1, 1, "cc");
    const struct task *t = feed_find(&f, 1);
    assert_int_equal(task_rate(t, 1000), 4);
    assert_int_equal(task_rate(t, 1001), 0);
    assert_int_equal(task_rate(t, 1003), 2);
    assert_int_equal(task_rate(t, 1004), 0);
    write_at(1002, 1, 1, "late");
    assert_int_equal(task_rate(t, 1002), 4);
    write_at(1060, 1, 1, "d");
    assert_int_equal(task_rate(t, 1000), 0); /* 60 s ago: no longer kept */
    assert_int_equal(task_rate(t, 1003), 2);
    write_at(5000, 1, 1, "e");
    assert_int_equal(task_rate(t, 1060), 0);
    for (int64_t s = 4941; s < 5000; s++)
        assert_int_equal(task_rate(t, s), 0);
    assert_int_equal(task_rate(t, 5000), 1);
}

static void rates_of_the_active_alone(void **state)
{
    (void)state;
    for (uint64_t pid = 1; pid <= RATES_MAX; pid++)
        write_at(10, pid, pid, "x");
    write_at(10, 1, 1, "x");
    write_at(10, 100, 100, "x");
    assert_int_equal(task_rate(feed_find(&f, 1), 10), 2);
    assert_int_equal(task_rate(feed_find(&f, 2), 10), 0); /* the least recently active */
    assert_int_equal(task_rate(feed_find(&f, 100), 10), 1);
    for (uint64_t pid = 1; pid < 100; pid++) /* dead nodes are dropped, and so are their rates */
        feed_exit(&f, pid, pid, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(spans_double_when_they_are_full, setup, teardown),
        cmocka_unit_test_setup_teardown(threads_are_their_process, setup, teardown),
        cmocka_unit_test_setup_teardown(the_least_join_the_others, setup, teardown),
        cmocka_unit_test_setup_teardown(nobody_takes_turns, setup, teardown),
        cmocka_unit_test_setup_teardown(what_happened_is_marked, setup, teardown),
        cmocka_unit_test_setup_teardown(a_minute_of_rates, setup, teardown),
        cmocka_unit_test_setup_teardown(rates_of_the_active_alone, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
