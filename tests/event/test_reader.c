#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "event/reader.h"
#include "event/wire.h"
#include "sample.h"

/* Counts events; compares them with the samples when asked to. */
struct tally {
    size_t events;
    bool compare;
    struct buf wire; /* the encodings of all events so far */
    struct event last;
};

static void on_event(void *user, const struct event *ev, struct bytes wire)
{
    struct tally *t = user;

    if (t->compare) {
        struct event expected = sample_event(t->events);
        sample_assert_same(&expected, ev);
    }
    t->events++;
    t->last = *ev; /* numbers only: texts are gone after the call */
    buf_add(&t->wire, wire.data, wire.len);
}

/* Feeds a copy of exactly n bytes, so that AddressSanitizer notices a read beyond its end. */
static int feed(struct reader *r, const void *data, size_t n)
{
    void *copy = xmemdup(data, n);
    int result = reader_feed(r, copy, n);

    free(copy);
    return result;
}

static int feed_split(struct reader *r, const struct buf *b, size_t piece)
{
    for (size_t at = 0; at < b->len; at += piece) {
        size_t n = b->len - at < piece ? b->len - at : piece;
        if (feed(r, b->data + at, n) < 0)
            return -1;
    }
    return 0;
}

static void put_hello(struct buf *b)
{
    struct event hello = sample_event(0);

    wire_encode(b, &hello);
}

static void test_every_split(void **state)
{
    struct buf b = {0};

    (void)state;
    sample_stream(&b);
    for (size_t piece = 1; piece <= b.len; piece++) {
        struct tally t = {.compare = true};
        struct reader *r = reader_new(on_event, &t);
        assert_int_equal(feed_split(r, &b, piece), 0);
        assert_int_equal(reader_finish(r), 0);
        assert_null(reader_error(r));
        assert_int_equal(t.events, SAMPLES);
        assert_int_equal(reader_offset(r), b.len);
        assert_int_equal(t.wire.len, b.len);
        assert_memory_equal(t.wire.data, b.data, b.len);
        reader_free(r);
        buf_free(&t.wire);
    }
    buf_free(&b);
}

static void test_every_cut(void **state)
{
    struct buf b = {0};
    size_t ends[SAMPLES], whole = 0;

    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct event ev = sample_event(i);
        wire_encode(&b, &ev);
        ends[i] = b.len;
    }
    for (size_t cut = 0; cut < b.len; cut++) {
        struct tally t = {.compare = true};
        struct reader *r = reader_new(on_event, &t);
        char offset[64];
        whole += cut == ends[whole];
        assert_int_equal(feed(r, b.data, cut), 0);
        assert_int_equal(t.events, whole);
        bool between = whole && cut == ends[whole - 1];
        assert_int_equal(reader_finish(r), between ? 0 : -1);
        snprintf(offset, sizeof offset, "cut at offset %zu,", cut);
        if (cut == 0)
            assert_string_equal(reader_error(r), "the stream is empty");
        else if (!between)
            assert_non_null(strstr(reader_error(r), offset));
        reader_free(r);
        buf_free(&t.wire);
    }
    buf_free(&b);
}

static void ignore_event(void *user, const struct event *ev, struct bytes wire)
{
    struct buf out = {0};

    wire_encode(&out, ev); /* each event that was read can be encoded again */
    *(size_t *)user += wire.len;
    buf_free(&out);
}

static void test_every_flipped_bit(void **state)
{
    struct buf b = {0};

    (void)state;
    sample_stream(&b);
    for (size_t bit = 0; bit < b.len * 8; bit++) {
        size_t bytes = 0;
        struct reader *r = reader_new(ignore_event, &bytes);
        b.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
        int result = feed(r, b.data, b.len);
        assert_true(reader_finish(r) == 0 || reader_error(r));
        assert_true(result == 0 || reader_error(r));
        assert_true(bytes <= b.len);
        b.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
        reader_free(r);
    }
    buf_free(&b);
}

/* ---- streams by hand ---- */

/* The error of a reader that gets a hello and then these bytes. NULL: none. The caller frees it. */
static char *verdict(const void *data, size_t n, struct tally *t)
{
    struct buf b = {0};
    struct reader *r = reader_new(on_event, t);

    put_hello(&b);
    buf_add(&b, data, n);
    if (feed_split(r, &b, 7) == 0)
        reader_finish(r);
    char *error = reader_error(r) ? xstrdup(reader_error(r)) : NULL;
    reader_free(r);
    buf_free(&b);
    buf_free(&t->wire);
    return error;
}

#define assert_damaged(S) assert_verdict(S, sizeof S - 1, "damaged", 1)
#define assert_good(S, EVENTS) assert_verdict(S, sizeof S - 1, NULL, EVENTS)

static struct event assert_verdict(const char *data, size_t n, const char *what, size_t events)
{
    struct tally t = {0};
    char *error = verdict(data, n, &t);

    if (what && (!error || !strstr(error, what)))
        fail_msg("expected \"%s\", got \"%s\"", what, error ? error : "nothing");
    if (!what && error)
        fail_msg("unexpected: %s", error);
    assert_int_equal(t.events, events);
    free(error);
    return t.last;
}

static void test_huge_lengths(void **state)
{
    (void)state;
    assert_damaged("\x82\x7b\xff\xff\xff\xff\xff\xff\xff\xff");         /* text */
    assert_damaged("\x82\x5b\xff\xff\xff\xff\xff\xff\xff\xf7");         /* bytes */
    assert_damaged("\x9b\xff\xff\xff\xff\xff\xff\xff\xff");             /* array */
    assert_damaged("\x82\x64note\xbb\xff\xff\xff\xff\xff\xff\xff\xff"); /* map */
    assert_damaged("\x82\x64note\xbb\x80\x00\x00\x00\x00\x00\x00\x00"); /* doubled: 0 */
    assert_damaged("\x82\x64note\xa1\x64text\x7a\x00\x10\x00\x01");     /* 1 MiB and 1 */
    assert_verdict("\x82\x64note\xa1\x64text\x7a\x00\x0f\xff\x00", 16, "cut", 1);
}

static void test_an_event_that_never_ends(void **state)
{
    struct buf b = {0};
    struct tally t = {0};
    struct reader *r = reader_new(on_event, &t);
    size_t fed = 0;

    (void)state;
    put_hello(&b);
    buf_add(&b, "\x82\x64note\xbf", 7);
    assert_int_equal(feed(r, b.data, b.len), 0);
    buf_clear(&b);
    for (int i = 0; i < 1000; i++)
        buf_add(&b, "\x01\x02", 2);
    while (feed(r, b.data, b.len) == 0)
        fed += b.len;
    assert_in_range(fed, EVENT_WIRE_MAX - 10000, EVENT_WIRE_MAX);
    assert_non_null(strstr(reader_error(r), "too long"));
    reader_free(r);
    buf_free(&b);
    buf_free(&t.wire);
}

static void test_deep_nesting(void **state)
{
    (void)state;
    /* The event and its map are two levels: six more may follow, not seven. */
    assert_good("\x82\x64note\xa1\x61x\x81\x81\x81\x81\x81\x80", 2);
    assert_damaged("\x82\x64note\xa1\x61x\x81\x81\x81\x81\x81\x81\x80");
    assert_damaged("\x82\x64note\xa1\x61x\xc1\xc1\xc1\xc1\xc1\xc1\xc1\x00");
    assert_damaged("\x82\x64note\xa1\x61x\x9f\x9f\x9f\x9f\x9f\x9f\x9f");
    assert_damaged("\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81");
}

static void test_unknown_fields_of_every_kind(void **state)
{
    static const struct {
        const char *value;
        size_t len;
    } values[] = {
#define V(S) {S, sizeof S - 1}
        V("\x17"),     /* 23 */
        V("\x18\xff"), /* 8, 16, 32, 64 bits */
        V("\x19\xff\xff"),
        V("\x1a\xff\xff\xff\xff"),
        V("\x1b\xff\xff\xff\xff\xff\xff\xff\xff"),
        V("\x37"), /* negative */
        V("\x38\xff"),
        V("\x39\xff\xff"),
        V("\x3a\xff\xff\xff\xff"),
        V("\x3b\xff\xff\xff\xff\xff\xff\xff\xff"),
        V("\x40"), /* strings */
        V("\x43\0\1\2"),
        V("\x60"),
        V("\x63xyz"),
        V("\x5f\x41\x00\x40\xff"), /* in pieces */
        V("\x5f\xff"),
        V("\x7f\x61x\x61y\xff"),
        V("\x80"), /* containers */
        V("\x83\x01\x82\x02\x03\xa1\x04\x05"),
        V("\x9f\xff"),
        V("\x9f\x01\x9f\x02\xff\xff"),
        V("\xa0"),
        V("\xa1\xa1\x01\x02\x80"),
        V("\xbf\xff"),
        V("\xbf\x01\x02\x61x\xbf\xff\xff"),
        V("\xc1\x1a\x51\x4b\x67\xb0"), /* tags */
        V("\xd8\x20\x61x"),
        V("\xdb\0\0\0\0\0\0\0\1\xc0\x60"),
        V("\xe0"), /* simple values */
        V("\xf3"),
        V("\xf8\xff"),
        V("\xf4"),
        V("\xf5"),
        V("\xf6"),
        V("\xf7"),
        V("\xf9\x3c\x00"), /* floats */
        V("\xf9\x7e\x00"),
        V("\xfa\x47\xc3\x50\x00"),
        V("\xfb\x7f\xf0\0\0\0\0\0\0"),
#undef V
    };
    struct buf b = {0};

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        buf_clear(&b);
        buf_add(&b, "\x82\x64note\xa3\x61x", 9); /* as the value of an unknown field */
        buf_add(&b, values[i].value, values[i].len);
        buf_add(&b, values[i].value, values[i].len); /* as a key */
        buf_add(&b, "\x01\x63seq\x18\x2a", 7);
        struct event last = assert_verdict((char *)b.data, b.len, NULL, 2);
        assert_int_equal(last.type, EVENT_NOTE);
        assert_int_equal(last.seq, 42);
    }
    buf_free(&b);
}

static void test_known_fields_of_wrong_kind(void **state)
{
    static const char *const kinds[] = {"\xf6", "\x80", "\xa1\x01\x02", "\xfa\x47\xc3\x50"};
    static const size_t lens[] = {1, 1, 3, 4};
    static const char *const fields[] = {"\x63tid", "\x64\x63omm", "\x64\x61rgv", "\x63how",
                                         "\x65start"};
    struct buf b = {0};

    (void)state;
    for (size_t f = 0; f < 5; f++)
        for (size_t k = 0; k < 4; k++) {
            buf_clear(&b);
            buf_add(&b, "\x82\x64task\xa2", 7);
            buf_adds(&b, fields[f]);
            buf_add(&b, kinds[k], lens[k]);
            if (k == 3)
                buf_addc(&b, 0);
            buf_add(&b, "\x63seq\x18\x2a", 6);
            struct event last = assert_verdict((char *)b.data, b.len, NULL, 2);
            assert_int_equal(last.seq, 42);
            assert_int_equal(last.task.tid, 0);
            assert_int_equal(last.task.comm.len, 0);
            assert_int_equal(last.task.argv.len, 0);
            assert_int_equal(last.task.how, HOW_UNKNOWN);
        }
    buf_free(&b);
}

static void test_open_and_longer_events(void **state)
{
    (void)state;
    assert_int_equal(assert_good("\x9f\x64note\xbf\x63seq\x05\xff\xff", 2).seq, 5);
    assert_int_equal(assert_good("\x83\x64note\xa1\x63seq\x05\x82\x01\x02", 2).seq, 5);
    assert_int_equal(assert_good("\x9f\x64note\xa1\x63seq\x05\x80\x60\xff", 2).seq, 5);
}

static void test_unknown_types_are_skipped(void **state)
{
    (void)state;
    assert_good("\x82\x66\x66uture\xa1\x63seq\x05", 1);
    assert_good("\x82\x67unknown\xa0", 1);
    assert_good("\x82\x60\xa0", 1);
    assert_int_equal(assert_good("\x82\x66\x66uture\xa1\x01\x02\x82\x64note\xa0", 2).type,
                     EVENT_NOTE);
}

static void test_what_is_no_event(void **state)
{
    (void)state;
    assert_damaged("\x01");
    assert_damaged("\x80");
    assert_damaged("\x81\x64note");
    assert_damaged("\x82\x01\xa0");
    assert_damaged("\x82\x64note\x80");
    assert_damaged("\xff");
    assert_damaged("\x82\x64note\xff");
    assert_damaged("\x82\x64note\xbf\x61x\xff");          /* a key without its value */
    assert_damaged("\x82\x64note\xa1\x61x\x5f\x61y\xff"); /* text in a byte string */
    assert_damaged("\x82\x64note\xa1\x61x\x5f\x5f\xff\xff");
    assert_damaged("\x82\x64note\xa1\x61x\x1c");
    assert_damaged("\x82\x64note\xa1\x61x\xfc");
    assert_damaged("\x82\x64note\xa1\x61x\x1f");
    assert_damaged("\x82\x64note\xa1\x61x\xdf\x00");
    assert_damaged("\xc1\x82\x64note\xa0"); /* tagged */
}

static void test_errors_stay(void **state)
{
    struct buf b = {0};
    struct tally t = {0};
    struct reader *r = reader_new(on_event, &t);

    (void)state;
    put_hello(&b);
    size_t good = b.len;
    buf_addc(&b, 0x01);
    assert_int_equal(feed(r, b.data, b.len), -1);
    assert_int_equal(feed(r, b.data, good), -1);
    assert_int_equal(reader_finish(r), -1);
    assert_int_equal(reader_offset(r), good);
    assert_int_equal(t.events, 1);
    assert_non_null(strstr(reader_error(r), "damaged at offset"));
    reader_free(r);
    buf_free(&b);
    buf_free(&t.wire);
}

/* ---- the first event ---- */

static void assert_first(const void *data, size_t n, const char *what)
{
    struct tally t = {0};
    struct reader *r = reader_new(on_event, &t);

    if (feed(r, data, n) == 0)
        reader_finish(r);
    assert_int_equal(t.events, 0);
    assert_non_null(reader_error(r));
    if (!strstr(reader_error(r), what))
        fail_msg("expected \"%s\", got \"%s\"", what, reader_error(r));
    reader_free(r);
}

static void test_other_files_are_no_streams(void **state)
{
    static const char no_map[] = "\x82\x65hello\x80";

    (void)state;
    assert_first("hello world\n", 12, "not a pcat stream");
    assert_first("\x7f\x45LF", 4, "not a pcat stream");
    assert_first("\x1f\x8b\x08", 3, "not a pcat stream");
    assert_first("\0", 1, "not a pcat stream");
    assert_first("{", 1, "not a pcat stream");
    assert_first(no_map, sizeof no_map - 1, "not a pcat stream");
    assert_first("\x82\x65hello\xa0", 8, "not a pcat stream");
    assert_first("\x82\x64note\xa0", 7, "not a pcat stream");
    assert_first("\x82\x66\x66uture\xa0", 9, "not a pcat stream");
    assert_first("\x82\xff", 2, "not a pcat stream");
}

static void test_version_and_magic(void **state)
{
    struct event hello = sample_event(0);
    struct buf b = {0};

    (void)state;
    hello.hello.version = EVENT_VERSION + 1;
    wire_encode(&b, &hello);
    assert_first(b.data, b.len, "has version 2");
    buf_clear(&b);
    hello.hello.version = 0;
    wire_encode(&b, &hello);
    assert_first(b.data, b.len, "not a pcat stream");
    buf_clear(&b);
    hello = sample_event(0);
    hello.hello.magic = bytes_of("pcat-strean");
    wire_encode(&b, &hello);
    assert_first(b.data, b.len, "not a pcat stream");
    buf_free(&b);
}

static void test_empty(void **state)
{
    (void)state;
    assert_first("", 0, "empty");
    reader_free(NULL);
}

/* ---- one event ---- */

static int decode(const char *data, size_t n)
{
    struct buf argv = {0};
    struct event ev;
    void *copy = xmemdup(data, n);
    int result = reader_decode((struct bytes){copy, n}, &ev, &argv);

    free(copy);
    buf_free(&argv);
    return result;
}

static void test_decode_takes_one_whole_event(void **state)
{
    static const char note[] = "\x82\x64note\xa1\x63seq\x05\x00";

    (void)state;
    assert_int_equal(decode(note, sizeof note - 2), 0);
    for (size_t n = 0; n < sizeof note - 2; n++)
        assert_int_equal(decode(note, n), -1);
    assert_int_equal(decode(note, sizeof note - 1), -1);
}

static void test_len_follows_the_bytes(void **state)
{
    static const char wire[] = "\x82\x65write\xa2\x63len\x18\x63\x64\x64\x61ta\x43xyz";
    struct event last = assert_good(wire, 2);

    (void)state;
    assert_int_equal(last.write.len, 3);
    assert_int_equal(last.write.total, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_split),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_every_flipped_bit),
        cmocka_unit_test(test_huge_lengths),
        cmocka_unit_test(test_an_event_that_never_ends),
        cmocka_unit_test(test_deep_nesting),
        cmocka_unit_test(test_unknown_fields_of_every_kind),
        cmocka_unit_test(test_known_fields_of_wrong_kind),
        cmocka_unit_test(test_open_and_longer_events),
        cmocka_unit_test(test_unknown_types_are_skipped),
        cmocka_unit_test(test_what_is_no_event),
        cmocka_unit_test(test_errors_stay),
        cmocka_unit_test(test_other_files_are_no_streams),
        cmocka_unit_test(test_version_and_magic),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_decode_takes_one_whole_event),
        cmocka_unit_test(test_len_follows_the_bytes),
    };

    return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
