#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <jansson.h>

#include "base/xmalloc.h"
#include "catch.h"
#include "event/reader.h"
#include "event/wire.h"
#include "sample.h"
#include "sink/sinks.h"

static void assert_line(const struct event *ev, const char *expected)
{
    struct catch out;

    catch_open(&out);
    struct sink *s = sink_json_new(out.out);
    sink_event(s, ev, (struct bytes){"wire", 4});
    assert_int_equal(sink_flush(s), 0);
    assert_string_equal(catch_text(&out), expected);
    sink_free(s);
    catch_close(&out);
}

static struct event hello_write(void)
{
    return (struct event){.type = EVENT_WRITE,
                          .seq = 7,
                          .time = INT64_C(1732340000123456000),
                          .write = {.tid = 817,
                                    .pid = 815,
                                    .fd = 3,
                                    .comm = bytes_of("nginx"),
                                    .stream = STREAM_STDOUT,
                                    .syscall = bytes_of("writev"),
                                    .duration = 41000,
                                    .total = 5,
                                    .len = 5,
                                    .data = bytes_of("hello")}};
}

static void test_a_write(void **state)
{
    struct event ev = hello_write();

    (void)state;
    assert_line(&ev, "{\"type\":\"write\",\"seq\":7,\"time\":1732340000.123456,\"pid\":815,"
                     "\"tid\":817,\"comm\":\"nginx\",\"fd\":3,\"stream\":\"stdout\","
                     "\"syscall\":\"writev\",\"duration\":0.000041,\"len\":5,"
                     "\"data\":\"hello\"}\n");
}

static void test_a_piece(void **state)
{
    struct event ev = {
        .type = EVENT_READ,
        .write = {.total = 100, .offset = 50, .len = 7, .more = true, .unavailable = true}};

    (void)state;
    assert_line(&ev, "{\"type\":\"read\",\"seq\":0,\"pid\":0,\"tid\":0,\"fd\":0,\"total\":100,"
                     "\"offset\":50,\"len\":7,\"more\":true,\"unavailable\":true}\n");
}

static void test_times(void **state)
{
    struct event ev = {.type = EVENT_HELLO, .seq = 1, .time = 1000, .hello = {.monotonic = 1}};

    (void)state;
    assert_line(&ev, "{\"type\":\"hello\",\"seq\":1,\"time\":0.000001,\"version\":0,"
                     "\"monotonic\":0.000000001}\n");
    ev.time = -1500000000;
    ev.hello.monotonic = INT64_MIN;
    assert_line(&ev, "{\"type\":\"hello\",\"seq\":1,\"time\":-1.500000,\"version\":0,"
                     "\"monotonic\":-9223372036.854775808}\n");
}

/* The JSON value of "data" or "base64" for a payload of these bytes, or of "text" for a note. */
static char *text_for(enum event_type type, struct bytes bytes, const char *key)
{
    struct event ev = {.type = type};
    struct catch out;

    if (type == EVENT_NOTE)
        ev.note.text = bytes;
    else
        ev.write.data = bytes;
    catch_open(&out);
    struct sink *s = sink_json_new(out.out);
    sink_event(s, &ev, (struct bytes){"wire", 4});
    sink_flush(s);
    char *quoted = xasprintf("\"%s\":\"", key);
    const char *start = strstr(catch_text(&out), quoted);
    char *value = start ? xstrdup(start + strlen(quoted)) : xstrdup("-\"}\n");
    value[strlen(value) - 3] = 0; /* "}\n */
    free(quoted);
    sink_free(s);
    catch_close(&out);
    return value;
}

static void assert_text(enum event_type type, const char *bytes, size_t n, const char *key,
                        const char *expected)
{
    char *value = text_for(type, (struct bytes){bytes, n}, key);

    assert_string_equal(value, expected);
    free(value);
}

#define assert_data(S, EXPECTED) assert_text(EVENT_WRITE, S, sizeof S - 1, "data", EXPECTED)
#define assert_base64(S, EXPECTED) assert_text(EVENT_WRITE, S, sizeof S - 1, "base64", EXPECTED)
#define assert_note(S, EXPECTED) assert_text(EVENT_NOTE, S, sizeof S - 1, "text", EXPECTED)

static void test_payload_that_is_utf8(void **state)
{
    (void)state;
    assert_data("h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x88",
                "h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x88");
    assert_data("a\0b", "a\\u0000b");
    assert_data("\"\\/\b\f\n\r\t\x1b[1m", "\\\"\\\\/\\b\\f\\n\\r\\t\\u001B[1m");
    assert_data("\x7f", "\\u007f");
    assert_data("x\xc2\x9b"
                "31my",
                "x\\u009b31my");
    assert_data("\xc2\xa0", "\xc2\xa0");
    assert_data("\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029");
    assert_data("\xe2\x80\xa7\xe2\x80\xae", "\xe2\x80\xa7\\u202e");
    assert_data("\xf3\xa0\x81\x81-\xf0\x9f\x90\x88", "\\udb40\\udc41-\xf0\x9f\x90\x88");
}

static void test_payload_that_is_not(void **state)
{
    (void)state;
    assert_base64("\xff", "/w==");
    assert_base64("a\xc3", "YcM="); /* a character split over two writes */
    assert_base64("\xa9"
                  "b",
                  "qWI=");
    assert_base64("\xc0\xaf", "wK8=");             /* overlong */
    assert_base64("\xed\xa0\x80", "7aCA");         /* surrogate */
    assert_base64("\xf4\x90\x80\x80", "9JCAgA=="); /* above U+10FFFF */
    assert_data("\xff", "-");
}

static void test_text_is_repaired(void **state)
{
    (void)state;
    assert_note("a\xff\xc3", "a\xef\xbf\xbd\xef\xbf\xbd");
    assert_note("\xe2\x82\xac\xe2\x82", "\xe2\x82\xac\xef\xbf\xbd\xef\xbf\xbd");
}

static void test_long_text_keeps_its_escapes(void **state)
{
    struct buf data = {0}, expected = {0};

    (void)state;
    for (int i = 0; i < 20000; i++) {
        buf_adds(&data, i % 3 ? "\xe2\x80\xa8" : "\xc3\xa9z");
        buf_adds(&expected, i % 3 ? "\\u2028" : "\xc3\xa9z");
    }
    buf_addc(&expected, 0);
    assert_text(EVENT_WRITE, (char *)data.data, data.len, "data", (char *)expected.data);
    buf_free(&data);
    buf_free(&expected);
}

/* Every single byte and every pair: the JSON is valid and says the same bytes. */
static void assert_says(const unsigned char *bytes, size_t n)
{
    struct event ev = {.type = EVENT_WRITE, .write = {.data = {bytes, n}, .len = n}};
    struct catch out;

    catch_open(&out);
    struct sink *s = sink_json_new(out.out);
    sink_event(s, &ev, (struct bytes){"wire", 4});
    sink_flush(s);
    catch_text(&out);
    json_t *object = json_loadb((char *)out.text.data, out.text.len, JSON_ALLOW_NUL, NULL);
    assert_non_null(object);
    json_t *data = json_object_get(object, "data");
    assert_true(!data != !json_object_get(object, "base64"));
    if (data) {
        assert_int_equal(json_string_length(data), n);
        assert_memory_equal(json_string_value(data), bytes, n);
    }
    json_decref(object);
    sink_free(s);
    catch_close(&out);
}

static void test_any_bytes_make_valid_json(void **state)
{
    (void)state;
    for (int a = 0; a < 256; a++)
        for (int b = 0; b < 256; b += 5) {
            unsigned char bytes[] = {(unsigned char)a, (unsigned char)b};
            assert_says(bytes, 2);
        }
}

/* ---- the golden recording ---- */

static char *golden(const char *name)
{
    const char *dir = getenv("PCAT_SRCDIR");

    return xasprintf("%s/tests/golden/%s", dir ? dir : ".", name);
}

static void load(const char *path, struct buf *text)
{
    FILE *file = fopen(path, "r");

    if (!file)
        fail_msg("%s is missing", path);
    while (!feof(file))
        text->len += fread(buf_reserve(text, 4096), 1, 4096, file);
    fclose(file);
}

static void to_sink(void *user, const struct event *ev, struct bytes wire)
{
    sink_event(user, ev, wire);
}

static void assert_golden(const char *name)
{
    char *recording_name = xasprintf("%s.pcat", name), *json_name = xasprintf("%s.json", name);
    char *recording = golden(recording_name), *json = golden(json_name);
    struct buf wire = {0}, expected = {0};
    struct catch out;

    load(recording, &wire);
    catch_open(&out);
    struct sink *s = sink_json_new(out.out);
    struct reader *r = reader_new(to_sink, s);
    assert_int_equal(reader_feed(r, wire.data, wire.len), 0);
    assert_int_equal(reader_finish(r), 0);
    sink_flush(s);
    catch_text(&out);
    load(json, &expected);
    assert_int_equal(out.text.len, expected.len);
    assert_memory_equal(out.text.data, expected.data, expected.len);
    reader_free(r);
    sink_free(s);
    catch_close(&out);
    buf_free(&wire);
    buf_free(&expected);
    free(recording);
    free(json);
    free(recording_name);
    free(json_name);
}

/* Old recordings must always be read in the same way. v1 has all types of the first version, the
 * other recordings have the types that were added later. */
static void test_golden_recordings(void **state)
{
    (void)state;
    assert_golden("v1");
    assert_golden("v1-process");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_write),
        cmocka_unit_test(test_a_piece),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_payload_that_is_utf8),
        cmocka_unit_test(test_payload_that_is_not),
        cmocka_unit_test(test_text_is_repaired),
        cmocka_unit_test(test_long_text_keeps_its_escapes),
        cmocka_unit_test(test_any_bytes_make_valid_json),
        cmocka_unit_test(test_golden_recordings),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
