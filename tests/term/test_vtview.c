/* The terminal emulator: its screen does not depend on the pieces in which bytes arrive; its
 * scrollback; which cells are known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "term/canvas.h"
#include "term/vtguard.h"
#include "term/vtview.h"

static void feed(struct vtview *v, const char *text)
{
    vtview_feed(v, text, strlen(text));
}

/* The rows of the screen, each with a newline. The caller frees it. */
static char *text_of(const struct vtview *v)
{
    struct buf out = {0};

    for (int row = 0; row < vtview_rows(v); row++) {
        vtview_text(v, vtview_top(v) + (uint64_t)row, &out);
        buf_addc(&out, '\n');
    }
    buf_addc(&out, '\0');
    return (char *)out.data;
}

static void assert_rows(const struct vtview *v, const char *expected)
{
    char *text = text_of(v);

    assert_string_equal(text, expected);
    free(text);
}

/* The text of the emulator drawn on a canvas. The caller frees it. */
static struct canvas *drawn(const struct vtview *v, int rows, int cols)
{
    struct canvas *c = canvas_new(rows, cols);

    vtview_draw(v, area_all(c), vtview_top(v), 0);
    return c;
}

static const char story[] =
    "plain\r\n\x1b[1;31mred\x1b[0m \x1b[38;5;200mindexed\x1b[m \x1b[48;2;1;2;3mmixed\x1b[m\n"
    "\u65e5\u672c e\u0301\u0323 \U0001f44d\n\x1b[2;3Hput\x1b[K\x1b[?1049h\x1b[2Jother\x1b[?1049l"
    "\x1b]0;a title\x07\x1b[4;1H\x1b[4munder\x1b[24m \x1b[7mback\x1b[27m\x1b[6n\x1b[c\xff\xe6\x97";

static void test_any_split(void **state)
{
    (void)state;
    for (size_t step = 1; step < 12; step++) {
        struct vtview *whole = vtview_new(6, 20), *split = vtview_new(6, 20);
        vtview_feed(whole, story, sizeof story - 1);
        for (size_t at = 0; at < sizeof story - 1; at += step)
            vtview_feed(split, story + at,
                        sizeof story - 1 - at < step ? sizeof story - 1 - at : step);
        struct canvas *a = drawn(whole, 6, 20), *b = drawn(split, 6, 20);
        for (int row = 0; row < 6; row++)
            assert_memory_equal(canvas_row(a, row), canvas_row(b, row), 20 * sizeof(struct cell));
        assert_string_equal(vtview_title(whole), "a title");
        assert_string_equal(vtview_title(split), "a title");
        canvas_free(a);
        canvas_free(b);
        vtview_free(whole);
        vtview_free(split);
    }
}

static void test_cells(void **state)
{
    struct vtview *v = vtview_new(6, 20);
    (void)state;

    vtview_feed(v, story, sizeof story - 1);
    struct canvas *c = drawn(v, 6, 20);
    const struct cell *row = canvas_row(c, 2);
    assert_int_equal(row[0].chars[0], 0x65e5);
    assert_int_equal(row[0].width, 2);
    assert_int_equal(row[1].width, 0);
    assert_int_equal(row[5].chars[0], 'e');
    assert_int_equal(row[5].chars[1], 0x301);
    assert_int_equal(row[5].chars[2], 0x323);
    row = canvas_row(c, 1);
    assert_int_equal(row[0].style.fg, COLOUR_INDEX(1));
    assert_int_equal(row[0].style.attrs, ATTR_BOLD);
    assert_int_equal(row[2].chars[0], 'p');
    row = canvas_row(c, 3);
    assert_int_equal(row[0].style.attrs, ATTR_UNDERLINE);
    assert_int_equal(row[6].style.attrs, ATTR_REVERSE);
    canvas_free(c);
    feed(v, "\x1b[2J\x1b[H\x1b[38;5;200mi\x1b[38;2;1;2;3;48;5;7mm\u202e\u200b\x1b[mx");
    c = drawn(v, 6, 20);
    row = canvas_row(c, 0);
    assert_int_equal(row[0].style.fg, COLOUR_INDEX(200));
    assert_int_equal(row[1].style.fg, COLOUR_RGB(1, 2, 3));
    assert_int_equal(row[1].style.bg, COLOUR_INDEX(7));
    for (int i = 0; i < 4; i++) /* characters that change the direction of text are not drawn */
        assert_int_not_equal(row[1].chars[i], 0x202e);
    canvas_free(c);
    vtview_free(v);
}

static void test_cursor(void **state)
{
    struct vtview *v = vtview_new(4, 10);
    int row, col;
    (void)state;

    feed(v, "ab");
    assert_true(vtview_cursor(v, &row, &col));
    assert_int_equal(row * 100 + col, 2);
    struct canvas *c = drawn(v, 4, 10);
    assert_int_equal(canvas_row(c, 0)[2].style.attrs, ATTR_REVERSE);
    assert_int_equal(canvas_row(c, 0)[1].style.attrs, 0);
    canvas_free(c);
    feed(v, "\x1b[?25l");
    assert_false(vtview_cursor(v, &row, &col));
    c = drawn(v, 4, 10);
    assert_int_equal(canvas_row(c, 0)[2].style.attrs, 0);
    canvas_free(c);
    vtview_free(v);
}

static void test_newlines(void **state)
{
    struct vtview *v = vtview_new(3, 10);
    (void)state;

    feed(v, "ab\ncd");
    assert_rows(v, "ab\ncd\n\n");
    vtview_set_raw(v, true);
    feed(v, "\nef");
    assert_rows(v, "ab\ncd\n  ef\n");
    vtview_free(v);
}

static void test_lines_that_scroll_off(void **state)
{
    struct vtview *v = vtview_new(3, 40);
    struct buf out = {0};
    char line[32];
    (void)state;

    for (int i = 0; i < 5000; i++) {
        snprintf(line, sizeof line, "line %d\n", i);
        feed(v, line);
    }
    assert_int_equal(vtview_top(v), 4998);
    assert_int_equal(vtview_first(v), 4998 - VTVIEW_LINES_MAX);
    assert_true(vtview_text(v, vtview_first(v), &out));
    assert_true(vtview_text(v, 4999, &out));
    assert_false(vtview_text(v, vtview_first(v) - 1, &out));
    assert_false(vtview_text(v, 5001, &out));
    buf_addc(&out, '\0');
    assert_string_equal((char *)out.data, "line 2998line 4999");
    feed(v, "\x1b[?1049h"); /* the alternate screen has no scrollback */
    for (int i = 0; i < 100; i++)
        feed(v, "gone\n");
    assert_int_equal(vtview_top(v), 4998);
    buf_free(&out);
    vtview_free(v);
}

static void test_resize(void **state)
{
    struct vtview *v = vtview_new(4, 10);
    (void)state;

    feed(v, "0123456789\x1b[4;1Hlast");
    vtview_resize(v, 6, 20);
    assert_rows(v, "0123456789\n\n\nlast\n\n\n");
    feed(v, "\x1b[6;18Hend");
    assert_rows(v, "0123456789\n\n\nlast\n\n                 end\n");
    vtview_resize(v, 0, 100000); /* limited to the minimum and the maximum */
    assert_int_equal(vtview_rows(v), 2);
    assert_int_equal(vtview_cols(v), VTVIEW_COLS_MAX);
    feed(v, "\x1b[2J\x1b[H\u65e5\u672c");
    assert_rows(v, "\u65e5\u672c\n\n");
    for (int i = 0; i < 200; i++) {
        vtview_resize(v, 1 + i * 7 % 40, 1 + i * 11 % 90);
        vtview_feed(v, story, sizeof story - 1);
    }
    vtview_free(v);
}

static void test_what_is_known(void **state)
{
    struct vtview *v = vtview_new(3, 4);
    (void)state;

    assert_false(vtview_is_known(v));
    feed(v, "\x1b[Habcd\x1b[2;1Hefgh\x1b[3;1Hij");
    assert_false(vtview_is_known(v));
    feed(v, "\x1b[K"); /* erases the last unknown cells */
    assert_true(vtview_is_known(v));

    vtview_gap(v);
    assert_false(vtview_is_known(v));
    feed(v, "\x1b[3;1H\n"); /* only the new row is known; cells that move stay unknown */
    feed(v, "\x1b[1;1Habcd");
    assert_false(vtview_is_known(v));
    feed(v, "\x1b[2;1Habcd");
    assert_true(vtview_is_known(v));

    vtview_gap(v);
    feed(v, "\x1b[?1049h");
    assert_true(vtview_is_known(v)); /* the alternate screen is blank now */
    feed(v, "\x1b[?1049l");
    assert_false(vtview_is_known(v)); /* the normal screen is as before */
    feed(v, "\x1b[H\x1b[J");
    assert_true(vtview_is_known(v));
    vtview_resize(v, 5, 9);
    assert_true(vtview_is_known(v));
    vtview_free(v);
}

static void test_gap_ends_what_was_begun(void **state)
{
    struct vtview *v = vtview_new(2, 20);
    (void)state;

    feed(v, "\x1b]0;never ended");
    vtview_gap(v);
    feed(v, "seen");
    assert_rows(v, "seen\n\n");
    assert_string_equal(vtview_title(v), "");
    feed(v, "\x1b[12");
    vtview_gap(v);
    feed(v, "H");
    assert_rows(v, "seenH\n\n");
    vtview_free(v);
}

/* Input that libvterm 0.1 can't handle: each of these has crashed it or made it hang. */
static void test_guard(void **state)
{
    struct vtview *v = vtview_new(3, 10);
    (void)state;

    feed(v, "\x1b[99999b"); /* nothing to repeat yet */
    assert_rows(v, "\n\n\n");
    feed(v, "\u65e5\x1b[b\x1b[2b|");
    assert_rows(v, "\u65e5\u65e5\u65e5\u65e5|\n\n\n");
    feed(v, "\x1b[H\x1b[J\x1b[4h\xc2\x8f\xc2\x9b"
            "3C\xc2\x8f\x1b[4l");
    assert_rows(v, "\ufffd\ufffd3C\ufffd\n\n\n");
    vtview_resize(v, 30, 30);
    feed(v, "\x1b[20;29r\x1b[25;25H\x1b\x37\x1b[?1049h\x1b#8\x1b[H");
    vtview_resize(v, 5, 5);
    feed(v, "\x1b[3S\x1b[3T\n\n\n\x1b[?1049l\x1b\x38\x1b#6\x1b[3L\t");
    vtview_resize(v, 3, 10);
    feed(v, "\x1b[H\x1b[Jalive");
    assert_rows(v, "alive\n\n\n");
    vtview_free(v);
}

static void test_long_title(void **state)
{
    struct vtview *v = vtview_new(2, 20);
    char text[3000];
    (void)state;

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    feed(v, "\x1b]2;");
    feed(v, text);
    feed(v, "\x07");
    assert_true(strlen(vtview_title(v)) < VTGUARD_TITLE_MAX);
    feed(v, "\x1b]2;short\x07");
    assert_string_equal(vtview_title(v), "short");
    vtview_free(v);
}

static uint64_t number = 1;

static uint32_t below(uint32_t n)
{
    number = number * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(number >> 33) % n;
}

/* Some valid terminal sequences, and some invalid ones. */
static size_t make_bytes(char *out, size_t most)
{
    static const char *const pieces[] = {
        "\x1b[%u;%uH", "\x1b[%uA",  "\x1b[%uL",    "\x1b[%uM",    "\x1b[%u@",  "\x1b[%uP",
        "\x1b[%uX",    "\x1b[%uJ",  "\x1b[%uK",    "\x1b[%u;%ur", "\x1b[%uS",  "\x1b[%uT",
        "\x1bM",       "\033D",     "\033E",       "\033c",       "\x1b[!p",   "\033#8",
        "\x1b#6",      "\x1b#3",    "\x1b\x37",    "\x1b\x38",    "\x1b[?%uh", "\x1b[?%ul",
        "\x1b[%u'}",   "\x1b[%u'~", "\x1b[?1049h", "\x1b[?1049l", "\x1b[?47h", "\x1b[?69h",
        "\x1b[%u;%us", "\x1b[%ub",  "\x1bH",       "\x0f",        "\x1b[%um",  "\x1b[38;5;%um",
        "\x1b]2;%u",   "\x07",      "\x1bP%u",     "\x1b\\",      "\u65e5",    "\u00e9",
        "\xc2\x8f",    "\x1b[4h",   "\U0001f44d",  "\xe6\x97",    "\xff",      "\t",
        "\r",          "\n",        "\b",          "word",        "\x1b",      "\x9b%u;1H",
        "\x1b[%u;%um", "\x18"};
    size_t len = 0;

    while (len + 64 < most) {
        const char *piece = pieces[below(sizeof pieces / sizeof *pieces)];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        len += (size_t)snprintf(out + len, most - len, piece, below(below(4) ? 30 : 100000),
                                below(100));
#pragma GCC diagnostic pop
        if (below(10) == 0)
            out[len++] = (char)below(256);
    }
    return len;
}

static void check_cells(const struct canvas *c)
{
    for (int row = 0; row < canvas_rows(c); row++)
        for (int col = 0; col < canvas_cols(c); col++)
            for (int i = 0; i < CELL_CHARS; i++) {
                int32_t cp = canvas_row(c, row)[col].chars[i];
                if ((cp && cp < 0x20) || (cp >= 0x7f && cp < 0xa0) || cp > 0x10ffff)
                    fail_msg("U+%04X is drawn", (unsigned)cp);
            }
}

/* Random bytes in random pieces, while the size changes. */
static void test_random(void **state)
{
    char bytes[700];
    (void)state;

    for (int round = 0; round < 60; round++) {
        struct vtview *whole = vtview_new(10, 30), *split = vtview_new(10, 30);
        for (int turn = 0; turn < 30; turn++) {
            size_t len = make_bytes(bytes, sizeof bytes), n;
            vtview_feed(whole, bytes, len);
            for (size_t at = 0; at < len; at += n) {
                n = 1 + below(20);
                n = n < len - at ? n : len - at;
                vtview_feed(split, bytes + at, n);
            }
            struct canvas *a = drawn(whole, 30, 70), *b = drawn(split, 30, 70);
            check_cells(a);
            for (int row = 0; row < 30; row++)
                assert_memory_equal(canvas_row(a, row), canvas_row(b, row),
                                    70 * sizeof(struct cell));
            canvas_free(a);
            canvas_free(b);
            assert_string_equal(vtview_title(whole), vtview_title(split));
            assert_int_equal(vtview_is_known(whole), vtview_is_known(split));
            if (below(3) == 0) {
                int rows = (int)below(40), cols = (int)below(80);
                vtview_resize(whole, rows, cols);
                vtview_resize(split, rows, cols);
            }
        }
        vtview_free(whole);
        vtview_free(split);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_split),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_cursor),
        cmocka_unit_test(test_newlines),
        cmocka_unit_test(test_lines_that_scroll_off),
        cmocka_unit_test(test_resize),
        cmocka_unit_test(test_what_is_known),
        cmocka_unit_test(test_gap_ends_what_was_begun),
        cmocka_unit_test(test_long_title),
        cmocka_unit_test(test_guard),
        cmocka_unit_test(test_random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
