/* What an fd leads to, and how that changes. fds 1 and 2 are two files, opened with O_APPEND. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

static void say_as(int fd, int stream, const char *text)
{
    NEED(truth_write_as(fd, stream, text, strlen(text)) == (ssize_t)strlen(text));
}

static int open_scratch(void)
{
    int fd = open(".", O_TMPFILE | O_RDWR | O_APPEND, 0600);

    NEED(fd >= 0);
    return fd;
}

static int dups(int argc, char **argv)
{
    int again = open("/proc/self/fd/1", O_WRONLY | O_APPEND), scratch = open_scratch();
    int dev = open("/dev/stdout", O_WRONLY | O_APPEND), err = open("/proc/self/fd/2", O_WRONLY);
    int copy = dup(1), high = fcntl(1, F_DUPFD_CLOEXEC, 100);

    (void)argc, (void)argv;
    NEED(again > 2 && dev > 2 && err > 2 && copy > 2 && high >= 100);
    say_as(again, TRUTH_OUT, "reopened\n");
    say_as(dev, TRUTH_OUT, "/dev/stdout\n");
    say_as(copy, TRUTH_OUT, "dup\n");
    say_as(high, TRUTH_OUT, "F_DUPFD\n");
    lseek(err, 0, SEEK_END);
    say_as(err, TRUTH_ERR, "reopened stderr\n");
    NEED(write(scratch, "not captured\n", 13) == 13);

    NEED(dup2(2, 1) == 1); /* stdout leads to stderr now */
    say_as(1, TRUTH_ERR, "fd 1 to stderr\n");
    NEED(dup3(copy, 1, O_CLOEXEC) == 1);
    say_as(1, TRUTH_OUT, "and back\n");
    NEED(dup2(scratch, 1) == 1); /* leads to no sink: the number decides */
    say_as(1, TRUTH_OUT, "fd 1 to a file\n");
    NEED(dup2(copy, scratch) == scratch);
    say_as(scratch, TRUTH_OUT, "the file's fd to stdout\n");

    close(1);
    NEED(write(1, "closed\n", 7) < 0 && errno == EBADF);
    NEED(dup(copy) == 1);
    say_as(1, TRUTH_OUT, "closed and taken again\n");
    NEED(close_range(1, 2, 0) == 0);
    NEED(write(2, "closed\n", 7) < 0 && errno == EBADF);
    NEED(open("/dev/null", O_WRONLY) == 1 && fcntl(copy, F_DUPFD, 2) == 2);
    say_as(1, TRUTH_OUT, "to /dev/null\n");
    say_as(2, TRUTH_OUT, "fd 2 to stdout\n");
    return 0;
}

static int step;

static void next(int n)
{
    __atomic_store_n(&step, n, __ATOMIC_RELEASE);
}

static void await(int n)
{
    while (__atomic_load_n(&step, __ATOMIC_ACQUIRE) < n)
        sleep_ms(1);
}

static void *with_own_fds(void *arg)
{
    (void)arg;
    NEED(unshare(CLONE_FILES) == 0);
    NEED(dup2(1, 7) == 7 && dup2(2, 1) == 1);
    say_as(1, TRUTH_ERR, "thread: my stdout is stderr\n");
    say_as(7, TRUTH_OUT, "thread: fd 7 is stdout\n");
    next(1);
    await(2);
    say_as(1, TRUTH_ERR, "thread: still\n");
    say_as(7, TRUTH_OUT, "thread: still fd 7\n");
    return NULL;
}

static int unshared(int argc, char **argv)
{
    int scratch = open_scratch();

    (void)argc, (void)argv;
    say_as(1, TRUTH_OUT, "before\n");
    NEED(dup2(scratch, 7) == 7);
    unsigned long thread = start_thread(with_own_fds, NULL);
    await(1);
    say_as(1, TRUTH_OUT, "main: mine is not\n");
    NEED(write(7, "not captured\n", 13) == 13);
    next(2);
    end_thread(thread);
    say_as(1, TRUTH_OUT, "main: still not\n");
    return 0;
}

/* A child process with the very same table of fds. */
static int shared_fds(int argc, char **argv)
{
    (void)argc, (void)argv;
    say_as(1, TRUTH_OUT, "before\n");
    int keep = dup(1);
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        say_as(1, TRUTH_OUT, "child: as before\n");
        NEED(dup2(2, 1) == 1);
        say_as(1, TRUTH_ERR, "child: stderr\n");
        _exit(4);
    }
    truth_reap(pid);
    say_as(1, TRUTH_ERR, "parent: stderr too\n");
    NEED(dup2(keep, 1) == 1);
    say_as(1, TRUTH_OUT, "parent: back\n");
    return 0;
}

/* Close-on-exec takes fd 1 away, and something else gets its number. */
static int cloexec(int argc, char **argv)
{
    (void)argv;
    if (argc == 0) {
        int keep = dup(1);
        NEED(dup2(2, 8) == 8 && keep == 3);
        say_as(1, TRUTH_OUT, "before\n");
        NEED(fcntl(1, F_SETFD, FD_CLOEXEC) == 0);
        truth_exec(getpid(), 0);
        exec_case("cloexec", "again");
    }
    NEED(write(1, "closed\n", 7) < 0 && errno == EBADF);
    NEED(fcntl(8, F_DUPFD, 1) == 1);
    say_as(1, TRUTH_ERR, "after: fd 1 is stderr\n");
    say_as(3, TRUTH_OUT, "after: fd 3 is stdout\n");
    return 0;
}

const struct tracee_case cases_fd[] = {
    {"dups", dups, 0},
    {"unshared", unshared, 0},
    {"sharedfds", shared_fds, 0},
    {"cloexec", cloexec, 0},
    {0},
};
