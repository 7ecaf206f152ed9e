#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/xmalloc.h"
#include "event/fields.h"
#include "event/reader.h"
#include "event/wire.h"
#include "sample.h"

static struct bytes all_of(const struct buf *b)
{
    return (struct bytes){b->data, b->len};
}

static void assert_round_trip(const struct event *ev)
{
    struct buf wire = {0}, argv = {0};
    struct event back;

    wire_encode(&wire, ev);
    assert_true(wire.len <= EVENT_WIRE_MAX);
    assert_int_equal(reader_decode(all_of(&wire), &back, &argv), 0);
    sample_assert_same(ev, &back);
    buf_free(&wire);
    buf_free(&argv);
}

static void test_every_type_with_all_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct event ev = sample_event(i);
        struct fields fields = fields_of(ev.type);
        assert_int_equal(ev.type, i + 1);
        for (size_t f = 0; f < fields.count; f++)
            assert_true(field_says_something(&fields.list[f], &ev));
        assert_round_trip(&ev);
    }
}

static void test_every_type_with_no_field(void **state)
{
    (void)state;
    for (enum event_type type = EVENT_HELLO; type < EVENT_TYPES; type++) {
        struct event ev = {.type = type};
        assert_round_trip(&ev);
    }
}

static void test_exit_codes(void **state)
{
    (void)state;
    for (int64_t code = -2; code < 300; code++) {
        struct event ev = {.type = EVENT_EXIT, .exit = {.code = code}};
        assert_round_trip(&ev);
    }
}

static void test_numbers_of_every_size(void **state)
{
    (void)state;
    for (int shift = 0; shift < 64; shift++) {
        uint64_t bit = UINT64_C(1) << shift;
        struct event ev = {.type = EVENT_FD, .seq = bit, .fd = {.ino = bit - 1}};
        ev.time = shift == 63 ? INT64_MIN : -(int64_t)bit;
        assert_round_trip(&ev);
    }
}

static void test_total_is_left_out_when_it_is_len(void **state)
{
    struct event ev = {.type = EVENT_WRITE, .write = {.len = 5, .total = 5, .data = {"hello", 5}}};
    struct buf wire = {0};

    (void)state;
    wire_encode(&wire, &ev);
    assert_null(memmem(wire.data, wire.len, "total", 5));
    assert_round_trip(&ev);
    ev.write.total = 6;
    assert_round_trip(&ev);
    buf_free(&wire);
}

static void test_len_without_bytes(void **state)
{
    struct event ev = {.type = EVENT_WRITE, .write = {.len = 99, .total = 99, .unavailable = true}};

    (void)state;
    assert_round_trip(&ev);
}

static void test_head_and_payload_make_the_event(void **state)
{
    struct event ev = sample_event(EVENT_WRITE - 1);
    struct buf whole = {0}, parts = {0};
    struct bytes data = ev.write.data;

    (void)state;
    wire_encode(&whole, &ev);
    ev.write.data.data = NULL;
    wire_encode_head(&parts, &ev);
    buf_add(&parts, data.data, data.len);
    assert_int_equal(whole.len, parts.len);
    assert_memory_equal(whole.data, parts.data, whole.len);
    buf_free(&whole);
    buf_free(&parts);
}

static void test_the_largest_payload(void **state)
{
    char *data = xcalloc(1, EVENT_CHUNK_MAX);
    struct event ev = {.type = EVENT_WRITE,
                       .write = {.len = EVENT_CHUNK_MAX,
                                 .total = EVENT_CHUNK_MAX,
                                 .data = {data, EVENT_CHUNK_MAX}}};

    (void)state;
    assert_round_trip(&ev);
    free(data);
}

/* The encoding of an event, byte by byte, as RFC 8949 describes it. */
static void test_bytes_on_the_wire(void **state)
{
    static const char expected[] = "\x82\x65"
                                   "armed\xa4\x63"
                                   "seq\x18\x18\x64"
                                   "time\x19\x03\xe8\x63"
                                   "pid\x0a\x67"
                                   "threads\x03";
    struct event ev = {
        .type = EVENT_ARMED, .seq = 24, .time = 1000, .armed = {.pid = 10, .threads = 3}};
    struct buf wire = {0};

    (void)state;
    wire_encode(&wire, &ev);
    assert_int_equal(wire.len, sizeof expected - 1);
    assert_memory_equal(wire.data, expected, wire.len);
    buf_free(&wire);
}

static void test_text_that_is_not_utf8_is_a_byte_string(void **state)
{
    struct event ev = {.type = EVENT_NOTE, .note = {.text = {"a\xff", 2}}};
    struct buf wire = {0};

    (void)state;
    wire_encode(&wire, &ev);
    assert_non_null(memmem(wire.data, wire.len, "\x64text\x42", 6));
    buf_clear(&wire);
    ev.note.text = bytes_of("\xc3\xa9");
    wire_encode(&wire, &ev);
    assert_non_null(memmem(wire.data, wire.len, "\x64text\x62", 6));
    buf_free(&wire);
}

static char *repeat(const char *what, size_t size)
{
    char *text = xmalloc(size);

    for (size_t i = 0; i < size; i++)
        text[i] = what[i % strlen(what)];
    return text;
}

/* Texts that are too long are cut between two characters, so that readers accept the event. */
static void test_huge_texts_are_cut(void **state)
{
    size_t size = 3000000;
    char *text = repeat("\xe2\x82\xac", size), *argv = xcalloc(1, size);
    struct event back, ev = {.type = EVENT_EXEC};
    struct buf wire = {0}, scratch = {0};

    (void)state;
    ev.exec.comm = ev.exec.exe = (struct bytes){text, size};
    ev.exec.argv = (struct bytes){argv, size};
    wire_encode(&wire, &ev);
    assert_true(wire.len < EVENT_WIRE_MAX);
    assert_int_equal(reader_decode(all_of(&wire), &back, &scratch), 0);
    assert_int_equal(back.exec.exe.len % 3, 0);
    assert_in_range(back.exec.exe.len, 60000, 65536);
    assert_in_range(back.exec.argv.len, 100000, 200000);
    buf_free(&wire);
    buf_free(&scratch);
    free(text);
    free(argv);
}

static void test_argv_without_its_last_nul(void **state)
{
    struct event back, ev = {.type = EVENT_TASK, .task = {.argv = {"a\0b", 3}}};
    struct buf wire = {0}, scratch = {0};

    (void)state;
    wire_encode(&wire, &ev);
    assert_int_equal(reader_decode(all_of(&wire), &back, &scratch), 0);
    assert_int_equal(back.task.argv.len, 4);
    assert_memory_equal(back.task.argv.data, "a\0b\0", 4);
    buf_free(&wire);
    buf_free(&scratch);
}

static void test_payload_is_the_last_field(void **state)
{
    (void)state;
    for (enum event_type type = EVENT_UNKNOWN; type < EVENT_TYPES; type++) {
        struct fields fields = fields_of(type);
        for (size_t i = 0; i < fields.count; i++)
            if (fields.list[i].kind == FIELD_PAYLOAD)
                assert_int_equal(i, fields.count - 1);
    }
}

/* ---- the specification ---- */

static char *read_page(void)
{
    const char *dir = getenv("PCAT_SRCDIR");
    char *path = xasprintf("%s/doc/pcat-stream.5", dir ? dir : ".");
    FILE *file = fopen(path, "r");
    struct buf text = {0};

    if (!file)
        fail_msg("%s is missing", path);
    while (!feof(file))
        text.len += fread(buf_reserve(&text, 4096), 1, 4096, file);
    buf_addc(&text, 0);
    fclose(file);
    free(path);
    return (char *)text.data;
}

/* The part of the manual page from the heading of a type to the next heading. */
static char *section_of(const char *page, const char *type)
{
    char *heading = xasprintf("\n.Ss %s\n", type);
    const char *start = strstr(page, heading);

    free(heading);
    if (!start) {
        fail_msg("pcat-stream(5) has no section on %s", type);
        return xstrdup("");
    }
    const char *end = strstr(start + 2, "\n.S");
    return xasprintf("%.*s\n", end ? (int)(end - start) : (int)strlen(start), start);
}

static void check_section(const char *page, enum event_type type)
{
    const char *title = type == EVENT_READ ? "write" : type == EVENT_CONT ? "stop" : NULL;
    char *section = section_of(page, title ? title : event_type_name(type));
    struct fields fields = fields_of(type);
    size_t told = 0;

    for (const char *at = section; (at = strstr(at, "\n.It Va ")); at++)
        told++;
    for (size_t i = 2; i < fields.count; i++) {
        char *item = xasprintf("\n.It Va %s ", fields.list[i].name);
        if (!strstr(section, item))
            fail_msg("pcat-stream(5) does not tell of %s.%s", event_type_name(type),
                     fields.list[i].name);
        free(item);
    }
    assert_int_equal(told, fields.count - 2); /* without seq and time */
    free(section);
}

static void test_page_tells_of_every_field(void **state)
{
    char *page = read_page();

    (void)state;
    for (enum event_type type = EVENT_HELLO; type < EVENT_TYPES; type++)
        check_section(page, type);
    assert_non_null(strstr(page, "\n.It Va seq "));
    assert_non_null(strstr(page, "\n.It Va time "));
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_type_with_all_fields),
        cmocka_unit_test(test_every_type_with_no_field),
        cmocka_unit_test(test_exit_codes),
        cmocka_unit_test(test_numbers_of_every_size),
        cmocka_unit_test(test_total_is_left_out_when_it_is_len),
        cmocka_unit_test(test_len_without_bytes),
        cmocka_unit_test(test_head_and_payload_make_the_event),
        cmocka_unit_test(test_the_largest_payload),
        cmocka_unit_test(test_bytes_on_the_wire),
        cmocka_unit_test(test_text_that_is_not_utf8_is_a_byte_string),
        cmocka_unit_test(test_huge_texts_are_cut),
        cmocka_unit_test(test_argv_without_its_last_nul),
        cmocka_unit_test(test_payload_is_the_last_field),
        cmocka_unit_test(test_page_tells_of_every_field),
    };

    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
