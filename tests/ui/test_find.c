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
    assert_screen(s, "no line matches"); /* upper case: case counts */
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
    assert_screen(s, "there was no search yet");
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

/* Feeds keys without work between them. */
static void press(struct screen *s, const char *bytes)
{
    struct input_event ev;

    input_push(s->input, bytes, strlen(bytes));
    while (input_next(s->input, &ev))
        ui_input(s->ui, &ev);
}

/* Compares the screen before the remaining work is done. */
static void assert_drawn(struct screen *s, const char *part)
{
    struct buf text = {0};

    canvas_print(ui_draw(s->ui), &text);
    buf_addc(&text, '\0');
    if (!strstr((char *)text.data, part))
        fail_msg("not on the screen: %s\n%s", part, (char *)text.data);
    buf_free(&text);
}

/* Work is done in portions; a key stops it. */
static void test_progress_and_stop(void **state)
{
    struct screen *s = *state;

    for (int i = 0; i < 2000; i++)
        screen_write(s, 300, 300, 1, "one of many\n");
    screen_keys(s, ALL);
    press(s, "one of many" ENTER);
    for (int i = 0; i < 100; i++)
        assert_true(ui_work(s->ui, 640));
    assert_drawn(s, ", searched");
    press(s, CTRL('c'));
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
    assert_screen(s, "mark the line at the top: press a letter");
}

/* A mark stays on its line when the view changes. */
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

/* ---- incremental ---- */

static const char hard[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx hard xxy\n";

/* A pattern that gives up on a line: the filter shows and counts the line, the search shows a
 * message. */
static void test_patterns_that_give_up(void **state)
{
    struct screen *s = *state;

    screen_write(s, 200, 200, 1, hard);
    screen_write(s, 200, 200, 1, "plain\n");
    screen_keys(s, "1z&(x+x+)+y" ENTER);
    assert_screen(s, "hard xxy");
    assert_screen(s, "gave up on 1");
    assert_no_screen(s, "plain");
    screen_keys(s, "&" ENTER "/(x+x+)+y");
    assert_screen(s, "not found, gave up on 1 line");
    screen_keys(s, ENTER);
    assert_screen(s, "gave up on 1 line that took too many steps");
    screen_keys(s, ESC ALL "(x+x+)+y" ENTER);
    assert_screen(s, "1 line, gave up on 1");
}

/* A watch gives a notice for the first such line, but runs no command. */
static void test_a_watch_that_gives_up(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1M" ENTER "(x+x+)+y" ENTER);
    screen_wait(s, 5);
    screen_write(s, 200, 200, 1, hard);
    screen_wait(s, 0.1);
    assert_screen(s, "watching for (x+x+)+y gave up on a line");
    assert_int_equal(*s->ran, 0);
}

static void test_search_while_one_types(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1zgjjj");
    screen_keys(s, "/line 2");
    assert_screen(s, "found");
    assert_screen(s, "line 20 of"); /* no Enter was pressed */
    screen_keys(s, "5");
    assert_screen(s, "line 25 of");
    screen_keys(s, "0"); /* from where it began, not from the place before */
    assert_screen(s, "not found");
    assert_screen(s, "line 3 of");
    assert_no_screen(s, "line 2 of");
    screen_keys(s, "\x15"
                   "line 18" ENTER);
    assert_screen(s, "line 18 of");
    screen_keys(s, "n");
    assert_screen(s, "went past the end");
    screen_keys(s, "''"); /* the jump began at that line */
    screen_keys(s, "/line 4" ESC);
    screen_keys(s, "n");
    assert_screen(s, "line 18 of"); /* what was searched for before */
}

/* Escape restores the place, the highlights, and following. */
static void test_escape_goes_back(void **state)
{
    struct screen *s = *state;
    char *before, *after;

    screen_keys(s, "1z/line 2[07]" ENTER "kkw");
    before = screen_text(s);
    screen_keys(s, "?line 3" ESC);
    screen_wait(s, 9);
    after = screen_text(s);
    screen_wait(s, 9); /* the messages of w are gone by now */
    assert_non_null(strstr(after, "line 20 of"));
    screen_keys(s, "n");
    assert_screen(s, "line 27 of");
    screen_keys(s, "G/line 3" ESC);
    screen_write(s, 200, 200, 1, "the newest line\n");
    assert_screen(s, "the newest line");                       /* it follows again */
    screen_keys(s, "/line 3\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f"); /* as does erasing it all */
    assert_screen(s, "the newest line");
    screen_keys(s, "/line 3"
                   "\x03"
                   "''"); /* no jump was made */
    assert_no_screen(s, "line 3 of the");
    free(before);
    free(after);
}

static void test_half_a_regex(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1zg/line 1");
    assert_screen(s, "line 1 of");
    screen_keys(s, "(");
    assert_screen(s, "^ bad regex");
    assert_screen(s, "line 1 of"); /* what was shown stays */
    screen_keys(s, ENTER);
    assert_screen(s, "^ bad regex");
    screen_keys(s, "9)");
    assert_no_screen(s, "bad regex");
    assert_screen(s, "line 19 of");
    screen_keys(s, ESC);
    assert_screen(s, "line 0 of");
}

/* Without a hint line, only errors are shown. */
static void test_small_screen_while_one_types(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 5, 40);
    screen_keys(s, "1/line 7");
    assert_no_screen(s, "found");
    screen_keys(s, "x");
    assert_screen(s, "not found");
    screen_keys(s, "\x7f");
    assert_no_screen(s, "found");
    screen_keys(s, "(");
    assert_screen(s, "bad regex");
}

static void test_filter_while_one_types(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1zg&line 1");
    assert_screen(s, "12 of 31 lines"); /* a loss mark passes, too */
    assert_screen(s, "line 19 of");
    assert_no_screen(s, "line 2 of");
    screen_keys(s, "[");
    assert_screen(s, "bad regex");
    assert_no_screen(s, "line 2 of");
    screen_keys(s, "78]");
    assert_screen(s, "line 17 of");
    assert_no_screen(s, "line 16 of");
    screen_keys(s, ESC);
    assert_screen(s, "line 0 of"); /* the same place, without it */
    screen_keys(s, "&line 1" ENTER "&!");
    assert_screen(s, "line 19 of");
    screen_keys(s, "8");
    assert_no_screen(s, "line 18 of");
    screen_write(s, 200, 200, 1, "line 111 came meanwhile\n");
    screen_keys(s, ESC);
    assert_screen(s, "line 18 of"); /* the filter before */
    assert_no_screen(s, "line 2 of");
    assert_screen(s, "line 111 came");
    screen_keys(s, "&!8" ENTER);
    assert_no_screen(s, "line 18 of");
    screen_keys(s, "&" ENTER);
    assert_screen(s, "line 12 of");
}

static void test_tree_while_one_types(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0g/20");
    assert_screen(s, "found");
    screen_keys(s, "x");
    assert_screen(s, "no such task");
    screen_keys(s, ESC);
    screen_keys(s, "Y");
    assert_memory_equal(ui_clipboard(s->ui).data, "100", 3); /* the selection is where it was */
    screen_keys(s, "/301" ENTER "Y");
    assert_memory_equal(ui_clipboard(s->ui).data, "301", 3);
    screen_keys(s, "&crash");
    assert_no_screen(s, "300 ");
    screen_keys(s, ESC);
    assert_screen(s, "300 ");
    screen_keys(s, "&crash" ENTER);
    assert_no_screen(s, "300 ");
    screen_keys(s, "&" ENTER);
    assert_screen(s, "300 ");
}

static void test_all_streams_while_one_types(void **state)
{
    struct screen *s = *state;

    screen_keys(s, ALL "line 1\\d");
    assert_screen(s, "10 lines");
    screen_keys(s, ESC);
    assert_no_screen(s, "in all streams");
    screen_keys(s, ALL "line 1\\d" ENTER "jjjq");
    screen_keys(s, ALL "line 2");
    assert_screen(s, "11 lines");
    screen_keys(s, ESC);
    screen_keys(s, ALL);
    assert_screen(s, "search all (line 1\\d)");
    screen_keys(s, ENTER ENTER); /* the fourth of the list before is selected still */
    assert_screen(s, "line 13 of");
}

/* A large scrollback: a key takes effect at once, and the rest is done in portions. */
static void test_types_on_while_it_runs(void **state)
{
    struct screen *s = *state;

    for (int i = 0; i < 1000; i++)
        screen_write(s, 300, 300, 1,
                     "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\np\nq\nr\ns\n"
                     "t\nu\nv\nw\nx\ny\nz\n");
    screen_keys(s, "0/^300" ENTER ENTER "zg");
    press(s, "/nowhere");
    ui_work(s->ui, 640);
    assert_drawn(s, "searching, ");
    assert_drawn(s, "searching 3 %"); /* in the title, too */
    press(s, ESC);
    input_expire(s->input);
    press(s, "");
    assert_drawn(s, "a");
    screen_keys(s, "&");
    press(s, "x|y");
    ui_work(s->ui, 640);
    assert_drawn(s, "looked at 0 %");
    assert_drawn(s, "filtering 0 %");
    screen_keys(s, ENTER);
    assert_screen(s, "x");
    assert_no_screen(s, "filtering");
}

/* A view that is not complete yet: a match may be in the rest. */
static void test_search_in_an_unfinished_view(void **state)
{
    struct screen *s = *state;
    struct buf lines = {0};
    bool more = true;

    for (int i = 0; i < 3000; i++)
        buf_adds(&lines, "hay\n");
    buf_addc(&lines, '\0');
    for (int i = 0; i < 10; i++)
        screen_write(s, 300, 300, 1, (char *)lines.data);
    buf_free(&lines);
    screen_write(s, 300, 300, 1, "the needle\n");
    screen_keys(s, "0/^200" ENTER ENTER "z");
    press(s, ">>>>>/needle");
    for (int i = 0; more && i < 100000; i++)
        more = ui_work(s->ui, 6400);
    assert_false(more);
    assert_drawn(s, "found");
    assert_no_screen(s, "not found");
    screen_keys(s, ENTER "y");
    assert_memory_equal(ui_clipboard(s->ui).data, "the needle", 10);
}

static void test_not_incremental(void **state)
{
    struct screen *s = *state;
    struct config c;

    config_init(&c);
    c.incremental = false;
    ui_set(s->ui, &c);
    screen_keys(s, "1zg/line 25");
    assert_no_screen(s, "line 25 of");
    screen_keys(s, ENTER);
    assert_screen(s, "line 25 of");
    screen_keys(s, "&line 3");
    assert_screen(s, "line 25 of");
    screen_keys(s, ESC);
    screen_keys(s, ALL "line 1");
    assert_screen(s, "line 25 of");
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
        STORY_CASE(test_search_while_one_types),
        STORY_CASE(test_patterns_that_give_up),
        STORY_CASE(test_a_watch_that_gives_up),
        STORY_CASE(test_escape_goes_back),
        STORY_CASE(test_half_a_regex),
        STORY_CASE(test_filter_while_one_types),
        STORY_CASE(test_small_screen_while_one_types),
        STORY_CASE(test_tree_while_one_types),
        STORY_CASE(test_all_streams_while_one_types),
        STORY_CASE(test_types_on_while_it_runs),
        STORY_CASE(test_search_in_an_unfinished_view),
        STORY_CASE(test_not_incremental),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
