/* What the benchmarks trace: `workload KIND MS GATE RESULT`. It makes its threads, tells in RESULT
 * "ready", waits until a byte can be read from GATE (a FIFO), writes to fd 1 for MS milliseconds,
 * and tells "WRITES BYTES NS". It takes its own time, so that starting and attaching don't count.
 *
 * KIND: THREADS:IDLE:OTHERS:SIZE, the threads that write, those that only sleep, the other syscalls
 * before each write, and the size of a write in bytes. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct {
    unsigned threads, idle, others, size;
} kind;

static int64_t duration; /* ns */
static pthread_barrier_t start;
static atomic_ullong writes, bytes;

static int64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* Whole lines of 64 bytes: formats that look at lines are to have some. */
static char *make_data(void)
{
    char *data = malloc(kind.size);

    if (!data)
        die("malloc");
    for (unsigned i = 0; i < kind.size; i++)
        data[i] = i % 64 == 63 || i + 1 == kind.size ? '\n' : (char)('a' + i % 26);
    return data;
}

static void *write_on(void *unused)
{
    char *data = make_data();
    uint64_t n = 0, sum = 0;

    (void)unused;
    pthread_barrier_wait(&start);
    for (int64_t until = now() + duration; now() < until; n++) {
        for (unsigned i = 0; i < kind.others; i++)
            syscall(SYS_getppid);
        ssize_t done = write(1, data, kind.size);
        if (done < 0)
            die("write");
        sum += (uint64_t)done;
    }
    atomic_fetch_add(&writes, n);
    atomic_fetch_add(&bytes, sum);
    free(data);
    return NULL;
}

static void *sleep_on(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static pthread_t run(void *(*body)(void *))
{
    pthread_attr_t small;
    pthread_t thread;

    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 * 1024);
    if (pthread_create(&thread, &small, body, NULL))
        die("pthread_create");
    pthread_attr_destroy(&small);
    return thread;
}

/* The first of the writers is the main thread. */
static int64_t work(void)
{
    pthread_t *others = calloc(kind.threads, sizeof *others);
    int64_t began;

    if (!others)
        die("calloc");
    for (unsigned i = 1; i < kind.threads; i++)
        others[i] = run(write_on);
    began = now();
    write_on(NULL);
    for (unsigned i = 1; i < kind.threads; i++)
        pthread_join(others[i], NULL);
    free(others);
    return now() - began;
}

int main(int argc, char **argv)
{
    char byte;

    if (argc != 5 ||
        sscanf(argv[1], "%u:%u:%u:%u", &kind.threads, &kind.idle, &kind.others, &kind.size) != 4) {
        fprintf(stderr, "usage: workload THREADS:IDLE:OTHERS:SIZE MS GATE RESULT\n");
        return 2;
    }
    duration = (int64_t)atoi(argv[2]) * 1000000;
    for (unsigned i = 0; i < kind.idle; i++)
        run(sleep_on);
    pthread_barrier_init(&start, NULL, kind.threads);
    FILE *result = fopen(argv[4], "a");
    if (!result)
        die(argv[4]);
    fprintf(result, "ready %d\n", (int)getpid());
    fflush(result);
    int gate = open(argv[3], O_RDONLY);
    if (gate < 0 || read(gate, &byte, 1) != 1)
        die(argv[3]);
    int64_t took = work();
    fprintf(result, "%llu %llu %lld\n", (unsigned long long)writes, (unsigned long long)bytes,
            (long long)took);
    return fclose(result) ? 1 : 0;
}
