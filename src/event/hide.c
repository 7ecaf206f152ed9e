/* Write events are held in a queue for each stream: the bytes that one thread writes to (or reads
 * from) one file. Bytes of a stream before `line` have been matched; an event leaves the queue when
 * its last byte lies before `line`. A stream whose queue is empty is freed. */
#include "event/hide.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "event/fields.h"
#include "event/wire.h"

enum { NAME_MAX_LEN = 64 };

/* A write or read event that is held back. The byte strings in ev.write are not valid: the payload
 * is in the stream's data, the names are copied here. */
struct held {
    struct event ev;
    char comm[NAME_MAX_LEN], call[NAME_MAX_LEN];
    size_t end; /* of its payload, in the stream's data */
    struct held *next;
};

/* The file that an fd refers to, from the latest fd event. */
struct place {
    struct {
        uint64_t pid, fd;
    } key;
    uint64_t dev, ino;
    UT_hash_handle hh;
};

/* Identifies a stream. Without an fd event for its fd, dev is 0 and ino is the number of the fd. */
struct key {
    uint64_t tid, dev, ino, read;
};

struct stream {
    struct key key;
    uint64_t pid, fd;
    struct buf data; /* the payload of all held events, one after the other */
    size_t line;     /* where in data the line begins that has not ended yet */
    struct held *first, **last;
    UT_hash_handle hh;
};

struct hide {
    struct sink sink, *inner;
    struct regex *const *list;
    size_t count;
    struct gave_up_to to;
    struct stream *streams; /* the ones that hold events */
    struct place *places;
    uint64_t seq;
    struct buf line, text, wire; /* scratch */
};

/* --- hiding --- */

/* Hides what re matches in the line: writes `*` to out, which holds the same n bytes. False: re
 * gave up, and the bytes from there on are hidden, too. */
static bool hide_matches(struct regex *re, const char *line, size_t n, unsigned char *out)
{
    enum regex_answer answer = REGEX_NO;
    size_t at = 0;
    struct match m;

    while (at <= n && (answer = regex_find_visible(re, line, n, at, &m)) == REGEX_YES) {
        memset(out + m.start, '*', m.end - m.start);
        at = m.end > at ? m.end : at + 1;
    }
    if (answer == REGEX_GAVE_UP)
        memset(out + at, '*', n - at);
    return answer != REGEX_GAVE_UP;
}

/* Hides matches in p[0..n). Each pattern is matched against the original bytes. */
static void hide_line(struct hide *h, uint64_t pid, int64_t fd, unsigned char *p, size_t n)
{
    if (n == 0)
        return;
    buf_clear(&h->line);
    buf_add(&h->line, p, n);
    for (size_t i = 0; i < h->count; i++)
        if (!hide_matches(h->list[i], (const char *)h->line.data, n, p))
            tell_gave_up(h->to, &(struct gave_up){.re = h->list[i],
                                                  .option = "hide",
                                                  .outcome = "the rest of it is hidden",
                                                  .pid = pid,
                                                  .fd = fd,
                                                  .text = {NULL, n}});
}

static size_t line_end(const unsigned char *p, size_t n)
{
    size_t i = 0;

    while (i < n && p[i] != '\n' && p[i] != '\r')
        i++;
    return i;
}

/* --- passing events on --- */

static void pass_on(struct hide *h, struct event *ev)
{
    ev->seq = ++h->seq;
    buf_clear(&h->wire);
    wire_encode(&h->wire, ev);
    sink_event(h->inner, ev, (struct bytes){h->wire.data, h->wire.len});
}

/* Passes on the events whose lines have all been matched. */
static void pass_on_finished(struct hide *h, struct stream *s)
{
    size_t start = 0;

    while (s->first && s->first->end <= s->line) {
        struct held *e = s->first;
        s->first = e->next;
        e->ev.write.data = (struct bytes){s->data.data + start, e->end - start};
        e->ev.write.comm = bytes_of(e->comm);
        e->ev.write.syscall = bytes_of(e->call);
        start = e->end;
        pass_on(h, &e->ev);
        free(e);
    }
    for (struct held *e = s->first; e; e = e->next)
        e->end -= start;
    s->line -= start;
    buf_consume(&s->data, start);
    if (!s->first)
        s->last = &s->first;
}

static void free_stream(struct hide *h, struct stream *s)
{
    HASH_DEL(h->streams, s);
    buf_free(&s->data);
    free(s);
}

/* Matches the line that has not ended, passes on all held events, and frees the stream. To be
 * called when no more bytes can follow in that line. */
static void end_line(struct hide *h, struct stream *s)
{
    hide_line(h, s->pid, (int64_t)s->fd, s->data.data + s->line, s->data.len - s->line);
    s->line = s->data.len;
    pass_on_finished(h, s);
    free_stream(h, s);
}

/* --- holding events back --- */

static struct place *find_place(struct hide *h, uint64_t pid, uint64_t fd)
{
    struct place wanted = {.key = {pid, fd}}, *p;

    HASH_FIND(hh, h->places, &wanted.key, sizeof wanted.key, p);
    return p;
}

static void remember_place(struct hide *h, const struct ev_fd *fd)
{
    struct place *p = find_place(h, fd->pid, fd->fd);

    if (!p) {
        p = xcalloc(1, sizeof *p);
        p->key.pid = fd->pid;
        p->key.fd = fd->fd;
        HASH_ADD(hh, h->places, key, sizeof p->key, p);
    }
    p->dev = fd->dev;
    p->ino = fd->ino;
}

static void forget_places(struct hide *h, uint64_t pid)
{
    struct place *p, *next;

    HASH_ITER(hh, h->places, p, next)
    if (!pid || p->key.pid == pid) {
        HASH_DEL(h->places, p);
        free(p);
    }
}

static struct key key_of(struct hide *h, uint64_t tid, uint64_t pid, uint64_t fd, bool read)
{
    const struct place *p = find_place(h, pid, fd);

    return (struct key){tid, p ? p->dev : 0, p ? p->ino : fd, read};
}

static struct stream *find_stream(struct hide *h, struct key key)
{
    struct stream *s;

    HASH_FIND(hh, h->streams, &key, sizeof key, s);
    return s;
}

static struct stream *need_stream(struct hide *h, struct key key, uint64_t pid, uint64_t fd)
{
    struct stream *s = find_stream(h, key);

    if (s)
        return s;
    s = xcalloc(1, sizeof *s);
    s->key = key;
    s->pid = pid;
    s->fd = fd;
    s->last = &s->first;
    HASH_ADD(hh, h->streams, key, sizeof s->key, s);
    return s;
}

static void copy_name(char *to, struct bytes name)
{
    size_t n = name.len < NAME_MAX_LEN - 1 ? name.len : NAME_MAX_LEN - 1;

    if (n)
        memcpy(to, name.data, n);
    to[n] = '\0';
}

static void hold_event(struct stream *s, const struct event *ev)
{
    struct held *e = xcalloc(1, sizeof *e);

    e->ev = *ev;
    copy_name(e->comm, ev->write.comm);
    copy_name(e->call, ev->write.syscall);
    buf_add(&s->data, ev->write.data.data, ev->write.data.len);
    e->end = s->data.len;
    *s->last = e;
    s->last = &e->next;
}

static void on_payload(struct hide *h, const struct event *ev)
{
    const struct ev_write *w = &ev->write;
    struct key key = key_of(h, w->tid, w->pid, w->fd, ev->type == EVENT_READ);

    if (ev->write.data.len == 0) {
        struct stream *cut = find_stream(h, key);
        struct event same = *ev;
        if (cut)
            end_line(h, cut);
        pass_on(h, &same);
        return;
    }
    struct stream *s = need_stream(h, key, w->pid, w->fd);
    size_t from = s->data.len;
    hold_event(s, ev);
    for (;;) {
        size_t end = from + line_end(s->data.data + from, s->data.len - from);
        if (end == s->data.len)
            break;
        hide_line(h, w->pid, (int64_t)w->fd, s->data.data + s->line, end - s->line);
        s->line = from = end + 1;
    }
    if (s->line == s->data.len || s->data.len - s->line > HIDE_LINE_MAX)
        end_line(h, s);
    else
        pass_on_finished(h, s);
}

/* --- other events --- */

static bool ends_stream(const struct stream *s, const struct event *ev)
{
    switch (ev->type) {
    case EVENT_EXIT:
        return s->key.tid == ev->exit.tid;
    case EVENT_EXEC:
        return s->key.tid == ev->exec.tid || s->key.tid == ev->exec.former;
    case EVENT_DETACHED:
        return s->pid == ev->detached.pid;
    case EVENT_LOST:
        return s->key.tid == ev->lost.tid;
    case EVENT_HELLO:
    case EVENT_END:
        return true;
    default:
        return false;
    }
}

static void end_lines(struct hide *h, const struct event *ev)
{
    struct stream *s, *next;

    HASH_ITER(hh, h->streams, s, next)
    if (!ev || ends_stream(s, ev))
        end_line(h, s);
}

/* Hides matches in each of the strings in p[0..n), which NUL bytes separate. */
static void hide_strings(struct hide *h, uint64_t pid, unsigned char *p, size_t n)
{
    for (size_t at = 0, len; at < n; at += len + 1) {
        const unsigned char *nul = memchr(p + at, '\0', n - at);
        len = nul ? (size_t)(nul - p) - at : n - at;
        hide_line(h, pid, NO_FD, p + at, len);
    }
}

/* Whether the patterns apply to a field. Not to the texts of a hello: readers recognise a stream by
 * them. */
static bool is_searched(const struct event *ev, const struct field *f)
{
    return f->kind == FIELD_ARGV || (f->kind == FIELD_TEXT && ev->type != EVENT_HELLO);
}

static void on_other(struct hide *h, const struct event *ev)
{
    struct fields fields = fields_of(ev->type);
    struct event copy = *ev;
    size_t total = 0, used = 0;

    for (size_t i = 0; i < fields.count; i++)
        if (is_searched(ev, &fields.list[i]))
            total += ((const struct bytes *)field_get(&fields.list[i], ev))->len;
    buf_clear(&h->text);
    buf_reserve(&h->text, total + 1);
    for (size_t i = 0; i < fields.count; i++) {
        struct bytes *text = field_at(&fields.list[i], &copy);
        if (!is_searched(ev, &fields.list[i]) || text->len == 0)
            continue;
        unsigned char *to = h->text.data + used;
        memcpy(to, text->data, text->len);
        used += text->len;
        hide_strings(h, event_pid(ev), to, text->len);
        *text = (struct bytes){to, text->len};
    }
    pass_on(h, &copy);
}

static void hide_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct hide *h = (struct hide *)sink;

    (void)wire;
    if (ev->type == EVENT_UNKNOWN)
        return; /* its fields are not known, so they can't be searched */
    if (ev->type == EVENT_WRITE || ev->type == EVENT_READ) {
        on_payload(h, ev);
        return;
    }
    end_lines(h, ev);
    if (ev->type == EVENT_FD)
        remember_place(h, &ev->fd);
    else if (ev->type == EVENT_EXIT && ev->exit.tid == ev->exit.pid)
        forget_places(h, ev->exit.pid);
    on_other(h, ev);
}

static int hide_flush(struct sink *sink)
{
    return sink_flush(((struct hide *)sink)->inner);
}

static void hide_finish(struct sink *sink)
{
    end_lines((struct hide *)sink, NULL);
}

static void hide_free(struct sink *sink)
{
    struct hide *h = (struct hide *)sink;
    struct stream *s, *next;

    HASH_ITER(hh, h->streams, s, next)
    {
        for (struct held *e = s->first, *after; e; e = after) {
            after = e->next;
            free(e);
        }
        free_stream(h, s);
    }
    forget_places(h, 0);
    buf_free(&h->line);
    buf_free(&h->text);
    buf_free(&h->wire);
    free(h);
}

struct sink *hide_new(struct regex *const *list, size_t n, struct gave_up_to to, struct sink *inner)
{
    struct hide *h = xcalloc(1, sizeof *h);

    h->sink = (struct sink){hide_event, hide_flush, hide_free, hide_finish};
    h->inner = inner;
    h->list = list;
    h->count = n;
    h->to = to;
    return &h->sink;
}
