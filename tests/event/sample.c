#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "event/fields.h"
#include "event/wire.h"

#define LITERAL(S)                                                                                 \
    {                                                                                              \
        S, sizeof S - 1                                                                            \
    }
#define ARGV LITERAL("nginx\0-g\0\0daemon off;\0")
#define WRITE                                                                                      \
    {                                                                                              \
        .tid = 817, .pid = 815, .fd = 3, .comm = LITERAL("nginx"), .stream = STREAM_STDOUT,        \
        .syscall = LITERAL("writev"), .duration = 41000, .total = 4096, .offset = 12, .len = 8,    \
        .data = LITERAL("h\xc3\xa9llo\0\n"), .more = true, .unavailable = true, .reread = true,    \
        .hidden = true                                                                             \
    }

static const struct event samples[SAMPLES] = {
    {.type = EVENT_HELLO,
     .hello = {.magic = LITERAL(EVENT_MAGIC),
               .version = EVENT_VERSION,
               .program = LITERAL("pcat 0.1.0"),
               .host = LITERAL("box"),
               .boot_id = LITERAL("0f3c1f9e-5f0c-4a57-a1f5-000000000000"),
               .pid = 4711,
               .fds = LITERAL("1,2"),
               .argv = ARGV,
               .monotonic = 1234567890,
               .ring = true}},
    {.type = EVENT_TASK,
     .task = {.tid = 817,
              .pid = 815,
              .parent = 1,
              .how = HOW_THREAD,
              .nspid = 7,
              .uid = 33,
              .comm = LITERAL("bad \xff name"),
              .argv = ARGV,
              .start = 1732340000000000001}},
    {.type = EVENT_ARMED, .armed = {.pid = 815, .threads = 3}},
    {.type = EVENT_EXEC,
     .exec = {.tid = 815,
              .pid = 815,
              .former = 817,
              .comm = LITERAL("cat"),
              .exe = LITERAL("/usr/bin/cat"),
              .argv = ARGV}},
    {.type = EVENT_EXIT, .exit = {.tid = 817, .pid = 815, .code = 0, .signal = 11, .core = true}},
    {.type = EVENT_DETACHED, .detached = {.tid = 817, .pid = 815, .why = LITERAL("asked")}},
    {.type = EVENT_STOP, .stop = {.tid = 817, .pid = 815, .signal = 20}},
    {.type = EVENT_CONT, .stop = {.tid = 817, .pid = 815, .signal = 18}},
    {.type = EVENT_FD,
     .fd = {.pid = 815,
            .fd = 1,
            .target = LITERAL("/dev/pts/3"),
            .dev = 24,
            .ino = UINT64_MAX,
            .stream = STREAM_STDERR,
            .rows = 24,
            .cols = 80,
            .raw = true,
            .reader = 12,
            .reader_comm = LITERAL("less")}},
    {.type = EVENT_WRITE, .write = WRITE},
    {.type = EVENT_READ, .write = WRITE},
    {.type = EVENT_BLOCKED,
     .blocked = {.tid = 817,
                 .pid = 815,
                 .fd = 1,
                 .since = 1732340001000000000,
                 .reader = 12,
                 .reader_comm = LITERAL("less"),
                 .why = LITERAL("the reader is stopped"),
                 .over = true}},
    {.type = EVENT_OTHER,
     .other = {.pid = 815, .fd = 5, .target = LITERAL("/var/log/x"), .writes = 3, .bytes = 70000}},
    {.type = EVENT_LOST,
     .lost = {.tid = 817,
              .pid = 815,
              .fd = 1,
              .stream = STREAM_STDOUT,
              .writes = 12,
              .bytes = 4096,
              .why = LITERAL("ring full")}},
    {.type = EVENT_NOTE, .note = {.pid = 815, .text = LITERAL("a \"note\"\n\x7f")}},
    {.type = EVENT_REPLY, .reply = {.id = 1, .ok = true, .text = LITERAL("attached")}},
    {.type = EVENT_PROCESS,
     .process = {.id = 2,
                 .pid = 815,
                 .parent = 1,
                 .uid = 33,
                 .user = LITERAL("www-data"),
                 .comm = LITERAL("nginx"),
                 .argv = ARGV,
                 .kernel = true,
                 .threads = 3,
                 .cpu = 1230000000,
                 .start = 1732340000000000001,
                 .stdout_ = LITERAL("/dev/null"),
                 .stderr_ = LITERAL("pipe:[1155]"),
                 .traced = true,
                 .refused = LITERAL("815 (nginx) is a kernel thread")}},
    {.type = EVENT_END,
     .end = {.why = LITERAL("interrupted"),
             .writes = 9,
             .bytes = 8,
             .lost_writes = 7,
             .lost_bytes = 6}},
};

struct event sample_event(size_t i)
{
    struct event ev = samples[i];

    ev.seq = i + 1;
    ev.time = INT64_C(1732340000123456789) + (int64_t)i * 1000000;
    return ev;
}

void sample_stream(struct buf *out)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        struct event ev = sample_event(i);
        wire_encode(out, &ev);
    }
}

static void assert_same_field(const struct field *f, const void *a, const void *b)
{
    const struct bytes *x = a, *y = b;

    switch ((enum field_kind)f->kind) {
    case FIELD_UINT:
    case FIELD_NUMBER:
    case FIELD_TOTAL:
        assert_true(*(const uint64_t *)a == *(const uint64_t *)b);
        break;
    case FIELD_CODE:
    case FIELD_TIME:
    case FIELD_DURATION:
        assert_true(*(const int64_t *)a == *(const int64_t *)b);
        break;
    case FIELD_BOOL:
    case FIELD_ANSWER:
        assert_int_equal(*(const bool *)a, *(const bool *)b);
        break;
    case FIELD_HOW:
        assert_int_equal(*(const enum event_how *)a, *(const enum event_how *)b);
        break;
    case FIELD_STREAM:
        assert_int_equal(*(const enum event_stream *)a, *(const enum event_stream *)b);
        break;
    case FIELD_TEXT:
    case FIELD_ARGV:
    case FIELD_PAYLOAD:
        assert_int_equal(x->len, y->len);
        if (x->len)
            assert_memory_equal(x->data, y->data, x->len);
        break;
    }
}

void sample_assert_same(const struct event *a, const struct event *b)
{
    struct fields fields = fields_of(a->type);

    assert_int_equal(a->type, b->type);
    for (size_t i = 0; i < fields.count; i++)
        assert_same_field(&fields.list[i], field_get(&fields.list[i], a),
                          field_get(&fields.list[i], b));
}
