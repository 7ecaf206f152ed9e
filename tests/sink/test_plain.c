#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "catch.h"
#include "event/wire.h"
#include "sample.h"
#include "sink/sinks.h"

static void say(struct sink *sink, enum event_type type, enum event_stream stream,
                struct bytes data)
{
    struct event ev = {.type = type,
                       .write = {.fd = 1, .stream = stream, .len = data.len, .data = data}};

    sink_event(sink, &ev, (struct bytes){"wire", 4});
}

static void test_streams_are_kept_apart(void **state)
{
    struct catch out, err;

    (void)state;
    catch_open(&out);
    catch_open(&err);
    struct sink *s = sink_plain_new(out.out, err.out);
    say(s, EVENT_WRITE, STREAM_STDOUT, bytes_of("one\n"));
    say(s, EVENT_WRITE, STREAM_STDERR, bytes_of("two\n"));
    assert_string_equal(catch_text(&out), "one\n"); /* written without a flush */
    say(s, EVENT_WRITE, STREAM_OTHER, bytes_of("three"));
    assert_string_equal(catch_text(&err), "two\n");
    say(s, EVENT_READ, STREAM_STDIN, bytes_of("four"));
    assert_int_equal(sink_flush(s), 0);
    assert_string_equal(catch_text(&out), "one\nthreefour");
    assert_string_equal(catch_text(&err), "two\n");
    sink_free(s);
    catch_close(&out);
    catch_close(&err);
}

static void test_bytes_are_never_altered(void **state)
{
    unsigned char all[256 * 3];
    struct catch out;

    (void)state;
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (unsigned char)(i * 7);
    catch_open(&out);
    struct sink *s = sink_plain_new(out.out, out.out);
    for (size_t i = 0; i < sizeof all; i += 5)
        say(s, EVENT_WRITE, i % 2 ? STREAM_STDOUT : STREAM_STDERR,
            (struct bytes){all + i, sizeof all - i < 5 ? sizeof all - i : 5});
    sink_flush(s);
    catch_text(&out);
    assert_int_equal(out.text.len, sizeof all);
    assert_memory_equal(out.text.data, all, sizeof all);
    sink_free(s);
    catch_close(&out);
}

static void test_nothing_else_is_printed(void **state)
{
    struct catch out;

    (void)state;
    catch_open(&out);
    struct sink *s = sink_plain_new(out.out, out.out);
    for (size_t i = 0; i < SAMPLES; i++) {
        struct event ev = sample_event(i);
        if (ev.type != EVENT_WRITE && ev.type != EVENT_READ)
            sink_event(s, &ev, (struct bytes){"wire", 4});
    }
    sink_flush(s);
    assert_string_equal(catch_text(&out), "");
    sink_free(s);
    catch_close(&out);
}

static void test_unavailable_bytes_are_counted(void **state)
{
    struct event ev = {.type = EVENT_WRITE, .write = {.len = 99, .unavailable = true}};
    struct catch out;

    (void)state;
    catch_open(&out);
    struct sink *s = sink_plain_new(out.out, out.out);
    sink_event(s, &ev, (struct bytes){"wire", 4});
    sink_event(s, &ev, (struct bytes){"wire", 4});
    assert_int_equal(sink_plain_unavailable(s), 198);
    assert_string_equal(catch_text(&out), "");
    sink_free(s);
    catch_close(&out);
}

static void test_errors_are_told(void **state)
{
    struct catch err;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct out *out = out_new(full);

    (void)state;
    catch_open(&err);
    struct sink *s = sink_plain_new(out, err.out);
    say(s, EVENT_WRITE, STREAM_STDOUT, bytes_of("lost"));
    for (int i = 0; i < 2; i++) {
        errno = 0;
        assert_int_equal(sink_flush(s), -1);
        assert_int_equal(errno, ENOSPC);
    }
    sink_free(s);
    s = sink_plain_new(err.out, out);
    assert_int_equal(sink_flush(s), -1);
    assert_int_equal(errno, ENOSPC);
    sink_free(s);
    out_free(out);
    close(full);
    catch_close(&err);
}

static void test_a_recording_is_the_stream(void **state)
{
    struct buf wire = {0};
    struct catch out;

    (void)state;
    catch_open(&out);
    struct sink *s = sink_record_new(out.out, false);
    for (size_t i = 0; i < SAMPLES; i++) {
        struct event ev = sample_event(i);
        size_t before = wire.len;
        wire_encode(&wire, &ev);
        sink_event(s, &ev, (struct bytes){wire.data + before, wire.len - before});
    }
    assert_int_equal(sink_flush(s), 0);
    catch_text(&out);
    assert_int_equal(out.text.len, wire.len);
    assert_memory_equal(out.text.data, wire.data, wire.len);
    sink_free(s);
    buf_free(&wire);
    catch_close(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams_are_kept_apart),
        cmocka_unit_test(test_bytes_are_never_altered),
        cmocka_unit_test(test_nothing_else_is_printed),
        cmocka_unit_test(test_unavailable_bytes_are_counted),
        cmocka_unit_test(test_errors_are_told),
        cmocka_unit_test(test_a_recording_is_the_stream),
    };

    return cmocka_run_group_tests_name("plain", tests, NULL, NULL);
}
