/* Base64 and the names of signals. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/base64.h"
#include "base/signame.h"

static void assert_base64(const char *bytes, size_t n, const char *expected)
{
    struct buf out = {0};

    buf_addc(&out, '>');
    base64_encode(&out, bytes, n);
    buf_addc(&out, 0);
    assert_string_equal((char *)out.data + 1, expected);
    buf_free(&out);
}

static void test_base64(void **state)
{
    (void)state; /* RFC 4648, section 10 */
    assert_base64("", 0, "");
    assert_base64("f", 1, "Zg==");
    assert_base64("fo", 2, "Zm8=");
    assert_base64("foo", 3, "Zm9v");
    assert_base64("foob", 4, "Zm9vYg==");
    assert_base64("fooba", 5, "Zm9vYmE=");
    assert_base64("foobar", 6, "Zm9vYmFy");
    assert_base64("\xfb\xff\xbf", 3, "+/+/");
    assert_base64("\0\0\0", 3, "AAAA");
}

static void test_names_and_numbers(void **state)
{
    char name[SIGNAME_MAX];

    (void)state;
    for (int i = 1; i <= 64; i++)
        if (i < 32 || i > 33)
            assert_int_equal(signame_number(signame_of((uint64_t)i, name)), i);
    assert_string_equal(signame_of(SIGKILL, name), "SIGKILL");
    assert_string_equal(signame_of(34, name), "SIGRTMIN");
    assert_string_equal(signame_of(37, name), "SIGRTMIN+3");
    assert_string_equal(signame_of(0, name), "signal 0");
    assert_string_equal(signame_of(32, name), "signal 32");
    assert_string_equal(signame_of(UINT64_MAX, name), "signal 18446744073709551615");
}

static void test_spellings(void **state)
{
    (void)state;
    assert_int_equal(signame_number("TERM"), SIGTERM);
    assert_int_equal(signame_number("term"), SIGTERM);
    assert_int_equal(signame_number("sigterm"), SIGTERM);
    assert_int_equal(signame_number("15"), SIGTERM);
    assert_int_equal(signame_number("RTMIN+2"), 36);
    assert_int_equal(signame_number("RTMIN+31"), -1);
    assert_int_equal(signame_number("RTMIN+"), -1);
    assert_int_equal(signame_number("RTMINx"), -1);
    assert_int_equal(signame_number("0"), -1);
    assert_int_equal(signame_number("65"), -1);
    assert_int_equal(signame_number("9x"), -1);
    assert_int_equal(signame_number("-9"), -1);
    assert_int_equal(signame_number(""), -1);
    assert_int_equal(signame_number("SIG"), -1);
    assert_int_equal(signame_number("SIGNOT"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_names_and_numbers),
        cmocka_unit_test(test_spellings),
    };

    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
