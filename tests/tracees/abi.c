/* 32-bit calls from 64-bit code: other numbers, other layouts, and registers whose
 * high halves the kernel ignores. */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "int80.h"
#include "tracee.h"
#include "truth.h"

#if defined(__x86_64__)

enum {
    NR_READ = 3,
    NR_WRITE = 4,
    NR_GETPID = 20,
    NR_WRITEV = 146,
    NR_SOCKETCALL = 102,
    NR_CLOSE = 6,
    NR_DUP2 = 63,
    NR_PWRITE64 = 181,
    NR_SENDFILE = 187
};

struct msghdr32 {
    uint32_t name, namelen, iov, iovlen, control, controllen, flags;
};

static void expect(int fd, const char *bytes, long result)
{
    NEED(result == (long)strlen(bytes));
    truth_add(fd, fd, bytes, strlen(bytes), 0);
}

static int calls32(int argc, char **argv)
{
    char *p = low_memory(65536);
    char *q = p + 4096, *text = p + 8192;
    struct stat st;

    (void)argc, (void)argv;
    if (!p)
        return 99; /* this kernel has no 32-bit calls */
    truth_say(1, "native\n");
    strcpy(text, "by int 0x80\n");
    expect(1, text, int80(NR_WRITE, 1, low(text), 12, 0, 0));
    strcpy(text, "high halves\n");
    expect(1, text, int80(NR_WRITE, GARBAGE | 1, GARBAGE | low(text), GARBAGE | 12, 0, 0));
    strcpy(text, "to stderr\n");
    expect(2, text, int80(NR_WRITE, GARBAGE | 2, low(text), 10, GARBAGE, GARBAGE));

    strcpy(text, "vector of three pieces\n");
    struct iovec32 iov[] = {{low(text), 7}, {1, 0}, {low(text + 7), 16}};
    memcpy(q, iov, sizeof iov);
    expect(1, text, int80(NR_WRITEV, GARBAGE | 1, GARBAGE | low(q), GARBAGE | 3, 0, 0));

    /* The numbers of one ABI mean something else in the other: nothing of this is output. */
    NEED(int80(NR_GETPID, 1, low(text), 5, 0, 0) == getpid()); /* 20: writev */
    NEED(stat("/", (struct stat *)(void *)&st) == 0);          /* 4: write */
    NEED(int80(18, 1, low(text), 5, 0, 0) < 0);                /* 18: oldstat, pwrite64 */
    syscall(NR_WRITEV, 1, 0, 3);                               /* 146: sched_get_priority_max */

    truth_say(1, "native again\n");
    return 0;
}

/* fd 1 is a socket. */
static int socketcalls(int argc, char **argv)
{
    char *p = low_memory(65536);
    char *text = p + 8192;
    uint32_t *args = (uint32_t *)(void *)p;

    (void)argc, (void)argv;
    if (!p)
        return 99;
    strcpy(text, "by socketcall\n");
    memcpy(args, (uint32_t[]){1, low(text), 14, 0}, 16);
    expect(1, text, int80(NR_SOCKETCALL, 9, GARBAGE | low(args), 0, 0, 0));
    memcpy(args, (uint32_t[]){1, low(text), 14, 0, 0, 0}, 24);
    expect(1, text, int80(NR_SOCKETCALL, GARBAGE | 11, low(args), 0, 0, 0));
    struct iovec32 iov[] = {{low(text), 3}, {low(text + 3), 11}};
    struct msghdr32 m = {.iov = low(p + 1024), .iovlen = 2};
    memcpy(p + 1024, iov, sizeof iov);
    memcpy(p + 2048, &m, sizeof m);
    memcpy(args, (uint32_t[]){1, low(p + 2048), 0}, 12);
    expect(1, text, int80(NR_SOCKETCALL, 16, low(args), 0, 0, 0));
    expect(1, text, int80(369, 1, low(text), 14, 0, 0)); /* sendto by its own number */
    expect(1, text, int80(370, 1, low(p + 2048), 0, 0, 0));
    struct {
        struct msghdr32 m;
        uint32_t len;
    } many[2] = {{m, 0}, {m, 0}};
    memcpy(p + 3072, many, sizeof many);
    NEED(int80(345, 1, low(p + 3072), 2, 0, 0) == 2); /* sendmmsg */
    truth_add(1, TRUTH_OUT, text, 14, 0);
    truth_add(1, TRUTH_OUT, text, 14, 0);
    return 0;
}

/* An argument block at the very end of what is mapped: it is only as long as the call needs. */
static int socketcall_edge(int argc, char **argv)
{
    char *p = low_memory(8192);

    (void)argc, (void)argv;
    if (!p)
        return 99;
    NEED(munmap(p + 4096, 4096) == 0);
    strcpy(p, "at the edge\n");
    struct iovec32 iov = {low(p), 12};
    struct msghdr32 m = {.iov = low(p + 64), .iovlen = 1};
    memcpy(p + 64, &iov, sizeof iov);
    memcpy(p + 128, &m, sizeof m);
    memcpy(p + 4096 - 12, (uint32_t[]){1, low(p + 128), 0}, 12);
    expect(1, p, int80(NR_SOCKETCALL, 16, low(p + 4096 - 12), 0, 0, 0));
    return 0;
}

/* fd 0 is a socket. */
static int inputs32(int argc, char **argv)
{
    char *p = low_memory(65536);
    char *text = p + 4096;
    uint32_t *args = (uint32_t *)(void *)p;
    int fds[2];

    (void)argc, (void)argv;
    if (!p)
        return 99;
    NEED(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds) == 0 && dup2(fds[1], 0) == 0);
    NEED(write(fds[0], "by read\n", 8) == 8);
    NEED(int80(NR_READ, GARBAGE, GARBAGE | low(text), GARBAGE | 100, 0, 0) == 8);
    truth_add(0, TRUTH_IN, text, 8, 0);
    NEED(write(fds[0], "by recv\n", 8) == 8);
    memcpy(args, (uint32_t[]){0, low(text), 100, MSG_PEEK}, 16);
    NEED(int80(NR_SOCKETCALL, 10, low(args), 0, 0, 0) == 8);
    memcpy(args, (uint32_t[]){0, low(text), 100, 0}, 16);
    NEED(int80(NR_SOCKETCALL, 10, low(args), 0, 0, 0) == 8);
    truth_add(0, TRUTH_IN, text, 8, 0);
    NEED(write(fds[0], "by recvmsg\n", 11) == 11);
    struct iovec32 iov[] = {{low(text), 3}, {low(text + 3), 97}};
    struct msghdr32 m = {.iov = low(p + 1024), .iovlen = 2};
    memcpy(p + 1024, iov, sizeof iov);
    memcpy(p + 2048, &m, sizeof m);
    memcpy(args, (uint32_t[]){0, low(p + 2048), 0}, 12);
    NEED(int80(NR_SOCKETCALL, 17, low(args), 0, 0, 0) == 11);
    truth_add(0, TRUTH_IN, text, 11, 0);
    NEED(write(fds[0], "by its number\n", 14) == 14);
    NEED(int80(371, 0, low(text), 100, 0, 0) == 14); /* recvfrom */
    truth_add(0, TRUTH_IN, text, 14, 0);
    return 0;
}

#else

static int none(int argc, char **argv)
{
    (void)argc, (void)argv;
    return 99;
}

#define calls32 none
#define socketcalls none
#define socketcall_edge none
#define inputs32 none

#endif

const struct tracee_case cases_abi[] = {
    {"calls32", calls32, 0},
    {"socketcalls", socketcalls, 0},
    {"socketcalledge", socketcall_edge, 0},
    {"inputs32", inputs32, 0},
    {0},
};
