/* The buffers are tiny here (SMALL_MODEL): blocks of 8 bytes, a floor of 16 bytes, 4 entries in a
 * chunk. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"
#include "model/notice.h"

static struct feed f;
static struct notices *notices;

static int setup(void **state)
{
    (void)state;
    f = feed_new(1 << 20);
    notices = notices_new(f.m);
    feed_task(&f, 1, 1, 0, HOW_ATTACHED, "one");
    feed_task(&f, 2, 2, 1, HOW_FORK, "two");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    notices_free(notices);
    feed_free(&f);
    return 0;
}

static uint64_t watch(struct notice_rule rule)
{
    char *cause;

    return notices_watch(notices, &rule, 0, &cause);
}

static void work(void)
{
    while (notices_work(notices, 1))
        ;
}

/* Takes all notices and compares them as text: "kind task text xcount\n". */
static void noticed(const char *expected)
{
    static const char *const kinds[] = {"match", "stderr", "failed", "silence", "gave up"};
    char got[4096] = "";
    struct notice n;
    size_t len = 0;

    work();
    while (notices_take(notices, &n))
        len +=
            (size_t)snprintf(got + len, sizeof got - len, "%s %d %s x%d\n", kinds[n.kind],
                             n.task ? (int)model_task(f.m, n.task)->tid : 0, n.text, (int)n.count);
    assert_string_equal(got, expected);
}

static void whole_lines_in_order_each_once(void **state)
{
    (void)state;
    feed_write(&f, 1, 1, 1, "error before\nerr");
    watch((struct notice_rule){.kind = NOTICE_MATCH, .scope = scope_all(), .pattern = "error"});
    noticed("");
    feed_write(&f, 1, 1, 1, "or of two pieces");
    noticed(""); /* the line is not finished */
    feed_write(&f, 2, 2, 1, "no\nan error of 2\n");
    feed_write(&f, 1, 1, 1, "\nan error of 1\nno error");
    noticed("match 1 error of two pieces x1\nmatch 2 an error of 2 x1\nmatch 1 an error of 1 x1\n");
    noticed("");
    feed_write(&f, 1, 1, 1, " or is it\n");
    noticed("match 1 no error or is it x1\n");
}

static void what_is_held_too(void **state)
{
    (void)state;
    feed_write(&f, 1, 1, 1, "an error\n");
    watch((struct notice_rule){
        .kind = NOTICE_MATCH, .scope = scope_all(), .pattern = "error", .all = true});
    noticed("match 1 an error x1\n");
}

/* A regex that gives up: one notice, for the first such line. None of the lines is a match. */
static void where_the_pattern_gives_up(void **state)
{
    static const char hard[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx xxy\n";

    (void)state;
    watch((struct notice_rule){.kind = NOTICE_MATCH, .scope = scope_all(), .pattern = "(x+x+)+y"});
    feed_write(&f, 1, 1, 1, "xxy\n");
    feed_write(&f, 1, 1, 1, hard);
    feed_write(&f, 1, 1, 1, hard);
    noticed("match 1 xxy x1\ngave up 0 (x+x+)+y x1\n");
    feed_write(&f, 1, 1, 1, hard);
    feed_write(&f, 1, 1, 1, "xxxy\n");
    noticed("match 1 xxxy x1\n");
}

static void in_its_scope_alone(void **state)
{
    (void)state;
    struct scope two = scope_subtree(feed_find(&f, 2));
    watch((struct notice_rule){.kind = NOTICE_MATCH, .scope = two, .pattern = "x"});
    watch((struct notice_rule){.kind = NOTICE_FAILED, .scope = two});
    assert_int_equal(notices_rules(notices, two), 2);
    feed_write(&f, 1, 1, 1, "x of 1\n");
    feed_write(&f, 2, 2, 1, "x of 2\n");
    feed_task(&f, 3, 3, 2, HOW_FORK, "three");
    feed_write(&f, 3, 3, 1, "x of 3\n");
    feed_exit(&f, 3, 3, 1, 0);
    feed_task(&f, 4, 4, 1, HOW_FORK, "four");
    feed_exit(&f, 4, 4, 1, 0);
    notices_tick(notices, 1);
    noticed("failed 3  x1\nmatch 2 x of 2 x1\nmatch 3 x of 3 x1\n");
    assert_int_equal(notices_unwatch(notices, two), 2);
    feed_write(&f, 2, 2, 1, "x\n");
    noticed("");
}

static void the_first_line_on_stderr(void **state)
{
    (void)state;
    feed_write(&f, 1, 1, 2, "before\n");
    watch((struct notice_rule){.kind = NOTICE_STDERR, .scope = scope_all()});
    feed_write(&f, 1, 1, 2, "first\nsecond\n");
    feed_write(&f, 2, 2, 1, "not on stderr\n");
    notices_tick(notices, 1);
    noticed("stderr 1 first x1\n");
    feed_write(&f, 1, 1, 2, "third\n");
    feed_write(&f, 2, 2, 2, "of the other\n");
    notices_tick(notices, 2);
    noticed("stderr 2 of the other x1\n");
}

static void what_goes_on_is_no_first_line(void **state)
{
    (void)state;
    feed_write(&f, 1, 1, 2, "10%");
    watch((struct notice_rule){.kind = NOTICE_STDERR, .scope = scope_all()});
    feed_write(&f, 1, 1, 2, " 20%");
    notices_tick(notices, 1);
    noticed("");
    feed_write(&f, 1, 1, 2, "\nfailed\n");
    notices_tick(notices, 2);
    noticed("stderr 1 failed x1\n");
}

static void failures_once(void **state)
{
    (void)state;
    watch((struct notice_rule){.kind = NOTICE_FAILED, .scope = scope_all()});
    feed_exit(&f, 2, 2, 0, 0);
    notices_tick(notices, 1);
    noticed("");
    for (uint64_t pid = 10; pid < 13; pid++) {
        feed_task(&f, pid, pid, 1, HOW_FORK, "c");
        feed_exit(&f, pid, pid, (int)(pid % 2), pid % 2 ? 0 : 11);
    }
    notices_tick(notices, 2);
    noticed("failed 10  x1\nfailed 11  x1\nfailed 12  x1\n");
    notices_tick(notices, 3);
    noticed("");
}

static void silence(void **state)
{
    (void)state;
    watch((struct notice_rule){
        .kind = NOTICE_SILENCE, .scope = scope_subtree(feed_find(&f, 2)), .silence = 10});
    notices_tick(notices, 9);
    noticed("");
    feed_write(&f, 2, 2, 1, "x\n");
    notices_tick(notices, 12);
    notices_tick(notices, 21);
    feed_write(&f, 1, 1, 1, "of another\n");
    noticed("");
    notices_tick(notices, 22);
    notices_tick(notices, 100); /* only once for each silence */
    noticed("silence 2  x1\n");
    feed_write(&f, 2, 2, 1, "x\n");
    notices_tick(notices, 200);
    notices_tick(notices, 210);
    noticed("silence 2  x1\n");
    feed_write(&f, 2, 2, 1, "x\n");
    feed_exit(&f, 2, 2, 0, 0);
    notices_tick(notices, 300);
    notices_tick(notices, 400); /* no notice for dead tasks */
    noticed("");
}

static void a_flood_is_counted(void **state)
{
    struct notice n = {0};
    uint64_t sum = 0;
    (void)state;

    watch((struct notice_rule){.kind = NOTICE_MATCH, .scope = scope_all(), .pattern = "x"});
    for (int i = 0; i < 1000; i++)
        feed_write(&f, 1, 1, 1, "x\n");
    work();
    for (int i = 0; i < NOTICES_MAX; i++) {
        assert_true(notices_take(notices, &n));
        sum += n.count;
    }
    assert_false(notices_take(notices, &n));
    assert_int_equal(sum, 1000);
}

static void wrong_patterns_and_too_many(void **state)
{
    struct notice_rule rule = {.kind = NOTICE_MATCH, .scope = scope_all(), .pattern = "a("};
    char *cause = NULL;
    (void)state;

    assert_int_equal(notices_watch(notices, &rule, 0, &cause), 0);
    assert_non_null(strstr(cause, "parenthesis"));
    free(cause);
    rule.pattern = "a";
    for (int i = 0; i < NOTICE_RULES_MAX; i++)
        assert_int_not_equal(notices_watch(notices, &rule, 0, &cause), 0);
    assert_int_equal(notices_watch(notices, &rule, 0, &cause), 0);
    free(cause);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(whole_lines_in_order_each_once),
        CASE(what_is_held_too),
        CASE(in_its_scope_alone),
        CASE(where_the_pattern_gives_up),
        CASE(the_first_line_on_stderr),
        CASE(what_goes_on_is_no_first_line),
        CASE(failures_once),
        CASE(silence),
        CASE(a_flood_is_counted),
        CASE(wrong_patterns_and_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
