/* Which processes the user could trace: one that is the user's in every way, and then with one
 * difference each. */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "capture/rights.h"

enum { OTHER = 4711 };

/* The user, and a process of the user. If we are root, the user is another one. */
struct scene {
    pid_t pid;
    int told, more; /* pipes: from the process, and to it */
    struct proc_status s;
    struct rights r;
};

static int become_user(void)
{
    const uid_t user = 1000;

    if (getuid() == 0 && (setresgid(user, user, user) < 0 || setresuid(user, user, user) < 0))
        return -1;
    return prctl(PR_SET_DUMPABLE, 1);
}

static void tell(int fd, char what)
{
    if (write(fd, &what, 1) != 1)
        _exit(1);
}

static char hear(int fd)
{
    char what = 0;

    return read(fd, &what, 1) == 1 ? what : 0;
}

/* The process obeys: d: becomes not dumpable, n: enters a new user namespace; it answers each. */
static void obey(int in, int out)
{
    int failed = become_user();

    tell(out, failed ? '-' : '+');
    for (char what; (what = hear(in));) {
        if (what == 'd')
            failed = prctl(PR_SET_DUMPABLE, 0);
        else
            failed = unshare(CLONE_NEWUSER);
        tell(out, failed ? '-' : '+');
    }
    _exit(0);
}

static bool makes(struct scene *scene, char what)
{
    tell(scene->more, what);
    return hear(scene->told) == '+';
}

static int set_up(void **state)
{
    static struct scene scene;
    int down[2], up[2];

    assert_int_equal(pipe(down), 0);
    assert_int_equal(pipe(up), 0);
    scene.pid = fork();
    if (scene.pid == 0) {
        close(down[1]);
        obey(down[0], up[1]);
    }
    close(down[0]);
    close(up[1]);
    scene.more = down[1];
    scene.told = up[0];
    assert_int_equal(hear(scene.told), '+');
    assert_int_equal(procfs_status(scene.pid, &scene.s), 0);
    scene.s.caps = 0; /* in a container it may have some */
    scene.r = (struct rights){.uid = scene.s.uid, .gid = scene.s.gid, .lent = true};
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    close(scene->more);
    close(scene->told);
    kill(scene->pid, SIGKILL);
    return waitpid(scene->pid, NULL, 0) == scene->pid ? 0 : -1;
}

static void allowed(const struct scene *scene)
{
    char *line = rights_withhold(&scene->r, &scene->s);

    if (line)
        fail_msg("withheld: %s", line);
}

static void withheld(const struct scene *scene, const char *why)
{
    char *line = rights_withhold(&scene->r, &scene->s);

    if (!line || !strstr(line, why))
        fail_msg("\"%s\" does not say \"%s\"", line ? line : "(nothing)", why);
    assert_int_equal(strtol(line, NULL, 10), scene->pid);
    free(line);
}

static void test_his(void **state)
{
    allowed(*state);
}

/* Each of the six ids counts, also the saved ones. */
static void test_ids(void **state)
{
    struct scene *scene = *state;
    uint64_t *real[] = {&scene->s.uid, &scene->s.gid};
    uint64_t *others[] = {&scene->s.euid, &scene->s.suid, &scene->s.egid, &scene->s.sgid};
    const uint64_t aliens[] = {0, OTHER};

    for (size_t i = 0; i < 2; i++)
        for (size_t a = 0; a < 2; a++) {
            uint64_t was = *real[i];
            *real[i] = aliens[a];
            withheld(scene, "does not belong to the user who started pcat (--allow-attach");
            *real[i] = was;
        }
    for (size_t i = 0; i < 4; i++)
        for (size_t a = 0; a < 2; a++) {
            uint64_t was = *others[i];
            *others[i] = aliens[a];
            withheld(scene, "has rights that the user who started pcat does not have");
            *others[i] = was;
        }
    allowed(scene);
}

static void test_capabilities(void **state)
{
    struct scene *scene = *state;

    for (int bit = 0; bit < 64; bit += 21) {
        scene->s.caps = UINT64_C(1) << bit;
        withheld(scene, "has rights that the user who started pcat does not have");
    }
}

static void test_dumpable(void **state)
{
    struct scene *scene = *state;

    assert_true(makes(scene, 'd'));
    /* Without rights of our own we can't even read its namespace. */
    withheld(scene, getuid() == 0 ? "is not dumpable" : "the user who started pcat");
}

static void test_namespace(void **state)
{
    struct scene *scene = *state;

    if (!makes(scene, 'n'))
        skip();
    scene->s.caps = UINT64_MAX; /* inside its namespace, where the user may do everything */
    allowed(scene);
    scene->s.uid = scene->s.euid = scene->s.suid = OTHER; /* as uid_map may have it */
    allowed(scene);
    scene->r.uid = OTHER;
    withheld(scene, "is in a user namespace that does not belong to the user who started pcat");
}

/* What can't be read means no. */
static void test_gone(void **state)
{
    struct scene *scene = *state;

    scene->s.tid = INT32_MAX;
    withheld(scene, "(--allow-attach lifts this)");
}

/* Nothing is lent to root, or if we have no more rights than the user: the kernel's check suffices.
 */
static void test_nothing_lent(void **state)
{
    struct scene *scene = *state;

    scene->s.uid = OTHER;
    scene->r.lent = false;
    allowed(scene);
}

static void look(const char *uid, const char *gid, struct rights *r)
{
    uid ? setenv("SUDO_UID", uid, 1) : unsetenv("SUDO_UID");
    gid ? setenv("SUDO_GID", gid, 1) : unsetenv("SUDO_GID");
    rights_look(r);
}

/* The user's ids. SUDO_UID counts only if we are root: an ordinary user could set it to anything.
 */
static void test_user(void **state)
{
    const struct scene *scene = *state;
    static const char *const unknown[] = {"", "-1", "0x", "1000 ", "root"};
    struct rights r;

    look(NULL, NULL, &r);
    assert_int_equal(r.uid, getuid());
    assert_int_equal(r.gid, getgid());
    assert_true(getuid() != 0 || !r.lent);
    look("4711", "4712", &r);
    if (getuid() != 0) {
        assert_int_equal(r.uid, getuid());
        return;
    }
    assert_int_equal(r.uid, 4711);
    assert_int_equal(r.gid, 4712);
    assert_true(r.lent);
    look("0", "0", &r);
    assert_false(r.lent);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        struct scene nobodys = *scene;
        look(unknown[i], "1000", &nobodys.r);
        withheld(&nobodys, "does not belong");
        look("1000", unknown[i], &nobodys.r);
        withheld(&nobodys, "does not belong");
    }
    look("1000", NULL, &r);
    assert_true(r.gid > UINT32_MAX);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_his),       CASE(test_ids),  CASE(test_capabilities), CASE(test_dumpable),
        CASE(test_namespace), CASE(test_gone), CASE(test_nothing_lent), CASE(test_user)};

    return cmocka_run_group_tests_name("rights", tests, NULL, NULL);
}
