#include "base/out.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/xmalloc.h"

enum { BUFFER = 64 * 1024 };

struct out {
    int fd;
    int error;      /* errno of the first failure, 0 while all is well */
    bool may_block; /* not a regular file */
    struct buf buf;
    uint64_t dropped;
    bool (*wait)(void *user, int fd);
    void *user;
};

struct out *out_new(int fd)
{
    struct out *o = xcalloc(1, sizeof *o);
    struct stat st;

    o->fd = fd;
    o->may_block = fstat(fd, &st) == 0 && !S_ISREG(st.st_mode);
    return o;
}

void out_free(struct out *o)
{
    if (!o)
        return;
    buf_free(&o->buf);
    free(o);
}

void out_set_wait(struct out *o, bool (*wait)(void *user, int fd), void *user)
{
    o->wait = wait;
    o->user = user;
}

/* A pipe that poll calls writable has room for PIPE_BUF bytes: asking for no more
 * than that never blocks, without O_NONBLOCK on a description that others share. */
static ssize_t write_some(struct out *o, const unsigned char *data, size_t n)
{
    if (o->may_block && o->wait) {
        if (!o->wait(o->user, o->fd)) {
            errno = ECANCELED;
            return -1;
        }
        if (n > PIPE_BUF)
            n = PIPE_BUF;
    }
    return write(o->fd, data, n);
}

static void write_all(struct out *o, const unsigned char *data, size_t n)
{
    while (n && !o->error) {
        ssize_t done = write_some(o, data, n);
        if (done >= 0) {
            data += done;
            n -= (size_t)done;
        } else if (errno == EAGAIN) {
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
