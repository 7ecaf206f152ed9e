/* The fork tree: levels, one subtree alone, the filter, tags. */
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
    screen_keys(s, "f"); /* those that failed are elsewhere */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEEP_CASE(test_levels),
        DEEP_CASE(test_only_this_subtree),
        DEEP_CASE(test_filter_keeps_ancestors),
        DEEP_CASE(test_tags),
        DEEP_CASE(test_save_tagged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
