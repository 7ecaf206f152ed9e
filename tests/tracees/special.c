/* Tracees that live under special rules. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/aio_abi.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

/* The init of a new pid namespace: its death kills the other process in the namespace. */
static void namespace_init(void)
{
    truth_call_me(truth_outer_tid());
    NEED(getpid() == 1);
    truth_say(1, "init of its own\n");
    for (int i = 0; i < 5; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            truth_call_me(truth_outer_tid());
            truth_say(1, "member %d\n", i);
            _exit(60 + i);
        }
        int status;
        NEED(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 60 + i);
    }
    if (fork() == 0) {
        truth_call_me(truth_outer_tid());
        truth_say(1, "will be killed\n");
        truth_exit(truth_outer_tid(), SIGKILL);
        pause();
    }
    sleep_ms(100);
    _exit(66);
}

static int pid_namespace(int argc, char **argv)
{
    (void)argc, (void)argv;
    NEED(unshare(CLONE_NEWPID) == 0);
    pid_t pid = fork();
    if (pid == 0)
        namespace_init();
    NEED(WEXITSTATUS(truth_reap(pid)) == 66);
    truth_say(1, "outside\n");
    return 0;
}

static int strict(int argc, char **argv)
{
    (void)argc, (void)argv;
    truth_say(1, "before\n");
    pid_t pid = fork();
    if (pid == 0) {
        truth_call_me(getpid());
        NEED(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0);
        truth_write(1, "strict\n", 7);
        truth_write(2, "strict\n", 7);
        syscall(SYS_exit, 23);
    }
    NEED(WEXITSTATUS(truth_reap(pid)) == 23);
    pid = fork();
    if (pid == 0) {
        truth_call_me(getpid());
        NEED(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0);
        truth_write(1, "strict, then forbidden\n", 23);
        syscall(SYS_getpid);
    }
    NEED(WTERMSIG(truth_reap(pid)) == SIGKILL);
    return 0;
}

/* A setuid program (a copy of this one: the argument) that an ordinary user runs. */
static int setuid_exec(int argc, char **argv)
{
    (void)argc;
    pid_t pid = fork();
    if (pid == 0) {
        NEED(setgroups(0, NULL) == 0 && setresgid(65534, 65534, 65534) == 0);
        NEED(setresuid(65534, 65534, 65534) == 0);
        truth_say(1, "nobody\n");
        truth_exec(getpid(), 0);
        execl(argv[0], "tracee", "setuidend", NULL);
        NEED(!"execl");
    }
    NEED(WEXITSTATUS(truth_reap(pid)) == 0);
    return 0;
}

static int setuid_end(int argc, char **argv)
{
    (void)argc, (void)argv;
    truth_say(1, "effective uid %d\n", (int)geteuid());
    return geteuid() == 0 && getuid() == 65534 ? 0 : 99;
}

/* A debugger: it finds that its child has a tracer already, and goes on without. */
static int debugger(int argc, char **argv)
{
    (void)argc, (void)argv;
    pid_t pid = fork();
    if (pid == 0) {
        long result = ptrace(PTRACE_TRACEME, 0, 0, 0);
        truth_say(1, "TRACEME: %s\n", result < 0 ? strerror(errno) : "done");
        _exit(result < 0 && errno == EPERM ? 77 : 78);
    }
    NEED(WEXITSTATUS(truth_reap(pid)) == 77);
    pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    NEED(ptrace(PTRACE_SEIZE, pid, 0, 0) < 0 && errno == EPERM);
    truth_say(1, "debugger goes on\n");
    kill(pid, SIGKILL);
    truth_reap(pid);
    return 0;
}

/* Output that goes through a ring of io_uring is never seen by a tracer. */
static int io_uring(int argc, char **argv)
{
    char params[256] = "";

    (void)argc, (void)argv;
    truth_say(1, "before\n");
    if (syscall(SYS_io_uring_setup, 4, params) < 0)
        return 99;
    truth_say(1, "after\n");
    return 0;
}

/* The same with a ring that exists before the tracer attaches. */
static int io_uring_held(int argc, char **argv)
{
    char params[256] = "";
    bool there = syscall(SYS_io_uring_setup, 4, params) >= 0;

    (void)argc, (void)argv;
    truth_wait();
    if (!there)
        return 99;
    truth_say(1, "after\n");
    return 0;
}

/* Submits one write by io_submit(2), and waits until it is done. */
static void write_by_aio(aio_context_t context, int fd, const char *text)
{
    struct iocb write = {.aio_lio_opcode = IOCB_CMD_PWRITE,
                         .aio_fildes = (uint32_t)fd,
                         .aio_buf = (uintptr_t)text,
                         .aio_nbytes = strlen(text)};
    struct iocb *list[] = {&write};
    struct io_event done;

    NEED(syscall(SYS_io_submit, context, 1, list) == 1);
    NEED(syscall(SYS_io_getevents, context, 1, 1, &done, NULL) == 1);
    NEED(done.res == (int64_t)strlen(text));
}

/* A note is due only for writes to captured fds. Bit 0 of the argument: write to fd 1, too. */
static int aio(int argc, char **argv)
{
    int scratch = open(".", O_TMPFILE | O_RDWR, 0600);
    aio_context_t context = 0;

    if (syscall(SYS_io_setup, 4, &context) < 0)
        return 99;
    NEED(scratch >= 0 && syscall(SYS_io_submit, context, 1, nowhere) < 0);
    write_by_aio(context, scratch, "not output\n");
    if (argc && strcmp(argv[0], "prints") == 0)
        for (int i = 0; i < 3; i++)
            write_by_aio(context, 1, "by nobody\n");
    truth_say(2, "end\n");
    return 0;
}

/* pcat's filter makes the kernel refuse the strict mode: a note must say so, and the program must
 * go on. */
static int strict_refused(int argc, char **argv)
{
    (void)argc, (void)argv;
    for (int i = 0; i < 2; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            long result = i ? syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL)
                            : prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
            int error = errno;
            if (result == 0)
                syscall(SYS_exit, 24);
            NEED(error == EINVAL);
            truth_say(1, "without\n");
            _exit(25);
        }
        NEED(WIFEXITED(truth_reap(pid)));
    }
    return 0;
}

/* The next process gets the same pid as the last one. */
static int pid_reuse(int argc, char **argv)
{
    int last = open("/proc/sys/kernel/ns_last_pid", O_WRONLY), reused = 0;
    pid_t wanted = 0;
    char text[16];

    (void)argc, (void)argv;
    for (int i = 0; i < 100; i++) {
        int n = snprintf(text, sizeof text, "%d", wanted - 1);
        if (wanted && pwrite(last, text, (size_t)n, 0) != n)
            return 99;
        pid_t pid = fork();
        if (pid == 0) {
            truth_say(1, "child %d\n", i);
            _exit(i);
        }
        reused += pid == wanted;
        wanted = pid;
        truth_reap(pid);
    }
    return reused > 10 ? 0 : 99;
}

const struct tracee_case cases_special[] = {
    {"iouring", io_uring, 0},
    {"iouringheld", io_uring_held, 1},
    {"aio", aio, 0},
    {"strictrefused", strict_refused, 0},
    {"pidreuse", pid_reuse, 0},

    {"pidns", pid_namespace, 0},
    {"strict", strict, 0},
    {"setuid", setuid_exec, 0},
    {"setuidend", setuid_end, 0},
    {"debugger", debugger, 0},
    {0},
};
