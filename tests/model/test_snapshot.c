/* When the snapshot of a model is applied to another model, that model has the same snapshot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "event/reader.h"
#include "event/wire.h"
#include "feed.h"
#include "model/snapshot.h"

enum { BUDGET = 1 << 20 };

static struct feed f;

static int setup(void **state)
{
    struct event hello = {.type = EVENT_HELLO};

    (void)state;
    f = feed_new(BUDGET);
    hello.hello = (struct ev_hello){.magic = bytes_of(EVENT_MAGIC),
                                    .version = EVENT_VERSION,
                                    .program = bytes_of("pcat"),
                                    .host = bytes_of("box"),
                                    .pid = 7,
                                    .fds = bytes_of("1,2")};
    feed_event(&f, hello);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    feed_free(&f);
    return 0;
}

static void encode(void *user, const struct event *ev)
{
    wire_encode(user, ev);
}

static void apply(void *user, const struct event *ev, struct bytes wire)
{
    struct feed *to = user;

    (void)wire;
    model_apply(to->m, to->s, ev);
}

/* Makes a snapshot, applies it to another model, and makes a snapshot of that one. Both must be the
 * same bytes. Returns the first; the caller frees. */
static struct buf check(void)
{
    struct buf once = {0}, twice = {0};
    struct feed other = feed_new(BUDGET);
    struct reader *r = reader_new(apply, &other);

    model_snapshot(f.m, f.s, encode, &once);
    assert_int_equal(reader_feed(r, once.data, once.len), 0);
    assert_int_equal(reader_finish(r), 0);
    model_snapshot(other.m, other.s, encode, &twice);
    assert_int_equal(once.len, twice.len);
    assert_memory_equal(once.data, twice.data, once.len);
    reader_free(r);
    feed_free(&other);
    buf_free(&twice);
    return once;
}

static bool holds(const struct buf *b, const char *text)
{
    return memmem(b->data, b->len, text, strlen(text)) != NULL;
}

static void a_story(void **state)
{
    struct event e = {.type = EVENT_FD};

    (void)state;
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "server");
    e.fd = (struct ev_fd){.pid = 10,
                          .fd = 1,
                          .target = bytes_of("pipe:[7]"),
                          .stream = STREAM_STDOUT,
                          .reader = 9,
                          .reader_comm = bytes_of("less")};
    feed_event(&f, e);
    e = (struct event){.type = EVENT_ARMED, .armed = {.pid = 10, .threads = 2}};
    feed_event(&f, e);
    feed_task(&f, 11, 10, 10, HOW_THREAD, "worker");
    feed_write(&f, 10, 10, 1, "two\nlines\n");
    feed_write(&f, 11, 10, 1, "from a thread\nwith an open e");
    feed_write(&f, 10, 10, 2, "an error\n");
    feed_write(&f, 11, 10, 1, "nd\n");
    feed_task(&f, 20, 20, 10, HOW_FORK, "child");
    feed_exec(&f, 20, 0, "/bin/date");
    feed_exec(&f, 20, 0, "/bin/env");
    feed_lost(&f, 20, 20, 1, 100, 3);
    feed_write(&f, 20, 20, 1, "no end");
    e = (struct event){.type = EVENT_READ};
    e.write = (struct ev_write){
        .tid = 20, .pid = 20, .stream = STREAM_STDIN, .unavailable = true, .hidden = true};
    feed_event(&f, e);
    feed_exit(&f, 20, 20, -1, 11);
    feed_exit(&f, 11, 10, 0, 0);
    e = (struct event){.type = EVENT_STOP, .stop = {.tid = 10, .pid = 10, .signal = 19}};
    feed_event(&f, e);
    e = (struct event){.type = EVENT_BLOCKED};
    e.blocked = (struct ev_blocked){
        .tid = 10, .pid = 10, .fd = 2, .since = f.time, .reader = 9, .why = bytes_of("stuck")};
    feed_event(&f, e);
    struct buf told = check();
    assert_true(holds(&told, "stuck"));
    assert_true(holds(&told, "two\nlines\n") && holds(&told, "/bin/env") &&
                holds(&told, "pipe:[7]") && holds(&told, "hidden") && holds(&told, "no end"));
    buf_free(&told);
}

static void an_end(void **state)
{
    struct event e = {.type = EVENT_END};

    (void)state;
    feed_task(&f, 10, 10, 1, HOW_SPAWNED, "command");
    feed_write(&f, 10, 10, 1, "said\n");
    feed_exit(&f, 10, 10, 3, 0);
    e.end = (struct ev_end){.why = bytes_of("the last tracee is gone"), .writes = 1, .bytes = 5};
    feed_event(&f, e);
    struct buf told = check();
    assert_true(holds(&told, "the last tracee is gone"));
    buf_free(&told);
}

static void what_went_is_not_told(void **state)
{
    (void)state;
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "chatty");
    feed_write(&f, 10, 10, 1, "the very first line\n");
    for (int i = 0; i < 60000; i++)
        feed_write(&f, 10, 10, 1, "all the same\n");
    feed_write(&f, 10, 10, 1, "the last line\n");
    struct buf told = {0};
    model_snapshot(f.m, f.s, encode, &told);
    assert_true(holds(&told, "the last line") && !holds(&told, "the very first line"));
    buf_free(&told);
}

static void nothing_without_a_hello(void **state)
{
    struct feed empty = feed_new(BUDGET);
    struct buf told = {0};

    (void)state;
    model_snapshot(empty.m, empty.s, encode, &told);
    assert_int_equal(told.len, 0);
    feed_free(&empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_story, setup, teardown),
        cmocka_unit_test_setup_teardown(an_end, setup, teardown),
        cmocka_unit_test_setup_teardown(what_went_is_not_told, setup, teardown),
        cmocka_unit_test(nothing_without_a_hello),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
