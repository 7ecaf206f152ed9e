/* Records are reserved by moving one counter, so that any thread of any process may
 * write them at the same time. */
#include "truth.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct truth *truth;
static __thread pid_t name;

void truth_open(void)
{
    const char *path = getenv("TRUTH");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        _exit(120);
    truth = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (truth == MAP_FAILED || truth->magic != TRUTH_MAGIC)
        _exit(121);
}

bool truth_going(void)
{
    return __atomic_load_n(&truth->go, __ATOMIC_ACQUIRE);
}

void truth_ready(void)
{
    __atomic_store_n(&truth->ready, 1, __ATOMIC_RELEASE);
}

void truth_wait(void)
{
    truth_ready();
    while (!truth_going())
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

void truth_call_me(pid_t tid)
{
    name = tid;
}

/* /proc is still that of the outer namespace. */
pid_t truth_outer_tid(void)
{
    char link[64] = "";

    if (readlink("/proc/thread-self", link, sizeof link - 1) <= 0)
        return 0;
    return (pid_t)atoi(strrchr(link, '/') + 1);
}

static struct record *reserve(uint32_t kind, size_t room)
{
    size_t size = (sizeof(struct record) + room + 7) & ~(size_t)7;
    uint64_t at = __atomic_fetch_add(&truth->used, size, __ATOMIC_RELAXED);

    if (at + size > truth->size || size > UINT32_MAX) {
        truth->full = 1;
        _exit(122);
    }
    struct record *r = (struct record *)((char *)truth + TRUTH_START + at);
    r->kind = kind;
    r->room = (uint32_t)room;
    __atomic_store_n(&r->size, (uint32_t)size, __ATOMIC_RELEASE);
    return r;
}

static void finish(struct record *r, int64_t value)
{
    r->value = value;
    __atomic_store_n(&r->done, 1, __ATOMIC_RELEASE);
}

struct record *truth_begin(int fd, int stream, const void *bytes, size_t n)
{
    struct record *r = reserve(TRUTH_WRITE, n);

    r->tid = name ? name : gettid();
    r->fd = fd;
    memcpy(r + 1, bytes, n);
    __atomic_store_n(&r->stream, (uint32_t)stream,
                     __ATOMIC_RELEASE); /* valid from here on, the call may begin */
    return r;
}

void truth_end(struct record *r, ssize_t result)
{
    finish(r, result);
}

void truth_add(int fd, int stream, const void *bytes, size_t n, int flags)
{
    struct record *r = truth_begin(fd, stream, bytes, n);

    r->flags = (uint32_t)flags;
    truth_end(r, (ssize_t)n);
}

ssize_t truth_write_as(int fd, int stream, const void *bytes, size_t n)
{
    struct record *r = truth_begin(fd, stream, bytes, n);
    ssize_t result = write(fd, bytes, n);

    truth_end(r, result);
    return result;
}

ssize_t truth_write(int fd, const void *bytes, size_t n)
{
    return truth_write_as(fd, fd == 2 ? TRUTH_ERR : TRUTH_OUT, bytes, n);
}

void truth_say(int fd, const char *format, ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (truth_write(fd, line, (size_t)n) != n)
        _exit(123);
}

void truth_exit(pid_t pid, int status)
{
    struct record *r = reserve(TRUTH_EXIT, 0);

    r->tid = pid;
    finish(r, status);
}

void truth_exec(pid_t pid, pid_t former)
{
    struct record *r = reserve(TRUTH_EXEC, 0);

    r->tid = pid;
    finish(r, former);
}

int truth_reap(pid_t pid)
{
    int status;

    if (waitpid(pid, &status, __WALL) != pid)
        _exit(124);
    truth_exit(pid, status);
    return status;
}
