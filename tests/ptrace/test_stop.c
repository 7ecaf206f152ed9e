/* Every wait status that a tracee can have, and what stop_classify() must return for it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <cmocka.h>

#include "ptrace/stop.h"

#define EXITED(CODE) ((CODE) << 8)
#define STOPPED(SIG) ((SIG) << 8 | 0x7f)
#define EVENT(NAME, SIG) ((PTRACE_EVENT_##NAME) << 16 | STOPPED(SIG))

enum { CONTINUED = 0xffff, CORE = 0x80 };

static const struct {
    int status;
    enum stop stop;
} table[] = {
    {EXITED(0), STOP_EXITED},
    {EXITED(1), STOP_EXITED},
    {EXITED(255), STOP_EXITED},
    {EXITED(0x7f), STOP_EXITED},
    {SIGKILL, STOP_KILLED},
    {SIGSEGV | CORE, STOP_KILLED},
    {SIGTRAP, STOP_KILLED},
    {64, STOP_KILLED},
    {STOPPED(SIGTRAP | 0x80), STOP_SYSCALL},
    {STOPPED(SIGTRAP), STOP_SIGNAL}, /* the program's own */
    {STOPPED(SIGSTOP), STOP_SIGNAL}, /* about to be delivered, not a group-stop */
    {STOPPED(SIGTSTP), STOP_SIGNAL},
    {STOPPED(SIGCONT), STOP_SIGNAL},
    {STOPPED(SIGSEGV), STOP_SIGNAL},
    {STOPPED(SIGUSR1), STOP_SIGNAL},
    {STOPPED(34), STOP_SIGNAL},
    {STOPPED(64), STOP_SIGNAL},
    {EVENT(STOP, SIGSTOP), STOP_GROUP},
    {EVENT(STOP, SIGTSTP), STOP_GROUP},
    {EVENT(STOP, SIGTTIN), STOP_GROUP},
    {EVENT(STOP, SIGTTOU), STOP_GROUP},
    {EVENT(STOP, SIGTRAP), STOP_TRAP},
    {EVENT(EXEC, SIGTRAP), STOP_EXEC},
    {EVENT(FORK, SIGTRAP), STOP_FORK},
    {EVENT(VFORK, SIGTRAP), STOP_VFORK},
    {EVENT(VFORK_DONE, SIGTRAP), STOP_VFORK_DONE},
    {EVENT(CLONE, SIGTRAP), STOP_CLONE},
    {EVENT(EXIT, SIGTRAP), STOP_EXIT},
    {EVENT(SECCOMP, SIGTRAP), STOP_SECCOMP},
    {99 << 16 | STOPPED(SIGTRAP), STOP_OTHER}, /* an event of a kernel to come */
    {CONTINUED, STOP_OTHER},
};

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (stop_classify(table[i].status) != table[i].stop)
            fail_msg("%#x is %s, should be %s", (unsigned)table[i].status,
                     stop_name(stop_classify(table[i].status)), stop_name(table[i].stop));
}

/* Whatever the status, the answer is one that has a handler and a name of its own. */
static void test_any_status(void **state)
{
    (void)state;
    for (unsigned status = 0; status < 1U << 20; status += 7) {
        enum stop stop = stop_classify((int)status);
        assert_true((unsigned)stop <= STOP_OTHER);
        assert_string_not_equal(stop_name(stop), "?");
    }
    for (int stop = 0; stop <= STOP_OTHER; stop++)
        for (int other = 0; other < stop; other++)
            assert_string_not_equal(stop_name((enum stop)stop), stop_name((enum stop)other));
    assert_string_equal(stop_name((enum stop)(STOP_OTHER + 1)), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_any_status),
    };

    return cmocka_run_group_tests_name("stop", tests, NULL, NULL);
}
