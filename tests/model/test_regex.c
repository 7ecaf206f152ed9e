#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
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
    enum regex_answer answer = regex_matches(re, text, strlen(text));

    regex_free(re);
    assert_int_not_equal(answer, REGEX_GAVE_UP);
    return answer == REGEX_YES;
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
    assert_int_equal(regex_find(re, "abbab", 5, 0, &m), REGEX_YES);
    assert_int_equal(m.start, 1);
    assert_int_equal(m.end, 3);
    assert_int_equal(regex_find(re, "abbab", 5, 3, &m), REGEX_YES);
    assert_int_equal(m.start, 4);
    assert_int_equal(regex_find(re, "abbab", 4, 3, &m), REGEX_NO);
    assert_int_equal(regex_find(re, "abbab", 5, 6, &m), REGEX_NO);
    assert_string_equal(regex_pattern(re), "b+");
    regex_free(re);
    re = need("b*");
    assert_int_equal(regex_find(re, NULL, 0, 0, &m), REGEX_YES);
    assert_int_equal(regex_find_visible(re, "aaa", 3, 0, &m), REGEX_NO);
    assert_int_equal(regex_find_visible(re, "aab", 3, 0, &m), REGEX_YES);
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

/* CPU time of one match, whatever the answer. */
static double seconds_to_match(const char *pattern, char byte, size_t len, const char *end)
{
    struct regex *re = need(pattern);
    size_t all = len + strlen(end);
    char *text = xmalloc(all);
    struct timespec from, to;

    memset(text, byte, len);
    memcpy(text + len, end, strlen(end));
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    regex_matches(re, text, all);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    free(text);
    regex_free(re);
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

#define FIVE(x) x x x x x

/* Each match may take a second; it should take 10 ms. Without a limit on the steps, some would take
 * minutes. */
static void catastrophes_are_cut_short(void **state)
{
    static const char *const patterns[] = {
        "(a+)+$b",
        "(a|aa)+b",
        "\\w+\\w+\\w+b",
        "[a-z]*b",
        "(a*)*b",
        "(.*)(.*)(.*)\\1b",
        "(?:a?){20}a{20}b",
        "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?[bc]",
        "(?=(a+))\\1*[bc]",
        "(.*)\\1[bc]",
        "(?<n>.*)\\k<n>[bc]",
        "[^d]*+[bc]",
        "a{1000}[bc]",
        "a{30000,}[bc]",
        "a{1,60000}[bc]",
        FIVE(FIVE("(a|a)")) "[bc]",
        "(?:a|a){25}[bc]",
        "(?x)" FIVE(FIVE("(a|a)")) "[bc] # ( [",
        "\\Q[\\E?" FIVE(FIVE("(a|a)")) "[bc]",
        "(?:" FIVE(FIVE("(a|a)")) "|a)+[bc]",
        "(a(?1)?a)+[bc]",
        "(?=.*x)a|a*[bc]",
    };
    static const size_t lengths[] = {30, 64, 255, 256, 4096, 64 * 1024, 256 * 1024};

    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++)
            for (int e = 0; e < 2; e++) {
                double took = seconds_to_match(patterns[i], 'a', lengths[l], e ? "d-b" : "");
                if (took > 1)
                    fail_msg("%s on %zu: %g s", patterns[i], lengths[l], took);
            }
}

/* "No match" and "gave up" are different answers, and a glance gives up sooner. */
static void three_answers(void **state)
{
    static const char easy[] = "xxxxxxxxxxxxxxxxxx and then xxxy", no[] = "y", yes[] = "xxy";
    char hard[65];
    struct regex *re = need("(x+x+)+y");
    struct match m;

    (void)state;
    memset(hard, 'x', 60);
    memcpy(hard + 60, " xxy", 5);
    assert_int_equal(regex_matches(re, no, strlen(no)), REGEX_NO);
    assert_int_equal(regex_matches(re, yes, strlen(yes)), REGEX_YES);
    assert_int_equal(regex_find(re, easy, strlen(easy), 0, &m), REGEX_YES);
    assert_int_equal(m.start, 28);
    assert_int_equal(regex_glance(re, easy, strlen(easy), 0, true, &m), REGEX_GAVE_UP);
    assert_int_equal(regex_glance(re, yes, strlen(yes), 0, true, &m), REGEX_YES);
    assert_int_equal(regex_matches(re, hard, 64), REGEX_GAVE_UP);
    assert_int_equal(regex_find(re, hard, 64, 0, &m), REGEX_GAVE_UP);
    assert_int_equal(regex_find_visible(re, hard, 64, 0, &m), REGEX_GAVE_UP);
    assert_int_equal(regex_find(re, hard, 64, 60, &m), REGEX_YES);
    assert_int_equal(regex_matches(re, hard + 60, 4), REGEX_YES);
    regex_free(re);
}

/* Ordinary patterns stay within the limits, even on long lines. */
static void ordinary_patterns_don_t_give_up(void **state)
{
    static const char *const patterns[] = {
        "error|warn(ing)?|fatal|panic", "(GET|POST|PUT) /[^ ]* HTTP/1\\.[01]\" [45]\\d\\d",
        "^\\S+ \\S+ .*timeout",         "\\b\\d{1,3}(\\.\\d{1,3}){3}\\b",
        "\"[^\"]*\": *\"x{3,}\"",       "(?i)user=(\\w+).*id=\\1",
        "^(?!.*debug).*failed",         "[0-9a-f]{32}",
    };
    struct buf text = {0};

    (void)state;
    while (text.len < 64 * 1024)
        buf_addf(&text, "10.0.0.%zu - [12/Oct] \"GET /a/b?c=%zu HTTP/1.1\" 200 \"k\": \"v\", ",
                 text.len % 256, text.len);
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        struct regex *re = need(patterns[i]);
        if (regex_matches(re, (char *)text.data, text.len) == REGEX_GAVE_UP)
            fail_msg("%s gave up", patterns[i]);
        regex_free(re);
    }
    buf_free(&text);
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
    assert_int_equal(regex_find(re, text, len, 0, &m), REGEX_YES);
    assert_int_equal(m.start, len - 11);
    regex_free(re);
    free(text);
}

static bool passes(const struct filter *f, const char *text)
{
    return filter_passes(f, filter_matches(f, text, strlen(text), false));
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

/* A line on which a rule gave up passes, unless another rule keeps it out. */
static void filters_that_give_up(void **state)
{
    struct filter *f = filter_new();
    char *cause, hard[65];

    (void)state;
    memset(hard, 'x', 60);
    memcpy(hard + 60, " xxy", 5);
    assert_true(filter_add(f, "(x+x+)+y", true, &cause));
    assert_true(passes(f, hard));
    assert_false(passes(f, "xxy"));
    filter_clear(f);
    assert_true(filter_add(f, "(x+x+)+y", false, &cause));
    assert_true(passes(f, hard) && passes(f, "xxy"));
    assert_false(passes(f, "y"));
    assert_true(filter_add(f, "xxx", true, &cause));
    assert_false(passes(f, hard));
    filter_pop(f);
    filter_be_sure(f);
    struct filter *copy = filter_copy(f);
    assert_false(passes(copy, hard) || passes(f, hard));
    assert_true(passes(f, "xxy"));
    filter_free(copy);
    filter_free(f);
}

static void quoted(void **state)
{
    static const char text[] = "\\d+ (a|b)[c]{2}^$ *?.-# \xc3\xa9";
    char *cause, *pattern = regex_quote(text, sizeof text - 1);
    struct regex *re = regex_new(pattern, &cause, NULL);
    struct match m;
    (void)state;

    assert_non_null(re);
    assert_int_equal(regex_find(re, text, sizeof text - 1, 0, &m), REGEX_YES);
    assert_int_equal(m.start, 0);
    assert_int_equal(m.end, sizeof text - 1);
    assert_int_equal(regex_matches(re, "5 (a|b)[c]{2}", 13), REGEX_NO);
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
        cmocka_unit_test(filters_that_give_up),
        cmocka_unit_test(three_answers),
        cmocka_unit_test(ordinary_patterns_don_t_give_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
