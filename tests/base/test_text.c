#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

static struct text text;

static int teardown(void **state)
{
    (void)state;
    text_free(&text);
    return 0;
}

/* Renders from memory of exactly that size. */
static void render_bytes(const void *raw, size_t len)
{
    char *copy = xmemdup(len ? raw : "x", len ? len : 1);

    text_render(&text, copy, len, NULL);
    free(copy);
    assert_true(utf8_valid(text.plain, text.len));
}

static void render(const char *raw)
{
    render_bytes(raw, strlen(raw));
}

static void plain_is(const char *raw, const char *expected)
{
    render(raw);
    assert_string_equal(text.plain, expected);
}

static void attr_is(size_t glyph, uint32_t fg, uint32_t bg, unsigned flags)
{
    assert_true(glyph < text.count);
    assert_int_equal(text.glyphs[glyph].attr.fg, fg);
    assert_int_equal(text.glyphs[glyph].attr.bg, bg);
    assert_int_equal(text.glyphs[glyph].attr.flags, flags);
}

static void plain_ascii(void **state)
{
    (void)state;
    plain_is("", "");
    assert_int_equal(text.columns, 0);
    plain_is("hello world ", "hello world ");
    assert_int_equal(text.count, 12);
    assert_int_equal(text.columns, 12);
    assert_int_equal(text.glyphs[6].column, 6);
    attr_is(0, COLOUR_DEFAULT, COLOUR_DEFAULT, 0);
}

static void escaped(void **state)
{
    static const char raw[] = "a\tb\\ \x1b[0m\0\x7f\xc3\xa9\xe6\x97\xa5\xff e\xcc\x81\r\n";
    char *copy = xmemdup(raw, sizeof raw - 1);
    (void)state;

    text_escape(&text, copy, sizeof raw - 1);
    free(copy);
    assert_string_equal(text.plain,
                        "a\\tb\\\\ \\e[0m\\x00\\x7f\u00e9\u65e5\\xff e\\xcc\\x81\\r\\n");
    attr_is(0, 0, 0, 0);
    attr_is(1, 0, 0, ATTR_CONTROL);
}

static void backspace_on_a_fresh_row(void **state)
{
    (void)state;
    plain_is("\x1b[5C\bx", "    x");
}

static void sgr_flags(void **state)
{
    static const struct {
        const char *raw;
        unsigned flags;
    } rows[] = {
        {"\033[1mx", ATTR_BOLD},
        {"\033[2mx", ATTR_DIM},
        {"\033[3mx", ATTR_ITALIC},
        {"\033[4mx", ATTR_UNDERLINE},
        {"\033[4:3mx", ATTR_UNDERLINE},
        {"\033[4m\033[4:0mx", 0},
        {"\033[5mx", ATTR_BLINK},
        {"\033[7mx", ATTR_REVERSE},
        {"\033[8mx", ATTR_HIDDEN},
        {"\033[9mx", ATTR_STRIKE},
        {"\033[1;2;3;4;7;9mx",
         ATTR_BOLD | ATTR_DIM | ATTR_ITALIC | ATTR_UNDERLINE | ATTR_REVERSE | ATTR_STRIKE},
        {"\033[1;2;3;4;7;9m\033[22;23;24;27;29mx", 0},
        {"\033[1m\033[mx", 0},
        {"\033[1m\033[0mx", 0},
        {"\033[;1mx", ATTR_BOLD},
        {"\033[1;999;77777777777777mx", ATTR_BOLD},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        plain_is(rows[i].raw, "x");
        attr_is(0, 0, 0, rows[i].flags);
    }
}

static void sgr_colours(void **state)
{
    static const struct {
        const char *raw;
        uint32_t fg, bg;
    } rows[] = {
        {"\033[31mx", COLOUR_INDEX(1), 0},
        {"\033[97;104mx", COLOUR_INDEX(15), COLOUR_INDEX(12)},
        {"\033[31;42m\033[39mx", 0, COLOUR_INDEX(2)},
        {"\033[31;42m\033[49mx", COLOUR_INDEX(1), 0},
        {"\033[38;5;208mx", COLOUR_INDEX(208), 0},
        {"\033[38:5:208;48:5:9mx", COLOUR_INDEX(208), COLOUR_INDEX(9)},
        {"\033[38;2;1;2;3mx", COLOUR_RGB(1, 2, 3), 0},
        {"\033[48;2;255;0;9;34mx", COLOUR_INDEX(4), COLOUR_RGB(255, 0, 9)},
        {"\033[38:2::1:2:3mx", COLOUR_RGB(1, 2, 3), 0},
        {"\033[38:2:1:2:3mx", COLOUR_RGB(1, 2, 3), 0},
        {"\033[38;5;300mx", 0, 0},
        {"\033[38mx", 0, 0},
        {"\033[38;5mx", 0, 0},
        {"\033[38;2;1;2mx", 0, 0},
        {"\033[38:5;7mx", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        plain_is(rows[i].raw, "x");
        assert_int_equal(text.glyphs[0].attr.fg, rows[i].fg);
        assert_int_equal(text.glyphs[0].attr.bg, rows[i].bg);
    }
}

static void sgr_is_carried_by_the_caller(void **state)
{
    (void)state;
    render("\033[1;32mgreen");
    assert_int_equal(text.end.fg, COLOUR_INDEX(2));
    struct attr end = text.end;
    text_render(&text, "still\033[0m", 9, &end);
    attr_is(0, COLOUR_INDEX(2), 0, ATTR_BOLD);
    assert_int_equal(text.end.fg, 0);
}

static void escapes_are_swallowed_whole(void **state)
{
    static const char *const rows[] = {
        "\033[2Jab",
        "a\033[?25lb",
        "a\033[>4;1mb",
        "a\033[1 qb",
        "a\033]0;title\ab",
        "a\033]0;title\033\\b",
        "a\033Pq#0\033\\b",
        "a\033_x\033\\b",
        "a\033^x\033\\b",
        "a\033Xx\033\\b",
        "a\033(Bb",
        "a\0337b",
        "a\033=b",
        "a\033#8b",
        "a\033[10;20Hb",
        "a\033[38;5;1mb\033[0m",
        "\033]52;c;aGk=\aab",
        "a\033]8;;http://x\033\\b\033]8;;\033\\",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        plain_is(rows[i], "ab");
}

static void broken_escapes_are_visible(void **state)
{
    (void)state;
    plain_is("a\033", "a^[");
    attr_is(1, 0, 0, ATTR_CONTROL);
    plain_is("a\033[31", "a^[[31");
    plain_is("a\033[3\001b", "a^[[3^Ab");
    plain_is("a\033]0;never ended", "a^[]0;never ended");
    plain_is("a\033]0;x\033[1mb", "ab");
    plain_is("\033\033[1mx", "^[x");
    plain_is("\033\303\251", "^[\303\251");
}

static void controls_are_visible(void **state)
{
    (void)state;
    render_bytes("a\0b\001\177\016", 6);
    assert_string_equal(text.plain, "a^@b^A^?^N");
    attr_is(1, 0, 0, ATTR_CONTROL);
    attr_is(3, 0, 0, 0);
    plain_is("\302\205x", "<U+0085>x");
    plain_is("\342\200\256x", "<U+202E>x");
}

static void invalid_bytes_are_visible(void **state)
{
    (void)state;
    plain_is("a\377b", "a<FF>b");
    plain_is("\233"
             "31m",
             "<9B>31m");
    plain_is("\300\200", "<C0><80>");
    plain_is("x\342\202", "x<E2><82>");
    assert_int_equal(text.columns, 9);
}

static void wide_and_combining(void **state)
{
    (void)state;
    plain_is("a\346\274\242b", "a\346\274\242b");
    assert_int_equal(text.count, 3);
    assert_int_equal(text.columns, 4);
    assert_int_equal(text.glyphs[1].width, 2);
    assert_int_equal(text.glyphs[2].column, 3);
    plain_is("e\314\201x", "e\314\201x");
    assert_int_equal(text.count, 2);
    assert_int_equal(text.glyphs[0].len, 3);
    plain_is("\314\201x", " \314\201x");
    plain_is("ae\r\033[C\314\201", "a\314\201e");
    assert_int_equal(text.columns, 2);
}

static void very_many_combining_marks(void **state)
{
    char raw[2001] = "e";

    (void)state;
    for (size_t i = 0; i < 1000; i++)
        memcpy(raw + 1 + 2 * i, "\314\201", 2);
    render_bytes(raw, sizeof raw);
    assert_int_equal(text.count, 1);
    assert_in_range(text.len, 3, 64);
}

static void tabs(void **state)
{
    (void)state;
    plain_is("a\tb", "a\tb");
    assert_int_equal(text.glyphs[1].width, 7);
    assert_int_equal(text.glyphs[2].column, 8);
    plain_is("12345678\tb", "12345678\tb");
    assert_int_equal(text.glyphs[8].width, 8);
    plain_is("0123456789abc\r\tX", "01234567X9abc");
    plain_is("abc\r\tX", "abc\tX");
    assert_int_equal(text.glyphs[4].column, 8);
    plain_is("a\tb\rabcX", "abcX    b");
}

static void carriage_returns(void **state)
{
    (void)state;
    plain_is("text\r", "text");
    plain_is("10%\r20%\r100%", "100%");
    plain_is("long text\rshort", "shorttext");
    plain_is("long text\r\033[Kshort", "short");
    plain_is("long text\033[2K\033[1Gshort", "short");
    plain_is("long text\033[1K", "         ");
    plain_is("\033[31mred\r\033[32mg", "ged");
    attr_is(0, COLOUR_INDEX(2), 0, 0);
    attr_is(1, COLOUR_INDEX(1), 0, 0);
}

static void overwriting_half_of_a_wide_character(void **state)
{
    (void)state;
    plain_is("\346\274\242x\ra", "a x");
    plain_is("\346\274\242x\r\033[Ca", " ax");
    plain_is("ab\346\274\242\r\346\274\242", "\346\274\242\346\274\242");
    plain_is("a\346\274\242b\r\346\274\242", "\346\274\242 b");
    assert_int_equal(text.columns, 4);
}

static void backspaces(void **state)
{
    (void)state;
    plain_is("abc\b\bX", "aXc");
    plain_is("\b\bab", "ab");
    plain_is("|\b/\b-", "-");
    attr_is(0, 0, 0, 0);
    plain_is("x\b \b", " ");
    plain_is("_\b ", " ");
    plain_is("b\bbo\bol\bld\bd", "bold");
    attr_is(3, 0, 0, ATTR_BOLD);
    plain_is("_\bu_\bn", "un");
    attr_is(0, 0, 0, ATTR_UNDERLINE);
    plain_is("u\b_", "u");
    attr_is(0, 0, 0, ATTR_UNDERLINE);
    plain_is("abc\b\b\babc", "abc");
    attr_is(2, 0, 0, ATTR_BOLD);
    plain_is("\303\251\b\303\251", "\303\251");
    attr_is(0, 0, 0, ATTR_BOLD);
}

static void moves_are_bounded(void **state)
{
    (void)state;
    plain_is("a\033[3Cb", "a   b");
    plain_is("abc\033[2Dx", "axc");
    plain_is("abc\033[99Dx", "xbc");
    render("\033[99999Cx");
    assert_in_range(text.columns, 1, 1100);
    char *many = xmalloc(10 * 20000);
    for (size_t i = 0; i < 20000; i++)
        memcpy(many + 10 * i, "\033[99999Cxx", 10);
    render_bytes(many, 10 * 20000);
    assert_in_range(text.columns, 1, 50000);
    free(many);
}

static void columns_and_bytes(void **state)
{
    (void)state;
    render("a\346\274\242\tb\001");
    assert_int_equal(text_glyph_at_column(&text, 0), 0);
    assert_int_equal(text_glyph_at_column(&text, 2), 1);
    assert_int_equal(text_glyph_at_column(&text, 7), 2);
    assert_int_equal(text_glyph_at_column(&text, 8), 3);
    assert_int_equal(text_glyph_at_column(&text, 999), text.count);
    assert_int_equal(text_glyph_at_byte(&text, 3), 1);
    assert_int_equal(text_column(&text, 1), 1);
    assert_int_equal(text_column(&text, 5), 8);
    assert_int_equal(text_column(&text, 99), text.columns);
}

static double seconds_for(const char *unit, size_t total)
{
    size_t n = strlen(unit);
    char *raw = xmalloc(total);
    struct timespec from, to;

    for (size_t i = 0; i < total; i++)
        raw[i] = unit[i % n];
    clock_gettime(CLOCK_MONOTONIC, &from);
    render_bytes(raw, total);
    clock_gettime(CLOCK_MONOTONIC, &to);
    free(raw);
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* Not a benchmark: a quadratic slip takes minutes. */
static void a_long_line_has_bounded_cost(void **state)
{
    static const char *const units[] = {
        "x",        "\033",        "\033[",        "\033]",          "\033]0;x", "\033[1",
        "\033[1m",  "a\b",         "\r",           "abc\r",          "\t",       "\r\t",
        "\314\201", "a\b\314\201", "\346\274\242", "\346\274\242\b", "\377",     "\033[99C",
        "\033[K",   "x\r\033[K",   "\033P",
    };

    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        assert_true(seconds_for(units[i], 1024 * 1024) < 5);
    render_bytes("x", 1);
    assert_false(text.cut);
}

static void a_long_line_is_cut(void **state)
{
    (void)state;
    seconds_for("x", TEXT_MAX);
    assert_false(text.cut);
    seconds_for("x", TEXT_MAX + 1);
    assert_true(text.cut);
    assert_int_equal(text.len, TEXT_MAX);
}

static void random_bytes_stay_in_bounds(void **state)
{
    static const char alphabet[] =
        "ab\033\033[[m;:0123458K\r\b\t\001\314\201\346\274\242\377]\\\aCDG";
    char raw[200];

    (void)state;
    srand(1);
    for (int round = 0; round < 20000; round++) {
        size_t len = (size_t)rand() % sizeof raw, bytes = 0;
        for (size_t i = 0; i < len; i++)
            raw[i] = alphabet[(size_t)rand() % (sizeof alphabet - 1)];
        render_bytes(raw, len);
        for (size_t i = 0; i < text.count; i++) {
            assert_int_equal(text.glyphs[i].at, bytes);
            assert_true(text.glyphs[i].width > 0);
            bytes += text.glyphs[i].len;
        }
        assert_int_equal(bytes, text.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(plain_ascii, teardown),
        cmocka_unit_test_teardown(escaped, teardown),
        cmocka_unit_test_teardown(backspace_on_a_fresh_row, teardown),
        cmocka_unit_test_teardown(sgr_flags, teardown),
        cmocka_unit_test_teardown(sgr_colours, teardown),
        cmocka_unit_test_teardown(sgr_is_carried_by_the_caller, teardown),
        cmocka_unit_test_teardown(escapes_are_swallowed_whole, teardown),
        cmocka_unit_test_teardown(broken_escapes_are_visible, teardown),
        cmocka_unit_test_teardown(controls_are_visible, teardown),
        cmocka_unit_test_teardown(invalid_bytes_are_visible, teardown),
        cmocka_unit_test_teardown(wide_and_combining, teardown),
        cmocka_unit_test_teardown(very_many_combining_marks, teardown),
        cmocka_unit_test_teardown(tabs, teardown),
        cmocka_unit_test_teardown(carriage_returns, teardown),
        cmocka_unit_test_teardown(overwriting_half_of_a_wide_character, teardown),
        cmocka_unit_test_teardown(backspaces, teardown),
        cmocka_unit_test_teardown(moves_are_bounded, teardown),
        cmocka_unit_test_teardown(columns_and_bytes, teardown),
        cmocka_unit_test_teardown(a_long_line_has_bounded_cost, teardown),
        cmocka_unit_test_teardown(a_long_line_is_cut, teardown),
        cmocka_unit_test_teardown(random_bytes_stay_in_bounds, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
