/* Canvas cells: drawing in an area never changes cells outside it, and never leaves half of a wide
 * character. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "term/canvas.h"

static const struct style none;

/* Compares the whole canvas with a text. */
static void assert_canvas(const struct canvas *c, const char *expected)
{
    struct buf text = {0};

    canvas_print(c, &text);
    buf_addc(&text, '\0');
    assert_string_equal((char *)text.data, expected);
    buf_free(&text);
}

static void assert_whole(const struct canvas *c)
{
    for (int row = 0; row < canvas_rows(c); row++) {
        const struct cell *cells = canvas_row(c, row);
        for (int col = 0; col < canvas_cols(c); col++) {
            bool left = col > 0 && cells[col - 1].width == 2;
            assert_int_equal(cells[col].width == 0, left);
        }
        assert_int_not_equal(cells[canvas_cols(c) - 1].width, 2);
    }
}

static void test_text(void **state)
{
    struct canvas *c = canvas_new(3, 10);
    (void)state;

    assert_int_equal(area_text(area_all(c), 0, 1, none, "héllo"), 6);
    assert_int_equal(area_text(area_all(c), 1, 0, none, "日本e\xcc\x81x"), 6);
    assert_int_equal(area_text(area_all(c), 2, 8, none, "clipped"), 15);
    assert_canvas(c, " héllo\n日本e\xcc\x81x\n        cl\n");
    assert_whole(c);
    canvas_free(c);
}

static void test_controls_are_visible(void **state)
{
    struct canvas *c = canvas_new(1, 30);
    (void)state;

    area_text(area_all(c), 0, 0, none, "a\x1b[2Jb\xff\x07");
    assert_canvas(c, "a^[[2Jb<FF>^G\n");
    canvas_free(c);
}

static void test_areas_clip(void **state)
{
    struct canvas *c = canvas_new(4, 12);
    struct area inner = area_part(area_all(c), 1, 3, 2, 5);
    (void)state;

    for (int row = -2; row < 6; row++)
        area_text(inner, row, -4, none, "abcdefghijklmnopqrstuvwxyz");
    assert_canvas(c, "\n   efghi\n   efghi\n\n");
    struct area beyond = area_part(inner, 1, 3, 50, 50);
    assert_int_equal(beyond.rows, 1);
    assert_int_equal(beyond.cols, 2);
    assert_int_equal(area_part(inner, 9, 9, 5, 5).rows, 0);
    assert_int_equal(area_part(inner, -1, -1, 5, 5).row, 1);
    canvas_free(c);
}

static void test_wide_at_the_edges(void **state)
{
    struct canvas *c = canvas_new(2, 6);
    struct area inner = area_part(area_all(c), 0, 1, 1, 3);
    (void)state;

    area_text(inner, 0, 0, none, "日本語");
    assert_canvas(c, " 日\n\n");
    area_text(inner, 0, -1, none, "本日x");
    assert_canvas(c, "  日\n\n");
    assert_whole(c);
    canvas_free(c);
}

static void test_overwritten_halves(void **state)
{
    struct canvas *c = canvas_new(1, 8);
    struct area a = area_all(c);
    (void)state;

    area_text(a, 0, 0, none, "日本語");
    area_text(a, 0, 1, none, "x");
    assert_canvas(c, " x本語\n");
    area_text(a, 0, 4, none, "y");
    assert_canvas(c, " x本y\n");
    area_text(a, 0, 1, none, "語");
    assert_canvas(c, " 語 y\n");
    assert_whole(c);
    canvas_free(c);
}

static void test_random_drawing_stays_whole(void **state)
{
    struct canvas *c = canvas_new(5, 17);
    (void)state;

    srand(1);
    for (int i = 0; i < 20000; i++) {
        struct area part =
            area_part(area_all(c), rand() % 7 - 1, rand() % 19 - 1, rand() % 6, rand() % 19);
        area_text(part, rand() % 5 - 1, rand() % 18 - 2, none,
                  rand() % 3   ? "日x本"
                  : rand() % 2 ? "ab"
                               : "e\xcc\x81語");
    }
    assert_whole(c);
    canvas_free(c);
}

static void test_ascii(void **state)
{
    struct canvas *c = canvas_new(1, 12);
    (void)state;

    area_text(area_all(c), 0, 0, none, "─│→ é日e\xcc\x81");
    canvas_to_ascii(c);
    assert_canvas(c, "-|> ???e\n");
    canvas_free(c);
}

static void test_paragraph(void **state)
{
    struct canvas *c = canvas_new(4, 9);
    (void)state;

    assert_int_equal(area_paragraph(area_all(c), 0, 1, none, "one two three overlongword"), 4);
    assert_canvas(c, " one two\n three\n overlong\n word\n");
    canvas_free(c);
}

static void test_fit(void **state)
{
    (void)state;
    assert_int_equal(text_width("日本 e\xcc\x81"), 6);
    assert_int_equal(text_fit("日本", 3), 3);
    assert_int_equal(text_fit("abc", 9), 3);
    assert_int_equal(text_fit("abc", -1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_controls_are_visible),
        cmocka_unit_test(test_areas_clip),
        cmocka_unit_test(test_wide_at_the_edges),
        cmocka_unit_test(test_overwritten_halves),
        cmocka_unit_test(test_random_drawing_stays_whole),
        cmocka_unit_test(test_ascii),
        cmocka_unit_test(test_paragraph),
        cmocka_unit_test(test_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
