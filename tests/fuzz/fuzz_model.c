/* Feeds arbitrary events to a model with views, notices, a timeline and transcripts, and to the
 * index. The index must bring the model back to each earlier state. The input is a recording. Or it
 * begins with a `!`: then its other bytes choose the fields of events that are made up, with few
 * tids and fds, and with numbers at the limits of their ranges.
 *
 * With clang:  clang -fsanitize=fuzzer,address,undefined ... fuzz_model.c, with a small model (see
 * SMALL_MODEL in unit-model.mk), then run it on a directory. With replay.c it is a test that takes
 * each file of the corpus once. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "event/fields.h"
#include "event/reader.h"
#include "event/wire.h"
#include "model/chapters.h"
#include "model/instant.h"
#include "model/linetext.h"
#include "model/neighbours.h"
#include "model/notice.h"
#include "model/restore.h"
#include "model/snapshot.h"
#include "model/transcript.h"
#include "model/view.h"

enum { EVENTS_MAX = 512, BUDGET = 4096, WORK = 256, VIEWS = 3 };

struct piece {
    uint64_t offset;
    size_t len;
};

struct run {
    struct model *m;
    struct source *source;
    struct view *views[VIEWS];
    struct notices *notices;
    struct chapters *chapters;
    struct buf bytes; /* the recording, as events */
    struct piece pieces[EVENTS_MAX];
    uint64_t count, next;
    struct buf argv;
};

/* ---- reading the model ---- */

static void look_at_lines(struct run *run, struct view *v)
{
    struct neighbours near;
    struct instant at;
    struct entry e;
    uint64_t n;

    if (!view_clamp(v, view_end(v), &n) || !view_entry(v, n, &e))
        return;
    neighbours_find(run->m, &e, 3, &near);
    at = instant_of(&e);
    (void)instant_in_view(&at, run->views[0]);
    (void)instant_phase(&at, stream_task(e.stream));
    if (instant_bytes(&at, e.stream) > stream_end(e.stream))
        abort();
    struct instant then = instant_of_time(e.line.time);
    (void)instant_in_view(&then, v);
}

static void look_at_terminals(const struct model *m)
{
    struct transcript_piece piece;

    for (struct stream *s = model_recent_stream(m); s; s = model_next_stream(s)) {
        const struct transcript *t = stream_transcript(s);
        for (uint64_t n = t ? transcript_first(t) : 0; t && n < transcript_end(t); n++)
            if (!transcript_piece(t, n, &piece))
                abort();
    }
}

static void look_at_time(const struct model *m)
{
    const struct timeline *tl = model_timeline(m);

    for (unsigned i = 0; i < tl->count; i++)
        (void)timeline_bytes(&tl->rows[i], timeline_span(tl, tl->start),
                             timeline_span(tl, tl->end) + 1);
    (void)timeline_marks(tl->marks, 0, TIMELINE_BUCKETS);
}

static void look_at_tasks(const struct model *m)
{
    struct task_sum sum;

    for (struct task *t = model_first_task(m); t; t = model_next_task(m, t)) {
        task_sum(t, &sum);
        (void)task_blocked_for(t, t->source->last_time);
        (void)model_blocked_by(m, t);
    }
    for (struct task *t = model_first_blocked(m); t; t = model_next_blocked(t))
        if (!task_is_blocked(t))
            abort();
}

static void look(struct run *run)
{
    struct notice notice;

    for (size_t i = 0; i < VIEWS; i++) {
        view_work(run->views[i], WORK);
        look_at_lines(run, run->views[i]);
    }
    notices_work(run->notices, WORK);
    notices_tick(run->notices, (int64_t)run->count);
    while (notices_take(run->notices, &notice))
        if (strlen(notice.text) >= NOTICE_TEXT_MAX)
            abort();
    look_at_terminals(run->m);
    look_at_time(run->m);
    look_at_tasks(run->m);
}

/* ---- the index ---- */

static bool read_number(struct run *run, uint64_t n, struct event *ev)
{
    const struct piece *p = &run->pieces[n];

    if (n >= run->count)
        return false;
    run->next = n + 1;
    return reader_decode((struct bytes){run->bytes.data + p->offset, p->len}, ev, &run->argv) == 0;
}

static bool read_at(void *user, uint64_t offset, struct event *ev)
{
    struct run *run = user;

    for (uint64_t n = 0; n < run->count; n++)
        if (run->pieces[n].offset == offset)
            return read_number(run, n, ev);
    return false;
}

static bool read_next(void *user, struct event *ev)
{
    struct run *run = user;

    return read_number(run, run->next, ev);
}

static bool same_task(const struct task *t, const struct task *u)
{
    return t->id == u->id && t->tid == u->tid && t->state == u->state &&
           task_is_blocked(t) == task_is_blocked(u) && strcmp(t->comm, u->comm) == 0;
}

static bool same_stream(const struct stream *s, const struct stream *r)
{
    return stream_end(s) == stream_end(r) && stream_writes(s) == stream_writes(r) &&
           stream_end_line(s) == stream_end_line(r);
}

static void compare(const struct model *a, const struct model *b)
{
    const struct task *t = model_first_task(a), *u = model_first_task(b);

    for (; t && u; t = model_next_task(a, t), u = model_next_task(b, u))
        if (!same_task(t, u))
            abort();
    if (t || u)
        abort();
    for (const struct stream *s = model_recent_stream(a); s; s = model_next_stream(s)) {
        const struct stream *r = model_stream(b, stream_id(s));
        if (!r || !same_stream(s, r))
            abort();
    }
}

static void apply(struct run *run, struct model *m, struct source *source, uint64_t from,
                  uint64_t to)
{
    struct event ev;

    for (uint64_t i = from; i < to; i++) {
        if (!read_number(run, i, &ev))
            abort();
        model_apply(m, source, &ev);
    }
}

/* Brings m to its state after event n, with the index. */
static void restore(struct run *run, uint64_t n, struct model *m, struct source *source)
{
    const struct chapters_source from = {read_at, read_next, run};
    struct chapters_place place;

    if (!chapters_restore(run->chapters, n, m, source, &from, &place) || place.at > n)
        abort();
    apply(run, m, source, place.at, n);
    model_restored(m);
}

/* Compares the model after event n as the index restores it with the model made from the events
 * alone. If the model has dropped ended tasks, the trees may differ: it keeps tasks with output
 * longer, and a restored model lacks that output. */
static void check_index(struct run *run, uint64_t n)
{
    struct model *straight = model_new(SIZE_MAX), *restored = model_new(SIZE_MAX);
    struct model_totals totals;

    apply(run, straight, model_source_add(straight, ""), 0, n);
    restore(run, n, restored, model_source_add(restored, ""));
    model_totals(straight, &totals);
    if (!totals.dropped)
        compare(straight, restored);
    model_free(straight);
    model_free(restored);
}

static void go(struct run *run, uint64_t n)
{
    restore(run, n, run->m, run->source);
    notices_skip(run->notices);
    look(run);
    check_index(run, n);
}

/* ---- the run ---- */

static void on_event(void *user, const struct event *ev, struct bytes wire)
{
    struct run *run = user;

    if (run->count == EVENTS_MAX)
        return;
    run->pieces[run->count] = (struct piece){run->bytes.len, wire.len};
    chapters_add(run->chapters, ev, run->bytes.len, wire.len);
    buf_add(&run->bytes, wire.data, wire.len);
    run->count++;
    model_apply(run->m, run->source, ev);
    if (run->count % 8 == 0)
        look(run);
}

/* ---- events that are made up ---- */

struct input {
    const uint8_t *at, *end;
};

static unsigned take(struct input *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

static uint64_t take_number(struct input *in)
{
    static const uint64_t ends[] = {INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX,
                                    UINT64_MAX / 2 + 2};
    unsigned n = take(in);

    return n < 250 ? n % 8 : ends[n - 250 < 5 ? n - 250 : 0];
}

static int64_t take_time(struct input *in)
{
    static const int64_t ends[] = {INT64_MIN, INT64_MIN + 1, -1, INT64_MAX, INT64_MAX - 1, 1};
    unsigned n = take(in);

    return n < 240 ? (int64_t)n * 50000000 : ends[n % 6];
}

static struct bytes take_text(struct input *in)
{
    size_t n = take(in) % 32, left = (size_t)(in->end - in->at);
    struct bytes text = {in->at, n < left ? n : left};

    in->at += text.len;
    return text;
}

static void take_field(struct input *in, const struct field *f, struct event *ev)
{
    void *at = field_at(f, ev);

    switch ((enum field_kind)f->kind) {
    case FIELD_UINT:
    case FIELD_NUMBER:
    case FIELD_TOTAL:
        *(uint64_t *)at = take_number(in);
        break;
    case FIELD_CODE:
    case FIELD_TIME:
    case FIELD_DURATION:
        *(int64_t *)at = take_time(in);
        break;
    case FIELD_BOOL:
    case FIELD_ANSWER:
        *(bool *)at = take(in) % 4 == 0;
        break;
    case FIELD_TEXT:
    case FIELD_ARGV:
    case FIELD_PAYLOAD:
        *(struct bytes *)at = take_text(in);
        break;
    case FIELD_HOW:
        *(enum event_how *)at = (enum event_how)(take(in) % HOWS);
        break;
    case FIELD_STREAM:
        *(enum event_stream *)at = (enum event_stream)(take(in) % STREAMS);
        break;
    }
}

static void invent(struct run *run, struct input *in)
{
    struct event ev = {.type = (enum event_type)(EVENT_HELLO + take(in) % (EVENT_TYPES - 1))}, back;
    struct fields fields = fields_of(ev.type);
    struct buf wire = {0};

    for (size_t i = 0; i < fields.count; i++)
        take_field(in, &fields.list[i], &ev);
    if (ev.type == EVENT_WRITE || ev.type == EVENT_READ)
        ev.write.len = ev.write.data.len ? ev.write.data.len : ev.write.len;
    wire_encode(&wire, &ev);
    struct bytes bytes = {wire.data, wire.len};
    if (reader_decode(bytes, &back, &run->argv) < 0)
        abort();
    on_event(run, &back, bytes);
    buf_free(&wire);
}

static void feed(struct run *run, const uint8_t *data, size_t size)
{
    struct input in = {data + 1, data + size};
    struct reader *r;

    if (size && data[0] == '!') {
        while (in.at < in.end)
            invent(run, &in);
        return;
    }
    r = reader_new(on_event, run);
    reader_feed(r, data, size);
    reader_free(r);
}

static void on_retold(void *user, const struct event *ev)
{
    (void)user;
    if (ev->type >= EVENT_TYPES)
        abort();
}

static void begin(struct run *run)
{
    char *cause = NULL;

    run->m = model_new(BUDGET);
    run->source = model_source_add(run->m, "fuzz");
    run->notices = notices_new(run->m);
    run->chapters = chapters_new();
    for (int kind = NOTICE_MATCH; kind <= NOTICE_SILENCE; kind++)
        notices_watch(run->notices,
                      &(struct notice_rule){.kind = (enum notice_kind)kind,
                                            .scope = scope_all(),
                                            .pattern = "[a-z]",
                                            .silence = 5,
                                            .all = true},
                      0, &cause);
    run->views[0] = view_new(run->m, scope_all(), KIND_ALL);
    run->views[1] = view_new(run->m, scope_source(run->source), KIND_OUT);
    run->views[2] = view_new(run->m, scope_all(), KIND_ALL);
    struct filter *f = filter_new();
    if (!filter_add(f, "[a-z]", false, &cause))
        abort();
    view_set_filter(run->views[2], f);
}

static void end(struct run *run)
{
    for (size_t i = 0; i < VIEWS; i++)
        view_free(run->views[i]);
    notices_free(run->notices);
    chapters_free(run->chapters);
    model_free(run->m);
    buf_free(&run->bytes);
    buf_free(&run->argv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run run = {.count = 0};

    begin(&run);
    feed(&run, data, size);
    look(&run);
    struct task *first = model_first_task(run.m);
    if (first)
        view_set_scope(run.views[1], scope_subtree(first));
    model_snapshot(run.m, run.source, on_retold, NULL);
    for (uint64_t n = run.count; run.count && n > 0; n = n * 2 / 3)
        go(&run, n);
    model_source_end(run.m, run.source, "cut");
    look(&run);
    end(&run);
    return 0;
}
