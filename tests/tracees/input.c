/* Input on fd 0, by every call that reads. What is read is noted after the fact: before the
 * call the bytes are not there. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <termios.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

/* Makes fd 0 the reading end of what is written to the fd that is returned. */
static int pipe_stdin(void)
{
    int fds[2];

    NEED(pipe(fds) == 0 && dup2(fds[0], 0) == 0);
    close(fds[0]);
    return fds[1];
}

static int socket_stdin(int type)
{
    int fds[2];

    NEED(socketpair(AF_UNIX, type, 0, fds) == 0 && dup2(fds[1], 0) == 0);
    close(fds[1]);
    return fds[0];
}

static void noted(const void *bytes, ssize_t n, ssize_t expected)
{
    NEED(n == expected);
    truth_add(0, TRUTH_IN, bytes, (size_t)n, 0);
}

static void put(int fd, const char *text)
{
    NEED(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
}

static int inputs(int argc, char **argv)
{
    char a[8], b[100], all[256];
    struct iovec iov[] = {{a, sizeof a}, {NULL, 0}, {b, sizeof b}};
    int to = pipe_stdin();

    (void)argc, (void)argv;
    put(to, "ten bytes\n");
    noted(b, read(0, b, 4), 4);
    noted(b, read(0, b, sizeof b), 6);
    NEED(read(0, b, 0) == 0);
    NEED(fcntl(0, F_SETFL, O_NONBLOCK) == 0 && read(0, b, 1) < 0 && errno == EAGAIN);
    put(to, "more than the first piece holds\n");
    NEED(readv(0, iov, 3) == 32);
    memcpy(all, a, sizeof a);
    memcpy(all + sizeof a, b, 24);
    noted(all, 32, 32);
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    NEED(write(to, all, sizeof all) == sizeof all);
    noted(b, read(0, b, sizeof b), sizeof b);
    noted(b, read(0, b, sizeof b), sizeof b);
    noted(b, read(0, b, sizeof b), 56);
    NEED(read(0, nowhere, 1) < 0);
    put(to, "x");
    NEED(read(0, nowhere, 1) < 0 && errno == EFAULT);
    close(to);
    noted(b, read(0, b, sizeof b), 1);
    NEED(read(0, b, sizeof b) == 0);
    close(0);
    NEED(read(0, b, 1) < 0 && errno == EBADF);
    truth_say(1, "output goes on\n");
    return 0;
}

static int inputfile(int argc, char **argv)
{
    char a[10], b[10];
    struct iovec iov[] = {{a, sizeof a}, {b, sizeof b}};
    int file = memfd_create("input", 0), other = memfd_create("other", 0);
    char all[20];

    (void)argc, (void)argv;
    put(file, "0123456789abcdefghijklmnopqrstuvwxyz");
    put(other, "not asked for");
    NEED(dup2(file, 0) == 0 && lseek(0, 0, SEEK_SET) == 0);
    NEED(pread(other, a, 5, 0) == 5 && pread(file, a, 5, 0) == 5);
    noted(a, read(0, a, sizeof a), 10);
    noted(a, pread(0, a, 5, 20), 5);
    noted(a, pread(0, a, sizeof a, 30), 6);
    NEED(pread(0, a, sizeof a, 1000) == 0);
    NEED(preadv(0, iov, 2, 3) == 20);
    memcpy(all, a, 10);
    memcpy(all + 10, b, 10);
    noted(all, 20, 20);
    NEED(preadv2(0, iov, 2, -1, 0) == 20);
    memcpy(all, a, 10);
    memcpy(all + 10, b, 10);
    noted(all, 20, 20);
    return 0;
}

static void receive_many(int to)
{
    char text[4][8];
    struct iovec iov[4];
    struct mmsghdr m[4] = {0};

    for (int i = 0; i < 4; i++) {
        iov[i] = (struct iovec){text[i], sizeof text[i]};
        m[i].msg_hdr = (struct msghdr){.msg_iov = &iov[i], .msg_iovlen = 1};
    }
    put(to, "one");
    put(to, "second");
    put(to, "too long for its room");
    NEED(recvmmsg(0, m, 4, MSG_DONTWAIT, NULL) == 3);
    noted(text[0], 3, 3);
    noted(text[1], 6, 6);
    noted(text[2], m[2].msg_len, 8);
}

static int inputsockets(int argc, char **argv)
{
    char a[8], b[100], all[108];
    struct iovec iov[] = {{a, sizeof a}, {b, sizeof b}};
    struct msghdr m = {.msg_iov = iov, .msg_iovlen = 2};
    int to = socket_stdin(SOCK_DGRAM);

    (void)argc, (void)argv;
    put(to, "recv\n");
    noted(b, recv(0, b, sizeof b, 0), 5);
    put(to, "recvfrom\n");
    noted(b, recvfrom(0, b, sizeof b, 0, NULL, NULL), 9);
    put(to, "recvmsg into two pieces\n");
    NEED(recvmsg(0, &m, 0) == 24);
    memcpy(all, a, 8);
    memcpy(all + 8, b, 16);
    noted(all, 24, 24);
    put(to, "seen before\n");
    NEED(recv(0, b, sizeof b, MSG_PEEK) == 12 && recvmsg(0, &m, MSG_PEEK) == 12);
    noted(b, recv(0, b, sizeof b, 0), 12);
    put(to, "longer than its buffer\n");
    NEED(recv(0, a, sizeof a, MSG_TRUNC) == 23);
    noted(a, 8, 8);
    put(to, "cut\n");
    noted(a, read(0, a, 2), 2);
    receive_many(to);
    NEED(recv(0, b, sizeof b, MSG_DONTWAIT) < 0 && errno == EAGAIN);
    return 0;
}

static void on_alarm(int sig)
{
    (void)sig;
}

/* A read that a handler interrupts first, and that gets input then. */
static int inputwaits(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_alarm};
    int to = pipe_stdin();
    char a[100];

    (void)argc, (void)argv;
    sigaction(SIGALRM, &action, NULL);
    ualarm(50 * 1000, 0);
    NEED(read(0, a, sizeof a) < 0 && errno == EINTR);
    if (fork() == 0) {
        sleep_ms(50);
        put(to, "late\n");
        _exit(0);
    }
    noted(a, read(0, a, sizeof a), 5);
    return 0;
}

static int inputhuge(int argc, char **argv)
{
    enum { SIZE = 64 << 20 };
    char *bytes = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int file = memfd_create("input", 0);

    (void)argc, (void)argv;
    NEED(bytes != MAP_FAILED);
    fill(bytes, SIZE, 5);
    for (size_t done = 0; done < SIZE;) {
        ssize_t n = pwrite(file, bytes + done, SIZE - done, (off_t)done);
        NEED(n > 0);
        done += (size_t)n;
    }
    memset(bytes, 0, SIZE);
    NEED(dup2(file, 0) == 0);
    noted(bytes, pread(0, bytes, SIZE, 0), SIZE);
    return 0;
}

/* Input that a terminal does not echo must not be shown: see check_unseen() in test_truth.py. */
static int inputunseen(int argc, char **argv)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    struct termios mode;
    char a[100];

    (void)argc, (void)argv;
    NEED(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    NEED(slave >= 0 && dup2(slave, 0) == 0);
    put(master, "seen\n");
    noted(a, read(0, a, sizeof a), 5);
    NEED(tcgetattr(0, &mode) == 0);
    mode.c_lflag &= ~(tcflag_t)ECHO;
    NEED(tcsetattr(0, TCSANOW, &mode) == 0);
    put(master, "open sesame\n");
    NEED(read(0, a, 4) == 4 && read(0, a, sizeof a) == 8);
    mode.c_lflag |= ECHO;
    NEED(tcsetattr(0, TCSANOW, &mode) == 0);
    put(master, "seen again\n");
    noted(a, read(0, a, sizeof a), 11);
    return 0;
}

/* With MSG_TRUNC TCP drops the bytes that it counts: the buffer keeps its old contents. */
static int inputdropped(int argc, char **argv)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    char a[] = "none of it came";
    int listening = socket(AF_INET, SOCK_STREAM, 0), to = socket(AF_INET, SOCK_STREAM, 0);

    (void)argc, (void)argv;
    NEED(bind(listening, (struct sockaddr *)&at, n) == 0 && listen(listening, 1) == 0);
    NEED(getsockname(listening, (struct sockaddr *)&at, &n) == 0);
    NEED(connect(to, (struct sockaddr *)&at, n) == 0);
    NEED(dup2(accept(listening, NULL, NULL), 0) == 0);
    put(to, "dropped, kept");
    NEED(recv(0, a, 9, MSG_TRUNC | MSG_WAITALL) == 9 && strcmp(a, "none of it came") == 0);
    truth_add(0, TRUTH_IN, a, 9, TRUTH_UNAVAILABLE);
    noted(a, recv(0, a, sizeof a, 0), 4);
    return 0;
}

enum { REUSE = 200000, TURNS = 50 };
static char shared[REUSE];
static int turn; /* odd: the other thread's */

static void wait_for_turn(int mine)
{
    while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != mine)
        sched_yield();
}

static void *overwrite(void *arg)
{
    (void)arg;
    for (int i = 1; i < 2 * TURNS; i += 2) {
        wait_for_turn(i);
        memset(shared, '!', sizeof shared);
        __atomic_store_n(&turn, i + 1, __ATOMIC_RELEASE);
    }
    return NULL;
}

/* Another thread overwrites the buffer as soon as the read has returned. */
static int inputreuse(int argc, char **argv)
{
    int fd = memfd_create("input", 0);

    (void)argc, (void)argv;
    fill(shared, sizeof shared, 21);
    NEED(write(fd, shared, sizeof shared) == REUSE && dup2(fd, 0) == 0);
    unsigned long other = start_thread(overwrite, NULL);
    for (int i = 0; i < TURNS; i++) {
        noted(shared, pread(0, shared, sizeof shared, i * 100), REUSE - i * 100);
        __atomic_store_n(&turn, 2 * i + 1, __ATOMIC_RELEASE);
        wait_for_turn(2 * i + 2);
    }
    end_thread(other);
    return 0;
}

const struct tracee_case cases_input[] = {
    {"inputs", inputs, 0},
    {"inputfile", inputfile, 0},
    {"inputsockets", inputsockets, 0},
    {"inputwaits", inputwaits, 0},
    {"inputhuge", inputhuge, 0},
    {"inputunseen", inputunseen, 0},
    {"inputdropped", inputdropped, 0},
    {"inputreuse", inputreuse, 0},
    {0},
};
