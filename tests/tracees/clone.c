/* What clone(2) can make besides threads and ordinary children. */
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

static pid_t raw_clone(unsigned long flags)
{
    return (pid_t)syscall(SYS_clone, flags, 0, 0, 0, 0);
}

/* A child of our parent (under pcat -- COMMAND: of pcat). */
static int clone_parent(int argc, char **argv)
{
    int fds[2];
    char byte;

    (void)argc, (void)argv;
    NEED(pipe(fds) == 0);
    for (int i = 0; i < 3; i++) {
        pid_t pid = raw_clone(CLONE_PARENT | SIGCHLD);
        if (pid == 0) {
            close(fds[0]);
            truth_say(1, "sibling %d\n", i);
            truth_exit(getpid(), (20 + i) << 8);
            _exit(20 + i);
        }
    }
    close(fds[1]);
    NEED(read(fds[0], &byte, 1) == 0);
    truth_say(1, "done\n");
    return 2;
}

static int in_our_memory(void *arg)
{
    truth_call_me((pid_t)syscall(SYS_gettid)); /* glibc's cached tid is that of another task here */
    truth_write(1, "same memory\n", 12);
    truth_write(2, "same memory\n", 12);
    truth_call_me(0);
    return (int)(size_t)arg;
}

/* Processes that share our memory, with SIGCHLD or without any signal at their end. */
static int clone_vm(int argc, char **argv)
{
    static const int flags[] = {CLONE_VM | SIGCHLD, CLONE_VM, CLONE_VM | CLONE_FS | SIGUSR2,
                                CLONE_VM | CLONE_VFORK | SIGCHLD};
    char *stack = malloc(65536);

    (void)argc, (void)argv;
    signal(SIGUSR2, SIG_IGN);
    for (size_t i = 0; i < 4; i++) {
        pid_t pid = clone(in_our_memory, stack + 65536, flags[i], (void *)(i + 3));
        NEED(pid > 0);
        NEED(WEXITSTATUS(truth_reap(pid)) == (int)i + 3);
        truth_say(1, "parent\n");
    }
    return 0;
}

static int clone3s(int argc, char **argv)
{
    static const struct clone_args kinds[] = {
        {.exit_signal = SIGCHLD},
        {.exit_signal = 0},
        {.flags = CLONE_CLEAR_SIGHAND, .exit_signal = SIGUSR1},
        {.flags = CLONE_PIDFD, .exit_signal = SIGCHLD}};
    int pidfd;

    (void)argc, (void)argv;
    signal(SIGUSR1, SIG_IGN);
    for (int i = 0; i < 4; i++) {
        struct clone_args a = kinds[i];
        a.pidfd = (uint64_t)(uintptr_t)&pidfd;
        pid_t pid = (pid_t)syscall(SYS_clone3, &a, sizeof a);
        NEED(pid >= 0);
        if (pid == 0) {
            truth_say(1, "clone3 %d\n", i);
            _exit(30 + i);
        }
        truth_reap(pid);
    }
    return 0;
}

/* Children that ask not to be traced. Their end and their writes are to be seen all the same, and
 * they must be able to write. */
static int clone_untraced(int argc, char **argv)
{
    (void)argc, (void)argv;
    truth_say(1, "parent\n");
    for (int i = 0; i < 3; i++) {
        pid_t pid = raw_clone(CLONE_UNTRACED | SIGCHLD);
        if (pid == 0) {
            truth_say(1, "untraced %d\n", i);
            _exit(50 + i);
        }
        NEED(WEXITSTATUS(truth_reap(pid)) == 50 + i);
    }
    truth_say(1, "parent\n");
    return 0;
}

/* The same by clone3, whose flags stand in memory: may be unseen, but must not be broken. */
static int clone3_untraced(int argc, char **argv)
{
    struct clone_args a = {.flags = CLONE_UNTRACED, .exit_signal = SIGCHLD};
    int status;

    (void)argc, (void)argv;
    truth_say(1, "parent\n");
    pid_t pid = (pid_t)syscall(SYS_clone3, &a, sizeof a);
    if (pid == 0)
        _exit(write(1, "maybe unseen\n", 13) == 13 ? 50 : 51);
    if (pid < 0)
        return 0; /* as if the kernel were too old for it */
    NEED(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 50);
    truth_say(1, "parent\n");
    return 0;
}

const struct tracee_case cases_clone[] = {
    {"cloneparent", clone_parent, 0}, {"clonevm", clone_vm, 0},          {"clone3", clone3s, 0},
    {"untraced", clone_untraced, 0},  {"untraced3", clone3_untraced, 0}, {0},
};
