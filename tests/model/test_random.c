/* Random operations on the model and on a naive model that keeps everything: arrays of bytes and
 * lines for each stream, and an array of all lines. What the model still holds must be equal, and
 * its views must show what the naive model would show. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "feed.h"
#include "model/view.h"

#define TASKS 6
#define OPS 1500

struct naive_line {
    int stream;
    uint64_t number, offset, len, order;
    bool mark, open;
    uint64_t bytes;
};

struct naive {
    struct buf bytes[TASKS];
    uint64_t lines[TASKS]; /* number of lines */
    bool open[TASKS];
    struct naive_line *all; /* of all streams, in the order in which they began */
    size_t count, cap;
};

/* What an entry of a view was before: (stream, line). It is looked up by its number. */
struct seen {
    uint64_t stream, line;
    bool set;
};

static struct feed f;
static struct naive naive;
static unsigned seed;

static unsigned pick(unsigned below)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 8) % below;
}

static struct naive_line *naive_last(int stream)
{
    for (size_t i = naive.count; i-- > 0;)
        if (naive.all[i].stream == stream)
            return &naive.all[i];
    return NULL;
}

static struct naive_line *naive_begin(int stream)
{
    if (naive.count == naive.cap) {
        naive.cap = naive.cap ? 2 * naive.cap : 64;
        naive.all = xrealloc(naive.all, naive.cap * sizeof *naive.all);
    }
    naive.all[naive.count] = (struct naive_line){.stream = stream,
                                                 .number = naive.lines[stream]++,
                                                 .offset = naive.bytes[stream].len,
                                                 .order = f.s->events};
    return &naive.all[naive.count++];
}

static void naive_write(int stream, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        struct naive_line *line = naive.open[stream] ? naive_last(stream) : naive_begin(stream);
        buf_addc(&naive.bytes[stream], data[i]);
        line->open = naive.open[stream] = data[i] != '\n';
        line->len += data[i] != '\n';
    }
}

static void naive_lost(int stream, uint64_t bytes)
{
    struct naive_line *last = naive_last(stream);

    if (last)
        last->open = false;
    if (!last || !last->mark)
        last = naive_begin(stream);
    last->mark = true;
    last->bytes += bytes;
    naive.open[stream] = false;
}

static struct stream *real(int stream)
{
    struct task *t = feed_find(&f, (uint64_t)stream + 1);

    return t ? task_stream(t, 1) : NULL;
}

static int naive_of(const struct stream *s)
{
    return (int)stream_task(s)->tid - 1;
}

static void operate(void)
{
    static const char alphabet[] = "ab\n\nc d";
    int stream = (int)pick(TASKS);
    uint64_t tid = (uint64_t)stream + 1;
    char data[40];
    size_t len = pick(4) == 0 ? pick(sizeof data) : pick(8);

    if (pick(10) == 0) {
        feed_lost(&f, tid, tid, 1, len, 1);
        naive_lost(stream, len);
        return;
    }
    for (size_t i = 0; i < len; i++)
        data[i] = alphabet[pick(sizeof alphabet - 1)];
    feed_bytes(&f, tid, tid, 1, data, len);
    naive_write(stream, data, len);
}

static bool is_held(const struct naive_line *want)
{
    struct stream *s = real(want->stream);

    return want->number >= stream_first_line(s);
}

static void line_equals(const struct naive_line *want, const struct line *got)
{
    const struct stream *s = real(want->stream);
    char copy[4096];

    assert_int_equal(got->number, want->number);
    assert_int_equal(got->order, want->order);
    assert_int_equal(got->kind != LINE_TEXT, want->mark);
    assert_int_equal(got->bytes, want->bytes);
    if (want->mark)
        return;
    uint64_t skipped = got->offset - want->offset;
    assert_int_equal(got->cut, skipped > 0);
    assert_int_equal(got->open, want->open);
    assert_int_equal(got->len, want->len - skipped);
    assert_true(got->len <= sizeof copy);
    assert_int_equal(stream_copy(s, got->offset, copy, (size_t)got->len), got->len);
    assert_memory_equal(copy, naive.bytes[want->stream].data + got->offset, (size_t)got->len);
}

static void streams_are_equal(void)
{
    uint64_t number[TASKS] = {0};
    struct line line;

    for (size_t i = 0; i < naive.count; i++) {
        struct naive_line *want = &naive.all[i];
        number[want->stream]++;
        assert_int_equal(stream_line(real(want->stream), want->number, &line), is_held(want));
        if (is_held(want))
            line_equals(want, &line);
    }
    for (int i = 0; i < TASKS; i++) {
        struct stream *s = real(i);
        assert_int_equal(s ? stream_end_line(s) : 0, number[i]);
        assert_int_equal(s ? stream_end(s) : 0, naive.bytes[i].len);
        if (s && stream_end(s) > STREAM_FLOOR)
            assert_true(stream_end(s) - stream_first(s) >= STREAM_FLOOR);
    }
}

static void merged_is_equal(const struct view *v)
{
    struct entry entry;
    uint64_t n;
    bool more = view_clamp(v, 0, &n);

    for (size_t i = 0; i < naive.count; i++) {
        if (!is_held(&naive.all[i]))
            continue;
        assert_true(more);
        assert_true(view_entry(v, n, &entry));
        assert_int_equal(naive_of(entry.stream), naive.all[i].stream);
        line_equals(&naive.all[i], &entry.line);
        more = view_next(v, n, &n);
    }
    assert_false(more);
}

static bool naive_passes(const struct naive_line *line)
{
    struct stream *s = real(line->stream);
    struct line held;

    if (line->mark || !stream_line(s, line->number, &held))
        return false;
    return memchr(naive.bytes[line->stream].data + held.offset, 'c', (size_t)held.len) != NULL;
}

/* Each line that matches is an entry exactly once. The lines of a stream are in order. (There are
 * no escape sequences, so the plain text is what was written.) */
static void filtered_is_equal(const struct view *v)
{
    uint64_t next[TASKS] = {0};
    size_t want = 0, got = 0;
    struct entry entry;
    uint64_t n;

    for (size_t i = 0; i < naive.count; i++)
        want += is_held(&naive.all[i]) && naive_passes(&naive.all[i]);
    for (bool more = view_clamp(v, 0, &n); more; more = view_next(v, n, &n)) {
        assert_true(view_entry(v, n, &entry));
        int stream = naive_of(entry.stream);
        assert_true(entry.line.number >= next[stream]);
        next[stream] = entry.line.number + 1;
        got += entry.line.kind == LINE_TEXT &&
               memchr(naive.bytes[stream].data + entry.line.offset, 'c', (size_t)entry.line.len);
    }
    assert_in_range(got, 0, want);
    /* When a line has lost its beginning since it was matched, the entry may be missing, or be
     * there without a match. A whole line must not be missing. */
    for (size_t i = 0; i < naive.count; i++)
        want -= is_held(&naive.all[i]) && naive_passes(&naive.all[i]) &&
                naive.all[i].number == stream_first_line(real(naive.all[i].stream));
    assert_true(got >= want);
}

static void numbers_are_stable(const struct view *v, struct seen *seen, size_t max)
{
    struct entry entry;
    uint64_t n;

    for (bool more = view_clamp(v, 0, &n); more && n < view_settled(v) && n < max;
         more = view_next(v, n, &n)) {
        assert_true(view_entry(v, n, &entry));
        if (seen[n].set) {
            assert_int_equal(seen[n].stream, stream_id(entry.stream));
            assert_int_equal(seen[n].line, entry.line.number);
        }
        seen[n] = (struct seen){stream_id(entry.stream), entry.line.number, true};
    }
}

static struct view *filtered_view(void)
{
    struct view *v = view_new(f.m, scope_all(), KIND_ALL);
    struct filter *filter = filter_new();
    char *cause;

    assert_true(filter_add(filter, "c", false, &cause));
    view_set_filter(v, filter);
    return v;
}

static void work(struct view *v, size_t budget)
{
    while (view_work(v, budget))
        ;
}

static void one_run(size_t budget)
{
    f = feed_new(budget);
    naive = (struct naive){0};
    struct view *merged = view_new(f.m, scope_all(), KIND_ALL), *filtered = filtered_view();
    size_t max = 20 * OPS;
    struct seen *seen = xcalloc(2 * max, sizeof *seen);

    for (int i = 0; i < OPS; i++) {
        operate();
        if (pick(3) == 0)
            view_work(merged, pick(200));
        if (pick(3) == 0)
            view_work(filtered, pick(200));
        if (pick(50) != 0)
            continue;
        streams_are_equal();
        work(merged, 1 + pick(300));
        merged_is_equal(merged);
        numbers_are_stable(merged, seen, max);
        work(filtered, 1 + pick(300));
        filtered_is_equal(filtered);
        numbers_are_stable(filtered, seen + max, max);
    }
    free(seen);
    view_free(merged);
    view_free(filtered);
    feed_free(&f);
    for (int i = 0; i < TASKS; i++)
        buf_free(&naive.bytes[i]);
    free(naive.all);
}

static void nothing_is_evicted(void **state)
{
    (void)state;
    for (seed = 1; seed <= 10; seed += 3)
        one_run(1 << 20);
}

static void much_is_evicted(void **state)
{
    (void)state;
    for (unsigned start = 100; start <= 120; start++) {
        seed = start;
        one_run(6000 + 500 * (start % 7));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_evicted),
        cmocka_unit_test(much_is_evicted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
