/* pack() and unpack(): the event comes out as it went in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "capture/pack.h"

static void assert_bytes(struct bytes a, struct bytes b)
{
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, b.len);
}

/* All fields, with the payload behind the packed event or elsewhere. */
static void test_round(void **state)
{
    struct event ev = {.type = EVENT_READ, .seq = 7, .time = -5}, got;
    struct buf out = {0};

    (void)state;
    ev.write = (struct ev_write){.tid = 2,
                                 .pid = 1,
                                 .fd = 0,
                                 .comm = bytes_of("a name"),
                                 .stream = STREAM_STDIN,
                                 .syscall = bytes_of("readv"),
                                 .duration = 99,
                                 .total = 1000,
                                 .offset = 30,
                                 .len = 5,
                                 .data = bytes_of("bytes"),
                                 .more = true,
                                 .reread = true};
    pack(&out, &ev);
    size_t n = pack_size((struct bytes){out.data, out.len});
    assert_int_equal(n, out.len);
    buf_adds(&out, "bytes");
    memset(&got, 0xff, sizeof got);
    unpack((struct bytes){out.data, out.len}, (struct bytes){out.data + n, out.len - n}, &got);
    assert_int_equal(got.type, EVENT_READ);
    assert_int_equal(got.seq, 7);
    assert_int_equal(got.time, -5);
    assert_bytes(got.write.comm, ev.write.comm);
    assert_bytes(got.write.syscall, ev.write.syscall);
    assert_bytes(got.write.data, ev.write.data);
    assert_true(got.write.more && got.write.reread && !got.write.unavailable && !got.write.hidden);
    got.write.comm = ev.write.comm;
    got.write.data = ev.write.data;
    assert_memory_equal(&got.write, &ev.write, sizeof ev.write);
    buf_free(&out);
}

static void test_nothing_and_too_much(void **state)
{
    struct event ev = {.type = EVENT_WRITE}, got;
    struct buf out = {0};
    char name[2 * PACK_MAX];

    (void)state;
    pack(&out, &ev);
    unpack((struct bytes){out.data, out.len}, (struct bytes){0}, &got);
    assert_null(got.write.data.data);
    assert_int_equal(got.write.comm.len, 0);
    buf_clear(&out);
    memset(name, 'x', sizeof name);
    ev.write.comm = (struct bytes){name, sizeof name};
    pack(&out, &ev);
    assert_true(out.len <= PACK_MAX);
    assert_int_equal(pack_size((struct bytes){out.data, out.len}), out.len);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_nothing_and_too_much),
    };

    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
