/* At most OPEN_MAX files are open. To open another one, the file that was unused for the longest
 * time is closed. It is opened again when more bytes come. A file is truncated only when it is
 * opened for the first time. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include <uthash.h>

#include "base/out.h"
#include "base/private-file.h"
#include "base/xmalloc.h"
#include "sink/sinks.h"

enum { OPEN_MAX = 64 };

struct key {
    uint64_t pid;
    uint64_t name; /* 2 * (an enum event_stream, or NAME_FD + fd), + 1 for bytes that were read */
};

enum { NAME_FD = STREAMS };

struct file {
    struct key key;
    struct out *out; /* NULL: closed */
    int fd;
    UT_hash_handle hh; /* the table of open files keeps the order of use: last used, last */
};

struct split {
    struct sink sink;
    char *base;
    struct file *open, *closed;
    size_t nopen;
    int error;     /* errno of the first failure; after it, events are ignored */
    char *trouble; /* the file that could not be opened, and why; NULL: none */
    uint64_t unavailable;
};

static struct key key_of(const struct event *ev)
{
    const struct ev_write *w = &ev->write;
    bool read = ev->type == EVENT_READ;
    uint64_t name = !read && w->stream != STREAM_OTHER ? (uint64_t)w->stream : NAME_FD + w->fd;

    return (struct key){w->pid, 2 * name + read};
}

static char *path_of(const struct split *s, const struct key *key)
{
    uint64_t name = key->name / 2;
    bool read = key->name & 1;

    if (name == STREAM_STDOUT || name == STREAM_STDERR)
        return xasprintf("%s.%" PRIu64 ".%s", s->base, key->pid,
                         name == STREAM_STDOUT ? "out" : "err");
    if (read && name == NAME_FD)
        return xasprintf("%s.%" PRIu64 ".in", s->base, key->pid);
    return xasprintf("%s.%" PRIu64 ".%s%" PRIu64, s->base, key->pid, read ? "r" : "",
                     name >= NAME_FD ? name - NAME_FD : 0);
}

static void keep_error(struct split *s, int error)
{
    if (!s->error)
        s->error = error;
}

static void close_file(struct split *s, struct file *f)
{
    if (out_flush(f->out) < 0)
        keep_error(s, errno);
    out_free(f->out);
    if (close(f->fd) < 0)
        keep_error(s, errno);
    f->out = NULL;
    HASH_DEL(s->open, f);
    s->nopen--;
    HASH_ADD(hh, s->closed, key, sizeof f->key, f);
}

static int open_file(struct split *s, struct file *f, bool first)
{
    char *path = path_of(s, &f->key), *cause;

    if (s->nopen == OPEN_MAX)
        close_file(s, s->open);
    f->fd = private_open(path, O_APPEND | (first ? O_TRUNC : 0), &cause);
    if (f->fd < 0) {
        keep_error(s, errno);
        s->trouble = xasprintf("%s (%s)", cause, path);
        free(cause);
    } else {
        f->out = out_new(f->fd);
    }
    free(path);
    return f->fd < 0 ? -1 : 0;
}

/* The open file for this key. NULL: it can't be opened. */
static struct file *need_file(struct split *s, struct key key)
{
    struct file *f;
    bool first;

    HASH_FIND(hh, s->open, &key, sizeof key, f);
    if (f) {
        HASH_DEL(s->open, f);
        HASH_ADD(hh, s->open, key, sizeof f->key, f);
        return f;
    }
    HASH_FIND(hh, s->closed, &key, sizeof key, f);
    first = !f;
    if (f)
        HASH_DEL(s->closed, f);
    else
        f = xcalloc(1, sizeof *f);
    f->key = key;
    if (open_file(s, f, first) < 0) {
        free(f);
        return NULL;
    }
    HASH_ADD(hh, s->open, key, sizeof f->key, f);
    s->nopen++;
    return f;
}

static void split_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct split *s = (struct split *)sink;

    (void)wire;
    if ((ev->type != EVENT_WRITE && ev->type != EVENT_READ) || s->error)
        return;
    if (ev->write.data.len == 0) {
        s->unavailable += ev->write.len;
        return;
    }
    struct file *f = need_file(s, key_of(ev));
    if (f)
        out_put(f->out, ev->write.data.data, ev->write.data.len);
}

static int split_flush(struct sink *sink)
{
    struct split *s = (struct split *)sink;

    for (struct file *f = s->open; f; f = f->hh.next)
        if (out_flush(f->out) < 0)
            keep_error(s, errno);
    errno = s->error;
    return s->error ? -1 : 0;
}

static void split_free(struct sink *sink)
{
    struct split *s = (struct split *)sink;
    struct file *f, *next;

    while (s->open)
        close_file(s, s->open);
    HASH_ITER(hh, s->closed, f, next)
    {
        HASH_DEL(s->closed, f);
        free(f);
    }
    free(s->base);
    free(s->trouble);
    free(s);
}

struct sink *sink_split_new(const char *base)
{
    struct split *s = xcalloc(1, sizeof *s);

    s->sink = (struct sink){split_event, split_flush, split_free, NULL};
    s->base = xstrdup(base);
    return &s->sink;
}

const char *sink_split_trouble(const struct sink *split)
{
    return ((const struct split *)split)->trouble;
}

uint64_t sink_split_unavailable(const struct sink *split)
{
    return ((const struct split *)split)->unavailable;
}
