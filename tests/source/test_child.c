/* Programs that the viewer runs: how their end is told, and for how long a pid is theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/child.h"

extern char **environ;

static struct child *start(const char *command, bool own_group, int *error)
{
    char *argv[] = {"sh", "-c", (char *)command, NULL};
    struct child_program program = {
        .file = "sh", .argv = argv, .environment = environ, .own_group = own_group};

    return child_start(&program, error);
}

static struct child *run(const char *command)
{
    int error;
    struct child *c = start(command, true, &error);

    assert_non_null(c);
    return c;
}

static void wait_for(const struct child *c)
{
    struct pollfd p = {.fd = child_fd(c), .events = POLLIN};

    assert_int_equal(poll(&p, 1, 20000), 1);
}

static int status_of(struct child *c)
{
    int status = -1;

    wait_for(c);
    assert_true(child_ended(c, &status));
    child_free(c);
    return status;
}

static void test_statuses(void **state)
{
    (void)state;
    assert_int_equal(status_of(run("exit 0")), 0);
    assert_int_equal(status_of(run("exit 200")), 200);
    assert_int_equal(status_of(run("kill -TERM $$")), 128 + SIGTERM);
}

/* None hides another one, and each is asked as often as one likes. */
static void test_many_end_at_once(void **state)
{
    struct child *all[20];
    int status;

    (void)state;
    for (int i = 0; i < 20; i++)
        all[i] = run("exit 3");
    for (int i = 19; i >= 0; i--)
        wait_for(all[i]);
    for (int i = 0; i < 20; i++)
        assert_true(child_ended(all[i], &status) && status == 3);
    for (int i = 0; i < 20; i++) {
        assert_true(child_ended(all[i], &status) && status == 3);
        assert_int_equal(child_fd(all[i]), -1);
        child_free(all[i]);
    }
}

/* Its pid can't become that of another process before we have asked. */
static void test_its_pid_is_kept(void **state)
{
    struct child *c = run("exec sleep 600");
    pid_t pid = child_pid(c);
    int status;

    (void)state;
    assert_false(child_ended(c, &status));
    assert_int_equal(getpgid(pid), pid);
    kill(pid, SIGKILL);
    wait_for(c);
    assert_int_equal(child_pid(c), pid);
    assert_int_equal(kill(pid, 0), 0);
    assert_int_equal(status_of(c), 128 + SIGKILL);
}

static void test_no_pid_afterwards(void **state)
{
    struct child *c = run("exit 0");
    int status;

    (void)state;
    wait_for(c);
    child_ended(c, &status);
    assert_int_equal(child_pid(c), 0);
    child_free(c);
    assert_int_equal(child_pid(NULL), 0);
    assert_int_equal(child_fd(NULL), -1);
}

/* Those that started us may have ignored the end of their children. */
static void test_although_ends_were_ignored(void **state)
{
    (void)state;
    signal(SIGCHLD, SIG_IGN);
    assert_int_equal(status_of(run("exit 5")), 5);
}

static void test_not_there(void **state)
{
    char *argv[] = {"x", NULL};
    struct child_program program = {.file = "/nonexistent/x", .argv = argv, .environment = environ};
    int error = 0;

    (void)state;
    assert_null(child_start(&program, &error));
    assert_int_equal(error, ENOENT);
}

/* What can't be watched does not run. */
static void test_no_fd_left(void **state)
{
    struct rlimit before, none;
    int error = 0, next = dup(0);
    siginfo_t info;

    (void)state;
    close(next);
    getrlimit(RLIMIT_NOFILE, &before);
    none = (struct rlimit){.rlim_cur = (rlim_t)next, .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    struct child *c = start("exec sleep 600", true, &error);
    setrlimit(RLIMIT_NOFILE, &before);
    assert_null(c);
    assert_int_equal(error, EMFILE);
    /* It is killed, unless it has ended before, as it can't open its libraries. */
    assert_int_equal(waitid(P_ALL, 0, &info, WEXITED), 0);
    assert_true(info.si_status == SIGKILL || info.si_status == 127);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statuses),        cmocka_unit_test(test_many_end_at_once),
        cmocka_unit_test(test_its_pid_is_kept), cmocka_unit_test(test_no_pid_afterwards),
        cmocka_unit_test(test_not_there),       cmocka_unit_test(test_although_ends_were_ignored),
        cmocka_unit_test(test_no_fd_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
