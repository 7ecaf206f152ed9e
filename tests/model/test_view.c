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
#include "model/linetext.h"
#include "model/view.h"

static struct feed f;
static struct view *view;
static struct linetext *lt;

static int setup_budget(size_t budget)
{
    f = feed_new(budget);
    view = NULL;
    lt = linetext_new();
    return 0;
}

static int setup(void **state)
{
    (void)state;
    return setup_budget(1 << 20);
}

static int setup_tight(void **state)
{
    (void)state;
    return setup_budget(4096);
}

static int teardown(void **state)
{
    (void)state;
    view_free(view);
    linetext_free(lt);
    feed_free(&f);
    return 0;
}

static void open_view(struct scope scope, unsigned kinds)
{
    view_free(view);
    view = view_new(f.m, scope, kinds);
}

static void work(void)
{
    while (view_work(view, 1))
        ;
}

static void filter(const char *pattern, bool exclude)
{
    struct filter *copy = filter_copy(view_filter(view));
    char *cause;

    assert_true(filter_add(copy, pattern, exclude, &cause));
    view_set_filter(view, copy);
}

/* Compares the entries with a text, stepping forward and backward. */
static void view_is(const char *expected)
{
    char got[4096] = "";
    size_t len = 0;
    uint64_t n, back[256], count = 0;
    struct entry entry;

    work();
    for (bool more = view_clamp(view, 0, &n); more; more = view_next(view, n, &n)) {
        assert_true(view_entry(view, n, &entry));
        assert_int_equal(entry.number, n);
        const struct text *text = linetext_render(lt, entry.stream, &entry.line);
        len += (size_t)snprintf(got + len, sizeof got - len, "%s%s", len ? "|" : "", text->plain);
        back[count++] = n;
    }
    assert_string_equal(got, expected);
    assert_int_equal(view_empty(view), count == 0);
    if (count == 0)
        return;
    assert_int_equal(view_first(view), back[0]);
    assert_int_equal(view_end(view), back[count - 1] + 1);
    for (n = view_end(view); count > 0;) {
        assert_true(view_prev(view, n, &n));
        assert_int_equal(n, back[--count]);
    }
    assert_false(view_prev(view, n, &n));
}

static void one_stream(void **state)
{
    (void)state;
    feed_write(&f, 10, 10, 1, "one\ntwo\n");
    feed_write(&f, 10, 10, 2, "error\n");
    open_view(scope_stream(feed_stream(&f, 10, 1)), 0);
    view_is("one|two");
    feed_write(&f, 10, 10, 1, "thr");
    view_is("one|two|thr");
    feed_write(&f, 10, 10, 1, "ee\n");
    view_is("one|two|three");
    assert_int_equal(view_count_behind(view, 0), 2);
    assert_int_equal(view_settled(view), 3);
}

static void merged_in_order(void **state)
{
    (void)state;
    feed_write(&f, 10, 10, 1, "a\nb\n");
    feed_write(&f, 10, 10, 2, "C\n");
    feed_write(&f, 11, 10, 1, "d\n");
    feed_write(&f, 10, 10, 1, "e\n");
    open_view(scope_all(), KIND_ALL);
    view_is("a|b|C|d|e");
    feed_write(&f, 10, 10, 2, "prompt? ");
    feed_write(&f, 11, 10, 1, "f\n");
    view_is("a|b|C|d|e|prompt? |f");
    feed_write(&f, 10, 10, 2, "yes\n");
    feed_write(&f, 99, 99, 1, "new stream\n");
    view_is("a|b|C|d|e|prompt? yes|f|new stream");
}

static void kinds(void **state)
{
    (void)state;
    feed_write(&f, 10, 10, 1, "out\n");
    feed_write(&f, 10, 10, 2, "err\n");
    feed_write(&f, 10, 10, 7, "other\n");
    open_view(scope_all(), KIND_ERR | KIND_OTHER);
    view_is("err|other");
    view_set_kinds(view, KIND_OUT);
    view_is("out");
    view_set_kinds(view, 0);
    view_is("");
}

static void scopes(void **state)
{
    (void)state;
    struct feed g = {.m = f.m, .s = model_source_add(f.m, "other")};
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    feed_task(&f, 11, 10, 10, HOW_THREAD, "t");
    feed_task(&f, 20, 20, 10, HOW_FORK, "b");
    feed_task(&f, 30, 30, 1, HOW_ATTACHED, "c");
    feed_write(&f, 10, 10, 1, "10\n");
    feed_write(&f, 10, 10, 2, "10e\n");
    feed_write(&f, 11, 10, 1, "11\n");
    feed_write(&f, 20, 20, 1, "20\n");
    feed_write(&f, 30, 30, 1, "30\n");
    feed_write(&g, 10, 10, 1, "g10\n");
    struct scope scope = scope_stream(feed_stream(&f, 10, 1));
    open_view(scope, KIND_ALL);
    view_is("10");
    static const char *const wider[] = {"10|10e", "10|10e|11", "10|10e|11|20", "10|10e|11|20|30",
                                        "10|10e|11|20|30|g10"};
    for (size_t i = 0; i < 5; i++) {
        scope = scope_wider(scope);
        view_set_scope(view, scope);
        view_is(wider[i]);
    }
    assert_true(scope_equal(scope_wider(scope), scope));
    for (size_t i = 4; i-- > 0;) {
        scope = scope_narrower(scope, feed_stream(&f, 10, 1));
        view_set_scope(view, scope);
        view_is(wider[i]);
    }
    scope = scope_narrower(scope, feed_stream(&f, 10, 1));
    assert_int_equal(scope.kind, SCOPE_STREAM);
    view_set_scope(view, scope_process(feed_find(&f, 11)));
    view_is("10|10e|11");
}

static void scope_follows_the_tree(void **state)
{
    (void)state;
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    open_view(scope_subtree(feed_find(&f, 10)), KIND_ALL);
    view_is("");
    feed_write(&f, 20, 20, 1, "not known yet\n");
    view_is("");
    feed_task(&f, 20, 20, 10, HOW_FORK, "b");
    view_is("not known yet");
    feed_write(&f, 20, 20, 1, "child\n");
    view_is("not known yet|child");
    feed_task(&f, 11, 10, 10, HOW_THREAD, "t");
    feed_exec(&f, 10, 11, "/x");
    feed_write(&f, 10, 10, 1, "after exec\n");
    view_is("not known yet|child|after exec");
    assert_ptr_equal(view_scope(view).task, feed_find(&f, 10));
}

static void chosen_tasks(void **state)
{
    (void)state;
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    feed_task(&f, 11, 10, 10, HOW_THREAD, "t");
    feed_task(&f, 20, 20, 10, HOW_FORK, "b");
    feed_task(&f, 30, 30, 1, HOW_ATTACHED, "c");
    feed_task(&f, 40, 40, 30, HOW_FORK, "d");
    struct task_set *set = task_set_new();
    task_set_add(set, feed_find(&f, 10), false); /* with its threads, without its children */
    task_set_add(set, feed_find(&f, 30), true);
    assert_int_equal(task_set_count(set), 2);
    open_view(scope_set(set), KIND_ALL);
    task_set_unref(set);
    feed_write(&f, 10, 10, 1, "10\n");
    feed_write(&f, 20, 20, 1, "20\n");
    feed_write(&f, 11, 10, 1, "11\n");
    feed_write(&f, 40, 40, 1, "40\n");
    feed_write(&f, 30, 30, 1, "30\n");
    view_is("10|11|40|30");
    feed_exec(&f, 10, 11, "/x"); /* thread 11 becomes the leader: another node */
    feed_write(&f, 10, 10, 1, "after exec\n");
    view_is("10|11|40|30|after exec");
    assert_true(scope_equal(view_scope(view), view_scope(view)));
    assert_false(scope_equal(view_scope(view), scope_all()));
    struct scope narrow = scope_narrower(view_scope(view), feed_stream(&f, 40, 1));
    assert_int_equal(narrow.kind, SCOPE_PROCESS);
    assert_int_equal(scope_wider(view_scope(view)).kind, SCOPE_ALL);
    view_set_scope(view, narrow);
    view_is("40");
}

static void context_lines(void **state)
{
    (void)state;
    feed_write(&f, 10, 10, 1, "a\nb\nc\nHIT\nd\ne\nf\n");
    feed_write(&f, 10, 10, 2, "A\nHIT\nB\n");
    feed_write(&f, 10, 10, 1, "g\nHIT\nHIT\nh\n");
    open_view(scope_stream(feed_stream(&f, 10, 1)), KIND_ALL);
    view_set_context(view, 2, 1);
    view_is("a|b|c|HIT|d|e|f|g|HIT|HIT|h"); /* no context without a filter */
    filter("HIT", false);
    view_is("b|c|HIT|d|f|g|HIT|HIT|h"); /* each line once, in order */
    view_set_context(view, 0, 0);
    view_is("HIT|HIT|HIT");
    open_view(scope_all(), KIND_ALL); /* context lines are of the same stream */
    filter("HIT", false);
    view_set_context(view, 1, 0);
    view_is("c|HIT|A|HIT|g|HIT|HIT");
    view_set_context(view, 0, 1);
    feed_write(&f, 10, 10, 1, "no\nHIT\n");
    view_is("HIT|d|HIT|B|HIT|HIT|h|HIT");
    feed_write(&f, 10, 10, 1, "unfinished"); /* an unfinished line is shown as context, too */
    view_is("HIT|d|HIT|B|HIT|HIT|h|HIT|unfinished");
    feed_write(&f, 10, 10, 1, "\nbehind\n");
    view_is("HIT|d|HIT|B|HIT|HIT|h|HIT|unfinished");

    struct entry e;
    uint64_t n;
    assert_true(view_clamp(view, 0, &n) && view_entry(view, n, &e));
    assert_false(view_is_context(view, &e));
    assert_true(view_next(view, n, &n) && view_entry(view, n, &e));
    assert_true(view_is_context(view, &e));
}

static void marks_can_be_left_out(void **state)
{
    (void)state;
    feed_write(&f, 10, 10, 1, "one\n");
    feed_lost(&f, 10, 10, 1, 5, 1);
    feed_write(&f, 10, 10, 1, "two\n");
    open_view(scope_all(), KIND_ALL);
    view_set_marks(view, false);
    filter("t", false);
    view_is("two");
    view_set_marks(view, true);
    view_is("… 5 bytes in 1 write lost …|two");
}

static void lines_with_all_their_bytes(void **state)
{
    struct stream *s;
    struct line line;
    (void)state;

    feed_write(&f, 10, 10, 1, "a\x1b[m\r\n\nx");
    feed_lost(&f, 10, 10, 1, 5, 1);
    feed_write(&f, 10, 10, 1, "\nopen");
    s = feed_stream(&f, 10, 1);
    static const char *const expected[] = {"a\\e[m\\r\\n", "\\n", "x", NULL, "\\n", "open"};
    static const uint64_t bytes[] = {6, 1, 1, 0, 1, 4};
    for (uint64_t i = 0; i < 6; i++) {
        assert_true(stream_line(s, i, &line));
        assert_int_equal(linetext_bytes(s, &line), bytes[i]);
        if (expected[i])
            assert_string_equal(linetext_escape(lt, s, &line)->plain, expected[i]);
    }
}

static void lost_marks_stand_in_place(void **state)
{
    (void)state;
    feed_write(&f, 10, 10, 1, "a\nhalf");
    feed_lost(&f, 10, 10, 1, 1234, 7);
    feed_write(&f, 10, 10, 1, "b\n");
    open_view(scope_stream(feed_stream(&f, 10, 1)), 0);
    view_is("a|half|… 1234 bytes in 7 writes lost …|b");
    open_view(scope_all(), KIND_ALL);
    view_is("a|half|… 1234 bytes in 7 writes lost …|b");
}

static void filters(void **state)
{
    (void)state;
    open_view(scope_all(), KIND_ALL);
    feed_write(&f, 10, 10, 1, "get 200\nget 404\npost 200\n");
    feed_write(&f, 20, 20, 1, "\033[31mGET\033[0m 500\n");
    filter("get", false);
    view_is("get 200|get 404|GET 500");
    filter("200", true);
    view_is("get 404|GET 500");
    feed_write(&f, 10, 10, 1, "get 1\nget 200\n");
    view_is("get 404|GET 500|get 1");
    view_set_scope(view, scope_thread(feed_find(&f, 10)));
    view_is("get 404|get 1");
    view_set_scope(view, scope_stream(feed_stream(&f, 10, 1)));
    view_is("get 404|get 1");
    view_set_filter(view, NULL);
    view_is("get 200|get 404|post 200|get 1|get 200");
}

static void unfinished_lines_under_a_filter(void **state)
{
    uint64_t n;

    (void)state;
    open_view(scope_all(), KIND_ALL);
    filter("%$", false);
    feed_write(&f, 10, 10, 1, "10%");
    feed_write(&f, 20, 20, 1, "x");
    view_is("10%");
    assert_int_equal(view_settled(view), 0);
    feed_write(&f, 30, 30, 1, "100%\n");
    view_is("100%|10%");
    feed_write(&f, 20, 20, 1, "%");
    view_is("100%|10%|x%");
    feed_write(&f, 10, 10, 1, " done\n");
    view_is("100%|x%");
    feed_write(&f, 20, 20, 1, "\n");
    view_is("100%|x%");
    assert_int_equal(view_settled(view), 2);
    feed_write(&f, 20, 20, 1, "y%");
    feed_lost(&f, 20, 20, 1, 5, 1);
    view_is("100%|x%|y%|… 5 bytes in 1 write lost …");
    assert_true(view_next(view, 0, &n));
}

static void marks_in_a_filtered_view_are_few(void **state)
{
    (void)state;
    open_view(scope_all(), KIND_ALL);
    filter("yes", false);
    for (int i = 0; i < 5; i++) {
        feed_lost(&f, 10, 10, 1, 10, 1);
        feed_write(&f, 10, 10, 1, "no\n");
    }
    feed_write(&f, 10, 10, 1, "yes\n");
    feed_lost(&f, 10, 10, 1, 20, 1);
    view_is("… 10 bytes in 1 write lost …|yes|… 20 bytes in 1 write lost …");
}

static void work_is_bounded(void **state)
{
    uint64_t done = 0, total = 0;
    unsigned calls = 0;

    (void)state;
    for (int i = 0; i < 1000; i++)
        feed_write(&f, 10, 10, 1, "a line of text\n");
    open_view(scope_all(), KIND_ALL);
    filter("text", false);
    while (view_work(view, 780)) {
        view_progress(view, &done, &total);
        assert_int_equal(done, ++calls * 10);
        assert_int_equal(total, 1000);
        assert_int_equal(view_end(view), done);
    }
    assert_in_range(calls, 99, 100);
    assert_int_equal(view_end(view), 1000);
}

/* Numbers stay the same while data comes and is evicted. Lines of the quiet stream are held
 * longest. */
static void numbers_are_stable_under_eviction(void **state)
{
    uint64_t quiet[10], n;
    struct entry entry;
    char text[32];

    (void)state;
    open_view(scope_all(), KIND_ALL);
    for (int i = 0; i < 10; i++) {
        snprintf(text, sizeof text, "%d\n", i);
        feed_write(&f, 1, 1, 1, text);
        work();
        quiet[i] = view_end(view) - 1;
        for (int j = 0; j < 500; j++) {
            feed_write(&f, 2, 2, 1, "chatty line\n");
            work();
        }
    }
    for (int i = 0; i < 10; i++) {
        assert_true(view_entry(view, quiet[i], &entry));
        assert_int_equal(entry.line.number, i);
        assert_int_equal(stream_task(entry.stream)->tid, 1);
        assert_int_equal(view_find_order(view, entry.line.order), quiet[i]);
        assert_int_equal(view_find_time(view, entry.line.time), quiet[i]);
    }
    assert_int_equal(view_first(view), quiet[0]);
    assert_true(view_next(view, quiet[0], &n) && n == quiet[1]);
    assert_true(view_prev(view, quiet[9], &n) && n == quiet[8]);
    assert_false(view_entry(view, quiet[0] + 1, &entry));
    assert_true(view_clamp(view, quiet[0] + 1, &n) && n == quiet[1]);
    assert_int_equal(view_end(view), 5010);
    int64_t moved;
    assert_int_equal(view_move(view, quiet[2], -100, &moved), quiet[0]);
    assert_int_equal(moved, -2);
    assert_int_equal(view_move(view, quiet[2], 3, &moved), quiet[5]);
}

static void a_direct_view_under_eviction(void **state)
{
    struct entry entry;
    uint64_t n;

    (void)state;
    feed_write(&f, 1, 1, 1, "first\n");
    open_view(scope_stream(feed_stream(&f, 1, 1)), 0);
    for (int i = 0; i < 2000; i++)
        feed_write(&f, 1, 1, 1, "line\n");
    assert_int_equal(view_end(view), 2001);
    assert_true(view_first(view) > 0);
    assert_false(view_entry(view, 0, &entry));
    assert_true(view_clamp(view, 0, &n) && n == view_first(view));
    assert_int_equal(view_move(view, 2000, -5, NULL), 1995);
    assert_true(view_entry(view, 2000, &entry));
}

static void streams_that_are_dropped(void **state)
{
    (void)state;
    feed_task(&f, 1, 1, 0, HOW_FORK, "gone");
    feed_write(&f, 1, 1, 1, "gone\nunfinished");
    struct view *stream = view_new(f.m, scope_stream(feed_stream(&f, 1, 1)), 0);
    struct view *task = view_new(f.m, scope_process(feed_find(&f, 1)), KIND_ALL);
    open_view(scope_all(), KIND_ALL);
    filter("g|f", false);
    view_is("gone|unfinished");
    feed_exit(&f, 1, 1, 0, 0);
    for (uint64_t tid = 100; tid < 100 + MODEL_DEAD_MAX; tid++) {
        feed_task(&f, tid, tid, 0, HOW_FORK, "x");
        feed_write(&f, tid, tid, 1, "x\n");
        feed_exit(&f, tid, tid, 0, 0);
    }
    assert_null(feed_find(&f, 1));
    view_is("");
    assert_null(view_scope(stream).stream);
    assert_null(view_scope(task).task);
    while (view_work(stream, 100) || view_work(task, 100))
        ;
    assert_true(view_empty(stream));
    assert_true(view_empty(task));
    assert_null(view_stream(task, 0));
    assert_true(scope_equal(scope_wider(view_scope(stream)), view_scope(stream)));
    view_free(stream);
    view_free(task);
}

static void long_progress_bars(void **state)
{
    struct entry entry;
    char text[32];

    (void)state;
    for (int i = 0; i < 20000; i++) {
        snprintf(text, sizeof text, "\rstep %d of 20000", i);
        feed_write(&f, 1, 1, 1, text);
    }
    open_view(scope_stream(feed_stream(&f, 1, 1)), 0);
    assert_true(view_entry(view, 0, &entry));
    assert_string_equal(linetext_render(lt, entry.stream, &entry.line)->plain,
                        "step 19999 of 20000");
    struct bytes plain = linetext_plain(lt, entry.stream, &entry.line);
    assert_int_equal(plain.len, 19);
}

static void generations_change(void **state)
{
    (void)state;
    feed_write(&f, 1, 1, 1, "a\n");
    open_view(scope_all(), KIND_ALL);
    work();
    uint64_t generation = view_generation(view), epoch = view_epoch(view);
    work();
    assert_int_equal(view_generation(view), generation);
    feed_write(&f, 1, 1, 1, "b");
    work();
    assert_true(view_generation(view) != generation);
    generation = view_generation(view);
    feed_write(&f, 1, 1, 1, "b");
    work();
    assert_true(view_generation(view) != generation);
    assert_int_equal(view_epoch(view), epoch);
    filter("b", false);
    assert_true(view_epoch(view) != epoch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_stream, setup, teardown),
        cmocka_unit_test_setup_teardown(merged_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(kinds, setup, teardown),
        cmocka_unit_test_setup_teardown(scopes, setup, teardown),
        cmocka_unit_test_setup_teardown(scope_follows_the_tree, setup, teardown),
        cmocka_unit_test_setup_teardown(chosen_tasks, setup, teardown),
        cmocka_unit_test_setup_teardown(context_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(marks_can_be_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(lines_with_all_their_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(lost_marks_stand_in_place, setup, teardown),
        cmocka_unit_test_setup_teardown(filters, setup, teardown),
        cmocka_unit_test_setup_teardown(unfinished_lines_under_a_filter, setup, teardown),
        cmocka_unit_test_setup_teardown(marks_in_a_filtered_view_are_few, setup, teardown),
        cmocka_unit_test_setup_teardown(work_is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_are_stable_under_eviction, setup_tight, teardown),
        cmocka_unit_test_setup_teardown(a_direct_view_under_eviction, setup_tight, teardown),
        cmocka_unit_test_setup_teardown(streams_that_are_dropped, setup, teardown),
        cmocka_unit_test_setup_teardown(long_progress_bars, setup, teardown),
        cmocka_unit_test_setup_teardown(generations_change, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
