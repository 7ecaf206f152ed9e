/* Large writes, and buffers that change during or after the write. */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
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
static size_t overwritten; /* bytes that had arrived when shared was overwritten last */

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

enum { PAGE = 4096, LAZY_PAGES = 3, LAZY_WRITES = 100 };
static int fault_fd;
static char brought[PAGE * LAZY_PAGES]; /* what the pages hold when they are brought */

static void *bring_pages(void *arg)
{
    struct pollfd p = {.fd = fault_fd, .events = POLLIN};
    struct uffd_msg message;

    while (poll(&p, 1, -1) == 1 && read(fault_fd, &message, sizeof message) == sizeof message) {
        uint64_t page = message.arg.pagefault.address & ~(uint64_t)(PAGE - 1);
        struct uffdio_copy copy = {.dst = page,
                                   .src = (uint64_t)(uintptr_t)brought +
                                          (page - (uint64_t)(uintptr_t)arg),
                                   .len = PAGE};
        NEED(ioctl(fault_fd, UFFDIO_COPY, &copy) == 0 || errno == EEXIST);
    }
    return NULL;
}

/* The pages that are written are brought by another thread, each time anew (userfaultfd(2)). */
static int lazy(int argc, char **argv)
{
    char *p =
        mmap(NULL, sizeof brought, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct uffdio_api api = {.api = UFFD_API};
    struct uffdio_register all = {.range = {(uint64_t)(uintptr_t)p, sizeof brought},
                                  .mode = UFFDIO_REGISTER_MODE_MISSING};

    (void)argc, (void)argv;
    fault_fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
    if (fault_fd < 0)
        return 99;
    NEED(ioctl(fault_fd, UFFDIO_API, &api) == 0 && ioctl(fault_fd, UFFDIO_REGISTER, &all) == 0);
    start_thread(bring_pages, p);
    for (unsigned i = 0; i < LAZY_WRITES; i++) {
        size_t from = i % 5 * 1000, n = sizeof brought - 2 * from;
        fill(brought, sizeof brought, i);
        if (i % 3 == 0)
            NEED(*(volatile char *)p == brought[0]); /* the first one is there already */
        struct record *r = truth_begin(1, TRUTH_OUT, brought + from, n);
        truth_end(r, write(1, p + from, n));
        NEED(r->value == (ssize_t)n && madvise(p, sizeof brought, MADV_DONTNEED) == 0);
    }
    return 0;
}

/* Pages that were never touched, and that a write to /dev/null does not touch either. */
static int untouched(int argc, char **argv)
{
    char *zeros = mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int file = memfd_create("untouched", 0), null = open("/dev/null", O_WRONLY);
    static const char nothing[4 * PAGE];
    static char text[4 * PAGE];

    (void)argc, (void)argv;
    fill(text, sizeof text, 8);
    NEED(write(file, text, sizeof text) == sizeof text);
    for (int to_null = 0; to_null < 2; to_null++) {
        char *mapped = mmap(NULL, sizeof text, PROT_READ, MAP_SHARED, file, 0);
        NEED(mapped != MAP_FAILED && (!to_null || dup2(null, 1) == 1));
        struct record *r = truth_begin(1, TRUTH_OUT, text + 100, 3 * PAGE);
        truth_end(r, write(1, mapped + 100, 3 * PAGE));
        r = truth_begin(1, TRUTH_OUT, nothing, 2 * PAGE);
        truth_end(r, write(1, zeros + PAGE * to_null * 2, 2 * PAGE));
        munmap(mapped, sizeof text);
    }
    return 0;
}

const struct tracee_case cases_memory[] = {
    {"huge", huge, 0}, {"reuse", reuse, 0},         {"noaccess", noaccess, 0},
    {"lazy", lazy, 0}, {"untouched", untouched, 0}, {0},
};
