/* Selecting lines, and copying, saving and piping them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "screen.h"

static void take_wishes(struct screen *s)
{
    while (ui_take_wish(s->ui) != UI_NOTHING)
        ;
}

/* Fails unless the clipboard holds exactly this. */
static void copied(struct screen *s, const char *text)
{
    struct bytes got = ui_clipboard(s->ui);

    assert_int_equal(got.len, strlen(text));
    assert_memory_equal(got.data, text, got.len);
}

/* The standard input of a piped command. The caller frees it. */
static char *piped(struct screen *s)
{
    struct buf all = {0}, part = {0};

    for (; ui_pipe_next(s->ui, &part); buf_clear(&part))
        buf_add(&all, part.data, part.len);
    buf_free(&part);
    buf_addc(&all, '\0');
    return (char *)all.data;
}

static void test_select_and_copy(void **state)
{
    struct screen *s = *state;

    screen_write(s, 301, 300, 1, "\none\ntwo\nthree\nfour");
    screen_keys(s, "0/^301" ENTER ENTER "z"); /* it follows: the newest line */
    screen_keys(s, "v");
    assert_screen(s, "1 selected");
    screen_keys(s, "kk");
    assert_screen(s, "3 selected");
    screen_keys(s, "j");
    take_wishes(s);
    screen_keys(s, "y");
    assert_int_equal(ui_take_wish(s->ui), UI_COPY);
    copied(s, "three\nfour\n");
    assert_screen(s, "copied 2 lines");
    assert_no_screen(s, "selected");
    screen_keys(s, "vg");
    assert_screen(s, "5 selected");
    screen_keys(s, "G");
    assert_screen(s, "1 selected");
    screen_keys(s, ESC);
    assert_no_screen(s, "selected");
    screen_keys(s, "/two" ENTER "Vgy"); /* from the match up to the first */
    copied(s, " 100%\none\ntwo\n");
    screen_keys(s, "vv");
    assert_no_screen(s, "selected");
    screen_keys(s, "Gv?one" ENTER); /* what is found extends it, too */
    assert_screen(s, "2 selected");
    screen_keys(s, "F");
    assert_no_screen(s, "selected");
}

/* The pane scrolls with it, stays where it is when more comes, and pages are pages. */
static void test_it_scrolls(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1zgv");
    screen_keys(s, "\x06");
    assert_screen(s, "21 selected");
    assert_screen(s, "line 20 of");
    screen_keys(s, "\x04\x15");
    assert_screen(s, "21 selected");
    screen_keys(s, "jjj");
    assert_screen(s, "line 23 of");
    screen_write(s, 200, 200, 1, "new\n");
    assert_screen(s, "24 selected");
    assert_no_screen(s, "new");
    screen_keys(s, "b");
    assert_screen(s, "line 3 of");
    assert_screen(s, "4 selected");
    screen_keys(s, "&line" ENTER); /* another view, other lines */
    assert_no_screen(s, "selected");
    screen_keys(s, "v&line 1");
    assert_no_screen(s, "1 selected");
    screen_keys(s, ESC);
    assert_screen(s, "1 selected"); /* nothing happened */
    screen_keys(s, "x0:select" ENTER);
    assert_screen(s, "not in the tree");
}

static void test_save_selected(void **state)
{
    struct screen *s = *state;
    char dir[] = "/tmp/pcat-save-XXXXXX", got[200] = "";

    assert_non_null(mkdtemp(dir));
    char *path = xasprintf("%s/out", dir), *keys = xasprintf("\x15%s" ENTER, path);
    screen_write(s, 300, 300, 1, "a\r\n\x1b[1mb\x1b[0m\nc");
    screen_keys(s, "0/^300" ENTER ENTER "vks");
    assert_screen(s, "save the selected lines to: worker-300-stdout.txt");
    screen_keys(s, keys);
    assert_screen(s, "saved 11 bytes");
    assert_no_screen(s, "2 selected");
    screen_keys(s, "vs");
    screen_keys(s, keys);
    assert_screen(s, "exists. Overwrite it");
    screen_keys(s, "no" ENTER);
    FILE *f = fopen(path, "r");
    assert_int_equal(fread(got, 1, sizeof got, f), 11);
    fclose(f);
    assert_memory_equal(got, "\x1b[1mb\x1b[0m\nc", 11); /* as it was written */
    unlink(path);
    rmdir(dir);
    free(keys);
    free(path);
}

static void test_pipe(void **state)
{
    struct screen *s = *state;
    char *got;

    take_wishes(s);
    screen_keys(s, "1gvj|");
    assert_screen(s, "pipe 2 lines into:");
    screen_keys(s, "wc -l" ENTER);
    assert_int_equal(ui_take_wish(s->ui), UI_PIPE);
    assert_string_equal(ui_pipe_command(s->ui), "wc -l");
    got = piped(s);
    assert_string_equal(got, "line 0 of the \x1b[32mfirst\x1b[0m worker, 日本 e\xcc\x81\n"
                             "line 1 of the \x1b[32mfirst\x1b[0m worker, 日本 e\xcc\x81\n");
    free(got);
    assert_no_screen(s, "selected");
    screen_keys(s, "&line 2[12]" ENTER "|"); /* all that is shown */
    assert_screen(s, "pipe all of the pane into:");
    screen_keys(s, "\x1b[A"); /* the one before */
    assert_screen(s, "into: wc -l");
    screen_keys(s, ENTER);
    got = piped(s);
    assert_non_null(strstr(got, "line 21"));
    assert_null(strstr(got, "line 23"));
    assert_null(strstr(got, "lost"));
    free(got);
    take_wishes(s);
    screen_keys(s, "|" ENTER); /* never on its own */
    assert_screen(s, "nothing was run");
    screen_keys(s, "|ls" ESC);
    assert_int_equal(ui_take_wish(s->ui), UI_NOTHING);
    screen_keys(s, ":pipe less -R" ENTER);
    assert_int_equal(ui_take_wish(s->ui), UI_PIPE);
    assert_string_equal(ui_pipe_command(s->ui), "less -R");
}

/* Each merged line has its newline; a line longer than a portion is complete. */
static void test_pipe_everything(void **state)
{
    struct screen *s = *state;
    size_t big = 300000;
    char *line = xcalloc(1, big + 2), *got;

    memset(line, 'x', big);
    line[big] = '\n';
    screen_write(s, 300, 300, 1, line);
    screen_keys(s, "1>>>>>>|cat" ENTER);
    got = piped(s);
    assert_non_null(strstr(got, line));
    assert_non_null(strstr(got, "  10%\r  50%\r 100%\n"));
    assert_non_null(strstr(got, "an \x1b[2Jerror\x07 here\n"));
    free(got);
    free(line);
}

static void test_drag_over_lines(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1zg" ESC "[<0;10;4M" ESC "[<32;10;6M" ESC "[<0;10;6m");
    assert_screen(s, "3 selected");
    take_wishes(s);
    screen_keys(s, "y");
    copied(
        s,
        "line 2 of the first worker, 日本 e\xcc\x81\nline 3 of the first worker, 日本 e\xcc\x81\n"
        "line 4 of the first worker, 日本 e\xcc\x81\n");
    screen_keys(s, ESC "[<0;10;20M" ESC "[<32;10;24M" ESC "[<32;10;24M" ESC "[<0;10;24m");
    assert_screen(s, "5 selected"); /* below the pane: it scrolls */
    assert_screen(s, "line 22 of");
    screen_keys(s, ESC "[<0;10;4M" ESC "[<0;10;4m"); /* a click ends it */
    assert_no_screen(s, "5 selected");
}

/* In a locked pane the end of the selection stays visible: moving it moves the instant. */
static void test_select_while_locked(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1zgL");
    screen_keys(s, ":at end" ENTER "v");
    for (int i = 0; i < 25; i++)
        screen_keys(s, "k");
    assert_screen(s, "26 selected");
    assert_screen(s, "line 5 of");
    for (int i = 0; i < 24; i++)
        screen_keys(s, "j");
    assert_screen(s, "2 selected");
    assert_screen(s, "line 29 of");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_CASE(test_select_and_copy),     STORY_CASE(test_it_scrolls),
        STORY_CASE(test_save_selected),       STORY_CASE(test_pipe),
        STORY_CASE(test_pipe_everything),     STORY_CASE(test_drag_over_lines),
        STORY_CASE(test_select_while_locked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
