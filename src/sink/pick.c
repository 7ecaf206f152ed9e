#include "sink/pick.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "sink/lines.h"

struct patterns {
    struct regex **list;
    size_t count;
};

struct pick {
    struct patterns include, exclude;
    uint64_t limit; /* 0: none */
    uint64_t count;
};

struct pick *pick_new(void)
{
    return xcalloc(1, sizeof(struct pick));
}

static void patterns_free(struct patterns *p)
{
    for (size_t i = 0; i < p->count; i++)
        regex_free(p->list[i]);
    free(p->list);
}

void pick_free(struct pick *p)
{
    if (!p)
        return;
    patterns_free(&p->include);
    patterns_free(&p->exclude);
    free(p);
}

static int add_pattern(struct patterns *p, const char *pattern, char **cause)
{
    struct regex *re = regex_new(pattern, cause, NULL);

    if (!re)
        return -1;
    p->list = xrealloc(p->list, (p->count + 1) * sizeof *p->list);
    p->list[p->count++] = re;
    return 0;
}

int pick_include(struct pick *p, const char *pattern, char **cause)
{
    return add_pattern(&p->include, pattern, cause);
}

int pick_exclude(struct pick *p, const char *pattern, char **cause)
{
    return add_pattern(&p->exclude, pattern, cause);
}

void pick_limit(struct pick *p, uint64_t n)
{
    p->limit = n;
}

bool pick_has_patterns(const struct pick *p)
{
    return p->include.count || p->exclude.count;
}

bool pick_is_empty(const struct pick *p)
{
    return !pick_has_patterns(p) && p->limit == 0;
}

bool pick_is_full(const struct pick *p)
{
    return p->limit && p->count >= p->limit;
}

/* The carriage return of a CRLF is no part of the line. */
static struct bytes without_cr(struct bytes line)
{
    if (line.len && ((const char *)line.data)[line.len - 1] == '\r')
        line.len--;
    return line;
}

static bool any_matches(const struct patterns *p, struct bytes line)
{
    for (size_t i = 0; i < p->count; i++)
        if (regex_matches(p->list[i], line.data, line.len))
            return true;
    return false;
}

static bool matches(const struct pick *p, struct bytes line)
{
    line = without_cr(line);
    return (p->include.count == 0 || any_matches(&p->include, line)) &&
           !any_matches(&p->exclude, line);
}

static bool take(struct pick *p, bool wanted)
{
    if (!wanted || pick_is_full(p))
        return false;
    p->count++;
    return true;
}

bool pick_wants(void *pick, struct bytes line)
{
    struct pick *p = pick;

    return !pick_is_full(p) && take(p, matches(p, line));
}

static bool is_payload(const struct event *ev)
{
    return ev->type == EVENT_WRITE || ev->type == EVENT_READ;
}

/* ---- what the sinks share ---- */

struct before {
    struct sink sink;
    struct sink *inner;
    struct pick *pick;
    struct regex *until;
    struct lines *lines;
    struct buf line;
    bool met;
};

static int before_flush(struct sink *sink)
{
    return sink_flush(((struct before *)sink)->inner);
}

static void before_finish(struct sink *sink)
{
    struct before *b = (struct before *)sink;

    if (b->lines)
        lines_end_all(b->lines);
    sink_finish(b->inner);
}

static void before_free(struct sink *sink)
{
    struct before *b = (struct before *)sink;

    sink_free(b->inner);
    lines_free(b->lines);
    buf_free(&b->line);
    free(b);
}

static struct before *before_new(struct sink *inner,
                                 void (*event)(struct sink *, const struct event *, struct bytes))
{
    struct before *b = xcalloc(1, sizeof *b);

    b->sink = (struct sink){event, before_flush, before_free, before_finish};
    b->inner = inner;
    return b;
}

/* ---- lines ---- */

static void hand_on_line(void *user, const struct line *l)
{
    struct before *b = user;
    struct event ev = {.type = l->read ? EVENT_READ : EVENT_WRITE, .time = l->time};

    if (!pick_wants(b->pick, l->text))
        return;
    buf_clear(&b->line);
    buf_add(&b->line, l->text.data, l->text.len);
    if (l->whole)
        buf_addc(&b->line, '\n');
    ev.write = (struct ev_write){.pid = l->pid,
                                 .tid = l->tid,
                                 .fd = l->fd,
                                 .comm = l->comm,
                                 .stream = l->stream,
                                 .total = b->line.len,
                                 .len = b->line.len,
                                 .data = {b->line.data, b->line.len}};
    sink_event(b->inner, &ev, (struct bytes){0});
}

static void pick_lines_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct before *b = (struct before *)sink;

    lines_event(b->lines, ev);
    if (!is_payload(ev) || ev->write.data.len == 0)
        sink_event(b->inner, ev, wire);
}

struct sink *sink_pick_lines_new(struct pick *p, struct sink *inner)
{
    struct before *b = before_new(inner, pick_lines_event);

    b->pick = p;
    b->lines = lines_new(hand_on_line, b);
    return &b->sink;
}

/* ---- events ---- */

static bool some_line_matches(const struct pick *p, struct bytes data)
{
    const char *at = data.data, *end = at + data.len;

    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        if (matches(p, (struct bytes){at, (size_t)(stop - at)}))
            return true;
        at = stop + 1;
    }
    return data.len == 0 && p->include.count == 0;
}

static void pick_events_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct before *b = (struct before *)sink;

    if (is_payload(ev) &&
        (pick_is_full(b->pick) || !take(b->pick, some_line_matches(b->pick, ev->write.data))))
        return;
    sink_event(b->inner, ev, wire);
}

struct sink *sink_pick_events_new(struct pick *p, struct sink *inner)
{
    struct before *b = before_new(inner, pick_events_event);

    b->pick = p;
    return &b->sink;
}

/* ---- until ---- */

static void look_for_match(void *user, const struct line *l)
{
    struct before *b = user;
    struct bytes text = without_cr(l->text);

    b->met = b->met || regex_matches(b->until, text.data, text.len);
}

static void until_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct before *b = (struct before *)sink;
    bool met_before = b->met;

    if (!met_before)
        lines_event(b->lines, ev);
    if (!met_before || !is_payload(ev))
        sink_event(b->inner, ev, wire);
}

struct sink *sink_until_new(struct regex *re, struct sink *inner)
{
    struct before *b = before_new(inner, until_event);

    b->until = re;
    b->lines = lines_new(look_for_match, b);
    return &b->sink;
}

bool sink_until_met(const struct sink *until)
{
    return ((const struct before *)until)->met;
}
