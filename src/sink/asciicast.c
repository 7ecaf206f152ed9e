/* Writes asciicast version 2: a header line, then one line for each write, [seconds, "o", text].
 *
 * A terminal usually turns a newline into CR and LF, after the write, so the captured bytes lack
 * the CR. This sink adds it. Full-screen programs switch that off; so on the alternate screen no CR
 * is added. */
#include <inttypes.h>
#include <stdlib.h>

#include <jansson.h>
#include <uthash.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "sink/sinks.h"

enum { DEFAULT_COLS = 80, DEFAULT_ROWS = 24 };

/* The file that an fd refers to, from the latest fd event. */
struct place {
    struct {
        uint64_t pid, fd;
    } key;
    uint64_t dev, ino, rows, cols; /* rows 0: not a terminal */
    UT_hash_handle hh;
};

struct cast {
    struct sink sink;
    struct out *out;
    struct place *places;
    bool begun;    /* the header line has been written */
    int64_t start; /* time of the first write */
    uint64_t pid;  /* the process that is shown, if not a terminal */
    bool tty;      /* the terminal dev:ino is shown */
    uint64_t dev, ino;
    bool alternate;        /* the alternate screen is on */
    struct buf partial;    /* the beginning of a character that is not complete yet */
    struct buf text, line; /* scratch */
};

static struct place *find_place(const struct cast *c, uint64_t pid, uint64_t fd)
{
    struct place key = {.key = {pid, fd}}, *found;

    HASH_FIND(hh, c->places, &key.key, sizeof key.key, found);
    return found;
}

static void remember_place(struct cast *c, const struct ev_fd *fd)
{
    struct place *p = find_place(c, fd->pid, fd->fd);

    if (!p) {
        p = xcalloc(1, sizeof *p);
        p->key.pid = fd->pid;
        p->key.fd = fd->fd;
        HASH_ADD(hh, c->places, key, sizeof p->key, p);
    }
    p->dev = fd->dev;
    p->ino = fd->ino;
    p->rows = fd->cols ? fd->rows : 0;
    p->cols = fd->cols;
}

static void write_header(struct cast *c, const struct event *ev)
{
    const struct place *p = find_place(c, ev->write.pid, ev->write.fd);

    c->begun = true;
    c->start = ev->time;
    c->pid = ev->write.pid;
    c->tty = p && p->rows;
    if (c->tty) {
        c->dev = p->dev;
        c->ino = p->ino;
    }
    buf_clear(&c->line);
    buf_addf(&c->line,
             "{\"version\": 2, \"width\": %" PRIu64 ", \"height\": %" PRIu64
             ", \"timestamp\": %" PRId64 "}\n",
             c->tty ? p->cols : DEFAULT_COLS, c->tty ? p->rows : DEFAULT_ROWS,
             ev->time / 1000000000);
    out_put(c->out, c->line.data, c->line.len);
}

static bool is_shown(const struct cast *c, const struct ev_write *w)
{
    const struct place *p = c->tty ? find_place(c, w->pid, w->fd) : NULL;

    if (c->tty)
        return p && p->rows && p->dev == c->dev && p->ino == c->ino;
    return w->pid == c->pid;
}

static bool is_sequence(const char *p, size_t left, const char *sequence)
{
    size_t n = strlen(sequence);

    return left >= n && memcmp(p, sequence, n) == 0;
}

static void track_alternate_screen(struct cast *c, const char *p, size_t left)
{
    if (is_sequence(p, left, "\033[?1049h") || is_sequence(p, left, "\033[?47h"))
        c->alternate = true;
    else if (is_sequence(p, left, "\033[?1049l") || is_sequence(p, left, "\033[?47l"))
        c->alternate = false;
}

/* Sets c->text to the characters that are whole by now: valid UTF-8, with CR added. */
static void convert_text(struct cast *c, struct bytes data)
{
    int32_t cp;
    size_t at = 0, n;

    buf_add(&c->partial, data.data, data.len);
    buf_clear(&c->text);
    for (; at < c->partial.len; at += n) {
        const char *p = (const char *)c->partial.data + at;
        n = utf8_decode(p, c->partial.len - at, &cp);
        if (n == 0)
            break;
        track_alternate_screen(c, p, c->partial.len - at);
        if (cp < 0)
            buf_adds(&c->text, "\xef\xbf\xbd");
        else if (cp == '\n' && !c->alternate)
            buf_adds(&c->text, "\r\n");
        else
            buf_add(&c->text, p, n);
    }
    buf_consume(&c->partial, at);
}

static void put_text(struct cast *c, int64_t time)
{
    json_t *string = json_stringn_nocheck((const char *)c->text.data, c->text.len);
    char *dumped = json_dumps(string, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    int64_t since = time > c->start ? time - c->start : 0;

    buf_clear(&c->line);
    buf_addf(&c->line, "[%" PRId64 ".%06" PRId64 ", \"o\", ", since / 1000000000,
             since % 1000000000 / 1000);
    buf_adds(&c->line, dumped ? dumped : "\"\"");
    buf_adds(&c->line, "]\n");
    out_put(c->out, c->line.data, c->line.len);
    free(dumped);
    json_decref(string);
}

static void on_write(struct cast *c, const struct event *ev)
{
    if (ev->write.data.len == 0)
        return;
    if (!c->begun)
        write_header(c, ev);
    if (!is_shown(c, &ev->write))
        return;
    convert_text(c, ev->write.data);
    if (c->text.len)
        put_text(c, ev->time);
}

static void cast_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct cast *c = (struct cast *)sink;

    (void)wire;
    if (ev->type == EVENT_FD)
        remember_place(c, &ev->fd);
    else if (ev->type == EVENT_WRITE)
        on_write(c, ev);
}

static int cast_flush(struct sink *sink)
{
    return out_flush(((struct cast *)sink)->out);
}

static void cast_free(struct sink *sink)
{
    struct cast *c = (struct cast *)sink;
    struct place *p, *next;

    HASH_ITER(hh, c->places, p, next)
    {
        HASH_DEL(c->places, p);
        free(p);
    }
    buf_free(&c->partial);
    buf_free(&c->text);
    buf_free(&c->line);
    free(c);
}

struct sink *sink_asciicast_new(struct out *out)
{
    struct cast *c = xcalloc(1, sizeof *c);

    c->sink = (struct sink){cast_event, cast_flush, cast_free, NULL};
    c->out = out;
    return &c->sink;
}
