/* Sets of fds as --fd and the control channel spell them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "capture/fds.h"

static void test_lists(void **state)
{
    struct fdset set;

    (void)state;
    assert_int_equal(fdset_parse(&set, "1,2,5"), 0);
    for (int fd = -2; fd < FDSET_MAX + 2; fd++)
        assert_int_equal(fdset_has(&set, fd), fd == 1 || fd == 2 || fd == 5);
    assert_int_equal(fdset_parse(&set, "0"), 0); /* the former content is gone */
    assert_true(fdset_has(&set, 0));
    assert_false(fdset_has(&set, 1));
    assert_int_equal(fdset_parse(&set, "1023,63,64,63"), 0);
    assert_true(fdset_has(&set, 63) && fdset_has(&set, 64) && fdset_has(&set, 1023));
    assert_false(fdset_has(&set, 62) || fdset_has(&set, 65) || fdset_has(&set, 1022));
}

static void test_all(void **state)
{
    struct fdset set;

    (void)state;
    assert_int_equal(fdset_parse(&set, "all"), 0);
    assert_true(fdset_has(&set, 0) && fdset_has(&set, 1023) && fdset_has(&set, 100000));
}

static void test_refused(void **state)
{
    static const char *const wrong[] = {
        "",     ",", "1,", ",1",  "1,,2",  "-1",  "+1",  " 1",  "1 ",
        "1024", "x", "1x", "ALL", "all,1", "1-2", "1;2", "0x1", "99999999999999999999"};
    struct fdset set;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (fdset_parse(&set, wrong[i]) != -1)
            fail_msg("'%s' was taken", wrong[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests_name("fdset", tests, NULL, NULL);
}
