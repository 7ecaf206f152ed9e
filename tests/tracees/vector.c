/* Writes from many buffers, and at a file offset. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tracee.h"
#include "truth.h"

static void vector(int fd, const struct iovec *iov, int count)
{
    static char joined[1 << 20];
    size_t n = 0;

    for (int i = 0; i < count; i++)
        if (iov[i].iov_len) {
            memcpy(joined + n, iov[i].iov_base, iov[i].iov_len);
            n += iov[i].iov_len;
        }
    struct record *r = truth_begin(fd, fd, joined, n);
    truth_end(r, writev(fd, iov, count));
    NEED(r->value == (ssize_t)n);
}

static int vectors(int argc, char **argv)
{
    static char text[64 * 1024];
    static struct iovec iov[1100];

    (void)argc, (void)argv;
    fill(text, sizeof text, 1);
    for (int i = 0; i < 1100; i++)
        iov[i] = (struct iovec){text + 53 * i, (size_t)(i * 7 % 50)};
    vector(1, iov, 1024);
    NEED(writev(1, iov, 1025) < 0 && errno == EINVAL);
    vector(2, iov, 3);
    for (int i = 0; i < 10; i += 2)
        iov[i] = (struct iovec){nowhere, 0};
    vector(1, iov, 10);
    for (int i = 0; i < 100; i++)
        iov[i] = (struct iovec){text + i, 1000}; /* they overlap */
    vector(1, iov, 100);
    NEED(writev(1, iov, 0) == 0);
    NEED(writev(1, nowhere, 2) < 0 && errno == EFAULT);
    iov[0].iov_len = SIZE_MAX;
    NEED(writev(1, iov, 2) < 0 && errno == EINVAL);
    return 0;
}

/* fd 1 is a regular file. */
static int positions(int argc, char **argv)
{
    char text[] = "0123456789abcdefghijklmnopqrstuvwxyz\n";
    struct iovec iov[] = {{text + 3, 4}, {text, 0}, {text + 20, 9}};

    (void)argc, (void)argv;
    struct record *r = truth_begin(1, TRUTH_OUT, text, 20);
    truth_end(r, pwrite(1, text, 20, 1L << 33));
    NEED(r->value == 20);
    NEED(pwrite(1, text, 20, -1) < 0);
    char joined[13];
    memcpy(joined, text + 3, 4);
    memcpy(joined + 4, text + 20, 9);
    r = truth_begin(1, TRUTH_OUT, joined, 13);
    truth_end(r, pwritev(1, iov, 3, 100));
    NEED(r->value == 13);
    r = truth_begin(1, TRUTH_OUT, joined, 13);
    truth_end(r, pwritev2(1, iov, 3, 1L << 32, RWF_DSYNC));
    NEED(r->value == 13);
    r = truth_begin(1, TRUTH_OUT, joined, 13);
    truth_end(r, pwritev2(1, iov, 3, -1, 0)); /* -1: at the file's current offset */
    NEED(r->value == 13);
    truth_say(1, "end\n");
    return 0;
}

const struct tracee_case cases_vector[] = {
    {"vectors", vectors, 0},
    {"positions", positions, 0},
    {0},
};
