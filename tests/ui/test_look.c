/* How a pane shows lines: forms, line numbers, context; and copying lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "screen.h"
#include "term/theme.h"

/* Puts all kinds of bytes into the pane of 300/301, zoomed. */
static void write_odd_bytes(struct screen *s)
{
    screen_write(s, 301, 300, 1,
                 "\ntab\there \\ \x1b[1mbold\x1b[0m bell\x07 \xff\xfe \u65e5\r\n\n");
    screen_lost(s, 301, 300, 1, 100);
    screen_write(s, 301, 300, 1, "0123456789abcdefghijklmnopqrstuvwxyz no end");
    screen_keys(s, "2z");
}

static void test_escaped(void **state)
{
    struct screen *s = *state;

    write_odd_bytes(s);
    screen_keys(s, "X");
    assert_screen(s, "tab\\there \\\\ \\e[1mbold\\e[0m bell\\a \\xff\\xfe \u65e5\\r\\n");
    assert_screen(s, "  10%\\r  50%\\r 100%\\n");
    assert_screen(s, "100 bytes in 3 writes lost");
    screen_keys(s, "/bold" ENTER);
    assert_screen_file(s, "escaped-80x24");
    screen_keys(s, "XX");
    assert_no_screen(s, "escaped");
    assert_screen(s, "bold bell^G");
}

static void test_hex(void **state)
{
    struct screen *s = *state;

    write_odd_bytes(s);
    screen_keys(s, "XXw#");
    assert_screen_file(s, "hex-80x24");
    screen_resize(s, 9, 80);
    screen_keys(s, "wgj"); /* a row is a row of numbers */
    assert_screen(s, "00000010");
    assert_no_screen(s, "00000000");
    screen_keys(s, "z#"); /* less on a row where there is less room */
    assert_screen(s, "00000008  35 30 25 0d 20 31 30 30  50%. 100");
}

static void test_numbers(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1z#g");
    assert_screen(s, "   1 line 0 of");
    screen_keys(s, "&line .5" ENTER); /* still those of the stream */
    assert_screen(s, "  16 line 15 of");
    screen_keys(s, "#");
    assert_no_screen(s, "  16 line 15 of");
}

static void test_context(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1z&line [12]5" ENTER "C1");
    assert_screen(s, "1 lines before, 1 after");
    assert_screen(s, "line 14 of");
    assert_screen(s, "line 16 of");
    assert_screen(s, "line 24 of");
    assert_no_screen(s, "line 13 of");
    assert_no_screen(s, "line 17 of");
    assert_screen(s, "-1 +1");
    screen_keys(s, "A3");
    assert_screen(s, "line 18 of");
    assert_no_screen(s, "line 19 of");
    screen_keys(s, "B0");
    assert_no_screen(s, "line 14 of");
    screen_write(s, 200, 200, 1, "no match\nline 25\nfollows"); /* also of what comes */
    assert_screen(s, "follows");
    assert_no_screen(s, "no match");
    screen_keys(s, "Cx");
    assert_screen(s, "0 to 9");
    screen_keys(s, ":context 0" ENTER);
    assert_no_screen(s, "line 16 of");
    assert_screen(s, "line 15 of");
}

static colour bar_colour(struct screen *s)
{
    return canvas_row(ui_draw(s->ui), 22)[1].style.bg;
}

static void test_themes(void **state)
{
    struct screen *s = *state;
    colour dark = bar_colour(s);

    screen_keys(s, ":theme light" ENTER);
    assert_screen(s, "the light theme");
    assert_int_not_equal(bar_colour(s), dark);
    screen_keys(s, ":theme pink" ENTER);
    assert_screen(s, "dark or light, not pink");
    theme_use(8); /* the plain theme is for both backgrounds */
    assert_int_equal(bar_colour(s), COLOUR_DEFAULT);
    theme_use(256);
    screen_keys(s, ESC "t");
    assert_screen(s, "the dark theme");
    assert_int_equal(bar_colour(s), dark);
}

static void assert_copied(struct screen *s, const char *text)
{
    struct bytes got = ui_clipboard(s->ui);

    assert_int_equal(ui_take_wish(s->ui), UI_COPY);
    assert_int_equal(got.len, strlen(text));
    assert_memory_equal(got.data, text, got.len);
}

static void test_copy(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1zy");
    assert_screen(s, "there is no line to copy"); /* the newest is a loss mark */
    screen_keys(s, "/line 7" ENTER "y");
    assert_copied(s, "line 7 of the first worker, \u65e5\u672c e\u0301");
    assert_screen(s, "copied 1 line");
    screen_keys(s, ESC);
    screen_keys(s, ESC);
    screen_keys(s, "1&line 2$|line [34]\\b" ENTER "Y");
    assert_copied(s, "line 3 of the first worker, \u65e5\u672c e\u0301\n"
                     "line 4 of the first worker, \u65e5\u672c e\u0301\n");
    assert_screen(s, "copied 2 lines");
    screen_keys(s, "0/^400" ENTER "y");
    assert_copied(s, "job");
    screen_keys(s, "Y");
    assert_copied(s, "400");
}

static void test_copy_is_bounded(void **state)
{
    struct screen *s = *state;
    struct buf text = {0};

    for (int i = 0; i < 80000; i++)
        buf_addc(&text, 'x');
    buf_addc(&text, '\0');
    screen_write(s, 200, 200, 1, (const char *)text.data);
    screen_keys(s, "1y");
    assert_screen(s, "copied the first 73 KB");
    buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_CASE(test_escaped),         STORY_CASE(test_hex),    STORY_CASE(test_numbers),
        STORY_CASE(test_context),         STORY_CASE(test_themes), STORY_CASE(test_copy),
        STORY_CASE(test_copy_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
