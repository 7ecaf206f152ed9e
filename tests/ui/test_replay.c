/* A recording with a position: the whole screen shows the state at that position. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "screen.h"
#include "source/player.h"

/* The story as a recording: an event each 0.1 s, 17 tenths before the first line, then 30 lines; a
 * failure, a crash, and one more child that ends well. */
/* From the tree to the whole screen with the output of the first worker. */
#define WORKER "0gj" ENTER "z"

static int setup_replay(void **state)
{
    screen_setup(state);
    struct screen *s = *state;

    screen_replay(s);
    screen_story(s);
    screen_task(s, 402, 402, 100, HOW_FORK, "fine");
    screen_write(s, 402, 402, 1, "all is well\n");
    screen_exit(s, 402, 402, 0, 0);
    screen_end(s, "the recording is over");
    screen_wait(s, 1);
    screen_wait(s, 3);
    return 0;
}
#define REPLAY_CASE(f) cmocka_unit_test_setup_teardown(f, setup_replay, screen_teardown)

static void test_live_has_none(void **state)
{
    struct screen *s = *state;

    screen_keys(s, ".");
    assert_screen(s, "this works in recordings only");
    screen_keys(s, "p");
    assert_screen(s, "PAUSED");
}

static void test_seek(void **state)
{
    struct screen *s = *state;

    screen_keys(s, WORKER);
    assert_screen(s, "line 29 of");
    assert_no_screen(s, "alive");
    screen_keys(s, ":seek 50%" ENTER);
    assert_screen(s, "line 13 of");
    assert_no_screen(s, "line 14 of");
    screen_keys(s, "z0");
    assert_no_screen(s, "401 crash");
    assert_screen(s, "5 alive");
    assert_screen(s, "━━━━━━──────");
    screen_keys(s, ":seek end" ENTER);
    assert_screen(s, "401 crash");
    assert_screen(s, "line 29 of");
    screen_keys(s, ":seek -1s" ENTER);
    assert_screen(s, "5 alive");
    screen_keys(s, "J+0.3s" ENTER);
    assert_no_screen(s, "402 fine");
    screen_keys(s, "Jnever" ENTER);
    assert_screen(s, "a time: ");
    screen_keys(s, ESC);
    screen_keys(s, "Jstart" ENTER);
    assert_screen(s, "pcat");
    assert_no_screen(s, "100 master");
}

static void test_screen(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 24, 100);
    screen_keys(s, ":seek 60%" ENTER "\t/line 1" ENTER "0");
    assert_screen_file(s, "replay-100x24");
}

static void test_timeline_moves_it(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 24, 100);
    screen_keys(s, WORKER "z:seek 50%" ENTER "\x1b[19~"); /* F8: all of the recording */
    assert_screen(s, "fine  ");
    assert_screen(s, "line 13 of");
    screen_keys(s, "h"); /* the events are still held: a lock is enough */
    assert_screen(s, "locked");
    assert_no_screen(s, "line 13 of");
    screen_keys(s, "      "); /* later events are not */
    assert_no_screen(s, "locked");
    assert_screen(s, "line 2");
    screen_keys(s, "G");
    assert_screen(s, "line 29 of");
    screen_keys(s, "\x1b[19~:seek 50%" ENTER "@end" ENTER);
    assert_screen(s, "line 29 of");
    screen_keys(s, "@start" ENTER);
    assert_no_screen(s, "line 0");
}

static void test_step(void **state)
{
    struct screen *s = *state;

    screen_keys(s, WORKER ":seek 50%" ENTER);
    assert_screen(s, "line 13 of");
    assert_no_screen(s, "line 14 of");
    screen_keys(s, ".");
    assert_screen(s, "line 14 of");
    assert_no_screen(s, "line 15 of");
    screen_keys(s, ",,");
    assert_screen(s, "line 12 of");
    assert_no_screen(s, "line 13 of");
    screen_keys(s, "z0");
    for (int i = 0; i < 80; i++)
        screen_keys(s, ".");
    assert_screen(s, "402 fine");
    for (int i = 0; i < 80; i++)
        screen_keys(s, ",");
    assert_no_screen(s, "100 master");
}

static void test_failures(void **state)
{
    struct screen *s = *state;

    screen_keys(s, ":seek start" ENTER "}");
    assert_screen(s, "job 400: exit 3 (1 of 2 that failed)");
    assert_screen(s, "exit 3");
    assert_no_screen(s, "401 crash");
    screen_keys(s, "}");
    assert_screen(s, "crash 401: SIGSEGV (2 of 2 that failed)");
    screen_keys(s, "}");
    assert_screen(s, "none after this");
    screen_keys(s, ")");
    assert_screen(s, "fine 402: exit 0 (3 of 3 that ended)");
    screen_keys(s, "((");
    assert_screen(s, "job 400: exit 3 (1 of 3 that ended)");
    screen_keys(s, "(");
    assert_screen(s, "none before this");
    screen_keys(s, ":seek end" ENTER "{");
    assert_screen(s, "crash 401: SIGSEGV (2 of 2 that failed)");
    screen_keys(s, "0y"); /* it is selected */
    assert_memory_equal(ui_clipboard(s->ui).data, "crash", 5);
}

static void test_no_failures(void **state)
{
    struct screen *s = *state;

    screen_replay(s);
    screen_keys(s, ")");
    assert_screen(s, "no process ended");
    screen_task(s, 7, 7, 1, HOW_SPAWNED, "calm");
    screen_exit(s, 7, 7, 0, 0);
    screen_keys(s, "}");
    assert_screen(s, "no process failed; 1 ended");
}

static void test_play(void **state)
{
    struct screen *s = *state;

    screen_keys(s, WORKER ":seek 50%" ENTER "p");
    assert_screen(s, "▸ ");
    screen_wait(s, 0.1);
    screen_wait(s, 0.5);
    assert_screen(s, "line 18 of");
    assert_no_screen(s, "line 21 of");
    screen_keys(s, "p");
    assert_screen(s, "‖ ");
    screen_wait(s, 5);
    assert_no_screen(s, "line 21 of");
    screen_keys(s, "]]");
    assert_screen(s, "4x: p plays");
    screen_keys(s, "p");
    screen_wait(s, 0.1);
    screen_wait(s, 0.5);
    assert_screen(s, "line 29 of");
    screen_wait(s, 1);
    assert_no_screen(s, "━"); /* at the end */
    screen_keys(s, "z0");
    assert_screen(s, "402 fine");
    screen_keys(s, "[[[[[[[[[");
    assert_screen(s, "1/8x");
    screen_keys(s, "p"); /* from the beginning again */
    screen_wait(s, 0.1);
    assert_no_screen(s, "100 master");
    assert_screen(s, "▸ ");
}

/* A pause of an hour lasts two seconds. */
static void test_long_pause(void **state)
{
    struct screen *s = *state;

    screen_replay(s);
    screen_task(s, 7, 7, 1, HOW_SPAWNED, "sleeper");
    screen_write(s, 7, 7, 1, "good night\n");
    s->time += INT64_C(3600000000000);
    screen_write(s, 7, 7, 1, "good morning\n");
    screen_write(s, 7, 7, 1, "to you\n");
    screen_keys(s, ":seek -1h1s" ENTER "p");
    for (int i = 0; i < 15; i++)
        screen_wait(s, 0.1);
    assert_screen(s, "good night");
    assert_no_screen(s, "good morning");
    for (int i = 0; i < 10; i++)
        screen_wait(s, 0.1);
    assert_screen(s, "good morning");
}

static void test_as_of_a_line(void **state)
{
    struct screen *s = *state;

    screen_keys(s, WORKER "?line 12 " ENTER "i");
    assert_screen(s, "all as of ");
    assert_screen(s, "line 12 of");
    assert_no_screen(s, "line 13 of");
    screen_keys(s, "z0");
    assert_no_screen(s, "401 crash");
    screen_keys(s, ":seek end" ENTER);
    screen_keys(s, "0gjj" ENTER "/error" ENTER "i");
    assert_screen(s, "all as of ");
    assert_screen(s, "an error");
    assert_no_screen(s, "100%");
    assert_no_screen(s, "402 fine");
}

static void test_as_of_a_result(void **state)
{
    struct screen *s = *state;

    screen_keys(s, ESC "/line 20 " ENTER);
    screen_keys(s, "i");
    assert_screen(s, "all as of ");
    assert_screen(s, "line 20 of");
    assert_no_screen(s, "line 21 of");
    assert_no_screen(s, "401 crash");
}

/* Panes, the selection, folds and searches stay when the position moves. */
static void test_what_stays(void **state)
{
    struct screen *s = *state;

    screen_keys(s, WORKER "&line [1-3] " ENTER "z0-");
    screen_keys(s, ":seek 40%" ENTER);
    assert_screen(s, "▸ worker");
    assert_screen(s, "line 3 of");
    assert_no_screen(s, "line 4 of");
    screen_keys(s, ":seek start" ENTER);
    assert_screen(s, "not there yet");
    screen_keys(s, ":seek end" ENTER);
    assert_screen(s, "▸ worker");
    assert_screen(s, "line 3 of");
    assert_no_screen(s, "line 4 of");
}

static void test_still_read(void **state)
{
    struct screen *s = *state;

    assert_no_screen(s, "reading");
    player_set_read(s->player, 43);
    screen_keys(s, ":seek 50%" ENTER);
    assert_screen(s, "reading 43%");
}

/* Events that come while another instant is shown are shown later. */
static void test_grows_meanwhile(void **state)
{
    struct screen *s = *state;

    screen_replay(s);
    screen_task(s, 7, 7, 1, HOW_SPAWNED, "grower");
    for (int i = 0; i < 30; i++)
        screen_write(s, 7, 7, 1, i % 2 ? "tick\n" : "tock\n");
    screen_keys(s, ":seek -1s" ENTER);
    screen_write(s, 7, 7, 1, "the news\n");
    assert_no_screen(s, "the news");
    screen_keys(s, ":seek end" ENTER);
    assert_screen(s, "the news");
    screen_write(s, 7, 7, 1, "and more\n");
    assert_screen(s, "and more");
}

/* In a recording no program can be asked to redraw. */
static void test_screen_of_then(void **state)
{
    struct screen *s = *state;

    ui_free(s->ui);
    s->ui = ui_new(s->model, &(struct ui_hooks){.control = NULL}, false);
    ui_resize(s->ui, 24, 80);
    ui_set_player(s->ui, s->player);
    screen_wait(s, 1);
    screen_keys(s, WORKER "S");
    assert_screen(s, "believed it to be");
    assert_no_screen(s, "draw it anew");
    screen_keys(s, "r");
    assert_screen(s, "this is a recording");
}

/* The position is moved from the timeline, too. */
static void test_moved_from_the_timeline(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 24, 100);
    screen_keys(s, WORKER "\x1b[19~J50%" ENTER);
    assert_screen(s, "line 13 of");
    assert_no_screen(s, "line 14 of");
    screen_keys(s, ".");
    assert_screen(s, "line 14 of");
    screen_keys(s, ",{}");
    assert_screen(s, "that failed)");
    screen_keys(s, "\x1bOS");
    assert_screen(s, "failed: last words");
}

/* i uses the topmost list or box, and nothing behind it. */
static void test_as_of_what_is_on_top(void **state)
{
    struct screen *s = *state;

    screen_keys(s, WORKER "\x1bOSi");
    assert_screen(s, "failed: last words");
    screen_keys(s, "q");
    assert_no_screen(s, "as of");
    assert_screen(s, "line 29 of");
    screen_keys(s, ENTER "kkki");
    assert_screen(s, "all as of");
    assert_screen(s, "line 27 of");
    assert_no_screen(s, "line 28 of");
}

/* Details that a jump has closed stay closed. */
static void test_details_end_with_a_jump(void **state)
{
    struct screen *s = *state;

    screen_keys(s, WORKER "z" ENTER "i");
    assert_no_screen(s, "around it");
    screen_keys(s, "x:seek end" ENTER "0gjj" ENTER "*");
    assert_no_screen(s, "line 29 of 200");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        STORY_CASE(test_live_has_none),
        REPLAY_CASE(test_seek),
        REPLAY_CASE(test_screen),
        REPLAY_CASE(test_timeline_moves_it),
        REPLAY_CASE(test_step),
        REPLAY_CASE(test_failures),
        EMPTY_CASE(test_no_failures),
        REPLAY_CASE(test_play),
        EMPTY_CASE(test_long_pause),
        REPLAY_CASE(test_as_of_a_line),
        REPLAY_CASE(test_as_of_a_result),
        REPLAY_CASE(test_what_stays),
        REPLAY_CASE(test_still_read),
        EMPTY_CASE(test_grows_meanwhile),
        REPLAY_CASE(test_screen_of_then),
        REPLAY_CASE(test_moved_from_the_timeline),
        REPLAY_CASE(test_as_of_what_is_on_top),
        REPLAY_CASE(test_details_end_with_a_jump),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
