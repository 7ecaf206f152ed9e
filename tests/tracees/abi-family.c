/* All output syscalls as 32-bit calls; and calls by the numbers of an ABI that pcat does not
 * capture. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "int80.h"
#include "tracee.h"
#include "truth.h"

#if defined(__x86_64__)

enum {
    NR32_PWRITE64 = 181,
    NR32_SENDFILE = 187,
    NR32_SENDFILE64 = 239,
    NR32_SPLICE = 313,
    NR32_TEE = 315,
    NR32_VMSPLICE = 316,
    NR32_PWRITEV = 334,
    NR32_COPY_FILE_RANGE = 377,
    NR32_PWRITEV2 = 379,
    X32_BIT = 0x40000000
};

static void took(const char *bytes, long result, size_t n, int flags)
{
    NEED(result == (long)n);
    truth_add(1, TRUTH_OUT, bytes, n, flags);
}

static int make_source(const char *text)
{
    int fd = open(".", O_TMPFILE | O_RDWR, 0600);

    NEED(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    NEED(lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

/* fd 1 is a regular file. Offsets of 64 bits come as two registers. */
static int positions32(int argc, char **argv)
{
    char *p = low_memory(8192), *text = p + 4096;

    (void)argc, (void)argv;
    if (!p)
        return 99;
    strcpy(text, "twenty-three characters");
    struct iovec32 iov[] = {{low(text), 6}, {1, 0}, {low(text + 6), 17}};
    memcpy(p, iov, sizeof iov);
    took(text, int80(NR32_PWRITE64, GARBAGE | 1, GARBAGE | low(text), GARBAGE | 23, 100, 0), 23, 0);
    took(text, int80(NR32_PWRITE64, 1, low(text), 23, 7, 1), 23, 0);
    took(text, int80(NR32_PWRITEV, GARBAGE | 1, GARBAGE | low(p), GARBAGE | 3, 200, 0), 23, 0);
    took(text, int80_6(NR32_PWRITEV2, 1, low(p), 3, 300, 0, 0), 23, 0);
    took(text, int80_6(NR32_PWRITEV2, 1, GARBAGE | low(p), 3, 0xffffffff, 0xffffffff, 0), 23, 0);
    NEED(int80(NR32_PWRITEV, 1, low(p), 1025, 0, 0) == -EINVAL);
    NEED(int80(NR32_PWRITE64, 1, 8, 23, 0, 0) == -EFAULT);
    truth_say(1, "end\n");
    return 0;
}

/* fd 1 is a regular file. */
static int files32(int argc, char **argv)
{
    static const char content[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    char *p = low_memory(4096);
    int source = p ? make_source(content) : -1;
    uint32_t narrow = 3;
    uint64_t wide = 5;

    (void)argc, (void)argv;
    if (!p)
        return 99;
    took(content, int80(NR32_SENDFILE, GARBAGE | 1, GARBAGE | (uint32_t)source, 0, 9, 0), 9,
         TRUTH_REREAD);
    memcpy(p, &narrow, sizeof narrow);
    memset(p + sizeof narrow, 0xff, 4); /* the offset has 32 bits, whatever follows */
    took(content + 3, int80(NR32_SENDFILE, 1, (uint32_t)source, GARBAGE | low(p), 10, 0), 10,
         TRUTH_REREAD);
    memcpy(p, &wide, sizeof wide);
    took(content + 5, int80(NR32_SENDFILE64, 1, (uint32_t)source, low(p), 11, 0), 11, TRUTH_REREAD);
    memcpy(p, &wide, sizeof wide);
    long n = int80_6(NR32_COPY_FILE_RANGE, (uint32_t)source, low(p), GARBAGE | 1, 0, 12, 0);
    if (n > 0)
        took(content + 5, n, 12, TRUTH_REREAD);
    return 0;
}

/* fd 1 is made a pipe. */
static int pipes32(int argc, char **argv)
{
    static const char content[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    char *p = low_memory(4096), *text = p + 1024;
    int fds[2], other[2];

    (void)argc, (void)argv;
    if (!p)
        return 99;
    int source = make_source(content);
    NEED(pipe(fds) == 0 && dup2(fds[1], 1) == 1 && pipe(other) == 0);
    uint64_t at = 7;
    memcpy(p, &at, sizeof at);
    took(content + 7, int80_6(NR32_SPLICE, (uint32_t)source, low(p), GARBAGE | 1, 0, 8, 0), 8,
         TRUTH_REREAD);
    NEED(write(other[1], "other pipe\n", 11) == 11);
    took("other pipe\n", int80(NR32_TEE, (uint32_t)other[0], GARBAGE | 1, 100, 0, 0), 11,
         TRUTH_UNAVAILABLE);
    took("other pipe\n", int80_6(NR32_SPLICE, (uint32_t)other[0], 0, 1, 0, 100, 0), 11,
         TRUTH_UNAVAILABLE);
    strcpy(text, "from memory\n");
    struct iovec32 iov[] = {{low(text), 5}, {low(text + 5), 7}};
    memcpy(p, iov, sizeof iov);
    took(text, int80(NR32_VMSPLICE, GARBAGE | 1, GARBAGE | low(p), GARBAGE | 2, 0, 0), 12, 0);
    return 0;
}

/* Numbers of the x32 ABI: with a kernel that has it they print. */
static int x32(int argc, char **argv)
{
    (void)argc, (void)argv;
    truth_say(1, "before\n");
    for (int i = 0; i < 3; i++)
        if (syscall(X32_BIT | SYS_write, 1, "by x32\n", 7) < 0)
            NEED(errno == ENOSYS);
    NEED(syscall(-1L) < 0 && errno == ENOSYS);
    truth_say(1, "after\n");
    return 0;
}

#else

static int none(int argc, char **argv)
{
    (void)argc, (void)argv;
    return 99;
}

#define positions32 none
#define files32 none
#define pipes32 none
#define x32 none

#endif

const struct tracee_case cases_family[] = {
    {"positions32", positions32, 0},
    {"files32", files32, 0},
    {"pipes32", pipes32, 0},
    {"x32", x32, 0},
    {0},
};
