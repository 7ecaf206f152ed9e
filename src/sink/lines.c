/* A thread has a list of streams. The one that was used last is first, because the next bytes are
 * most often for the same stream. */
#include "sink/lines.h"

#include <stdlib.h>

#include <uthash.h>

#include "base/buf.h"
#include "base/xmalloc.h"

enum { COMM_MAX = 64, KEEP = 4096 }; /* KEEP: an empty buffer larger than this is freed */

struct stream {
    struct stream *next;
    uint64_t pid, fd;
    bool read;
    enum event_stream kind;
    char comm[COMM_MAX];
    size_t comm_len;
    int64_t time;
    struct buf buf; /* the line so far */
};

struct thread {
    uint64_t tid;
    struct stream *streams; /* the one that was used last is first */
    UT_hash_handle hh;
};

struct lines {
    lines_fn *fn;
    void *user;
    struct thread *threads;
};

struct lines *lines_new(lines_fn *fn, void *user)
{
    struct lines *l = xcalloc(1, sizeof *l);

    l->fn = fn;
    l->user = user;
    return l;
}

static void thread_free(struct lines *l, struct thread *t)
{
    for (struct stream *next, *s = t->streams; s; s = next) {
        next = s->next;
        buf_free(&s->buf);
        free(s);
    }
    HASH_DEL(l->threads, t);
    free(t);
}

void lines_free(struct lines *l)
{
    struct thread *t, *next;

    if (!l)
        return;
    HASH_ITER(hh, l->threads, t, next)
    {
        thread_free(l, t);
    }
    free(l);
}

static struct thread *find_thread(const struct lines *l, uint64_t tid)
{
    struct thread *t;

    HASH_FIND(hh, l->threads, &tid, sizeof tid, t);
    return t;
}

static struct thread *need_thread(struct lines *l, uint64_t tid)
{
    struct thread *t = find_thread(l, tid);

    if (!t) {
        t = xcalloc(1, sizeof *t);
        t->tid = tid;
        HASH_ADD(hh, l->threads, tid, sizeof t->tid, t);
    }
    return t;
}

/* Removes the stream from the list, so that the caller can put it in front. NULL: there is none. */
static struct stream *unlink_stream(struct thread *t, uint64_t fd, bool read,
                                    enum event_stream kind)
{
    for (struct stream **at = &t->streams; *at; at = &(*at)->next) {
        struct stream *s = *at;
        if (s->fd == fd && s->read == read && s->kind == kind) {
            *at = s->next;
            return s;
        }
    }
    return NULL;
}

static struct stream *need_stream(struct thread *t, uint64_t fd, bool read, enum event_stream kind)
{
    struct stream *s = unlink_stream(t, fd, read, kind);

    if (!s) {
        s = xcalloc(1, sizeof *s);
        s->fd = fd;
        s->read = read;
        s->kind = kind;
    }
    s->next = t->streams;
    t->streams = s;
    return s;
}

static void hand_out(struct lines *l, const struct thread *t, struct stream *s, struct bytes text,
                     bool whole)
{
    struct line line = {.pid = s->pid,
                        .tid = t->tid,
                        .fd = s->fd,
                        .read = s->read,
                        .stream = s->kind,
                        .comm = {s->comm, s->comm_len},
                        .time = s->time,
                        .text = text,
                        .whole = whole};

    l->fn(l->user, &line);
}

/* Sets the time, pid and comm of the line that begins with this event. */
static void begin_line(struct stream *s, const struct event *ev)
{
    struct bytes comm = ev->write.comm;

    s->pid = ev->write.pid;
    s->time = ev->time;
    s->comm_len = comm.len < COMM_MAX ? comm.len : COMM_MAX;
    if (s->comm_len)
        memcpy(s->comm, comm.data, s->comm_len);
}

/* Hands out a line, of which p[0..n) are the last bytes before the newline. */
static void finish_line(struct lines *l, const struct thread *t, struct stream *s, const char *p,
                        size_t n)
{
    struct bytes text = {p, n};

    if (s->buf.len) {
        buf_add(&s->buf, p, n);
        text = (struct bytes){s->buf.data, s->buf.len};
    }
    hand_out(l, t, s, text, true);
    buf_clear(&s->buf);
    if (s->buf.cap > KEEP)
        buf_free(&s->buf);
}

/* How many bytes to hand out of a full buffer, without cutting a UTF-8 character in two. */
static size_t cut_point(const struct buf *b)
{
    size_t n = b->len;

    for (int i = 0; i < 3 && n > 1 && (b->data[n - 1] & 0xc0) == 0x80; i++)
        n--;
    return n > 1 && b->data[n - 1] >= 0xc0 ? n - 1 : b->len;
}

/* Hands out a part of a line whose buffer is full. */
static void hand_out_part(struct lines *l, const struct thread *t, struct stream *s)
{
    size_t n = cut_point(&s->buf);

    hand_out(l, t, s, (struct bytes){s->buf.data, n}, false);
    buf_consume(&s->buf, n);
}

void lines_add(struct lines *l, const struct event *ev)
{
    struct thread *t = need_thread(l, ev->write.tid);
    struct stream *s = need_stream(t, ev->write.fd, ev->type == EVENT_READ, ev->write.stream);
    const char *p = ev->write.data.data;

    for (size_t left = ev->write.data.len; left;) {
        if (s->buf.len == 0)
            begin_line(s, ev);
        size_t room = LINES_MAX - s->buf.len, n = left < room ? left : room;
        const char *newline = memchr(p, '\n', n);
        if (newline) {
            n = (size_t)(newline - p);
            finish_line(l, t, s, p, n);
            n++;
        } else {
            buf_add(&s->buf, p, n);
            if (s->buf.len == LINES_MAX)
                hand_out_part(l, t, s);
        }
        p += n;
        left -= n;
    }
}

static void break_stream(struct lines *l, const struct thread *t, struct stream *s)
{
    if (s->buf.len)
        hand_out(l, t, s, (struct bytes){s->buf.data, s->buf.len}, false);
    buf_free(&s->buf);
}

void lines_break(struct lines *l, uint64_t tid, uint64_t fd, bool read)
{
    struct thread *t = find_thread(l, tid);

    for (struct stream *s = t ? t->streams : NULL; s; s = s->next)
        if (s->fd == fd && s->read == read)
            break_stream(l, t, s);
}

static void end_thread(struct lines *l, struct thread *t)
{
    for (struct stream *s = t->streams; s; s = s->next)
        break_stream(l, t, s);
    thread_free(l, t);
}

void lines_end(struct lines *l, uint64_t tid)
{
    struct thread *t = find_thread(l, tid);

    if (t)
        end_thread(l, t);
}

void lines_end_all(struct lines *l)
{
    struct thread *t, *next;

    HASH_ITER(hh, l->threads, t, next)
    {
        end_thread(l, t);
    }
}

static void on_payload(struct lines *l, const struct event *ev)
{
    if (ev->write.data.len)
        lines_add(l, ev);
    else if (ev->write.len)
        lines_break(l, ev->write.tid, ev->write.fd, ev->type == EVENT_READ);
}

void lines_event(struct lines *l, const struct event *ev)
{
    switch (ev->type) {
    case EVENT_WRITE:
    case EVENT_READ:
        on_payload(l, ev);
        break;
    case EVENT_LOST:
        lines_break(l, ev->lost.tid, ev->lost.fd, ev->lost.stream == STREAM_STDIN);
        break;
    case EVENT_EXEC:
        lines_end(l, ev->exec.tid);
        if (ev->exec.former)
            lines_end(l, ev->exec.former);
        break;
    case EVENT_EXIT:
        lines_end(l, ev->exit.tid);
        break;
    case EVENT_DETACHED:
        lines_end(l, ev->detached.tid);
        break;
    case EVENT_END:
        lines_end_all(l);
        break;
    default:
        break;
    }
}
