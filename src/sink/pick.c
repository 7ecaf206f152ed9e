#include "sink/pick.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/xmalloc.h"

struct patterns {
    struct regex **list;
    size_t count;
};

struct pick {
    struct patterns include, exclude;
    uint64_t limit; /* 0: none */
    uint64_t count;
    struct gave_up_to to;
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

void pick_tell(struct pick *p, struct gave_up_to to)
{
    p->to = to;
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

/* Whether one of them does. *re: the one that gave up, with that answer. */
static enum regex_answer any_matches(const struct patterns *p, struct bytes line, struct regex **re)
{
    enum regex_answer answer = REGEX_NO;

    for (size_t i = 0; i < p->count; i++)
        switch (regex_matches(p->list[i], line.data, line.len)) {
        case REGEX_YES:
            return REGEX_YES;
        case REGEX_GAVE_UP:
            *re = p->list[i];
            answer = REGEX_GAVE_UP;
            break;
        case REGEX_NO:
            break;
        }
    return answer;
}

static void tell(struct gave_up_to to, const struct regex *re, const char *option,
                 const char *outcome, const struct line *l)
{
    tell_gave_up(to, &(struct gave_up){.re = re,
                                       .option = option,
                                       .outcome = outcome,
                                       .pid = l->pid,
                                       .fd = (int64_t)l->fd,
                                       .text = l->text});
}

static bool matches(const struct pick *p, const struct line *l)
{
    struct bytes line = without_cr(l->text);
    enum regex_answer in = REGEX_YES, out;
    struct regex *unsure_in = NULL, *unsure_out = NULL;

    if (p->include.count)
        in = any_matches(&p->include, line, &unsure_in);
    if (in == REGEX_NO)
        return false;
    out = any_matches(&p->exclude, line, &unsure_out);
    if (out == REGEX_YES)
        return false;
    if (in == REGEX_GAVE_UP)
        tell(p->to, unsure_in, "include", "the line is shown", l);
    if (out == REGEX_GAVE_UP)
        tell(p->to, unsure_out, "exclude", "the line is shown", l);
    return true;
}

static bool take(struct pick *p, bool wanted)
{
    if (!wanted || pick_is_full(p))
        return false;
    p->count++;
    return true;
}

bool pick_wants(void *pick, const struct line *line)
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
    struct gave_up_to to;
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

    if (!pick_wants(b->pick, l))
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

static bool some_line_matches(const struct pick *p, const struct ev_write *w)
{
    struct bytes data = w->data;
    const char *at = data.data, *end = at + data.len;

    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        struct line line = {.pid = w->pid, .fd = w->fd, .text = {at, (size_t)(stop - at)}};
        if (matches(p, &line))
            return true;
        at = stop + 1;
    }
    return data.len == 0 && p->include.count == 0;
}

static void pick_events_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct before *b = (struct before *)sink;

    if (is_payload(ev) &&
        (pick_is_full(b->pick) || !take(b->pick, some_line_matches(b->pick, &ev->write))))
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

    if (b->met)
        return;
    enum regex_answer answer = regex_matches(b->until, text.data, text.len);
    b->met = answer == REGEX_YES;
    if (answer == REGEX_GAVE_UP)
        tell(b->to, b->until, "until", "it does not end the capture", l);
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

struct sink *sink_until_new(struct regex *re, struct gave_up_to to, struct sink *inner)
{
    struct before *b = before_new(inner, until_event);

    b->until = re;
    b->to = to;
    b->lines = lines_new(look_for_match, b);
    return &b->sink;
}

bool sink_until_met(const struct sink *until)
{
    return ((const struct before *)until)->met;
}
