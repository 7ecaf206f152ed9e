/* A pane that shows its program's terminal: programs that share it, moving in it, asking for a
 * redraw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "model/restore.h"
#include "screen.h"
#include "view/pane/replica.h"

/* An editor that was attached to, with a terminal of 10x40; its pane fills the screen. */
static void begin(struct screen *s)
{
    screen_task(s, 500, 500, 1, HOW_ATTACHED, "editor");
    screen_tty(s, 500, 1, 1, 10, 40);
    screen_tty(s, 500, 2, 1, 10, 40);
    screen_write(s, 500, 500, 1, "\x1b[3;5Hthird\x1b[5;1Hfifth");
    screen_wait(s, 1);
    screen_wait(s, 3);
    screen_keys(s, TAB "z");
}

static void assert_row(struct screen *s, int row, const char *expected)
{
    char *text = screen_text(s), *line = text;

    for (; row > 0; row--)
        line = strchr(line, '\n') + 1;
    line[strcspn(line, "\n")] = '\0';
    assert_string_equal(line, expected);
    free(text);
}

static void test_screen_and_back(void **state)
{
    struct screen *s = *state;

    begin(s);
    assert_row(s, 1, "thirdfifth");
    screen_keys(s, "S");
    assert_screen(s, "screen 40x10 from the middle");
    assert_row(s, 3, "    third");
    assert_row(s, 5, "fifth");
    screen_write(s, 500, 500, 1, "\x1b[5;1H\x1b[Know"); /* it goes on */
    assert_row(s, 5, "now");
    screen_write(s, 500, 500, 1, "\x1b[H\x1b[2Jall");
    assert_row(s, 1, "all");
    assert_no_screen(s, "from the middle");
    screen_keys(s, "S");
    assert_row(s, 1, "thirdfifthnowall");
}

static void test_is_offered(void **state)
{
    struct screen *s = *state;

    begin(s);
    assert_screen(s, "S: screen");
    screen_resize(s, 24, 120);
    assert_screen(s, "looks like a full screen: S");
    screen_keys(s, "S");
    assert_no_screen(s, "looks like");
}

static void test_plain_output_is_not_offered(void **state)
{
    struct screen *s = *state;

    screen_task(s, 500, 500, 1, HOW_ATTACHED, "log");
    screen_write(s, 500, 500, 1,
                 "\x1b[H\x1b[2J\x1b[32mgreen\x1b[0m\n50%\r100%\x1b[K\n\x1b]0;t\x07");
    screen_wait(s, 4);
    screen_keys(s, TAB "z");
    assert_screen(s, "green");
    assert_no_screen(s, "S: screen");
    screen_write(s, 500, 500, 1, "\x1b[?10");
    assert_no_screen(s, "S: screen");
    screen_write(s, 500, 500, 1, "49h");
    assert_screen(s, "S: screen");
    screen_write(s, 500, 500, 1, "\x1b[?1049l");
    assert_no_screen(s, "S: screen");
}

static void test_writers_share_it(void **state)
{
    struct screen *s = *state;

    begin(s);
    screen_task(s, 600, 600, 500, HOW_FORK, "child");
    screen_tty(s, 600, 1, 1, 10, 40);
    screen_keys(s, "S");
    screen_write(s, 500, 500, 1, "\x1b[H\x1b[2Jone ");
    screen_write(s, 600, 600, 1, "two ");
    screen_write(s, 500, 500, 2, "three ");
    screen_write(s, 500, 500, 1, "four");
    assert_row(s, 1, "one two three four");
    screen_keys(s, "SS"); /* the same when it is played from the start */
    assert_row(s, 1, "one two three four");
    screen_keys(s, ">>>"); /* and in a pane of all */
    assert_row(s, 1, "one two three four");
    assert_screen(s, "subtree");
    assert_screen(s, "screen 40x10");
}

static void test_size_changes(void **state)
{
    struct screen *s = *state;

    begin(s);
    screen_keys(s, "S");
    screen_write(s, 500, 500, 1, "\x1b[H\x1b[2J0123456789");
    screen_tty(s, 500, 1, 1, 12, 50);
    screen_write(s, 500, 500, 1, "\x1b[12;48Hend");
    assert_screen(s, "screen 50x12 ");
    assert_row(s, 12, "                                               end");
    screen_keys(s, "SS");
    assert_row(s, 12, "                                               end");
}

static void test_pipe_and_spawned(void **state)
{
    struct screen *s = *state;

    screen_task(s, 500, 500, 1, HOW_SPAWNED, "bars");
    screen_fd(s, 500, 1, "pipe:[1]");
    screen_write(s, 500, 500, 1, "one\ntwo\n\x1b[2Aup");
    screen_wait(s, 4);
    screen_keys(s, TAB "zS");
    assert_row(s, 1, "upe");
    assert_row(s, 2, "two");
    assert_screen(s, "screen 80x24, part");
    assert_no_screen(s, "from the middle"); /* it was captured from its start on */
    screen_lost(s, 500, 500, 1, 10);
    assert_screen(s, "from the middle");
}

/* A pane smaller than the screen of 10x40. */
static void test_part_of_it(void **state)
{
    struct screen *s = *state;

    begin(s);
    screen_keys(s, "S");
    screen_resize(s, 7, 30); /* 5 rows of text */
    screen_write(s, 500, 500, 1,
                 "\x1b[H\x1b[2J0\n1\n2\n3\n4\n5\n6\n7\n8\n9\x1b[1;38Hxyz\x1b[?25l\x1b[H");
    screen_keys(s, "gk"); /* nothing above it */
    assert_row(s, 1, "0");
    screen_write(s, 500, 500, 1, "\x1b[9;3H\x1b[?25h"); /* it goes where the cursor goes */
    assert_row(s, 5, "8");
    screen_keys(s, "kkkk");
    assert_row(s, 1, "0");
    screen_keys(s, "G");
    assert_row(s, 5, "8");
    screen_keys(s, "g");
    assert_row(s, 1, "0");
    screen_keys(s, "l");
    assert_row(s, 1, "                             x"); /* 8 further right */
    screen_keys(s, "ll");
    assert_row(s, 1, "                           xyz");
    screen_keys(s, "hhhh");
    assert_row(s, 1, "0");
}

static void test_lines_that_scrolled_off(void **state)
{
    struct screen *s = *state;
    char line[32];

    begin(s);
    screen_keys(s, "S");
    screen_write(s, 500, 500, 1, "\x1b[H\x1b[2J");
    for (int i = 0; i < 50; i++) {
        snprintf(line, sizeof line, "line %d\n", i);
        screen_write(s, 500, 500, 1, line);
    }
    assert_row(s, 1, "line 41");
    screen_keys(s, "k");
    assert_row(s, 1, "line 40");
    assert_screen(s, "+1");
    screen_write(s, 500, 500, 1, "more\n"); /* it stays */
    assert_row(s, 1, "line 40");
    screen_keys(s, "\x02"
                   "b"); /* a page up */
    screen_keys(s, "g");
    assert_row(s, 1, "line 0");
    screen_keys(s, "G");
    assert_row(s, 1, "line 42");
    screen_keys(s, "p"); /* frozen */
    screen_write(s, 500, 500, 1, "unseen\n");
    assert_row(s, 1, "line 42");
    screen_keys(s, "p");
    assert_row(s, 1, "line 43");
}

static void test_what_is_for_lines(void **state)
{
    struct screen *s = *state;

    begin(s);
    screen_keys(s, "S/");
    assert_screen(s, "/ is for lines; S shows them");
    screen_keys(s, ":filter x" ENTER);
    assert_screen(s, "not while the pane shows a screen");
    screen_keys(s, ESC);
    screen_keys(s, "SX"); /* and the forms of lines are as ever */
    assert_screen(s, "\\e[3;5Hthird");
    screen_keys(s, "SS");
    assert_screen(s, "\\e[3;5Hthird");
}

static void test_copy(void **state)
{
    struct screen *s = *state;

    begin(s);
    screen_keys(s, "S");
    screen_write(s, 500, 500, 1, "\x1b[H\x1b[2Jfirst\nsecond\x1b[1;3H");
    screen_keys(s, "y");
    struct bytes got = ui_clipboard(s->ui);
    assert_int_equal(got.len, 5);
    assert_memory_equal(got.data, "first", 5);
    screen_keys(s, "Y");
    got = ui_clipboard(s->ui);
    assert_memory_equal(got.data, "first\nsecond\n\n", 14);
}

/* The lock is for lines: a screen is not locked, and its title says so. */
static void test_lock(void **state)
{
    struct screen *s = *state;

    begin(s);
    screen_keys(s, "LS");
    assert_screen(s, "live screen 40x10 from the middle ");
    screen_write(s, 500, 500, 1, "\x1b[H\x1b[2Jnow");
    assert_row(s, 1, "now");
    screen_keys(s, "L");
    assert_no_screen(s, "live screen");
}

static void test_window_title(void **state)
{
    struct screen *s = *state;

    begin(s);
    screen_keys(s, "S");
    screen_write(s, 500, 500, 1, "\x1b]2;file\x01.c\x1b\\");
    assert_screen(s, "\"file");
    screen_write(s, 500, 500, 1, "\x1b]2;\x1b\\");
    assert_no_screen(s, "\"file");
}

static void test_nothing_to_show(void **state)
{
    struct screen *s = *state;

    screen_task(s, 500, 500, 1, HOW_ATTACHED, "mute");
    screen_wait(s, 3);
    screen_keys(s, ENTER "zS"); /* a pane of its own that waits */
    assert_screen(s, "nothing was written yet");
    screen_tty(s, 500, 1, 1, 10, 40); /* its terminal is enough */
    screen_keys(s, "S");
    assert_screen(s, "screen 40x10");
    screen_keys(s, "r");
    assert_screen(s, "let mute 500 redraw");
}

/* The position of a recording goes back: the model begins anew. */
static void test_model_begins_anew(void **state)
{
    struct screen *s = *state;

    begin(s);
    screen_write(s, 500, 500, 2, "\x1b[H\x1b[2Jbefore");
    screen_keys(s, "S");
    assert_row(s, 1, "before");
    model_clear(s->model);
    screen_task(s, 500, 500, 1, HOW_ATTACHED, "editor");
    screen_tty(s, 500, 1, 1, 8, 40);
    screen_write(s, 500, 500, 1, "\x1b[Hafter");
    model_restored(s->model);
    assert_row(s, 1, "after");
    assert_screen(s, "screen 40x8 from the middle");
    screen_write(s, 500, 500, 1, " all");
    assert_row(s, 1, "after all");
}

static void reply(struct screen *s, bool ok, const char *text)
{
    screen_event(s,
                 (struct event){.type = EVENT_REPLY, .reply = {s->commands, ok, bytes_of(text)}});
    screen_wait(s, 0.1);
}

static void test_redraw(void **state)
{
    struct screen *s = *state;

    begin(s);
    screen_keys(s, "Sr");
    assert_screen(s, "let editor 500 redraw: SIGWINCH, else a row less for 0.2 s (yes/no)?");
    screen_keys(s, "no" ENTER);
    assert_string_equal(s->control, "");
    screen_keys(s, ":redraw-program" ENTER "yes" ENTER);
    assert_string_equal(s->control, "redraw 500");
    reply(s, true, "");
    screen_write(s, 500, 500, 1, "\x1b[2Jdone");
    screen_wait(s, 0.1);
    assert_screen(s, "editor 500 has drawn its screen anew");
    screen_wait(s, 5);
    assert_string_equal(s->control, "redraw 500"); /* SIGWINCH was enough */
}

static void test_redraw_that_needs_more(void **state)
{
    struct screen *s = *state;

    begin(s);
    screen_write(s, 500, 500, 1, "\x1b[2J"); /* all were known; the redraw must draw all again */
    screen_keys(s, "Sry" ENTER);
    assert_screen(s, "from the middle");
    screen_write(s, 500, 500, 1, "\x1b[1;1Ha part");
    screen_wait(s, 0.5);
    assert_string_equal(s->control, "redraw 500");
    screen_wait(s, 0.5);
    assert_string_equal(s->control, "redraw 500 resize");
    screen_wait(s, 1);
    assert_screen(s, "editor 500 did not draw all of its screen");
    screen_keys(s, "ry" ENTER);
    reply(s, false, "redraw: 500 has no terminal");
    assert_screen(s, "redraw: 500 has no terminal");
}

static void test_redraw_while_lines_are_shown(void **state)
{
    struct screen *s = *state;

    begin(s);
    screen_keys(s, "ry" ENTER);
    screen_write(s, 500, 500, 1, "anything");
    screen_wait(s, 1);
    assert_string_equal(s->control, "redraw 500");
    assert_screen(s, "has drawn its screen anew");
    screen_keys(s, "ry" ENTER);
    screen_wait(s, 1);
    assert_string_equal(s->control, "redraw 500 resize");
}

static void test_redraw_of_an_ended_process(void **state)
{
    struct screen *s = *state;

    begin(s);
    screen_exit(s, 500, 500, 0, 0);
    screen_keys(s, "Sr");
    assert_screen(s, "editor 500 is not traced any more");
}

/* A few bytes may move all of a large screen: each ui_work() plays only as many as its budget
 * allows. */
static void test_costly_bytes(void **state)
{
    struct screen *s = *state;
    char lines[2000], text[2000];

    memset(lines, '\n', sizeof lines - 1);
    memset(text, 'x', sizeof text - 1);
    lines[sizeof lines - 1] = text[sizeof text - 1] = '\0';
    screen_task(s, 7, 7, 1, HOW_SPAWNED, "yes");
    screen_tty(s, 7, 1, 3, 200, 400);
    screen_write(s, 7, 7, 1, text);
    const struct stream *stream = model_recent_stream(s->model);
    struct replica *r = replica_new(s->model, stream_transcript(stream), stream);
    assert_false(replica_work(r, 512 * 1024));
    screen_write(s, 7, 7, 1, lines);
    assert_true(replica_work(r, 512 * 1024));
    for (int turns = 0; replica_work(r, 512 * 1024); turns++)
        assert_true(turns < 1000);
    replica_free(r);
}

/* The title of a pane of several streams names the stream whose screen it shows; a short title only
 * says that it is a screen. */
static void test_whose_screen(void **state)
{
    struct screen *s = *state;

    screen_task(s, 7, 7, 1, HOW_SPAWNED, "parent");
    screen_task(s, 8, 8, 7, HOW_FORK, "drawer");
    screen_write(s, 7, 7, 1, "nothing to see\n");
    screen_write(s, 8, 8, 1, "\x1b[H\x1b[2Jdrawn\n");
    screen_wait(s, 3);
    screen_keys(s, TAB ">>>>Sz");
    assert_screen(s, "of drawer 8 ");
    assert_screen(s, "screen 80x24");
    screen_keys(s, "S");
    assert_no_screen(s, "of drawer 8 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY_CASE(test_screen_and_back),
        EMPTY_CASE(test_is_offered),
        EMPTY_CASE(test_plain_output_is_not_offered),
        EMPTY_CASE(test_writers_share_it),
        EMPTY_CASE(test_size_changes),
        EMPTY_CASE(test_pipe_and_spawned),
        EMPTY_CASE(test_part_of_it),
        EMPTY_CASE(test_lines_that_scrolled_off),
        EMPTY_CASE(test_what_is_for_lines),
        EMPTY_CASE(test_copy),
        EMPTY_CASE(test_lock),
        EMPTY_CASE(test_window_title),
        EMPTY_CASE(test_nothing_to_show),
        EMPTY_CASE(test_model_begins_anew),
        EMPTY_CASE(test_redraw),
        EMPTY_CASE(test_redraw_that_needs_more),
        EMPTY_CASE(test_redraw_while_lines_are_shown),
        EMPTY_CASE(test_redraw_of_an_ended_process),
        EMPTY_CASE(test_costly_bytes),
        EMPTY_CASE(test_whose_screen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
