/* Large writes, and buffers that don't stay what they were. */
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

static int huge(int argc, char **argv)
{
    size_t n = (size_t)(argc ? atoi(argv[0]) : 64) << 20;
    char *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    NEED(p != MAP_FAILED);
    fill(p, n, 11);
    NEED(truth_write(1, p, n) == (ssize_t)n);
    truth_say(2, "done\n");
    return 0;
}

enum { REUSE_MAX = 1 << 20 };
static char shared[REUSE_MAX];
static int reuse_fd;
static size_t overwritten; /* bytes after whose arrival that was done */

static void *read_and_overwrite(void *arg)
{
    static char bytes[REUSE_MAX];
    ssize_t n;

    (void)arg;
    while ((n = read(reuse_fd, bytes, sizeof bytes)) > 0) {
        memset(shared, '!', sizeof shared); /* it has arrived: the buffer is free */
        __atomic_fetch_add(&overwritten, (size_t)n, __ATOMIC_RELEASE);
    }
    return NULL;
}

/* A peer may reuse the buffer as soon as it has seen the data, before the writer returns. There is
 * room for each write as a whole: the kernel itself never sees the new bytes. */
static int reuse(int argc, char **argv)
{
    int fds[2];
    size_t sent = 0;

    (void)argc, (void)argv;
    NEED(pipe(fds) == 0 && fcntl(fds[0], F_SETPIPE_SZ, REUSE_MAX) > 0 && dup2(fds[1], 1) == 1);
    close(fds[1]);
    reuse_fd = fds[0];
    unsigned long reader = start_thread(read_and_overwrite, NULL);
    for (unsigned i = 0; i < 200; i++) {
        size_t n = i % 10 ? 1000 : 200000;
        fill(shared, n, i);
        struct record *r = truth_begin(1, TRUTH_OUT, shared, n);
        truth_end(r, write(1, shared, n));
        NEED(r->value == (ssize_t)n);
        sent += n;
        while (__atomic_load_n(&overwritten, __ATOMIC_ACQUIRE) < sent)
            sched_yield();
    }
    close(1);
    end_thread(reader);
    return 0;
}

/* Memory that the program itself may not read is not readable for its calls either. */
static int noaccess(int argc, char **argv)
{
    char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)argc, (void)argv;
    fill(p, 8192, 4);
    NEED(mprotect(p + 4096, 4096, PROT_NONE) == 0);
    struct record *r = truth_begin(1, TRUTH_OUT, p, 4096);
    truth_end(r, write(1, p, 8192));
    NEED(mprotect(p, 8192, PROT_READ) == 0);
    truth_write(1, p, 8192);
    return 0;
}

const struct tracee_case cases_memory[] = {
    {"huge", huge, 0},
    {"reuse", reuse, 0},
    {"noaccess", noaccess, 0},
    {0},
};
