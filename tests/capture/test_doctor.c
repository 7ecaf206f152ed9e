/* Which rule the explanation names. The process is real; its ids, our rights and the machine's
 * settings are made up. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "capture/doctor.h"

enum { US = 1000, OTHER = 1001 };

/* A process of our own user, without capabilities; and we, without capabilities too. */
struct scene {
    pid_t pid;
    struct proc_status s;
    struct doctor_means m;
};

static int set_up(void **state)
{
    static struct scene scene;

    scene.pid = fork();
    if (scene.pid == 0)
        for (;;)
            pause();
    assert_int_equal(procfs_status(scene.pid, &scene.s), 0);
    scene.s.uid = scene.s.euid = scene.s.suid = US;
    scene.s.gid = scene.s.egid = scene.s.sgid = US;
    scene.s.caps = 0;
    strcpy(scene.s.comm, "target");
    scene.m = (struct doctor_means){.uid = US, .gid = US};
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    kill(scene->pid, SIGKILL);
    return waitpid(scene->pid, NULL, 0) == scene->pid ? 0 : -1;
}

/* Checks that the line names the process and contains this text. */
static void says(const struct scene *scene, const char *what)
{
    char *line = doctor_foresees(&scene->s, &scene->m);

    if (!line || !strstr(line, what))
        fail_msg("\"%s\" does not say \"%s\"", line ? line : "(nothing)", what);
    assert_int_equal(strtol(line, NULL, 10), scene->pid);
    free(line);
}

static void test_uid(void **state)
{
    struct scene *scene = *state;

    scene->s.uid = scene->s.euid = scene->s.suid = OTHER;
    says(scene, "(target) belongs to uid 1001, we are uid 1000: try sudo pcat -p ");
    scene->m.uid = 0;
    says(scene, "belongs to uid 1001, we are uid 0: it takes CAP_SYS_PTRACE (docker run");
}

/* Only the real uid of a setuid program is its user's. */
static void test_setuid(void **state)
{
    struct scene *scene = *state;

    scene->s.euid = scene->s.suid = 0;
    says(scene, "has the rights of uid 0, we are uid 1000: try sudo");
    scene->s.euid = US;
    says(scene, "has the rights of uid 0, we are uid 1000: try sudo");
}

static void test_gid(void **state)
{
    struct scene *scene = *state;

    scene->s.sgid = OTHER;
    says(scene, "has the rights of gid 1001, we are gid 1000: try sudo");
    scene->s.gid = OTHER;
    says(scene, "belongs to gid 1001, we are gid 1000: try sudo");
}

static void test_yama(void **state)
{
    static const char *const lines[] = {
        "is no descendant of ours, and kernel.yama.ptrace_scope is 1: try sudo, or sysctl",
        "kernel.yama.ptrace_scope is 2, only root may trace: try sudo",
        "kernel.yama.ptrace_scope is 3, nobody may trace until the next boot"};
    struct scene *scene = *state;

    scene->s.euid = scene->s.suid = 0; /* else the reason would be "not dumpable" */
    scene->s.uid = 0;
    scene->m.uid = 0;
    for (int i = 0; i < 3; i++) {
        scene->m.yama = i + 1;
        says(scene, lines[i]);
    }
    scene->m.cap_ptrace = true; /* level 3 of Yama forbids tracing all the same */
    says(scene, lines[2]);
    scene->m.yama = 2;
    char *line = doctor_foresees(&scene->s, &scene->m);
    if (line && strstr(line, "yama.ptrace_scope is 2, only"))
        fail_msg("whoever has the capability may: %s", line);
    free(line);
}

static void test_capabilities(void **state)
{
    struct scene *scene = *state;

    scene->s.uid = scene->s.euid = scene->s.suid = scene->m.uid = 0;
    scene->s.caps = 1 << 12;
    scene->m.yama = 1;
    says(scene, "has capabilities that we don't have: it takes CAP_SYS_PTRACE");
    scene->m.caps = 1 << 12 | 1;
    says(scene, "kernel.yama.ptrace_scope is 1");
}

static void test_tracer(void **state)
{
    struct scene *scene = *state;

    scene->s.tracer = getpid();
    says(scene, " (test_doctor) already: a process has one tracer at a time");
    scene->s.tracer = 0;
    scene->s.kernel_thread = true;
    says(scene, "is a kernel thread");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {CASE(test_uid),  CASE(test_setuid),       CASE(test_gid),
                                       CASE(test_yama), CASE(test_capabilities), CASE(test_tracer)};

    return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
