/* For each blocking syscall one thread sleeps in it, again and again; the main thread prints. No
 * signal is sent to this program: so no call may fail with EINTR, return before its timeout, or
 * return very much later. (A tracer may make a wait start again, once when it attaches and once
 * when it leaves.) A line on stderr reports each failure: "CALL EINTR", "CALL early 120 ms", "CALL
 * late 990 ms"; "CALL absent": this kernel does not have the call. */
#include <errno.h>
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { TIMEOUT_MS = 250, SLACK_MS = 2000, SYS_EPOLL_PWAIT2 = 441 };

static int epoll_fd, pipe_fd, socket_fd, listen_fd, tty_fd, semaphores, messages, uring_fd;
static aio_context_t aio;

static struct timespec timeout_ts(void)
{
    return (struct timespec){0, TIMEOUT_MS * 1000000L};
}

/* --- the calls; each returns what the syscall does --- */

static long do_epoll_wait(void)
{
    struct epoll_event e;
    return epoll_wait(epoll_fd, &e, 1, TIMEOUT_MS);
}

static long do_epoll_wait_forever(void)
{
    struct epoll_event e;
    return epoll_wait(epoll_fd, &e, 1, -1);
}

#if defined(__x86_64__)
/* A 32-bit call of 64-bit code: number 256 is epoll_wait there, and no call of 64-bit code. */
static long do_epoll_wait_by_int80(void)
{
    static struct epoll_event *low;
    long result = 256;

    if (!low)
        low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1,
                   0);
    __asm__ volatile("int $0x80"
                     : "+a"(result)
                     : "b"((long)epoll_fd), "c"(low), "d"(1L), "S"((long)TIMEOUT_MS)
                     : "r8", "r9", "r10", "r11", "memory");
    if (result == -ENOSYS)
        return do_epoll_wait(); /* a kernel without 32-bit calls */
    errno = result < 0 ? (int)-result : 0;
    return result < 0 ? -1 : result;
}
#else
#define do_epoll_wait_by_int80 do_epoll_wait
#endif

static long do_epoll_pwait2(void)
{
    struct epoll_event e;
    struct timespec ts = timeout_ts();
    return syscall(SYS_EPOLL_PWAIT2, epoll_fd, &e, 1, &ts, NULL, 0);
}

static long do_poll(void)
{
    return poll(&(struct pollfd){pipe_fd, POLLIN, 0}, 1, TIMEOUT_MS);
}

static long do_ppoll(void)
{
    struct timespec ts = timeout_ts();
    return ppoll(&(struct pollfd){pipe_fd, POLLIN, 0}, 1, &ts, NULL);
}

static long do_select(void)
{
    struct timeval tv = {0, TIMEOUT_MS * 1000};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(pipe_fd, &set);
    return select(pipe_fd + 1, &set, NULL, NULL, &tv);
}

static long do_nanosleep(void)
{
    struct timespec ts = timeout_ts();
    return nanosleep(&ts, NULL);
}

static long do_clock_nanosleep(void)
{
    struct timespec ts = timeout_ts();
    errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
    return errno ? -1 : 0;
}

static long do_futex(void)
{
    int word = 0;
    struct timespec ts = timeout_ts();
    return syscall(SYS_futex, &word, FUTEX_WAIT, 0, &ts, NULL, 0);
}

static long do_futex_forever(void)
{
    int word = 0;
    return syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static long do_semop(void)
{
    return semop(semaphores, &(struct sembuf){0, -1, 0}, 1);
}

static long do_semtimedop(void)
{
    struct timespec ts = timeout_ts();
    return semtimedop(semaphores, &(struct sembuf){0, -1, 0}, 1, &ts);
}

static long do_sigtimedwait(void)
{
    struct timespec ts = timeout_ts();
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    return sigtimedwait(&set, NULL, &ts);
}

static long do_sigwaitinfo(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    return sigwaitinfo(&set, NULL);
}

static long do_accept(void)
{
    return accept(listen_fd, NULL, NULL);
}

static long do_recv(void)
{
    char byte;
    return recv(socket_fd, &byte, 1, 0);
}

static long do_io_getevents(void)
{
    struct io_event e;
    struct timespec ts = timeout_ts();
    return syscall(SYS_io_getevents, aio, 1, 1, &e, &ts);
}

static long do_io_uring_enter(void)
{
    return syscall(SYS_io_uring_enter, uring_fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0);
}

static long do_read_pipe(void)
{
    char byte;
    return read(pipe_fd, &byte, 1);
}

static long do_read_tty(void)
{
    char byte;
    return read(tty_fd, &byte, 1);
}

static long do_msgrcv(void)
{
    struct {
        long type;
        char text[1];
    } message;
    return msgrcv(messages, &message, 1, 0, 0);
}

static long do_pause(void)
{
    return pause();
}

static volatile sig_atomic_t done;

static const struct wait {
    const char *name;
    long (*call)(void);
    bool timed;
} waits[] = {
    {"epoll_wait", do_epoll_wait, true},
    {"epoll_wait, no timeout", do_epoll_wait_forever, false},
    {"epoll_wait by int 0x80", do_epoll_wait_by_int80, true},
    {"epoll_pwait2", do_epoll_pwait2, true},
    {"poll", do_poll, true},
    {"ppoll", do_ppoll, true},
    {"select", do_select, true},
    {"nanosleep", do_nanosleep, true},
    {"clock_nanosleep", do_clock_nanosleep, true},
    {"futex", do_futex, true},
    {"futex, no timeout", do_futex_forever, false},
    {"semop", do_semop, false},
    {"semtimedop", do_semtimedop, true},
    {"sigtimedwait", do_sigtimedwait, true},
    {"sigwaitinfo", do_sigwaitinfo, false},
    {"accept", do_accept, false},
    {"recv with SO_RCVTIMEO", do_recv, true},
    {"io_getevents", do_io_getevents, true},
    {"io_uring_enter", do_io_uring_enter, false},
    {"read of a pipe", do_read_pipe, false},
    {"read of a tty", do_read_tty, false},
    {"msgrcv", do_msgrcv, false},
    {"pause", do_pause, false},
};

enum { WAITS = sizeof waits / sizeof *waits };

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void *run(void *user)
{
    const struct wait *w = user;

    for (;;) {
        long start = now_ms();
        long result = w->call();
        long took = now_ms() - start;
        if (done)
            return NULL;
        if (result < 0 && errno == EINTR) {
            fprintf(stderr, "%s EINTR\n", w->name);
        } else if (result < 0 &&
                   (errno == ENOSYS || errno == EPERM || errno == EBADF || errno == EINVAL)) {
            fprintf(stderr, "%s absent\n", w->name);
            return NULL;
        } else if (!w->timed) {
            fprintf(stderr, "%s returned %ld\n", w->name, result);
        } else if (took < TIMEOUT_MS - 2) {
            fprintf(stderr, "%s early %ld ms\n", w->name, took);
        } else if (took > 2 * TIMEOUT_MS + SLACK_MS) {
            fprintf(stderr, "%s late %ld ms\n", w->name, took);
        }
    }
}

static void open_all(void)
{
    struct timeval tv = {0, TIMEOUT_MS * 1000};
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    struct io_uring_params params = {0};
    int fds[2], master;

    epoll_fd = epoll_create1(0);
    if (pipe(fds) == 0)
        pipe_fd = fds[0];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0)
        socket_fd = fds[0];
    setsockopt(socket_fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
    listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    bind(listen_fd, (struct sockaddr *)&name, sizeof(sa_family_t));
    listen(listen_fd, 1);
    if (openpty(&master, &tty_fd, NULL, NULL, NULL) < 0)
        tty_fd = -1;
    semaphores = semget(IPC_PRIVATE, 1, 0600);
    messages = msgget(IPC_PRIVATE, 0600);
    syscall(SYS_io_setup, 8, &aio);
    uring_fd = (int)syscall(SYS_io_uring_setup, 8, &params);
}

static void on_term(int sig)
{
    (void)sig;
    done = 1;
}

int main(void)
{
    sigset_t set;
    pthread_t thread;
    char line[64];

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    open_all();
    for (int i = 0; i < WAITS; i++)
        pthread_create(&thread, NULL, run, (void *)&waits[i]);
    signal(SIGTERM, on_term);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    for (int i = 0; !done; i++) {
        int n = snprintf(line, sizeof line, "tick %d\n", i);
        if (write(1, line, (size_t)n) < 0)
            break;
        usleep(5000);
    }
    semctl(semaphores, 0, IPC_RMID);
    msgctl(messages, IPC_RMID, NULL);
    return 0;
}
