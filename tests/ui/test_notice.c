/* Notices: how the user makes rules for them, and how they are shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xmalloc.h"
#include "screen.h"

/* Whether the bell was rung since the last call. */
static bool rang(struct screen *s)
{
    bool bell = false;

    for (enum ui_wish wish; (wish = ui_take_wish(s->ui)) != UI_NOTHING;)
        bell = bell || wish == UI_BELL;
    return bell;
}

static void test_a_pattern(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1M");
    assert_screen(s, "watch this pane for");
    screen_keys(s, ENTER "line 4\\d" ENTER);
    assert_screen(s, "watched from now on");
    screen_keys(s, "0g");
    assert_screen(s, "watched");
    assert_false(rang(s));
    screen_write(s, 200, 200, 1, "line 41 of them\nline 5\nline 4");
    screen_wait(s, 0.1);
    assert_screen(s, "watched from now on"); /* the answer is read first */
    screen_wait(s, 2);
    assert_screen(s, "worker 200: line 41 of them");
    assert_screen(s, "● 200 worker");
    assert_true(rang(s));
    screen_wait(s, 20);
    assert_no_screen(s, "line 4 ");
    assert_false(rang(s));
    screen_write(s, 200, 200, 1, "2\n"); /* now it is whole */
    screen_wait(s, 0.1);
    assert_screen(s, "worker 200: line 42");
    screen_keys(s, "j"); /* the mark goes when the task is selected */
    assert_no_screen(s, "●");
    screen_keys(s, "1M"
                   "G" ENTER);
    assert_screen(s, "no longer watched (1)");
    screen_wait(s, 20);
    screen_write(s, 200, 200, 1, "line 43\n");
    screen_wait(s, 0.1);
    assert_no_screen(s, "worker 200: line 43");
}

static void test_a_folded_node_has_the_mark(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0g:watch error" ENTER "-");
    screen_write(s, 301, 300, 2, "\nerror of a helper\n");
    screen_wait(s, 2);
    screen_wait(s, 0.1);
    assert_screen(s, "helper 301: error of a helper");
    assert_screen(s, "● 100 ▸ master");
    screen_keys(s, "+"); /* the marked task is visible now */
    assert_screen(s, "● 301 helper");
    screen_keys(s, "1");
    assert_screen(s, "● 301 helper"); /* pane 1 belongs to another task */
    screen_keys(s, "0/^301" ENTER);
    assert_no_screen(s, "●");
}

static void test_stderr_failure_silence(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0gMjj" ENTER);
    screen_keys(s, "Mjjj" ENTER);
    screen_keys(s, "Mj" ENTER);
    assert_screen(s, "watch for silence longer than");
    screen_keys(s, "\x15never" ENTER);
    assert_screen(s, "a time such as 30s");
    screen_keys(s, "\x15"
                   "40s" ENTER);
    screen_write(s, 200, 200, 2, "oh\n");
    screen_wait(s, 2);
    assert_screen(s, "stderr of worker 200: oh");
    screen_write(s, 200, 200, 2, "again\n");
    screen_task(s, 500, 500, 100, HOW_FORK, "batch");
    screen_exit(s, 500, 500, 7, 0);
    screen_wait(s, 1);
    assert_screen(s, "batch 500: exit 7");
    screen_wait(s, 39);
    screen_wait(s, 2);
    assert_screen(s, "master 100: silent since 05:33:2");
    assert_screen(s, "● 500 batch");
    screen_keys(s, "Mjjjj");
    assert_screen(s, "nothing more (now: 3)");
    screen_keys(s, ESC);
}

static void test_a_wrong_pattern_and_nothing(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1M" ENTER "a(" ENTER);
    assert_screen(s, "missing closing parenthesis");
    screen_keys(s, ESC);
    screen_keys(s, "M" ENTER ENTER); /* an empty text adds no rule */
    assert_no_screen(s, "watched from now on");
    screen_keys(s, "M" ESC);
    assert_no_screen(s, "watch this pane for");
}

static void test_no_bell(void **state)
{
    struct screen *s = *state;
    struct config c;

    config_init(&c);
    c.bell = false;
    ui_set(s->ui, &c);
    screen_keys(s, "1:watch x" ENTER);
    screen_write(s, 200, 200, 1, "x\n");
    screen_wait(s, 0.1);
    screen_wait(s, 2);
    assert_screen(s, "worker 200: x");
    assert_false(rang(s));
    config_free(&c);
}

static void test_commands(void **state)
{
    struct screen *s = *state;
    struct watch w;
    char *cause;

    assert_true(watch_parse(&w, "match an .*error", &cause));
    w.command = xstrdup("the command");
    ui_watch(s->ui, &w);
    free(w.pattern);
    free(w.command);
    screen_wait(s, 0.1); /* also what came before */
    screen_wait(s, 0.1);
    assert_string_equal(s->ran, "the command: match helper 200 201 fd 2 x1: an error^G here");
    assert_true(watch_parse(&w, "failure", &cause));
    w.command = xstrdup("other");
    ui_watch(s->ui, &w);
    free(w.command);
    screen_exit(s, 300, 300, -1, 9);
    screen_wait(s, 0.1);
    assert_string_equal(s->ran, "other: failure worker 300 300 fd 0 x1: SIGKILL");
}

static void test_what_is_said(void **state)
{
    static const char *const bad[] = {"",          "match",    "match a(",  "silence", "silence x",
                                      "silence 0", "stderr x", "failure 1", "frob",    "matchx"};
    struct watch w;
    char *cause;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cause = NULL;
        if (watch_parse(&w, bad[i], &cause))
            fail_msg("'%s' is taken", bad[i]);
        assert_non_null(cause);
        free(cause);
    }
    assert_true(watch_parse(&w, "silence 1m30s", &cause));
    assert_true(w.kind == NOTICE_SILENCE && w.silence == INT64_C(90000000000));
    assert_true(watch_parse(&w, "stderr", &cause) && w.kind == NOTICE_STDERR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_CASE(test_a_pattern),
        STORY_CASE(test_a_folded_node_has_the_mark),
        STORY_CASE(test_stderr_failure_silence),
        STORY_CASE(test_a_wrong_pattern_and_nothing),
        STORY_CASE(test_no_bell),
        STORY_CASE(test_commands),
        cmocka_unit_test(test_what_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
