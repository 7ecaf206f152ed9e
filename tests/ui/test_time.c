/* One instant in all panes and the tree, spans between marks, the timeline. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "screen.h"
#include "ui/time-parse.h"

#define SECOND INT64_C(1000000000)

/* Two processes print 30 lines each, in turn, a tenth of a second apart; in between one process
 * starts and one ends. The first event is at 05:33:20.1. */
static int setup_race(void **state)
{
    screen_setup(state);
    struct screen *s = *state;
    char line[64];

    screen_resize(s, 24, 120);
    screen_task(s, 100, 100, 1, HOW_ATTACHED, "race");
    screen_task(s, 101, 100, 100, HOW_THREAD, "left");
    screen_task(s, 102, 100, 100, HOW_THREAD, "right");
    for (int i = 0; i < 30; i++) {
        snprintf(line, sizeof line, "left %d.\n", i);
        screen_write(s, 101, 100, 1, line);
        snprintf(line, sizeof line, "right %d.\n", i);
        screen_write(s, 102, 100, 1, line);
        if (i == 9)
            screen_task(s, 200, 200, 100, HOW_FORK, "child");
        if (i == 19)
            screen_exit(s, 200, 200, 3, 0);
    }
    screen_wait(s, 1);
    screen_wait(s, 3);
    return 0;
}

#define RACE_CASE(f) cmocka_unit_test_setup_teardown(f, setup_race, screen_teardown)

static void test_lock_shows_one_instant(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1"); /* left */
    assert_screen(s, "left 29.");
    screen_keys(s, "/left 26" ENTER "L"); /* the instant is that of the match */
    assert_screen(s, "left 26.");
    assert_no_screen(s, "left 27.");
    assert_screen(s, "right 25.");
    screen_keys(s, "LG" ESC);
    screen_keys(s, "L");
    assert_screen(s, "locked 05:33:26");
    assert_screen(s, "left 29.");
    assert_no_screen(s, "right 29."); /* it came after left 29 */
    screen_keys(s, "k");
    assert_screen(s, "left 28.");
    assert_no_screen(s, "left 29.");
    assert_screen(s, "right 27.");
    assert_no_screen(s, "right 28.");
    screen_keys(s, "kkkkkkkkkkkkk");
    assert_screen(s, "left 15.");
    assert_no_screen(s, "left 16.");
    assert_screen(s, "right 14.");
    assert_no_screen(s, "right 15.");
    assert_no_screen(s, "exit 3"); /* it still ran */
    assert_screen_file(s, "locked-120x24");
    screen_keys(s, "j");
    assert_screen(s, "right 15.");
    screen_keys(s, TAB "j"); /* the other moves it as well: to its own next line */
    assert_screen(s, "right 16.");
    assert_screen(s, "left 16.");
    assert_no_screen(s, "left 17.");
}

static void test_lock_in_the_tree(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1Lg");
    assert_screen(s, "left 0.");
    assert_no_screen(s, "left 1.");
    assert_screen(s, "nothing yet at 05:33:20.5");
    assert_screen(s, "200 child");
    assert_screen(s, "not yet");
    screen_keys(s, "/left 12" ENTER);
    assert_screen(s, "left 12.");
    assert_no_screen(s, "left 13.");
    assert_no_screen(s, "not yet");
    assert_no_screen(s, "exit 3");
    screen_keys(s, "/left 25" ENTER);
    assert_screen(s, "exit 3");
    screen_keys(s, "/left 3"); /* incremental search moves it, too, and Escape moves it back */
    assert_no_screen(s, "left 4.");
    assert_no_screen(s, "right 4.");
    screen_keys(s, ESC);
    assert_screen(s, "left 25.");
    assert_screen(s, "exit 3");
    screen_keys(s, "&left 1");
    assert_screen(s, "left 19.");
    screen_keys(s, ESC);
    assert_screen(s, "left 25.");
    assert_no_screen(s, "left 26.");
    screen_keys(s, "0d"); /* hides tasks that had ended by then */
    assert_no_screen(s, "200 child");
    screen_keys(s, "1/left 12" ENTER);
    assert_screen(s, "200 child");
    screen_keys(s, "0L");
    assert_no_screen(s, "200 child");
}

static void test_titles_are_of_then(void **state)
{
    struct screen *s = *state;

    screen_task(s, 300, 300, 100, HOW_FORK, "batch");
    screen_write(s, 300, 300, 1, "begins\n");
    screen_write(s, 101, 100, 1, "meanwhile\n");
    screen_exit(s, 300, 300, 7, 0);
    screen_keys(s, "0/^300" ENTER ENTER);
    assert_screen(s, "stdout exit 7");
    screen_keys(s, "1/meanwhile" ENTER "L");
    assert_screen(s, "begins");
    assert_no_screen(s, "stdout exit 7");
    screen_keys(s, "@end" ENTER);
    assert_screen(s, "stdout exit 7");
}

static void test_lock_ends(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1L\x02"); /* no action has ^B */
    screen_keys(s, "kkkkkL");
    assert_screen(s, "free again");
    assert_no_screen(s, "locked 05");
    assert_screen(s, "left 24."); /* stays */
    assert_no_screen(s, "left 25.");
    assert_screen(s, "right 29."); /* was following before */
    screen_keys(s, "GLkkkG");
    assert_screen(s, "left 29.");
    assert_screen(s, "right 29.");
    screen_keys(s, "LkkF");
    assert_no_screen(s, "locked 05");
    assert_screen(s, "left 29.");
}

static void test_lock_holds_while_more_comes(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1Lkk");
    for (int i = 0; i < 40; i++)
        screen_write(s, 101, 100, 1, "later\n");
    screen_write(s, 300, 300, 1, "of a new one\n");
    screen_resize(s, 60, 120);
    screen_wait(s, 10);
    screen_keys(s, "0");
    screen_wait(s, 10);
    screen_keys(s, "1");
    assert_screen(s, "left 27.");
    assert_no_screen(s, "later");
    assert_no_screen(s, "of a new one");
    screen_keys(s, ">>>"); /* all in one: as of that instant, too */
    assert_screen(s, "right 26.");
    assert_no_screen(s, "left 28.");
    assert_no_screen(s, "later");
    screen_keys(s, "&left" ENTER);
    assert_screen(s, "left 27.");
    assert_no_screen(s, "left 28.");
    screen_keys(s, "&" ENTER "G");
    assert_screen(s, "later");
    screen_write(s, 300, 300, 1, "and more\n");
    screen_wait(s, 10); /* and panes come again */
    screen_keys(s, "0");
    screen_wait(s, 10);
    assert_screen(s, "of a new one");
}

static void test_at_a_time(void **state)
{
    struct screen *s = *state;

    screen_keys(s, ":at 05:33:22.45" ENTER);
    assert_screen(s, "locked 05:33:22.450000");
    assert_screen(s, "left 9.");
    assert_no_screen(s, "left 10.");
    assert_screen(s, "right 9.");
    assert_no_screen(s, "right 10.");
    screen_keys(s, "@+1s" ENTER);
    assert_screen(s, "locked 05:33:23.450000");
    screen_keys(s, "@-500ms" ENTER);
    assert_screen(s, "locked 05:33:22.950000");
    screen_keys(s, "@start" ENTER);
    assert_screen(s, "nothing yet");
    screen_keys(s, "@end" ENTER);
    assert_screen(s, "right 29.");
    screen_keys(s, "@noon" ENTER);
    assert_screen(s, "a time: 12:03");
    screen_keys(s, ESC "@" ENTER); /* an empty text does nothing */
    assert_screen(s, "right 29.");
}

static void test_between_marks(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1g"); /* the top is the mark's line */
    screen_keys(s, "majjjmb");
    screen_keys(s, "'a");
    assert_screen(s, "mark a: -0.600000 s from mark b");
    screen_keys(s, "'b");
    assert_screen(s, "mark b: +0.600000 s from mark a");
    screen_keys(s, "''");
    assert_screen(s, "-0.600000 s from where it was");
    screen_keys(s, ":delta a b" ENTER);
    assert_screen(s, "from mark a to mark b: +0.600000 s, 3 lines, 24 B");
    screen_keys(s, "=b a" ENTER);
    assert_screen(s, "from mark b to mark a: -0.600000 s, 3 lines, 24 B");
    screen_keys(s, "=a" ENTER);
    assert_screen(s, "from mark a to here: +");
    screen_keys(s, "=a c" ENTER);
    assert_screen(s, "there is no mark c");
    screen_keys(s, ESC);
    screen_keys(s, "=abc" ENTER);
    assert_screen(s, "the letters of one or two marks");
    screen_keys(s, ESC);
    screen_keys(s, "=" ENTER ">>>"); /* all in one */
    screen_keys(s, "=a b" ENTER);
    assert_screen(s, "+0.600000 s, 6 lines, 51 B");
}

static void test_sparklines(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "%");
    assert_screen(s, "the last seconds of each task");
    assert_screen_file(s, "sparklines-120x24");
    screen_keys(s, "0-"); /* folded: all together */
    assert_screen(s, "▸");
    assert_screen(s, "▃▃▃");
    screen_keys(s, "+");
    screen_wait(s, 70);
    assert_no_screen(s, "▃");
    screen_keys(s, "z%");
    assert_screen(s, "no sparklines");
}

#define F8 "\x1b[19~"
#define LEFT "\x1b[D"
#define RIGHT "\x1b[C"

static void test_timeline(void **state)
{
    struct screen *s = *state;

    screen_lost(s, 102, 100, 1, 5000);
    screen_keys(s, F8);
    assert_screen(s, "a column is 0.0");
    screen_keys(s, "N"); /* lost, and before that the one that failed */
    assert_screen(s, ", lost");
    assert_screen(s, "bytes were lost");
    screen_keys(s, "N");
    assert_screen(s, "child 200: exit 3");
    assert_screen_file(s, "timeline-120x24");
    assert_screen(s, "left 19.");
    assert_no_screen(s, "left 20.");
    assert_screen(s, "exit 3");
    screen_keys(s, LEFT);
    assert_no_screen(s, "exit 3 │");
    screen_keys(s, RIGHT);
    assert_screen(s, "exit 3 │");
    screen_keys(s, "NN");
    assert_screen(s, "nothing failed or was lost before");
    screen_keys(s, "nn");
    assert_screen(s, "nothing failed or was lost later");
    screen_keys(s, "g");
    assert_screen(s, "nothing yet at");
    screen_keys(s, "   b");
    assert_screen(s, "left ");
    screen_keys(s, "G");
    assert_no_screen(s, "locked 05");
    assert_screen(s, "right 29.");
    screen_keys(s, F8);
    assert_no_screen(s, "Timeline");
}

static void test_timeline_gives_the_keys_back(void **state)
{
    struct screen *s = *state;

    screen_keys(s, F8 "N" ENTER "1k"); /* the keys are the pane's again */
    assert_screen(s, "Timeline");
    assert_screen(s, "left 18.");
    assert_no_screen(s, "left 19.");
    screen_keys(s, F8 "z");
    assert_no_screen(s, "Tasks");
    screen_keys(s, ESC); /* a band again, and the keys go back */
    assert_screen(s, "Tasks");
    assert_screen(s, "Timeline");
    screen_keys(s, F8 "q");
    assert_no_screen(s, "Timeline");
    assert_screen(s, "locked 05");
    screen_resize(s, 10, 60); /* no room for a band */
    screen_keys(s, F8);
    assert_no_screen(s, "left 1");
    assert_screen(s, "Timeline");
    screen_keys(s, ENTER);
    assert_no_screen(s, "Timeline");
    for (int rows = 1; rows < 30; rows += 2)
        for (int cols = 1; cols < 100; cols += 9) {
            screen_resize(s, rows, cols);
            screen_keys(s, F8 "lz");
            screen_keys(s, "z" F8);
        }
}

static void test_timeline_closer(void **state)
{
    struct screen *s = *state;

    screen_keys(s, F8);
    screen_keys(s, "-");
    assert_screen(s, "this is all of it");
    screen_keys(s, "N+");
    assert_screen(s, ", a part of it");
    screen_keys(s, "+++++++++");
    assert_screen(s, "no finer detail is kept");
    screen_keys(s, "----------");
    assert_no_screen(s, ", a part of it");
}

static void test_timeline_mouse(void **state)
{
    struct screen *s = *state;

    screen_keys(s, F8 ENTER "1");
    assert_screen(s, "Timeline");
    screen_keys(s, "\x1b[<0;40;20M\x1b[<0;40;20m"); /* a column of the band */
    assert_screen(s, "locked 05:33:2");
    screen_keys(s, "\x1b[<64;40;20M"); /* the wheel */
    assert_screen(s, ", a part of it");
    screen_keys(s, "\x1b[<65;40;20M");
    assert_no_screen(s, ", a part of it");
    screen_keys(s, "\x1b[<0;60;4M\x1b[<0;60;4m"); /* a pane: it has the keys */
    screen_keys(s, "G");
    assert_no_screen(s, "locked 05");
    assert_screen(s, "left 29.");
}

static void test_times_as_they_are_said(void **state)
{
    struct when w = {.oldest = 5, .newest = INT64_C(1732340000) * SECOND, .here = 100 * SECOND};
    static const char *const bad[] = {"",
                                      "x",
                                      "12",
                                      "25:00",
                                      "12:60",
                                      "12:00:61",
                                      "-",
                                      "+x",
                                      "-1y",
                                      "-1ss",
                                      "12:00x",
                                      "1:2:3:4",
                                      "-1e99",
                                      "-9999999999999999d",
                                      "2026-13-01 1:00",
                                      "--1"};
    int64_t t;
    (void)state;

    setenv("TZ", "UTC", 1);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (when_parse(bad[i], &w, &t))
            fail_msg("'%s' is taken for a time", bad[i]);
    assert_true(when_parse("-1m30s", &w, &t));
    assert_int_equal(t, 10 * SECOND);
    assert_true(when_parse("+1.5", &w, &t));
    assert_int_equal(t, 101 * SECOND + SECOND / 2);
    assert_true(when_parse("+.25s", &w, &t));
    assert_int_equal(t, 100 * SECOND + SECOND / 4);
    assert_true(when_parse("5:33", &w, &t));
    assert_int_equal(t, INT64_C(1732339980) * SECOND);
    assert_true(when_parse("05:33:19.000000001", &w, &t));
    assert_int_equal(t, INT64_C(1732339999) * SECOND + 1);
    assert_true(when_parse("23:00", &w, &t)); /* of the day before */
    assert_int_equal(t, INT64_C(1732316400) * SECOND);
    assert_true(when_parse("2024-11-23T05:33:20", &w, &t));
    assert_int_equal(t, w.newest);
    assert_true(when_span("1h30m", &t));
    assert_int_equal(t, 5400 * SECOND);
}

/* Before the first event there is no instant to go to. */
static void test_timeline_of_nothing(void **state)
{
    struct screen *s = *state;

    screen_keys(s, F8 "hlgn");
    assert_no_screen(s, "locked");
    screen_keys(s, ESC "[<0;40;20M" ESC "[<0;40;20m");
    assert_no_screen(s, "locked");
}

/* In the timeline, `:` takes the names of its actions. */
static void test_names_in_the_timeline(void **state)
{
    struct screen *s = *state;

    screen_keys(s, F8 ":time-left" ENTER);
    assert_screen(s, "locked");
    screen_keys(s, ":time-end" ENTER);
    assert_no_screen(s, "locked");
    screen_keys(s, "s");
    assert_screen(s, "s is for panes and the tree; Enter gives the keys back");
    screen_keys(s, "q:time-left" ENTER);
    assert_screen(s, "not in the tree");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RACE_CASE(test_lock_shows_one_instant),
        RACE_CASE(test_lock_in_the_tree),
        RACE_CASE(test_titles_are_of_then),
        RACE_CASE(test_lock_ends),
        RACE_CASE(test_lock_holds_while_more_comes),
        RACE_CASE(test_at_a_time),
        RACE_CASE(test_between_marks),
        RACE_CASE(test_sparklines),
        RACE_CASE(test_timeline),
        RACE_CASE(test_timeline_gives_the_keys_back),
        RACE_CASE(test_timeline_closer),
        RACE_CASE(test_timeline_mouse),
        EMPTY_CASE(test_timeline_of_nothing),
        RACE_CASE(test_names_in_the_timeline),
        cmocka_unit_test(test_times_as_they_are_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
