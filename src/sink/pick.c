/* The three filters share struct filter. Each of them uses only some of its members. */
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

/* The line without the carriage return of a CRLF. */
static struct bytes without_cr(struct bytes line)
{
    if (line.len && ((const char *)line.data)[line.len - 1] == '\r')
        line.len--;
    return line;
}

/* Whether a pattern of the list matches. For REGEX_GAVE_UP, *re is the pattern that gave up. */
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

static void report_gave_up(struct gave_up_to to, const struct regex *re, const char *option,
                           const char *outcome, const struct line *l)
{
    tell_gave_up(to, &(struct gave_up){.re = re,
                                       .option = option,
                                       .outcome = outcome,
                                       .pid = l->pid,
                                       .fd = (int64_t)l->fd,
                                       .text = l->text});
}

static bool is_wanted(const struct pick *p, const struct line *l)
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
        report_gave_up(p->to, unsure_in, "include", "the line is shown", l);
    if (out == REGEX_GAVE_UP)
        report_gave_up(p->to, unsure_out, "exclude", "the line is shown", l);
    return true;
}

static bool count_if_wanted(struct pick *p, bool wanted)
{
    if (!wanted || pick_is_full(p))
        return false;
    p->count++;
    return true;
}

bool pick_wants(void *pick, const struct line *line)
{
    struct pick *p = pick;

    return !pick_is_full(p) && count_if_wanted(p, is_wanted(p, line));
}

static bool is_payload(const struct event *ev)
{
    return ev->type == EVENT_WRITE || ev->type == EVENT_READ;
}

/* ---- the part that all filters share ---- */

struct filter {
    struct sink sink;
    struct sink *inner;
    struct pick *pick;
    struct regex *until;
    struct gave_up_to to;
    struct lines *lines; /* NULL for the filter of events */
    struct buf line;     /* scratch */
    bool met;            /* a line has matched `until` */
};

static int filter_flush(struct sink *sink)
{
    return sink_flush(((struct filter *)sink)->inner);
}

static void filter_finish(struct sink *sink)
{
    struct filter *f = (struct filter *)sink;

    if (f->lines)
        lines_end_all(f->lines);
    sink_finish(f->inner);
}

static void filter_free(struct sink *sink)
{
    struct filter *f = (struct filter *)sink;

    sink_free(f->inner);
    lines_free(f->lines);
    buf_free(&f->line);
    free(f);
}

static struct filter *filter_new(struct sink *inner,
                                 void (*event)(struct sink *, const struct event *, struct bytes))
{
    struct filter *f = xcalloc(1, sizeof *f);

    f->sink = (struct sink){event, filter_flush, filter_free, filter_finish};
    f->inner = inner;
    return f;
}

/* ---- the filter of lines ---- */

static void pass_on_line(void *user, const struct line *l)
{
    struct filter *f = user;
    struct event ev = {.type = l->read ? EVENT_READ : EVENT_WRITE, .time = l->time};

    if (!pick_wants(f->pick, l))
        return;
    buf_clear(&f->line);
    buf_add(&f->line, l->text.data, l->text.len);
    if (l->whole)
        buf_addc(&f->line, '\n');
    ev.write = (struct ev_write){.pid = l->pid,
                                 .tid = l->tid,
                                 .fd = l->fd,
                                 .comm = l->comm,
                                 .stream = l->stream,
                                 .total = f->line.len,
                                 .len = f->line.len,
                                 .data = {f->line.data, f->line.len}};
    sink_event(f->inner, &ev, (struct bytes){0});
}

static void pick_lines_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct filter *f = (struct filter *)sink;

    lines_event(f->lines, ev);
    if (!is_payload(ev) || ev->write.data.len == 0)
        sink_event(f->inner, ev, wire);
}

struct sink *sink_pick_lines_new(struct pick *p, struct sink *inner)
{
    struct filter *f = filter_new(inner, pick_lines_event);

    f->pick = p;
    f->lines = lines_new(pass_on_line, f);
    return &f->sink;
}

/* ---- the filter of events ---- */

static bool has_wanted_line(const struct pick *p, const struct ev_write *w)
{
    struct bytes data = w->data;
    const char *at = data.data, *end = at + data.len;

    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        struct line line = {.pid = w->pid, .fd = w->fd, .text = {at, (size_t)(stop - at)}};
        if (is_wanted(p, &line))
            return true;
        at = stop + 1;
    }
    return data.len == 0 && p->include.count == 0;
}

static void pick_events_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct filter *f = (struct filter *)sink;

    if (is_payload(ev) &&
        (pick_is_full(f->pick) || !count_if_wanted(f->pick, has_wanted_line(f->pick, &ev->write))))
        return;
    sink_event(f->inner, ev, wire);
}

struct sink *sink_pick_events_new(struct pick *p, struct sink *inner)
{
    struct filter *f = filter_new(inner, pick_events_event);

    f->pick = p;
    return &f->sink;
}

/* ---- the filter for --until ---- */

static void look_for_match(void *user, const struct line *l)
{
    struct filter *f = user;
    struct bytes text = without_cr(l->text);

    if (f->met)
        return;
    enum regex_answer answer = regex_matches(f->until, text.data, text.len);
    f->met = answer == REGEX_YES;
    if (answer == REGEX_GAVE_UP)
        report_gave_up(f->to, f->until, "until", "it does not end the capture", l);
}

static void until_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct filter *f = (struct filter *)sink;
    bool met_before = f->met;

    if (!met_before)
        lines_event(f->lines, ev);
    if (!met_before || !is_payload(ev))
        sink_event(f->inner, ev, wire);
}

struct sink *sink_until_new(struct regex *re, struct gave_up_to to, struct sink *inner)
{
    struct filter *f = filter_new(inner, until_event);

    f->until = re;
    f->to = to;
    f->lines = lines_new(look_for_match, f);
    return &f->sink;
}

bool sink_until_met(const struct sink *until)
{
    return ((const struct filter *)until)->met;
}
