/* Random recordings. The index of each brings a model to every one of its events. The state is
 * compared with that of a model to which all events up to there were applied. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "event/reader.h"
#include "event/wire.h"
#include "model/restore.h"
#include "model/chapters.h"
#include "model/view.h"

#define EVENTS 900
#define SECOND INT64_C(1000000000)
#define PROCESSES 6

/* A recording in memory. */
struct recording {
    struct buf bytes;
    uint64_t offset[EVENTS + 1]; /* of each event, by its number */
    size_t len[EVENTS + 1];
    uint64_t count, next; /* events; number of the event that is read next */
    struct buf argv;
    uint64_t read; /* events that were read */
};

static struct recording rec;
static unsigned seed;

static unsigned pick(unsigned below)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 8) % below;
}

static void record(struct event ev)
{
    ev.seq = ++rec.count;
    ev.time = (int64_t)rec.count * SECOND / 10;
    rec.offset[rec.count] = rec.bytes.len;
    wire_encode(&rec.bytes, &ev);
    rec.len[rec.count] = rec.bytes.len - rec.offset[rec.count];
}

static bool read_number(uint64_t n, struct event *ev)
{
    if (n < 1 || n > rec.count)
        return false;
    rec.next = n + 1;
    rec.read++;
    return reader_decode((struct bytes){rec.bytes.data + rec.offset[n], rec.len[n]}, ev,
                         &rec.argv) == 0;
}

static bool read_at(void *user, uint64_t offset, struct event *ev)
{
    (void)user;
    for (uint64_t n = 1; n <= rec.count; n++)
        if (rec.offset[n] == offset)
            return read_number(n, ev);
    return false;
}

static bool read_next(void *user, struct event *ev)
{
    (void)user;
    return read_number(rec.next, ev);
}

static const struct chapters_source from = {read_at, read_next, NULL};

/* ---- a random recording ---- */

static struct event output(uint64_t tid, uint64_t pid)
{
    static const char *const texts[] = {"one line\n",   "half ", "\n",
                                        "two\nlines\n", "",      "long long long line that ends\n",
                                        "a\nb\nc"};
    static const char *const names[] = {"worker", "worker", "worker", "renamed"};
    const char *text = texts[pick(7)];
    unsigned fd = 1 + pick(2);
    struct event ev = {.type = EVENT_WRITE};

    ev.write = (struct ev_write){.tid = tid,
                                 .pid = pid,
                                 .fd = fd,
                                 .stream = fd == 1 ? STREAM_STDOUT : STREAM_STDERR,
                                 .comm = bytes_of(names[pick(4)]),
                                 .duration = pick(1000),
                                 .total = strlen(text),
                                 .len = strlen(text),
                                 .data = bytes_of(text)};
    if (pick(30) == 0) {
        ev.type = EVENT_LOST;
        ev.lost = (struct ev_lost){tid, pid, fd, STREAM_STDOUT, 2, 10, bytes_of("slow")};
    } else if (pick(30) == 0) {
        ev.write.unavailable = true;
        ev.write.data = (struct bytes){NULL, 0};
        ev.write.len = ev.write.total = 5;
    }
    return ev;
}

static void birth(uint64_t pid)
{
    struct event ev = {.type = EVENT_TASK};

    ev.task = (struct ev_task){.tid = pid,
                               .pid = pid,
                               .parent = pid == 10 ? 1 : 10,
                               .how = HOW_FORK,
                               .comm = bytes_of("c")};
    record(ev);
    ev = (struct event){.type = EVENT_FD};
    ev.fd = (struct ev_fd){
        .pid = pid, .fd = 1, .target = bytes_of("pipe:[7]"), .stream = STREAM_STDOUT};
    record(ev);
}

/* Makes a recording of processes that are born, print, block, stop and exit at random. */
static void make_recording(unsigned with)
{
    bool alive[PROCESSES] = {false}, was[PROCESSES] = {false};

    seed = with;
    buf_clear(&rec.bytes);
    rec.count = 0;
    record((struct event){.type = EVENT_HELLO,
                          .hello = {.magic = bytes_of(EVENT_MAGIC), .version = EVENT_VERSION}});
    while (rec.count < EVENTS - 8) {
        unsigned i = pick(PROCESSES);
        uint64_t pid = 10 + i;
        if (!alive[i] && !was[i] && pick(20) == 0) {
            birth(pid);
            alive[i] = true;
        } else if (alive[i] && i > 0 && pick(150) == 0) {
            record((struct event){.type = EVENT_EXIT, .exit = {pid, pid, (int)pick(3), 0, false}});
            alive[i] = false;
            was[i] = true;
        } else if (alive[i] && pick(40) == 0) {
            record((struct event){.type = EVENT_BLOCKED,
                                  .blocked = {.tid = pid, .pid = pid, .fd = 1, .reader = 10}});
        } else if (alive[i] && pick(60) == 0) {
            record(
                (struct event){.type = pick(2) ? EVENT_STOP : EVENT_CONT, .stop = {pid, pid, 19}});
        } else if (alive[i]) {
            record(output(pid, pid));
            if (pick(25) == 0) /* a thread without a `task` event */
                record(output(pid + 100, pid));
        }
    }
    if (with % 2)
        record((struct event){.type = EVENT_END, .end = {.why = bytes_of("done")}});
}

/* ---- comparing two models ---- */

static void print_task(struct buf *out, const struct task *t)
{
    buf_addf(out, "%u%*s%u %u %s state %d code %d parent %u threads %u blocked %d id %u\n",
             t->depth, (int)t->depth, "", (unsigned)t->tid, (unsigned)t->pid, t->comm, t->state,
             (int)t->code, t->parent ? (unsigned)t->parent->tid : 0, t->threads, t->blocked.now,
             (unsigned)t->id);
    for (int i = 0; i < STREAMS; i++)
        buf_addf(out, " %u/%u", (unsigned)t->out[i].bytes, (unsigned)t->out[i].writes);
    buf_addf(out, " lost %u/%u time %d birth %d/%u end %d\n", (unsigned)t->lost_bytes,
             (unsigned)t->lost_writes, (int)t->write_time, (int)(t->birth / SECOND),
             (unsigned)t->birth_order, (int)(t->end / SECOND));
}

static void print_stream(struct buf *out, const struct stream *s)
{
    buf_addf(out,
             "stream %u of %u fd %u: end %u line %u writes %u lost %u unavailable %u last %u\n",
             (unsigned)stream_id(s), (unsigned)stream_task(s)->tid, (unsigned)stream_fd(s),
             (unsigned)stream_end(s), (unsigned)stream_end_line(s), (unsigned)stream_writes(s),
             (unsigned)stream_lost_bytes(s), (unsigned)stream_unavailable_bytes(s),
             (unsigned)stream_last_order(s));
}

/* The state as text, without the lines: a restored model may hold fewer of them. */
static char *print(const struct model *m, const struct source *source)
{
    struct buf out = {0};
    struct model_totals totals;

    model_totals(m, &totals);
    buf_addf(&out,
             "%u alive %u dead %u failed, %u bytes %u writes %u lost, %u events, ended %d %s\n",
             totals.tasks_alive, totals.tasks_dead, source->failed, (unsigned)totals.bytes,
             (unsigned)totals.writes, (unsigned)totals.lost_bytes, (unsigned)source->events,
             source->ended, source->why);
    for (const struct task *t = model_first_task(m); t; t = model_next_task(m, t))
        print_task(&out, t);
    for (const struct stream *s = model_recent_stream(m); s; s = model_next_stream(s))
        print_stream(&out, s);
    for (const struct task *t = model_first_blocked(m); t; t = model_next_blocked(t))
        buf_addf(&out, "blocked %u\n", (unsigned)t->tid);
    buf_addc(&out, '\0');
    return (char *)out.data;
}

/* The lines that both streams hold are the same. A restored stream holds at least one if it ever
 * printed. */
static void compare_lines(const struct stream *s, const struct stream *t)
{
    uint64_t first = stream_first_line(t), end = stream_end_line(t);
    char left[64], right[64];
    struct line a, b;

    if (stream_first_line(s) > first)
        first = stream_first_line(s);
    for (uint64_t number = end; number-- > first + 1;) { /* the first may be cut */
        assert_true(stream_line(s, number, &a) && stream_line(t, number, &b));
        assert_int_equal(a.len, b.len);
        assert_int_equal(a.offset, b.offset);
        assert_int_equal(a.order, b.order);
        assert_int_equal(a.time, b.time);
        assert_int_equal(a.kind, b.kind);
        assert_int_equal(a.open, b.open);
        size_t n = stream_copy(s, a.offset, left, a.len < 64 ? a.len : 64);
        assert_int_equal(n, stream_copy(t, b.offset, right, b.len < 64 ? b.len : 64));
        assert_memory_equal(left, right, n);
    }
    if (stream_end(t) > 0)
        assert_true(stream_end_line(t) > stream_first_line(t));
}

static void go_to(const struct chapters *ch, struct model *m, struct source *source, uint64_t n)
{
    struct chapters_place place;
    struct event ev;

    rec.read = 0;
    assert_true(chapters_restore(ch, n, m, source, &from, &place));
    assert_in_range(place.at, 0, n);
    assert_in_range(n - place.at, 0, CHAPTERS_EVENTS * 5 / 4);
    if (place.at < n)
        assert_int_equal(place.offset, rec.offset[place.at + 1]);
    for (uint64_t i = place.at + 1; i <= n; i++) {
        assert_true(read_number(i, &ev));
        model_apply(m, source, &ev);
    }
    model_restored(m);
}

static void same(const struct model *m, const struct source *source, const struct model *other,
                 const struct source *its)
{
    char *expected = print(m, source), *got = print(other, its);

    assert_string_equal(got, expected);
    for (const struct stream *s = model_recent_stream(m); s; s = model_next_stream(s))
        compare_lines(s, model_stream(other, stream_id(s)));
    free(expected);
    free(got);
}

/* A model at the end of the recording, and its index. */
static struct chapters *index_all(struct model *m, struct source *source)
{
    struct chapters *ch = chapters_new();
    struct event ev;

    for (uint64_t n = 1; n <= rec.count; n++) {
        assert_true(read_number(n, &ev));
        model_apply(m, source, &ev);
        chapters_add(ch, &ev, rec.offset[n], rec.len[n]);
    }
    assert_int_equal(chapters_count(ch), rec.count);
    assert_int_equal(chapters_last_time(ch), (int64_t)rec.count * SECOND / 10);
    return ch;
}

static void everywhere(void **state)
{
    (void)state;
    for (unsigned with = 1; with <= 12; with++) {
        struct model *live_model = model_new(1 << 20), *m = model_new(1 << 20);
        struct source *its = model_source_add(live_model, "a"), *source = model_source_add(m, "a");
        struct event ev;

        make_recording(with);
        struct chapters *ch = index_all(m, source);
        for (uint64_t n = 1; n <= rec.count; n++) {
            assert_true(read_number(n, &ev));
            model_apply(live_model, its, &ev);
            if (n % 7 != 0 && n < rec.count)
                continue;
            go_to(ch, m, source, n);
            same(live_model, its, m, source);
        }
        chapters_free(ch);
        model_free(m);
        model_free(live_model);
    }
}

/* From any event to any other, with views that stay open. */
static void to_and_fro(void **state)
{
    (void)state;
    make_recording(77);
    struct model *m = model_new(1 << 20);
    struct source *source = model_source_add(m, "a");
    struct chapters *ch = index_all(m, source);
    struct view *all = view_new(m, scope_all(), KIND_ALL);
    struct stream *s = model_recent_stream(m);
    uint64_t id = stream_id(s), task = stream_task(s)->id;
    struct view *one = view_new(m, scope_stream(s), KIND_ALL);
    struct view *thread = view_new(m, scope_thread(stream_task(s)), KIND_ALL);

    for (int i = 0; i < 200; i++) {
        uint64_t n = 1 + pick((unsigned)rec.count);
        struct entry e;
        go_to(ch, m, source, n);
        while (view_work(all, 4096) || view_work(thread, 4096))
            ;
        assert_ptr_equal(view_scope(one).stream, model_stream(m, id));
        assert_ptr_equal(view_scope(thread).task, model_task(m, task));
        if (!view_empty(all) && view_entry(all, view_end(all) - 1, &e))
            assert_true(e.line.order <= n);
        if (model_stream(m, id))
            assert_int_equal(view_end(one), stream_end_line(model_stream(m, id)));
    }
    go_to(ch, m, source, 1); /* the stream does not exist yet, ... */
    assert_null(view_scope(one).stream);
    for (uint64_t n = 2; n <= rec.count; n++) { /* ... but the view finds it as soon as it does */
        struct event ev;
        assert_true(read_number(n, &ev));
        model_apply(m, source, &ev);
    }
    assert_int_equal(stream_id(view_scope(one).stream), id);
    view_free(all);
    view_free(one);
    view_free(thread);
    chapters_free(ch);
    model_free(m);
}

/* To go to an event, only few of the events before it are read again. */
static void reads_little(void **state)
{
    (void)state;
    struct event ev = output(10, 10);

    make_recording(5);
    rec.count = 0;
    buf_clear(&rec.bytes);
    record((struct event){.type = EVENT_HELLO,
                          .hello = {.magic = bytes_of(EVENT_MAGIC), .version = EVENT_VERSION}});
    birth(10);
    ev.type = EVENT_WRITE;
    while (rec.count < EVENTS)
        record(ev);
    struct model *m = model_new(1 << 20);
    struct source *source = model_source_add(m, "a");
    struct chapters *ch = index_all(m, source);
    for (uint64_t n = 1; n <= rec.count; n += 13) {
        go_to(ch, m, source, n);
        assert_in_range(rec.read, 1, CHAPTERS_EVENTS * 5 / 4 + 16);
    }
    chapters_free(ch);
    model_free(m);
}

static void exits_and_times(void **state)
{
    (void)state;
    struct chapters_exit e;
    size_t number, failed = 0, ended = 0;
    uint64_t n = 0;

    make_recording(3);
    struct model *m = model_new(1 << 20);
    struct source *source = model_source_add(m, "a");
    struct chapters *ch = index_all(m, source);
    for (; chapters_find_exit(ch, n, true, false, &e, &number); n = e.at) {
        assert_int_equal(number, ++ended);
        failed += e.failed;
    }
    assert_int_equal(ended, chapters_count_exits(ch, false));
    assert_true(ended > 2 && failed > 0 && failed < ended);
    assert_int_equal(failed, chapters_count_exits(ch, true));
    for (n = rec.count + 1; chapters_find_exit(ch, n, false, true, &e, &number); n = e.at)
        assert_int_equal(number, failed--);
    assert_int_equal(failed, 0);
    assert_int_equal(chapters_before(ch, 0).at, 0);
    struct chapters_place place = chapters_before(ch, (int64_t)rec.count * SECOND);
    assert_in_range(place.at, rec.count - CHAPTERS_EVENTS, rec.count);
    assert_int_equal(place.offset, rec.offset[place.at + 1]);
    assert_true(chapters_memory(ch) > 0);
    chapters_free(ch);
    model_free(m);
}

static int clean(void **state)
{
    (void)state;
    buf_free(&rec.bytes);
    buf_free(&rec.argv);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everywhere),
        cmocka_unit_test(to_and_fro),
        cmocka_unit_test(reads_little),
        cmocka_unit_test(exits_and_times),
    };

    return cmocka_run_group_tests(tests, NULL, clean);
}
