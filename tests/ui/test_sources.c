/* Several sources in one viewer: a line for each in the tree, and each command goes to its source.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "screen.h"

#define SECOND INT64_C(1000000000)

/* The story is the first source, "test". The second is box2, which has a process 100, too. Events
 * go to box2 from now on. */
static void add_box(struct screen *s)
{
    s->source = model_source_add(s->model, "ssh box2");
    screen_event(s, (struct event){.type = EVENT_HELLO,
                                   .hello = {.magic = bytes_of(EVENT_MAGIC),
                                             .version = EVENT_VERSION,
                                             .host = bytes_of("box2.example"),
                                             .fds = bytes_of("1,2")}});
    screen_task(s, 100, 100, 1, HOW_ATTACHED, "master");
    screen_fd(s, 100, 1, "/dev/null");
    screen_task(s, 110, 110, 100, HOW_ATTACHED, "remote");
    screen_armed(s, 100, 1);
    screen_write(s, 110, 110, 1, "from the box\n");
    screen_wait(s, 3);
}

static struct source *first_source(struct screen *s)
{
    return model_sources(s->model);
}

static void test_lines(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0");
    assert_no_screen(s, "box2");
    add_box(s);
    model_source_clock(s->model, s->source, 3 * SECOND + SECOND / 5, SECOND / 100);
    assert_screen(s, "clock +3.2 s");
    assert_screen_file(s, "sources-80x24");
}

static void test_clock_that_is_right(void **state)
{
    struct screen *s = *state;

    add_box(s);
    model_source_clock(s->model, s->source, SECOND / 20, SECOND / 100);
    assert_no_screen(s, "clock");
    model_source_clock(s->model, s->source, -7200 * SECOND, SECOND / 100);
    assert_screen(s, "clock -2 h");
    model_source_clock(s->model, s->source, -300 * SECOND, SECOND);
    assert_screen(s, "clock -5 min");
    model_source_clock(s->model, s->source, 3 * SECOND, 4 * SECOND); /* the clock is not known */
    assert_no_screen(s, "clock");
}

static void test_fold_and_open(void **state)
{
    struct screen *s = *state;

    add_box(s);
    screen_keys(s, "0Gz");
    assert_screen(s, "110 remote");
    screen_keys(s, "hh"); /* to the parent, and fold it */
    screen_keys(s, "hh"); /* to the source, and fold that */
    assert_no_screen(s, "110 remote");
    assert_screen(s, "▸ ssh box2");
    assert_screen(s, "200 worker");
    screen_keys(s, "ljl");
    assert_screen(s, "110 remote");
    screen_keys(s, "gE1");
    assert_no_screen(s, "200 worker");
    assert_screen(s, "▸ test");
    screen_keys(s, "+");
    assert_screen(s, "100 ▸ master");
    screen_keys(s, "E0");
    assert_screen(s, "200 worker");
    screen_keys(s, "Gku"); /* on the line of box2 */
    screen_keys(s, "z" ENTER);
    assert_screen(s, "ssh box2 ");
    assert_screen(s, "from the box");
    screen_keys(s, "z");
    assert_no_screen(s, "of the first worker");
    screen_keys(s, ">");
    assert_screen(s, "everything");
    assert_screen(s, "of the first worker");
}

static void test_failed_from_a_source(void **state)
{
    struct screen *s = *state;

    add_box(s);
    screen_keys(s, "0zGuuf"); /* from the last source's line around to the first's processes */
    screen_keys(s, "y");
    assert_int_equal(ui_clipboard(s->ui).len, 3);
    assert_memory_equal(ui_clipboard(s->ui).data, "job", 3);
}

static void test_commands_go_to_their_source(void **state)
{
    struct screen *s = *state;

    add_box(s);
    screen_keys(s, "0GD");
    assert_string_equal(s->control, "detach 110");
    assert_ptr_equal(s->asked, s->source);
    screen_keys(s, "u:signal TERM" ENTER "yes" ENTER);
    assert_string_equal(s->control, "signal 100 TERM");
    assert_ptr_equal(s->asked, s->source);
    screen_keys(s, "gjD");
    assert_string_equal(s->control, "detach 100");
    assert_ptr_equal(s->asked, first_source(s));
    screen_keys(s, "Gu:attach 7" ENTER);
    assert_string_equal(s->control, "attach 7");
    assert_ptr_equal(s->asked, s->source);
    screen_other(s, 100, 9, "/var/log/far.log", 5000);
    screen_keys(s, "o");
    assert_string_equal(s->control, "fds 1,2,9");
    assert_ptr_equal(s->asked, s->source);
    screen_keys(s, "gjo");
    assert_string_equal(s->control, "fds 1,2,5");
    assert_ptr_equal(s->asked, first_source(s));
}

/* The same PID on two machines is two processes. */
static void test_tagged_on_two_machines(void **state)
{
    struct screen *s = *state;

    add_box(s);
    screen_keys(s, "0gj Gu D");
    assert_int_equal(s->commands, 2);
    assert_string_equal(s->control, "detach 100");
    assert_ptr_equal(s->asked, s->source);
}

static void test_list_of_each_machine(void **state)
{
    struct screen *s = *state;

    add_box(s);
    screen_keys(s, "0Ga");
    assert_string_equal(s->control, "list");
    assert_ptr_equal(s->asked, s->source);
    assert_screen(s, "ssh box2 (Tab: the next)");
    screen_keys(s, TAB);
    screen_wait(s, 1);
    assert_screen(s, "test (Tab: the next)");
    assert_ptr_equal(s->asked, first_source(s));
    model_source_end(s->model, s->source, "gone");
    screen_keys(s, TAB);
    assert_screen(s, "there is only one machine");
}

static void test_one_goes(void **state)
{
    struct screen *s = *state;

    add_box(s);
    model_source_end(s->model, s->source, "'ssh box2' has ended, what came is kept");
    assert_screen(s, "'ssh box2' has ended");
    screen_keys(s, "0z");
    assert_screen(s, "gone");
    screen_keys(s, "Ga"); /* nothing is there any more to attach to */
    assert_screen(s, "nothing is being captured any more");
    s->source = first_source(s);
    screen_write(s, 200, 200, 1, "and the other goes on\n");
    screen_keys(s, "zgj");
    assert_screen(s, "and the other goes on");
    assert_screen(s, "alive");
}

static void test_recording_is_of_one(void **state)
{
    struct screen *s = *state;

    add_box(s);
    screen_keys(s, "W");
    assert_screen(s, "a recording is of one source");
}

/* A failed task is shown when a key goes to it, although ended tasks are hidden. */
static void test_failed_among_hidden(void **state)
{
    struct screen *s = *state;

    add_box(s);
    screen_exit(s, 110, 110, 0, 0);
    screen_exit(s, 100, 100, 3, 0);
    screen_keys(s, "0");
    screen_wait(s, 3);
    screen_keys(s, "d");
    assert_screen(s, "gone hidden");
    screen_keys(s, TAB "fff0");
    screen_keys(s, "ff");
    assert_screen(s, "100 master");
    assert_screen(s, "exit 3");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        STORY_CASE(test_lines),
        STORY_CASE(test_clock_that_is_right),
        STORY_CASE(test_fold_and_open),
        STORY_CASE(test_failed_from_a_source),
        STORY_CASE(test_commands_go_to_their_source),
        STORY_CASE(test_tagged_on_two_machines),
        STORY_CASE(test_list_of_each_machine),
        STORY_CASE(test_one_goes),
        STORY_CASE(test_recording_is_of_one),
        STORY_CASE(test_failed_among_hidden),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
