/* The tree: levels, a single subtree, the filter, tags. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/xmalloc.h"
#include "screen.h"

/* The story, and a tree of three more levels below 400. */
static int setup_deep(void **state)
{
    screen_setup_story(state);
    struct screen *s = *state;

    screen_task(s, 500, 500, 100, HOW_FORK, "make");
    screen_task(s, 501, 501, 500, HOW_FORK, "sh");
    screen_task(s, 502, 502, 501, HOW_FORK, "cc");
    screen_write(s, 501, 501, 2, "sh says\n");
    screen_write(s, 502, 502, 1, "cc says\n");
    screen_wait(s, 3);
    return 0;
}

#define DEEP_CASE(f) cmocka_unit_test_setup_teardown(f, setup_deep, screen_teardown)

static void test_levels(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0E1");
    assert_screen(s, "▸ master");
    assert_no_screen(s, "500 ");
    screen_keys(s, "E2");
    assert_screen(s, "▸ make");
    assert_no_screen(s, "501 sh");
    screen_keys(s, ":fold-level 3" ENTER);
    assert_screen(s, "▸ sh");
    screen_keys(s, "E0");
    assert_screen(s, "502 cc");
    assert_no_screen(s, "▸");
    screen_keys(s, "Ex");
    assert_screen(s, "levels: 0 to 9");
}

static void test_only_this_subtree(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0/^500" ENTER "O");
    assert_screen(s, "Tasks below 500");
    assert_screen(s, "└─501 sh");
    assert_no_screen(s, "200 worker  ");
    assert_no_screen(s, "SIGSEGV");
    screen_task(s, 503, 503, 500, HOW_FORK, "later");
    assert_screen(s, "503 later");
    screen_keys(s, "f"); /* the failed tasks are outside of the subtree */
    assert_screen(s, "no process has failed");
    screen_keys(s, "E2");
    assert_screen(s, "▸ sh");
    screen_keys(s, "E0O");
    assert_screen(s, "SIGSEGV");
    screen_keys(s, "O");
    screen_keys(s, ESC); /* the other way back */
    assert_screen(s, "SIGSEGV");
    screen_keys(s, "H/helper" ENTER "H/helper" ENTER "OH");
    assert_screen(s, "Tasks below 201");
    assert_screen(s, "201 helper");
}

static void test_filter_keeps_ancestors(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0&^502|^201" ENTER);
    assert_screen_file(s, "filtered-tree-80x24");
}

static void test_tags(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0/^300" ENTER " ");
    assert_screen(s, "1 tagged: Enter");
    screen_keys(s, "/^500" ENTER "- " ENTER); /* folded: with all below */
    assert_screen(s, "2 tagged");
    screen_keys(s, "T");
    assert_screen_file(s, "tagged-80x24");
    screen_write(s, 502, 502, 1, "more of cc\n");
    screen_write(s, 200, 200, 1, "not this one\n");
    screen_task(s, 504, 504, 501, HOW_FORK, "new");
    screen_write(s, 504, 504, 1, "born below\n");
    screen_keys(s, "z");
    assert_screen(s, "more of cc");
    assert_screen(s, "born below");
    assert_no_screen(s, "not this one");
    screen_keys(s, "zx0" ENTER); /* the same again, and only once */
    assert_screen(s, "more of cc");
    screen_keys(s, "0U");
    assert_screen(s, "nothing is tagged");
    screen_keys(s, "0/^400" ENTER " k ");
    assert_screen(s, "0 tagged");
    screen_keys(s, "1>>>>>");
    assert_screen(s, "everything");
}

static void test_save_tagged(void **state)
{
    struct screen *s = *state;
    char dir[] = "/tmp/pcat-save-XXXXXX", got[200] = "";

    assert_non_null(mkdtemp(dir));
    char *path = xasprintf("%s/out", dir), *keys = xasprintf("\x15%s" ENTER, path);
    screen_keys(s, "0/^501" ENTER " /^502" ENTER " s");
    assert_screen(s, "save to: tagged.txt");
    screen_keys(s, keys);
    assert_screen(s, "saved 16 bytes");
    FILE *f = fopen(path, "r");
    assert_int_equal(fread(got, 1, sizeof got, f), 16);
    fclose(f);
    assert_string_equal(got, "sh says\ncc says\n");
    unlink(path);
    rmdir(dir);
    free(keys);
    free(path);
}

/* ---- executed programs, times ---- */

static void exec_it(struct screen *s, uint64_t tid, uint64_t pid, const char *argv, size_t len)
{
    screen_event(s, (struct event){.type = EVENT_EXEC,
                                   .exec = {.tid = pid,
                                            .pid = pid,
                                            .former = tid == pid ? 0 : tid,
                                            .comm = bytes_of("run"),
                                            .exe = bytes_of(argv),
                                            .argv = {argv, len}}});
}

#define EXEC(s, tid, pid, argv) exec_it(s, tid, pid, argv, sizeof(argv))

static void test_what_was_executed(void **state)
{
    struct screen *s = *state;

    EXEC(s, 501, 501, "/bin/sh\0-c\0cc -c x.c");
    s->time += INT64_C(2500000000);
    EXEC(s, 501, 501, "cc\0-c\0x.c");
    s->time += INT64_C(1000000000);
    screen_exit(s, 501, 501, 1, 0);
    screen_resize(s, 24, 120);
    screen_keys(s, "0/^501" ENTER "e");
    assert_screen(s, "since when, for how long");
    assert_screen_file(s, "execs-120x24");
    screen_keys(s, "jY"); /* over them to the next node, and back */
    assert_memory_equal(ui_clipboard(s->ui).data, "502", 3);
    screen_keys(s, "kY");
    assert_memory_equal(ui_clipboard(s->ui).data, "501", 3);
    screen_keys(s, "j" ESC "[<0;10;12M"); /* a click on one of them is one on the node */
    screen_keys(s, "Y");
    assert_memory_equal(ui_clipboard(s->ui).data, "501", 3);
    screen_keys(s, "e");
    assert_no_screen(s, "2.6 s");
    assert_screen(s, "executed programs are hidden");
}

/* The selection and the shown programs stay with a process, also when another thread executes. */
static void test_exec_from_another_thread(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 24, 160);
    screen_keys(s, "0/^200" ENTER "e");
    EXEC(s, 201, 200, "/usr/bin/other\0--now");
    assert_screen(s, "/usr/bin/other --now");
    screen_keys(s, "Y");
    assert_memory_equal(ui_clipboard(s->ui).data, "200", 3);
    screen_keys(s, "eY"); /* it is the same process */
    assert_no_screen(s, "0.0 s  /usr/bin/other --now");
}

static void test_columns(void **state)
{
    struct screen *s = *state;

    screen_event(s, (struct event){.type = EVENT_WRITE,
                                   .write = {.tid = 502,
                                             .pid = 502,
                                             .fd = 1,
                                             .stream = STREAM_STDOUT,
                                             .duration = INT64_C(1500000000),
                                             .total = 2,
                                             .len = 2,
                                             .data = bytes_of("x\n")}});
    s->time += INT64_C(30000000000);
    screen_exit(s, 502, 502, -1, 9);
    screen_resize(s, 24, 120);
    screen_keys(s, "0T");
    assert_screen(s, "start, duration");
    assert_screen_file(s, "times-120x24");
    screen_resize(s, 24, 80); /* no room for both */
    assert_screen(s, "30 s SIGKILL");
    screen_keys(s, "T");
    assert_screen(s, "s in writes");
    assert_screen(s, "1.500 SIGKILL");
    screen_keys(s, "/^500" ENTER "-"); /* a fold stands for all below */
    assert_screen(s, "500 ▸ make          1.500");
    screen_keys(s, "T");
    assert_no_screen(s, "s in writes");
}

/* The figures of a folded line include the tasks that it hides. */
static void test_sums(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0/^500" ENTER "-");
    assert_screen(s, "500 ▸ make             16 "); /* 8 and 8 bytes */
    screen_keys(s, "+-");
    screen_wait(s, 2);
    assert_no_screen(s, "/s │"); /* a fold is no output */
    screen_write(s, 502, 502, 1, "0123456789012345678901234567890123456789");
    screen_wait(s, 2);
    assert_screen(s, "20/s");
    screen_keys(s, "H"); /* the bytes of threads that are not shown are the process's */
    assert_screen(s, "300 worker             17");
    screen_event(s, (struct event){.type = EVENT_READ,
                                   .write = {.tid = 300,
                                             .pid = 300,
                                             .stream = STREAM_STDIN,
                                             .total = 4,
                                             .len = 4,
                                             .data = bytes_of("read")}});
    assert_screen(s, "300 worker             17");
}

static void test_hide_the_long_dead(void **state)
{
    struct screen *s = *state;

    screen_exit(s, 501, 501, 1, 0);
    screen_keys(s, "0/^501" ENTER ":dead 30" ENTER);
    assert_screen(s, "tasks that ended more than 30 s ago are hidden");
    assert_screen(s, "0 gone > 30s hidden");
    assert_screen(s, "SIGSEGV");
    screen_wait(s, 20);
    s->time += INT64_C(20000000000);
    screen_exit(s, 502, 502, 0, 0);
    assert_screen(s, "501 sh");
    screen_wait(s, 15); /* the line disappears by itself; its child ended later */
    assert_no_screen(s, "SIGSEGV");
    assert_screen(s, "3 gone > 30s hidden");
    assert_screen(s, "501 sh"); /* it is shown because its child is */
    screen_keys(s, "Y");
    assert_memory_equal(ui_clipboard(s->ui).data, "501", 3);
    screen_wait(s, 20);
    assert_no_screen(s, "501 sh");
    screen_keys(s, "Y"); /* the parent is selected now */
    assert_memory_equal(ui_clipboard(s->ui).data, "500", 3);
    screen_keys(s, ESC "d"); /* the prompt */
    assert_screen(s, "hide tasks that ended longer ago than");
    screen_keys(s, "soon" ENTER);
    assert_screen(s, "a time: 30");
    screen_keys(s, "\x15"
                   "5m" ENTER);
    assert_screen(s, "gone > 5m");
    assert_screen(s, "501 sh");
    screen_keys(s, "d");
    assert_screen(s, "4 gone hidden");
    screen_keys(s, "d:dead 0" ENTER);
    assert_no_screen(s, "hidden");
    assert_screen(s, "501 sh");
}

static void test_follow_the_newest(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0gF");
    assert_screen(s, "the tree follows the newest output");
    screen_write(s, 301, 300, 1, "here\n");
    screen_keys(s, "Y");
    assert_memory_equal(ui_clipboard(s->ui).data, "301", 3);
    screen_keys(s, "E1"); /* also into a fold */
    screen_write(s, 502, 502, 1, "there\n");
    screen_keys(s, "Y");
    assert_memory_equal(ui_clipboard(s->ui).data, "502", 3);
    screen_keys(s, "k"); /* moving ends following */
    screen_write(s, 301, 300, 1, "again\n");
    screen_keys(s, "Y");
    assert_memory_equal(ui_clipboard(s->ui).data, "501", 3);
    screen_keys(s, "FF");
    assert_screen(s, "stays where it is");
}

/* The tasks that ended first are dropped when there are too many. */
static void test_a_dropped_selection(void **state)
{
    struct screen *s = *state;

    screen_task(s, 600, 600, 500, HOW_FORK, "first");
    screen_exit(s, 600, 600, 0, 0);
    screen_keys(s, "0/^600" ENTER "Y");
    assert_memory_equal(ui_clipboard(s->ui).data, "600", 3);
    for (uint64_t pid = 1000; pid < 1000 + MODEL_DEAD_MAX + 10; pid++) {
        screen_task(s, pid, pid, 501, HOW_FORK, "one of many");
        screen_exit(s, pid, pid, 0, 0);
    }
    screen_keys(s, "Y");
    assert_memory_equal(ui_clipboard(s->ui).data, "500", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEEP_CASE(test_levels),
        DEEP_CASE(test_only_this_subtree),
        DEEP_CASE(test_filter_keeps_ancestors),
        DEEP_CASE(test_tags),
        DEEP_CASE(test_save_tagged),
        DEEP_CASE(test_what_was_executed),
        DEEP_CASE(test_exec_from_another_thread),
        DEEP_CASE(test_columns),
        DEEP_CASE(test_sums),
        DEEP_CASE(test_hide_the_long_dead),
        DEEP_CASE(test_a_dropped_selection),
        DEEP_CASE(test_follow_the_newest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
