#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/xmalloc.h"
#include "model/filter.h"
#include "base/regex.h"

static struct regex *need(const char *pattern)
{
    char *cause = NULL;
    struct regex *re = regex_new(pattern, &cause, NULL);

    if (!re)
        fail_msg("%s: %s", pattern, cause);
    return re;
}

static bool matches(const char *pattern, const char *text)
{
    struct regex *re = need(pattern);
    bool yes = regex_matches(re, text, strlen(text));

    regex_free(re);
    return yes;
}

static void smart_case(void **state)
{
    (void)state;
    assert_true(matches("error", "An ERROR"));
    assert_false(matches("Error", "An ERROR"));
    assert_true(matches("Error", "An Error"));
    assert_true(matches("\\Wx", "a X"));
    assert_true(matches("\\p{L}x", "aX"));
    assert_true(matches("\\pLx", "aX"));
    assert_true(matches("\\x{41}", "a"));
    assert_true(matches("(?P<Name>x)", "X"));
    assert_false(matches("\\WX", "a x"));
    assert_true(matches("\303\251", "\303\211"));
    assert_false(matches("\303\211", "\303\251"));
}

static void errors_name_the_place(void **state)
{
    char *cause = NULL;
    size_t offset = 0;

    (void)state;
    assert_null(regex_new("ab(cd", &cause, &offset));
    assert_string_equal(cause, "bad regex at 5: missing closing parenthesis");
    assert_int_equal(offset, 5);
    free(cause);
    assert_null(regex_new("*a", &cause, &offset));
    assert_int_equal(strncmp(cause, "bad regex at 0: ", 16), 0);
    free(cause);
    assert_null(regex_new("\377", &cause, NULL));
    free(cause);
}

static void finds_places(void **state)
{
    struct regex *re = need("b+");
    struct match m;

    (void)state;
    assert_true(regex_find(re, "abbab", 5, 0, &m));
    assert_int_equal(m.start, 1);
    assert_int_equal(m.end, 3);
    assert_true(regex_find(re, "abbab", 5, 3, &m));
    assert_int_equal(m.start, 4);
    assert_false(regex_find(re, "abbab", 4, 3, &m));
    assert_false(regex_find(re, "abbab", 5, 6, &m));
    assert_string_equal(regex_pattern(re), "b+");
    regex_free(re);
    re = need("b*");
    assert_true(regex_find(re, NULL, 0, 0, &m));
    assert_false(regex_find_visible(re, "aaa", 3, 0, &m));
    assert_true(regex_find_visible(re, "aab", 3, 0, &m));
    assert_int_equal(m.start, 2);
    regex_free(re);
}

static void utf8(void **state)
{
    (void)state;
    assert_true(matches("^.$", "\346\274\242"));
    assert_true(matches("\\w", "\303\251"));
    assert_true(matches("b", "\377b"));
}

static double seconds_to_match(const char *pattern, char byte, size_t len)
{
    struct regex *re = need(pattern);
    char *text = xmalloc(len);
    struct timespec from, to;

    memset(text, byte, len);
    clock_gettime(CLOCK_MONOTONIC, &from);
    assert_false(regex_matches(re, text, len));
    clock_gettime(CLOCK_MONOTONIC, &to);
    free(text);
    regex_free(re);
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

static void catastrophes_are_cut_short(void **state)
{
    static const char *const patterns[] = {
        "(a+)+$b",          "(a|aa)+b",
        "\\w+\\w+\\w+b",    "[a-z]*b",
        "(a*)*b",           "(.*)(.*)(.*)\\1b",
        "(?:a?){20}a{20}b", "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?[bc]",
    };
    static const size_t lengths[] = {30, 64, 255, 256, 4096, 256 * 1024};

    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++)
            assert_true(seconds_to_match(patterns[i], 'a', lengths[l]) < 1);
}

static void long_texts_match(void **state)
{
    size_t len = 256 * 1024;
    char *text = xmalloc(len);
    struct regex *re = need("fo+ \\w+ bar$");
    struct match m;

    (void)state;
    memset(text, '.', len);
    memcpy(text + len - 11, "foo xyz bar", 11);
    assert_true(regex_find(re, text, len, 0, &m));
    assert_int_equal(m.start, len - 11);
    regex_free(re);
    free(text);
}

static bool passes(const struct filter *f, const char *text)
{
    return filter_passes(f, text, strlen(text));
}

static void filters_stack(void **state)
{
    struct filter *f = filter_new();
    char *cause = NULL;

    (void)state;
    assert_true(passes(f, "anything"));
    assert_true(filter_add(f, "get", false, &cause));
    assert_true(filter_add(f, " 200 ", true, &cause));
    assert_true(passes(f, "GET / 404 "));
    assert_false(passes(f, "GET / 200 "));
    assert_false(passes(f, "POST / 404 "));
    assert_false(filter_add(f, "(", false, &cause));
    assert_non_null(cause);
    free(cause);
    assert_int_equal(filter_count(f), 2);
    assert_true(filter_excludes(f, 1));

    char *text = filter_text(f);
    assert_string_equal(text, "&get &! 200 ");
    free(text);
    struct filter *copy = filter_copy(f);
    filter_pop(f);
    assert_true(passes(f, "GET / 200 "));
    assert_false(passes(copy, "GET / 200 "));
    filter_clear(f);
    filter_pop(f);
    assert_true(passes(f, "POST"));
    filter_free(copy);
    filter_free(f);
    copy = filter_copy(NULL);
    assert_int_equal(filter_count(copy), 0);
    filter_free(copy);
}

static void quoted(void **state)
{
    static const char text[] = "\\d+ (a|b)[c]{2}^$ *?.-# \xc3\xa9";
    char *cause, *pattern = regex_quote(text, sizeof text - 1);
    struct regex *re = regex_new(pattern, &cause, NULL);
    struct match m;
    (void)state;

    assert_non_null(re);
    assert_true(regex_find(re, text, sizeof text - 1, 0, &m));
    assert_int_equal(m.start, 0);
    assert_int_equal(m.end, sizeof text - 1);
    assert_false(regex_matches(re, "5 (a|b)[c]{2}", 13));
    regex_free(re);
    free(pattern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quoted),
        cmocka_unit_test(smart_case),
        cmocka_unit_test(errors_name_the_place),
        cmocka_unit_test(finds_places),
        cmocka_unit_test(utf8),
        cmocka_unit_test(catastrophes_are_cut_short),
        cmocka_unit_test(long_texts_match),
        cmocka_unit_test(filters_stack),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
