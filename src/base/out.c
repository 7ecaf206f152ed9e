/* Bytes collect in a buffer, and are written when it is full or flushed. With a wait callback, a
 * write to a pipe, terminal or socket waits there first, so that write(2) itself does not block. */
#include "base/out.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/xmalloc.h"

enum {
    BUFFER = 64 * 1024,
    MEMORY_MAJOR = 1 /* /dev/null, /dev/full: the kernel's Documentation/admin-guide/devices.txt */
};

struct out {
    int fd;
    int own;        /* a second open file description of the same pipe, O_NONBLOCK; or -1 */
    int error;      /* errno of the first failure, 0 while all is well */
    bool may_block; /* not a regular file, /dev/null or another memory device */
    struct buf buf;
    uint64_t dropped;
    bool (*wait)(void *user, int fd);
    void *user;
};

static bool is_memory_device(const struct stat *st)
{
    return S_ISCHR(st->st_mode) && major(st->st_rdev) == MEMORY_MAJOR;
}

/* O_NONBLOCK belongs to the open file description, which other processes share. So the pipe is
 * opened again: that gives a description of our own. */
static int open_again(int fd)
{
    char path[32];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
}

struct out *out_new(int fd)
{
    struct out *o = xcalloc(1, sizeof *o);
    struct stat st;

    o->fd = fd;
    o->own = -1;
    if (fstat(fd, &st) == 0) {
        o->may_block = !S_ISREG(st.st_mode) && !is_memory_device(&st);
        o->own = S_ISFIFO(st.st_mode) ? open_again(fd) : -1;
    }
    return o;
}

void out_free(struct out *o)
{
    if (!o)
        return;
    if (o->own >= 0)
        close(o->own);
    buf_free(&o->buf);
    free(o);
}

void out_set_wait(struct out *o, bool (*wait)(void *user, int fd), void *user)
{
    o->wait = wait;
    o->user = user;
}

/* One write(2). When poll(2) reports a pipe as writable it has room for PIPE_BUF bytes, so a
 * blocking fd gets no more than that at a time. */
static ssize_t write_some(struct out *o, const unsigned char *data, size_t n)
{
    if (o->may_block && o->wait) {
        if (!o->wait(o->user, o->fd)) {
            errno = ECANCELED;
            return -1;
        }
        if (o->own < 0 && n > PIPE_BUF)
            n = PIPE_BUF;
    }
    return write(o->own < 0 ? o->fd : o->own, data, n);
}

static void write_all(struct out *o, const unsigned char *data, size_t n)
{
    while (n && !o->error) {
        ssize_t done = write_some(o, data, n);
        if (done >= 0) {
            data += done;
            n -= (size_t)done;
        } else if (errno == EAGAIN) {
            if (!o->wait) /* otherwise the next write_some() waits */
                poll(&(struct pollfd){.fd = o->fd, .events = POLLOUT}, 1, -1);
        } else if (errno != EINTR) {
            o->error = errno;
        }
    }
    o->dropped += n;
}

void out_put(struct out *o, const void *data, size_t n)
{
    if (o->buf.len + n > BUFFER)
        out_flush(o);
    if (n >= BUFFER)
        write_all(o, data, n);
    else
        buf_add(&o->buf, data, n);
}

int out_flush(struct out *o)
{
    write_all(o, o->buf.data, o->buf.len);
    buf_clear(&o->buf);
    errno = o->error;
    return o->error ? -1 : 0;
}

uint64_t out_dropped(const struct out *o)
{
    return o->dropped;
}
