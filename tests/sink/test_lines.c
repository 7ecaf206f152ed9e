/* Built with a tiny LINES_MAX, so that every text is longer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "sink/lines.h"

struct parts {
    struct buf text; /* of all parts */
    size_t count, largest;
    bool cut; /* a part is not valid UTF-8 by itself */
};

static void on_part(void *user, const struct line *line)
{
    struct parts *parts = user;

    parts->cut |= !utf8_valid(line->text.data, line->text.len);
    parts->count++;
    if (line->text.len > parts->largest)
        parts->largest = line->text.len;
    buf_add(&parts->text, line->text.data, line->text.len);
    if (line->whole)
        buf_addc(&parts->text, '\n');
}

static void add(struct lines *l, uint64_t tid, uint64_t fd, const void *data, size_t n)
{
    void *copy = xmemdup(data, n); /* so that a read beyond its end is noticed */
    struct event ev = {.type = EVENT_WRITE, .write = {.tid = tid, .fd = fd, .data = {copy, n}}};

    lines_add(l, &ev);
    free(copy);
}

static struct parts run(const void *data, size_t n, size_t piece)
{
    struct parts parts = {0};
    struct lines *l = lines_new(on_part, &parts);

    for (size_t at = 0; at < n; at += piece)
        add(l, 1, 1, (const char *)data + at, n - at < piece ? n - at : piece);
    lines_end_all(l);
    lines_free(l);
    return parts;
}

static void test_every_split_of_text(void **state)
{
    static const char text[] =
        "a\n\nlong line beyond any limit\n\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
        "\xc3\xa9\xf0\x9f\x90\x88\xf0\x9f\x90\x88 12345678\nrest \xf0\x9f\x90\x88";
    enum { SIZE = sizeof text - 1 };

    (void)state;
    for (size_t piece = 1; piece <= SIZE; piece++) {
        struct parts parts = run(text, SIZE, piece);
        assert_int_equal(parts.text.len, SIZE);
        assert_memory_equal(parts.text.data, text, SIZE);
        assert_false(parts.cut);
        assert_in_range(parts.largest, LINES_MAX - 3, LINES_MAX);
        buf_free(&parts.text);
    }
}

static void test_bytes_that_are_no_text(void **state)
{
    unsigned char noise[1000];

    (void)state;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (unsigned char)(0x80 + i * 31 % 128);
    for (size_t piece = 1; piece < 50; piece++) {
        struct parts parts = run(noise, sizeof noise, piece);
        assert_int_equal(parts.text.len, sizeof noise);
        assert_memory_equal(parts.text.data, noise, sizeof noise);
        assert_in_range(parts.largest, 1, LINES_MAX);
        buf_free(&parts.text);
    }
}

static void expect(struct parts *parts, const char *text)
{
    assert_int_equal(parts->text.len, strlen(text));
    assert_memory_equal(parts->text.data, text, parts->text.len);
}

static void test_streams_do_not_mix(void **state)
{
    struct parts parts = {0};
    struct lines *l = lines_new(on_part, &parts);

    (void)state;
    add(l, 1, 1, "a", 1);
    add(l, 1, 2, "b", 1);
    add(l, 2, 1, "c", 1);
    add(l, 1, 1, "A\n", 2);
    expect(&parts, "aA\n");
    lines_break(l, 1, 2, true); /* breaks lines that were read, not the written ones */
    lines_break(l, 3, 1, false);
    expect(&parts, "aA\n");
    lines_break(l, 1, 2, false);
    expect(&parts, "aA\nb");
    add(l, 1, 2, "B", 1);
    lines_end(l, 2);
    expect(&parts, "aA\nbc");
    lines_end(l, 1);
    lines_end(l, 1);
    lines_end_all(l);
    expect(&parts, "aA\nbcB");
    lines_free(l);
    lines_free(NULL);
    buf_free(&parts.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_split_of_text),
        cmocka_unit_test(test_bytes_that_are_no_text),
        cmocka_unit_test(test_streams_do_not_mix),
    };

    return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
