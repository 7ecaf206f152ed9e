/* Text from outside is made safe to print. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/printable.h"
#include "base/utf8.h"

static void prints(const char *text, size_t len, bool tabs, const char *expected)
{
    struct buf out = {0};
    char *exact =
        memcpy(malloc(len + 1), text, len); /* the sanitizer reports a read behind its end */

    exact = realloc(exact, len ? len : 1);
    printable_add(&out, (struct bytes){exact, len}, tabs);
    buf_addc(&out, '\0');
    assert_string_equal((char *)out.data, expected);
    buf_free(&out);
    free(exact);
}

static void test_what_is_made_of_it(void **state)
{
    (void)state;
    prints("", 0, false, "");
    prints("plain \xc3\xa9 \xe6\x97\xa5", 12, false, "plain \xc3\xa9 \xe6\x97\xa5");
    prints("\033[31m\npcat: x\r\177", 15, false, "^[[31m^Jpcat: x^M^?");
    prints("a\tb", 3, true, "a\tb");
    prints("a\tb", 3, false, "a^Ib");
    prints("\0", 1, false, "^@");
    prints("\xff\x9b\xe2\x82", 4, false, "<FF><9B><E2><82>");
    prints("\xc2\x9b\xe2\x80\xae\xe2\x80\xa8", 8, false, "<U+009B><U+202E><U+2028>");
}

/* The result is always printable, and making it printable once more does not change it. */
static void test_any_bytes(void **state)
{
    struct buf once = {0}, twice = {0};
    char text[32];
    int32_t cp;

    (void)state;
    srand(1);
    for (int i = 0; i < 20000; i++) {
        for (size_t at = 0; at < sizeof text; at++)
            text[at] = (char)(rand() % 4 ? rand() % 256 : "\xe2\x80\xc2\xf3\xa0\x81"[rand() % 6]);
        buf_clear(&once);
        buf_clear(&twice);
        printable_add(&once, (struct bytes){text, sizeof text}, false);
        printable_add(&twice, (struct bytes){once.data, once.len}, false);
        assert_int_equal(once.len, twice.len);
        assert_memory_equal(once.data, twice.data, once.len);
        assert_true(utf8_valid(once.data, once.len));
        for (size_t at = 0, n; at < once.len; at += n) {
            n = utf8_decode(once.data + at, once.len - at, &cp);
            assert_true(cp >= 0x20 && !(cp >= 0x7f && cp < 0xa0));
        }
    }
    buf_free(&once);
    buf_free(&twice);
}

static void test_one_line(void **state)
{
    int pipes[2], kept = dup(STDERR_FILENO);
    char got[4096];

    (void)state;
    assert_int_equal(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    complain("pcat", "%s is %d", "a\nb\033[m", 1);
    complain_line("as\rit is");
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(pipes[1]);
    ssize_t n = read(pipes[0], got, sizeof got - 1);
    close(pipes[0]);
    assert_true(n >= 0);
    got[n] = '\0';
    assert_string_equal(got, "pcat: a^Jb^[[m is 1\nas^Mit is\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_made_of_it),
        cmocka_unit_test(test_any_bytes),
        cmocka_unit_test(test_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
