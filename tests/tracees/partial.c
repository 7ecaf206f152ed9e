/* Calls that write fewer bytes than they were given, or none. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

/* Makes fd 1 a pipe; its other end. */
static int pipe_stdout(int flags)
{
    int fds[2];

    NEED(pipe2(fds, flags) == 0 && dup2(fds[1], 1) == 1);
    close(fds[1]);
    return fds[0];
}

static void drain(int fd, size_t n)
{
    static char bytes[1 << 20];

    while (n) {
        ssize_t got = read(fd, bytes, n < sizeof bytes ? n : sizeof bytes);
        NEED(got > 0);
        n -= (size_t)got;
    }
}

static int nonblock(int argc, char **argv)
{
    static char text[300000];
    int from = pipe_stdout(O_NONBLOCK), full = 0;

    (void)argc, (void)argv;
    fill(text, sizeof text, 3);
    for (int i = 0; i < 60; i++) {
        ssize_t n = truth_write(1, text + i * 100, 50000 + (size_t)i * 997);
        if (n < 0) {
            NEED(errno == EAGAIN);
            full++;
            drain(from, 4096 * 5);
        }
    }
    NEED(full > 5);
    return 0;
}

static int epipe(int argc, char **argv)
{
    (void)argc, (void)argv;
    truth_say(1, "parent\n");
    pid_t pid = fork();
    if (pid == 0) {
        close(pipe_stdout(0));
        (void)!write(1, "nobody reads this\n", 18);
        _exit(1);
    }
    NEED(WTERMSIG(truth_reap(pid)) == SIGPIPE);
    pid = fork();
    if (pid == 0) {
        signal(SIGPIPE, SIG_IGN);
        close(pipe_stdout(0));
        NEED(write(1, "nobody reads this\n", 18) < 0 && errno == EPIPE);
        truth_say(2, "child\n");
        _exit(5);
    }
    truth_reap(pid);
    return 0;
}

/* Two pages, then one that is not there. */
static char *cliff(void)
{
    char *p = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    NEED(p != MAP_FAILED && munmap(p + 2 * 4096, 4096) == 0);
    fill(p, 2 * 4096, 9);
    return p;
}

static void write_over(int fd, const char *p, size_t good, size_t n)
{
    struct record *r = truth_begin(fd, fd, p, good);

    truth_end(r, write(fd, p, n));
    NEED(r->value <= (ssize_t)good);
}

static int efault(int argc, char **argv)
{
    char *p = cliff();
    struct iovec iov[] = {{p, 100}, {p + 2 * 4096 - 50, 500}, {p, 10}};
    struct iovec bad[] = {{p, 64}, {nowhere, 4}, {p + 100, 64}};

    (void)argc, (void)argv;
    truth_say(1, "before\n");
    NEED(write(1, nowhere, 10) < 0 && errno == EFAULT);
    NEED(write(1, p + 2 * 4096, 10) < 0 && errno == EFAULT);
    write_over(1, p, 2 * 4096, 3 * 4096);
    write_over(1, p + 4000, 4096 + 96, 100000);
    write_over(1, p + 8191, 1, 2);
    write_over(2, p, 2 * 4096, 1UL << 40);
    write_over(2, p, 2 * 4096, 0x7fffffffffff0000);
    struct record *r = truth_begin(1, TRUTH_OUT, p, 2 * 4096);
    memcpy((char *)(r + 1) + 100, p + 2 * 4096 - 50, 50);
    truth_end(r, writev(1, iov, 3));
    r = truth_begin(1, TRUTH_OUT, p, 64);
    truth_end(r, writev(1, bad, 3));
    truth_say(1, "after\n");
    return 0;
}

static int slow_fd;

static void *read_slowly(void *arg)
{
    (void)arg;
    sleep_ms(100);
    drain(slow_fd, 60000);
    return NULL;
}

static volatile int handled;

static void on_signal(int sig)
{
    (void)sig;
    handled = 1;
}

static void *interrupt(void *arg)
{
    for (int i = 0; i < 3; i++) {
        sleep_ms(60);
        pthread_kill(*(pthread_t *)arg, SIGUSR1);
    }
    return NULL;
}

/* A blocking write that has moved a part of its bytes ends short when a handler runs; one that has
 * moved none fails with EINTR, or is restarted. */
static int interrupted(int argc, char **argv)
{
    static char text[200000];
    pthread_t self = pthread_self();
    struct sigaction sa = {.sa_handler = on_signal};
    int from = pipe_stdout(0);

    (void)argc, (void)argv;
    fill(text, sizeof text, 5);
    sigaction(SIGUSR1, &sa, NULL);
    unsigned long other = start_thread(interrupt, &self);
    ssize_t n = truth_write(1, text, sizeof text);
    NEED(handled && n > 0 && n < (ssize_t)sizeof text);
    NEED(truth_write(1, text, sizeof text) < 0 && errno == EINTR);
    sa.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &sa, NULL);
    slow_fd = from;
    unsigned long reader = start_thread(read_slowly, NULL);
    truth_write(1, text, 30000);
    end_thread(other);
    end_thread(reader);
    return 0;
}

const struct tracee_case cases_partial[] = {
    {"nonblock", nonblock, 0},
    {"epipe", epipe, 0},
    {"efault", efault, 0},
    {"interrupted", interrupted, 0},
    {0},
};
