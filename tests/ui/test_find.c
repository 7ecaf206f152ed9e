/* Search over all streams, and marks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "screen.h"

#define ALL ESC "/"

static void test_results(void **state)
{
    struct screen *s = *state;

    screen_keys(s, ALL "error|line 1\\d|100%" ENTER);
    assert_screen(s, "12 lines");
    assert_screen_file(s, "results-80x24");
    screen_keys(s, "q");
    assert_screen(s, "Tasks");
    assert_int_equal(ui_take_wish(s->ui), UI_NOTHING);
}

static void test_enter_goes_there(void **state)
{
    struct screen *s = *state;

    screen_keys(s, ALL "line 1\\d" ENTER "j" ENTER);
    assert_no_screen(s, "in all streams");
    assert_screen(s, "line 11 of"); /* in the pane that was there */
    assert_no_screen(s, "line 29 of");
    screen_keys(s, ESC "n");
    assert_screen(s, "line 12 of");
    screen_keys(s, ESC "N" ESC "N");
    assert_screen(s, "line 10 of");
    screen_keys(s, "''");
    assert_screen(s, "line 11 of");
}

static void test_a_pane_opens_when_none_has_the_line(void **state)
{
    struct screen *s = *state;

    assert_no_screen(s, "201 stderr");
    screen_keys(s, ALL "AN ERROR" ENTER ENTER);
    assert_screen(s, "no line has it"); /* upper case: case counts */
    screen_keys(s, "q" ALL "an .*error" ENTER ENTER);
    assert_screen(s, "200/201 stderr");
    assert_screen(s, "an error^G here");
}

static void test_a_filter_that_hides_the_line_goes(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1&line 2" ENTER ALL "line 17" ENTER ENTER);
    assert_screen(s, "it is off now");
    assert_screen(s, "line 17 of");
}

static void test_the_list_comes_again(void **state)
{
    struct screen *s = *state;

    screen_keys(s, ALL ENTER);
    assert_screen(s, "nothing was looked for yet");
    screen_keys(s, "\x15line 3\\b" ENTER);
    assert_screen(s, "1 line");
    screen_keys(s, "q");
    screen_write(s, 300, 300, 1, "again line 3\n");
    screen_keys(s, ALL);
    assert_screen(s, "search all (line 3\\b):");
    screen_keys(s, ENTER);
    assert_screen(s, "2 lines");
    screen_write(s, 301, 300, 1, "\nand line 3\n"); /* also while it is open */
    assert_screen(s, "3 lines");
    screen_keys(s, "G" ENTER);
    assert_screen(s, "and line 3");
    screen_keys(s, ALL "a(b" ENTER);
    assert_screen(s, "^ bad regex");
}

/* The work is done in portions, and stopped by a key. */
static void test_progress_and_stop(void **state)
{
    struct screen *s = *state;
    struct input_event stop = {.kind = INPUT_KEY, .key = "<C-c>"};
    struct input_event enter = {.kind = INPUT_KEY, .key = "<Enter>"};
    struct canvas const *c;
    struct buf text = {0};

    for (int i = 0; i < 2000; i++)
        screen_write(s, 300, 300, 1, "one of many\n");
    screen_keys(s, ALL "one of many");
    ui_input(s->ui, &enter);
    for (int i = 0; i < 100; i++)
        assert_true(ui_work(s->ui, 640));
    c = ui_draw(s->ui);
    canvas_print(c, &text);
    buf_addc(&text, '\0');
    assert_non_null(strstr((char *)text.data, "looked at"));
    buf_free(&text);
    ui_input(s->ui, &stop);
    assert_screen(s, "stopped at");
    screen_keys(s, "q" ALL ENTER); /* and on */
    assert_screen(s, "2,000 lines");
}

static void test_clicks(void **state)
{
    struct screen *s = *state;

    screen_keys(s, ALL "line 1\\d" ENTER ESC "[<0;40;4M");
    assert_screen(s, "line 12 of");
    assert_no_screen(s, "in all streams");
    screen_keys(s, ALL ENTER ESC "[<65;40;4M" ENTER); /* the wheel: three further */
    assert_screen(s, "line 15 of");
}

static void test_marks(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1zgjjjma");
    assert_screen(s, "marked: ' a");
    screen_keys(s, "G");
    assert_screen(s, "line 29 of");
    screen_keys(s, "'a");
    assert_screen(s, "line 3 of");
    assert_no_screen(s, "line 2 of");
    screen_keys(s, "''"); /* to the end, which it follows again */
    screen_write(s, 200, 200, 1, "newest\n");
    assert_screen(s, "newest");
    screen_keys(s, "''");
    assert_screen(s, "line 3 of");
    screen_keys(s, "'b");
    assert_screen(s, "there is no mark b");
    screen_keys(s, "m1");
    assert_screen(s, "a mark is a letter");
    screen_keys(s, "m" ESC "j");
    assert_screen(s, "line 4 of");
    screen_keys(s, ":mark Z" ENTER "G:jump Z" ENTER);
    assert_screen(s, "line 4 of");
    screen_keys(s, "m");
    assert_screen(s, "the letter that comes next");
}

/* A mark is a line, whatever the view. */
static void test_marks_outlive_filters_and_scopes(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1zgjjjjjmxG>>");
    assert_screen(s, "process");
    screen_keys(s, "'x");
    assert_screen(s, "line 5 of");
    assert_no_screen(s, "line 4 of");
    screen_keys(s, "&line .*[6-9] of" ENTER "'x");
    assert_screen(s, "not in this view");
    assert_screen(s, "line 6 of");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_CASE(test_results),
        STORY_CASE(test_enter_goes_there),
        STORY_CASE(test_a_pane_opens_when_none_has_the_line),
        STORY_CASE(test_a_filter_that_hides_the_line_goes),
        STORY_CASE(test_the_list_comes_again),
        STORY_CASE(test_progress_and_stop),
        STORY_CASE(test_clicks),
        STORY_CASE(test_marks),
        STORY_CASE(test_marks_outlive_filters_and_scopes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
