/* The buffers are tiny here (SMALL_MODEL): blocks of 8 bytes, a floor of 16 bytes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/store.h"

static struct stream *s;

static int setup(void **state)
{
    (void)state;
    s = stream_new(1, NULL, 1, STREAM_STDOUT);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    stream_free(s);
    return 0;
}

static struct moment at(uint64_t order)
{
    return (struct moment){.order = order, .seq = 1000 + order, .time = (int64_t)(10 * order)};
}

static void put(const char *text, uint64_t order)
{
    char *copy = xmemdup(text, strlen(text));

    stream_append(s, copy, strlen(text), at(order));
    free(copy);
}

static void line_is(uint64_t number, const char *expected, uint64_t order)
{
    struct line line;
    char got[256];

    assert_true(stream_line(s, number, &line));
    assert_int_equal(line.kind, LINE_TEXT);
    assert_int_equal(line.number, number);
    assert_int_equal(line.order, order);
    assert_int_equal(line.seq, 1000 + order);
    assert_int_equal(line.time, 10 * order);
    assert_int_equal(stream_copy(s, line.offset, got, (size_t)line.len), line.len);
    got[line.len] = '\0';
    assert_string_equal(got, expected);
}

static void mark_is(uint64_t number, enum line_kind kind, uint64_t bytes, uint64_t writes)
{
    struct line line;

    assert_true(stream_line(s, number, &line));
    assert_int_equal(line.kind, kind);
    assert_int_equal(line.len, 0);
    assert_int_equal(line.bytes, bytes);
    assert_int_equal(line.writes, writes);
    assert_false(line.open);
}

static void empty(void **state)
{
    struct line line;
    uint64_t number;

    (void)state;
    assert_int_equal(stream_first(s), 0);
    assert_int_equal(stream_end(s), 0);
    assert_int_equal(stream_end_line(s), 0);
    assert_false(stream_line(s, 0, &line));
    assert_false(stream_line_at(s, 0, &number));
    assert_null(stream_run(s, 0).data);
    assert_int_equal(stream_find_order(s, 5), 0);
    assert_false(stream_can_shrink(s));
    put("", 1);
    assert_int_equal(stream_end_line(s), 0);
}

static void lines_and_their_first_bytes(void **state)
{
    struct line line;

    (void)state;
    put("one\ntw", 1);
    put("o\n\n", 2);
    put("three", 3);
    assert_int_equal(stream_end(s), 14);
    assert_int_equal(stream_end_line(s), 4);
    line_is(0, "one", 1);
    line_is(1, "two", 1);
    line_is(2, "", 2);
    line_is(3, "three", 3);
    assert_true(stream_line(s, 3, &line) && line.open && !line.cut);
    put("\n", 4);
    assert_true(stream_line(s, 3, &line) && !line.open);
    line_is(3, "three", 3);
    assert_int_equal(stream_end_line(s), 4);
    assert_false(stream_line(s, 4, &line));
    assert_int_equal(stream_last_order(s), 4);
}

/* The same text in pieces of any size gives the same lines. */
static void every_split(void **state)
{
    static const char text[] = "a\n\nlonger than a block of eight\nx\r\n\xff\n\n\nend";
    size_t len = sizeof text - 1;

    for (size_t first = 0; first <= len; first++) {
        for (size_t second = first; second <= len; second++) {
            stream_append(s, text, first, at(1));
            stream_append(s, text + first, second - first, at(2));
            stream_append(s, text + second, len - second, at(3));
            assert_int_equal(stream_end(s), len);
            assert_int_equal(stream_end_line(s), 8);
            for (uint64_t n = 0, offset = 0; n < 8; n++) {
                struct line line;
                assert_true(stream_line(s, n, &line));
                assert_int_equal(line.offset, offset);
                assert_int_equal(line.order, offset < first ? 1 : offset < second ? 2 : 3);
                offset += line.len + 1;
            }
            teardown(state);
            setup(state);
        }
    }
}

static void copies_across_blocks(void **state)
{
    static const char text[] = "0123456789abcdefghij";
    char got[64];

    (void)state;
    put(text, 1);
    for (uint64_t from = 0; from <= 20; from++)
        for (size_t n = 0; from + n <= 21; n++) {
            size_t have = from + n > 20 ? (size_t)(20 - from) : n;
            assert_int_equal(stream_copy(s, from, got, n), have);
            assert_memory_equal(got, &text[from], have);
        }
    assert_int_equal(stream_copy(s, 21, got, 5), 0);
    assert_in_range(stream_run(s, 3).len, 1, 8);
}

static void offsets_stay_when_the_front_goes(void **state)
{
    struct line line;
    char got[8];

    (void)state;
    for (uint64_t i = 0; i < 10; i++)
        put("abcd\n", i);
    assert_true(stream_can_shrink(s));
    while (stream_can_shrink(s))
        stream_shrink(s);
    assert_int_equal(stream_end(s), 50);
    assert_in_range(stream_end(s) - stream_first(s), STREAM_FLOOR, STREAM_FLOOR + STREAM_BLOCK);
    uint64_t first = stream_first_line(s);
    assert_int_equal(first, stream_first(s) / 5);
    assert_false(stream_line(s, first - 1, &line));
    for (uint64_t n = first + 1; n < 10; n++)
        line_is(n, "abcd", n);
    assert_true(stream_line(s, first, &line));
    assert_int_equal(line.cut, stream_first(s) % 5 != 0);
    assert_int_equal(line.order, first);
    assert_int_equal(stream_copy(s, stream_first(s) - 1, got, 1), 0);
}

static void a_line_longer_than_all_that_is_held(void **state)
{
    struct line line;

    (void)state;
    put("x\n", 1);
    for (int i = 0; i < 20; i++)
        put("0123456789", 2);
    while (stream_can_shrink(s))
        stream_shrink(s);
    assert_int_equal(stream_first_line(s), 1);
    assert_int_equal(stream_end_line(s), 2);
    assert_true(stream_line(s, 1, &line));
    assert_true(line.cut && line.open);
    assert_int_equal(line.order, 2);
    assert_int_equal(line.offset, stream_first(s));
    assert_int_equal(line.offset + line.len, stream_end(s));
    put("\nnext", 3);
    assert_true(stream_line(s, 1, &line));
    assert_false(line.open);
    line_is(2, "next", 3);
}

static void marks_stand_between_lines(void **state)
{
    struct line line;

    (void)state;
    put("half", 1);
    stream_mark(s, LINE_LOST, 100, 3, at(2));
    stream_mark(s, LINE_LOST, 11, 1, at(3));
    put(" rest\n", 4);
    stream_mark(s, LINE_UNAVAILABLE, 7, 1, at(5));
    stream_mark(s, LINE_LOST, 1, 1, at(6));
    assert_int_equal(stream_end_line(s), 5);
    line_is(0, "half", 1);
    assert_true(stream_line(s, 0, &line) && !line.open);
    mark_is(1, LINE_LOST, 111, 4);
    line_is(2, " rest", 4);
    mark_is(3, LINE_UNAVAILABLE, 7, 1);
    mark_is(4, LINE_LOST, 1, 1);
    assert_int_equal(stream_end(s), 10);
}

static void a_mark_at_every_place(void **state)
{
    for (size_t before = 0; before <= 20; before++) {
        for (size_t i = 0; i < before; i++)
            put("x", 1);
        stream_mark(s, LINE_LOST, 5, 1, at(2));
        put("yyyyyyyyyy\nz", 3);
        uint64_t n = before > 0;
        mark_is(n, LINE_LOST, 5, 1);
        line_is(n + 1, "yyyyyyyyyy", 3);
        line_is(n + 2, "z", 3);
        while (s->slot_count > 1) {
            stream_shrink(s);
            struct line line;
            for (uint64_t l = stream_first_line(s); l < stream_end_line(s); l++)
                assert_true(stream_line(s, l, &line));
            assert_true(stream_first_line(s) < stream_end_line(s));
        }
        teardown(state);
        setup(state);
    }
}

static void finding(void **state)
{
    uint64_t n;

    (void)state;
    put("aa\nbb\n", 10);
    stream_mark(s, LINE_LOST, 1, 1, at(20));
    put("cc\n", 30);
    assert_int_equal(stream_find_order(s, 0), 0);
    assert_int_equal(stream_find_order(s, 10), 0);
    assert_int_equal(stream_find_order(s, 11), 2);
    assert_int_equal(stream_find_order(s, 30), 3);
    assert_int_equal(stream_find_order(s, 31), 4);
    assert_int_equal(stream_find_time(s, 201), 3);
    assert_true(stream_line_at(s, 0, &n) && n == 0);
    assert_true(stream_line_at(s, 2, &n) && n == 0);
    assert_true(stream_line_at(s, 3, &n) && n == 1);
    assert_true(stream_line_at(s, 6, &n) && n == 3);
    assert_true(stream_line_at(s, 999, &n) && n == 3);
}

static void dropping_all(void **state)
{
    struct line line;

    (void)state;
    size_t bare = stream_memory(s);
    put("aaaaaaaaaaaaaaaaaaaa\nopen", 1);
    stream_drop(s);
    assert_int_equal(stream_memory(s), bare);
    assert_int_equal(stream_first(s), 25);
    assert_int_equal(stream_first_line(s), 2);
    assert_int_equal(stream_end_line(s), 2);
    put("again\n", 2);
    line_is(2, "again", 2);
    assert_true(stream_line(s, 2, &line) && line.offset == 25);
}

/* When the index is much larger than the bytes, blocks are dropped although fewer than STREAM_FLOOR
 * bytes are held. */
static void marks_do_not_hide_under_the_floor(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        put("\n", i);
        while (stream_can_shrink(s))
            stream_shrink(s);
    }
    assert_in_range(stream_end(s) - stream_first(s), STREAM_FLOOR, STREAM_FLOOR + STREAM_BLOCK);
    for (uint64_t i = 0; i < 100000; i++)
        stream_mark(s, i % 2 ? LINE_LOST : LINE_UNAVAILABLE, 1, 1, at(1000 + i));
    while (stream_can_shrink(s))
        stream_shrink(s);
    assert_in_range(stream_memory(s), 0, 512 * 1024);
}

static void seqs_far_apart(void **state)
{
    struct line line;

    (void)state;
    stream_append(s, "a\n", 2, (struct moment){.order = 1, .seq = 5});
    stream_append(s, "b\n", 2, (struct moment){.order = 2, .seq = UINT64_C(1) << 40});
    stream_append(s, "c\n", 2, (struct moment){.order = 3, .seq = 1});
    assert_true(stream_line(s, 1, &line));
    assert_true(line.seq == UINT64_C(1) << 40);
    assert_true(stream_line(s, 2, &line) && line.order == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(empty, setup, teardown),
        cmocka_unit_test_setup_teardown(lines_and_their_first_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(every_split, setup, teardown),
        cmocka_unit_test_setup_teardown(copies_across_blocks, setup, teardown),
        cmocka_unit_test_setup_teardown(offsets_stay_when_the_front_goes, setup, teardown),
        cmocka_unit_test_setup_teardown(a_line_longer_than_all_that_is_held, setup, teardown),
        cmocka_unit_test_setup_teardown(marks_stand_between_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(a_mark_at_every_place, setup, teardown),
        cmocka_unit_test_setup_teardown(finding, setup, teardown),
        cmocka_unit_test_setup_teardown(dropping_all, setup, teardown),
        cmocka_unit_test_setup_teardown(marks_do_not_hide_under_the_floor, setup, teardown),
        cmocka_unit_test_setup_teardown(seqs_far_apart, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
