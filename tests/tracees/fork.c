/* Processes: trees of them, made in every way, long- and short-lived. */
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

static void tree(int depth, int number)
{
    truth_say(1, "depth %d number %d\n", depth, number);
    if (depth == 0)
        return;
    pid_t pids[3];
    for (int i = 0; i < 3; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            tree(depth - 1, i);
            truth_say(2, "leaving %d\n", i);
            exit(10 * depth + i);
        }
    }
    for (int i = 0; i < 3; i++)
        NEED(WEXITSTATUS(truth_reap(pids[i])) == 10 * depth + i);
}

static int forks(int argc, char **argv)
{
    (void)argc, (void)argv;
    tree(3, 0);
    return 3;
}

/* Everything in the child of a vfork happens in our memory. */
static int vforks(int argc, char **argv)
{
    char *child[] = {"tracee", "child", "spawned", NULL};
    extern char **environ;
    static int i; /* not in a register that the child shares */
    pid_t pid;

    (void)argc, (void)argv;
    for (i = 0; i < 20; i++) {
        pid = vfork();
        if (pid == 0) {
            truth_write(1, "vfork\n", 6);
            _exit(i);
        }
        truth_reap(pid);
        truth_say(1, "parent %d\n", i);
        pid = vfork();
        if (pid == 0) {
            execv("/proc/self/exe", child);
            _exit(127);
        }
        truth_exec(pid, 0);
        truth_reap(pid);
        NEED(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, child, environ) == 0);
        truth_exec(pid, 0);
        truth_reap(pid);
    }
    return 0;
}

static int child(int argc, char **argv)
{
    truth_say(1, "child %s\n", argc ? argv[0] : "");
    return 42;
}

/* tracee chain N: execs itself N times, with a child at every step. */
static int chain(int argc, char **argv)
{
    int left = argc ? atoi(argv[0]) : 5;
    char text[16];

    truth_say(1, "link %d\n", left);
    pid_t pid = fork();
    if (pid == 0) {
        truth_exec(getpid(), 0);
        exec_case("child", "of a chain");
    }
    truth_reap(pid);
    if (left == 0)
        return 9;
    snprintf(text, sizeof text, "%d", left - 1);
    truth_exec(getpid(), 0);
    exec_case("chain", text);
}

/* Four makers of short-lived children at full speed. */
static void make_children(int count)
{
    for (int i = 0; i < count; i++) {
        pid_t pid = fork();
        NEED(pid >= 0);
        if (pid == 0) {
            truth_say(1, "I am the child number %d of %d\n", i, (int)getppid());
            if (i % 50 == 7)
                raise(SIGKILL);
            _exit(i % 251);
        }
        truth_reap(pid);
    }
}

static int children(int argc, char **argv)
{
    int count = argc ? atoi(argv[0]) : 2000;
    pid_t makers[4];

    for (int i = 0; i < 4; i++)
        if ((makers[i] = fork()) == 0) {
            make_children(count / 4);
            _exit(0);
        }
    for (int i = 0; i < 4; i++)
        NEED(truth_reap(makers[i]) == 0);
    return 0;
}

/* The first goes before its child has done anything; the grandchild prints last. */
static int orphan(int argc, char **argv)
{
    (void)argc, (void)argv;
    truth_say(1, "first\n");
    if (fork() > 0)
        _exit(6);
    if (fork() > 0)
        _exit(5);
    sleep_ms(100);
    truth_say(1, "last\n");
    _exit(4);
}

/* Death by signals, with a core where there may be one. */
static int deaths(int argc, char **argv)
{
    static const int signals[] = {SIGABRT, SIGSEGV, SIGKILL, SIGTERM, SIGTRAP, SIGQUIT, SIGUSR1};

    (void)argc, (void)argv;
    setrlimit(RLIMIT_CORE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            truth_say(1, "dies by %d\n", signals[i]);
            signal(signals[i], SIG_DFL);
            raise(signals[i]);
            _exit(1);
        }
        NEED(WTERMSIG(truth_reap(pid)) == signals[i]);
    }
    return 0;
}

enum { MEMBERS = 3, MEMBER_THREADS = 3 };

static void *member_thread(void *arg)
{
    int *up = arg;

    __atomic_fetch_add(up, 1, __ATOMIC_RELEASE);
    while (!truth_going())
        sleep_ms(1);
    for (int i = 0; i < 50; i++)
        truth_say(i % 5 ? 1 : 2, "thread of a member %d\n", i);
    return NULL;
}

static void be_member(int *up, int depth)
{
    unsigned long thread[MEMBER_THREADS];
    pid_t pid = depth ? fork() : -1;

    if (pid == 0) {
        be_member(up, depth - 1);
        _exit(70);
    }
    for (int i = 0; i < MEMBER_THREADS; i++)
        thread[i] = start_thread(member_thread, up);
    while (!truth_going())
        sleep_ms(1);
    truth_say(1, "member\n");
    for (int i = 0; i < MEMBER_THREADS; i++)
        end_thread(thread[i]);
    if (pid > 0)
        truth_reap(pid);
}

/* Processes with threads and children that exist before the tracer attaches, one of them a zombie.
 */
static int kin(int argc, char **argv)
{
    int *up = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t pids[MEMBERS], dead;

    (void)argc, (void)argv;
    for (int i = 0; i < MEMBERS; i++)
        if ((pids[i] = fork()) == 0) {
            be_member(up, 2);
            _exit(71 + i);
        }
    if ((dead = fork()) == 0)
        _exit(0);
    while (__atomic_load_n(up, __ATOMIC_ACQUIRE) < MEMBERS * 3 * MEMBER_THREADS)
        sleep_ms(1);
    truth_wait();
    NEED(waitpid(dead, NULL, 0) == dead);
    for (int i = 0; i < MEMBERS; i++)
        NEED(WEXITSTATUS(truth_reap(pids[i])) == 71 + i);
    return 0;
}

const struct tracee_case cases_fork[] = {
    {"forks", forks, 0},   {"vforks", vforks, 0},     {"child", child, 0},
    {"chain", chain, 0},   {"children", children, 0}, {"orphan", orphan, 0},
    {"deaths", deaths, 0}, {"kin", kin, 1},           {0},
};
