#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "base/xmalloc.h"

#define MAX_CP 0x10ffff

static bool is_surrogate(int32_t cp)
{
    return cp >= 0xd800 && cp <= 0xdfff;
}

static void test_every_code_point(void **state)
{
    char out[4];
    int32_t back;

    (void)state;
    for (int32_t cp = 0; cp <= MAX_CP; cp++) {
        size_t n = utf8_encode(cp, out);
        if (is_surrogate(cp)) {
            assert_int_equal(n, 0);
            continue;
        }
        assert_int_equal(n, cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4);
        assert_true(utf8_valid(out, n));
        assert_int_equal(utf8_decode(out, n, &back), n);
        assert_int_equal(back, cp);
        for (size_t part = 1; part < n; part++) { /* an unfinished character needs more bytes */
            assert_false(utf8_valid(out, part));
            assert_int_equal(utf8_decode(out, part, &back), 0);
            assert_int_equal(back, -1);
        }
    }
    assert_int_equal(utf8_encode(-1, out), 0);
    assert_int_equal(utf8_encode(MAX_CP + 1, out), 0);
}

/* The same rules implemented in another way: assemble the code point, then check its range. */
static bool is_char(const unsigned char *p, size_t n)
{
    static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
    int32_t cp = p[0] & (0xff >> (n + 1));

    if (n == 1)
        return p[0] < 0x80;
    if ((p[0] & (0xff & ~(0xff >> (n + 1)))) != marks[n])
        return false;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return false;
        cp = cp << 6 | (p[i] & 0x3f);
    }
    return cp >= least[n] && cp <= MAX_CP && !is_surrogate(cp);
}

static void check_bytes(const unsigned char *p, size_t n)
{
    unsigned char *copy = xmemdup(p, n); /* the sanitizer reports a read behind its end */
    int32_t cp;
    size_t got = utf8_decode(copy, n, &cp), want = 0;

    for (size_t i = 1; i <= n && !want; i++)
        if (is_char(p, i))
            want = i;
    if (want) {
        assert_int_equal(got, want);
        assert_true(cp >= 0);
    } else {
        assert_true(got <= 1);
        assert_int_equal(cp, -1);
    }
    free(copy);
}

static void test_two_bytes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 0x10000; i++) {
        unsigned char p[] = {(unsigned char)(i >> 8), (unsigned char)i};
        check_bytes(p, 2);
    }
}

static void test_three_and_four_bytes(void **state)
{
    static const unsigned char tails[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90,
                                          0x9f, 0xa0, 0xbf, 0xc0, 0xe0, 0xff};
    enum { TAILS = sizeof tails };

    (void)state;
    for (unsigned i = 0; i < 256 * TAILS * TAILS * TAILS; i++) {
        unsigned char p[] = {(unsigned char)(i % 256), tails[i / 256 % TAILS],
                             tails[i / 256 / TAILS % TAILS], tails[i / 256 / TAILS / TAILS]};
        check_bytes(p, 3);
        check_bytes(p, 4);
    }
}

static void test_beginnings(void **state)
{
    int32_t cp;

    (void)state;
    assert_int_equal(utf8_decode("", 0, &cp), 0);
    assert_int_equal(utf8_decode("\xc3", 1, &cp), 0);
    assert_int_equal(utf8_decode("\xf0\x9f\x90", 3, &cp), 0);
    assert_int_equal(utf8_decode("\xc0", 1, &cp), 1);
    assert_int_equal(utf8_decode("\x80", 1, &cp), 1);
    assert_int_equal(utf8_decode("\xf5", 1, &cp), 1);
    assert_int_equal(utf8_decode("\xe0\x80", 2, &cp), 1);
    assert_int_equal(utf8_decode("\xed\xa0", 2, &cp), 1);
    assert_int_equal(utf8_decode("\xf4\x90", 2, &cp), 1);
    assert_int_equal(utf8_decode("\xe2\x82x", 3, &cp), 1);
    assert_int_equal(utf8_decode("\xf0\x9fx", 3, &cp), 1);
}

static void test_validity_at_every_place(void **state)
{
    char text[64];

    (void)state;
    assert_true(utf8_valid(NULL, 0));
    assert_true(utf8_valid("a\0b", 3));
    for (size_t n = 1; n < sizeof text; n++)
        for (size_t bad = 0; bad < n; bad++) {
            memset(text, 'a', n);
            char *copy = xmemdup(text, n);
            assert_true(utf8_valid(copy, n));
            copy[bad] = (char)0xff;
            assert_false(utf8_valid(copy, n));
            free(copy);
        }
}

static void test_widths(void **state)
{
    (void)state;
    assert_int_equal(utf8_width('a'), 1);
    assert_int_equal(utf8_width(0xe9), 1);
    assert_int_equal(utf8_width(0x301), 0);
    assert_int_equal(utf8_width(0x200d), 0);
    assert_int_equal(utf8_width(0x4e2d), 2);
    assert_int_equal(utf8_width(0x1f408), 2);
    assert_int_equal(utf8_width(0x2500), 1);
    for (int32_t cp = 0; cp <= MAX_CP; cp++)
        assert_in_range(utf8_width(cp), 0, 2);
}

static void assert_shown(int32_t cp, unsigned char byte, const char *expected)
{
    char out[UTF8_VISIBLE_MAX];
    size_t n = utf8_visible(cp, byte, out);

    assert_int_equal(n, strlen(expected));
    assert_memory_equal(out, expected, n);
}

static void test_visible(void **state)
{
    (void)state;
    assert_shown('a', 0, "");
    assert_shown(' ', 0, "");
    assert_shown(0xe9, 0, "");
    assert_shown(0x301, 0, "");
    assert_shown(0x1f408, 0, "");
    assert_shown(0x200d, 0, "");
    assert_shown(0xe0b0, 0, ""); /* private use: status lines draw with it */
    assert_shown(0, 0, "^@");
    assert_shown('\t', 0, "^I");
    assert_shown(0x1b, 0, "^[");
    assert_shown(0x7f, 0, "^?");
    assert_shown(0x9b, 0, "<U+009B>");
    assert_shown(0xad, 0, "<U+00AD>");
    assert_shown(0x200b, 0, "<U+200B>");
    assert_shown(0x202e, 0, "<U+202E>");
    assert_shown(0x2028, 0, "<U+2028>");
    assert_shown(0x10ffff, 0, "<U+10FFFF>");
    assert_shown(-1, 0x9b, "<9B>");
    assert_shown(-1, 0xff, "<FF>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_two_bytes),
        cmocka_unit_test(test_three_and_four_bytes),
        cmocka_unit_test(test_beginnings),
        cmocka_unit_test(test_validity_at_every_place),
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_visible),
    };

    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
