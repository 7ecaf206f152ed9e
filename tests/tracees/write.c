/* Plain writes: from many threads, of every byte, of nothing. */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

enum { THREADS = 8, LINES = 400 };

static void *write_lines(void *arg)
{
    for (int i = 0; i < LINES; i++) {
        truth_say(1, "thread %zu line %d\n", (size_t)arg, i);
        if (i % 10 == 0)
            truth_say(2, "thread %zu error %d\n", (size_t)arg, i);
    }
    return NULL;
}

static int threads(int argc, char **argv)
{
    unsigned long thread[THREADS];

    (void)argc, (void)argv;
    for (size_t i = 0; i < THREADS; i++)
        thread[i] = start_thread(write_lines, (void *)i);
    write_lines((void *)99);
    for (size_t i = 0; i < THREADS; i++)
        end_thread(thread[i]);
    return 7;
}

static void *sleep_on(void *arg)
{
    (void)arg;
    for (;;)
        sleep_ms(1000000);
    return NULL;
}

/* Writers among many sleeping threads: they are the last in the kernel's list of threads. */
static int crowd(int argc, char **argv)
{
    size_t sleepers = argc ? strtoul(argv[0], NULL, 10) : 1000;
    unsigned long thread[THREADS];
    pthread_attr_t small;
    pthread_t sleeper;

    NEED(pthread_attr_init(&small) == 0 && pthread_attr_setstacksize(&small, 64 * 1024) == 0);
    for (size_t i = 0; i < sleepers; i++)
        NEED(pthread_create(&sleeper, &small, sleep_on, NULL) == 0);
    truth_wait();
    for (size_t i = 0; i < THREADS; i++)
        thread[i] = start_thread(write_lines, (void *)i);
    for (size_t i = 0; i < THREADS; i++)
        end_thread(thread[i]);
    return 0;
}

static int bytes(int argc, char **argv)
{
    static const char *const texts[] = {
        "\xe2\x80\xa8\xe2\x80\xa9",
        "\xed\xa0\x80",
        "\xf4\x90\x80\x80",
        "\xc0\x80",
        "\xf0\x9f\x98",
        "\"\\\b\f\t\r\n\x7f\x1b[31m",
        "\xef\xbb\xbfx",
        "\xef\xbf\xbe",
        "gr\xc3\xbc\xc3\x9f",
    };
    unsigned char all[256], block[70000];

    (void)argc, (void)argv;
    for (int i = 0; i < 256; i++) {
        all[i] = (unsigned char)i;
        truth_write(1, &all[i], 1);
    }
    truth_write(1, all, sizeof all);
    truth_write(2, all, sizeof all);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        truth_write(1, texts[i], strlen(texts[i]));
    truth_write(1, "\xc3", 1); /* one character in two writes */
    truth_write(1, "\xa4", 1);
    for (unsigned i = 0; i < 20; i++) {
        size_t n = (size_t)1 << (i % 17);
        fill(block, sizeof block, i);
        truth_write(1, block, n + i);
    }
    return 0;
}

static int nothing(int argc, char **argv)
{
    (void)argc, (void)argv;
    truth_say(1, "before\n");
    NEED(write(1, "stale", 0) == 0);
    NEED(write(1, NULL, 0) == 0);
    NEED(write(1, nowhere, 0) <= 0);
    NEED(write(77, "closed", 6) < 0 && errno == EBADF);
    NEED(write(-1, "closed", 6) < 0 && errno == EBADF);
    truth_say(1, "after\n");
    return 0;
}

static long raw(long nr, unsigned long a, const void *b, unsigned long c)
{
#if defined(__x86_64__)
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(nr), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return result;
#else
    return syscall(nr, a, b, c);
#endif
}

/* The fd is an int: the kernel ignores what is above it in the register. */
static int highfd(int argc, char **argv)
{
    (void)argc, (void)argv;
    struct record *r = truth_begin(1, TRUTH_OUT, "high out\n", 9);
    truth_end(r, raw(SYS_write, 0xffffffff00000001, "high out\n", 9));
    r = truth_begin(2, TRUTH_ERR, "high err\n", 9);
    truth_end(r, raw(SYS_write, 0x1234567800000002, "high err\n", 9));
    NEED(r->value == 9);
    truth_say(1, "low\n");
    return 0;
}

const struct tracee_case cases_write[] = {
    {"threads", threads, 0}, {"crowd", crowd, 1},   {"bytes", bytes, 0},
    {"nothing", nothing, 0}, {"highfd", highfd, 0}, {0},
};
