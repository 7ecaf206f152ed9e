/* The buffers are tiny here (SMALL_MODEL): blocks of 8 bytes, a floor of 16 bytes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "feed.h"
#include "model/neighbours.h"

#define BUDGET 8192

static struct feed f;

static int setup(void **state)
{
    (void)state;
    f = feed_new(BUDGET);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    feed_free(&f);
    return 0;
}

static uint64_t held(uint64_t tid, uint64_t fd)
{
    struct stream *s = feed_stream(&f, tid, fd);

    return stream_end(s) - stream_first(s);
}

static void counting(void **state)
{
    struct model_totals totals;

    (void)state;
    struct task *t = feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    feed_write(&f, 10, 10, 1, "out\n");
    feed_write(&f, 10, 10, 2, "error\n");
    feed_write(&f, 10, 10, 1, "x\n");
    feed_lost(&f, 10, 10, 1, 100, 4);
    assert_int_equal(t->out[STREAM_STDOUT].bytes, 6);
    assert_int_equal(t->out[STREAM_STDOUT].writes, 2);
    assert_int_equal(t->out[STREAM_STDERR].bytes, 6);
    assert_int_equal(t->lost_bytes, 100);
    assert_int_equal(t->write_time, 30);
    assert_int_equal(t->last_seq, 4);
    assert_int_equal(t->stream_count, 2);
    assert_int_equal(stream_writes(t->streams[0]), 2);
    assert_int_equal(stream_lost_writes(t->streams[0]), 4);
    model_totals(f.m, &totals);
    assert_int_equal(totals.bytes, 12);
    assert_int_equal(totals.writes, 3);
    assert_int_equal(totals.lost_bytes, 100);
    assert_int_equal(totals.streams, 2);
}

static void pieces_of_one_call(void **state)
{
    struct event e = {.type = EVENT_WRITE};

    (void)state;
    e.write = (struct ev_write){.tid = 5,
                                .pid = 5,
                                .fd = 1,
                                .stream = STREAM_STDOUT,
                                .len = 3,
                                .data = {"abc", 3},
                                .more = true,
                                .duration = 7};
    feed_event(&f, e);
    e.write.more = false;
    feed_event(&f, e);
    e.write.unavailable = true;
    e.write.data = (struct bytes){NULL, 0};
    e.write.len = 1000;
    feed_event(&f, e);
    struct task *t = feed_find(&f, 5);
    assert_int_equal(t->out[STREAM_STDOUT].writes, 2);
    assert_int_equal(t->out[STREAM_STDOUT].bytes, 1006);
    assert_int_equal(t->write_time, 14);
    struct stream *s = feed_stream(&f, 5, 1);
    assert_int_equal(stream_end(s), 6);
    assert_int_equal(stream_unavailable_bytes(s), 1000);
    struct line line;
    assert_true(stream_line(s, 1, &line));
    assert_int_equal(line.kind, LINE_UNAVAILABLE);
    assert_int_equal(line.bytes, 1000);
}

static void what_was_typed_unseen_is_a_mark(void **state)
{
    struct event e = {.type = EVENT_READ};
    struct line line;

    (void)state;
    e.write = (struct ev_write){
        .tid = 5, .pid = 5, .stream = STREAM_STDIN, .unavailable = true, .hidden = true};
    feed_event(&f, e);
    struct task *t = feed_find(&f, 5);
    assert_int_equal(t->out[STREAM_STDIN].bytes, 0);
    assert_true(stream_line(feed_stream(&f, 5, 0), 0, &line));
    assert_int_equal(line.kind, LINE_HIDDEN);
}

static void the_largest_pays(void **state)
{
    struct model_totals totals;

    (void)state;
    feed_write(&f, 1, 1, 1, "quiet: sixty bytes that must all be there when all is over...\n");
    for (int i = 0; i < 20000; i++)
        feed_write(&f, 2, 2, 1, "chatty\n");
    model_totals(f.m, &totals);
    assert_in_range(totals.memory, 1, BUDGET);
    assert_int_equal(held(1, 1), 62);
    assert_in_range(held(2, 1), STREAM_FLOOR, BUDGET);
    assert_int_equal(totals.evicted, 140000 - held(2, 1));
    assert_int_equal(stream_end_line(feed_stream(&f, 2, 1)), 20000);
}

static void each_keeps_its_floor(void **state)
{
    char text[41];

    (void)state;
    for (uint64_t tid = 1; tid <= 100; tid++) {
        snprintf(text, sizeof text, "%039d\n", (int)tid);
        feed_write(&f, tid, tid, 1, text);
    }
    for (uint64_t tid = 1; tid <= 100; tid++)
        assert_in_range(held(tid, 1), STREAM_FLOOR, STREAM_FLOOR + 2 * STREAM_FLOOR);
}

static void the_dead_pay_when_all_are_at_their_floor(void **state)
{
    (void)state;
    for (uint64_t tid = 1; tid <= 15; tid++) {
        feed_task(&f, tid, tid, 0, HOW_FORK, "x");
        feed_write(&f, tid, tid, 1, "0123456789abcdef0123456789abcdef\n");
        feed_exit(&f, tid, tid, 0, 0);
    }
    for (uint64_t tid = 100; tid <= 130; tid++)
        feed_write(&f, tid, tid, 1, "0123456789abcdef0123456789abcdef\n");
    assert_int_equal(held(1, 1), 0);
    assert_int_equal(stream_end(feed_stream(&f, 1, 1)), 33);
    assert_in_range(held(130, 1), STREAM_FLOOR, 33);
}

static void many_empty_lines_count(void **state)
{
    static char newlines[1000];
    struct model_totals totals;

    (void)state;
    memset(newlines, '\n', sizeof newlines);
    for (int i = 0; i < 100; i++)
        feed_bytes(&f, 1, 1, 1, newlines, sizeof newlines);
    model_totals(f.m, &totals);
    assert_in_range(totals.memory, 1, BUDGET);
    assert_int_equal(stream_end_line(feed_stream(&f, 1, 1)), 100000);
}

static void recent_streams_first(void **state)
{
    (void)state;
    feed_write(&f, 1, 1, 1, "a");
    feed_write(&f, 2, 2, 1, "a");
    feed_write(&f, 3, 3, 2, "a");
    feed_write(&f, 1, 1, 1, "a");
    struct stream *s = model_recent_stream(f.m);
    assert_ptr_equal(s, feed_stream(&f, 1, 1));
    s = model_next_stream(s);
    assert_ptr_equal(s, feed_stream(&f, 3, 2));
    s = model_next_stream(s);
    assert_ptr_equal(s, feed_stream(&f, 2, 1));
    assert_null(model_next_stream(s));
    assert_ptr_equal(model_stream(f.m, stream_id(feed_stream(&f, 2, 1))), feed_stream(&f, 2, 1));
    assert_null(model_stream(f.m, 77));
}

static void fds_and_uncaptured_ones(void **state)
{
    struct event fd = {.type = EVENT_FD};
    struct event other = {.type = EVENT_OTHER};

    (void)state;
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    feed_task(&f, 11, 10, 10, HOW_THREAD, "t");
    fd.fd = (struct ev_fd){.pid = 10,
                           .fd = 1,
                           .target = bytes_of("pipe:[1]"),
                           .stream = STREAM_STDOUT,
                           .reader = 77,
                           .reader_comm = bytes_of("less")};
    feed_event(&f, fd);
    other.other = (struct ev_other){
        .pid = 10, .fd = 5, .target = bytes_of("/var/log/app.log"), .writes = 3, .bytes = 120};
    feed_event(&f, other);
    feed_event(&f, other);
    const struct fd_info *info = task_fd(feed_find(&f, 11), 1);
    assert_string_equal(info->target, "pipe:[1]");
    assert_string_equal(info->reader_comm, "less");
    info = info->next;
    assert_int_equal(info->fd, 5);
    assert_int_equal(info->other_bytes, 240);
    assert_int_equal(info->other_writes, 6);
    assert_null(info->next);
    fd.fd.target = bytes_of("/dev/pts/3");
    fd.fd.rows = 24;
    feed_event(&f, fd);
    info = task_fd(feed_find(&f, 10), 1);
    assert_string_equal(info->target, "/dev/pts/3");
    assert_int_equal(info->rows, 24);
    assert_null(task_fd(feed_find(&f, 10), 2));
}

static void blocked_until_the_next_write(void **state)
{
    struct event e = {.type = EVENT_BLOCKED};

    (void)state;
    e.blocked = (struct ev_blocked){
        .tid = 10, .pid = 10, .fd = 1, .since = 5, .reader = 9, .reader_comm = bytes_of("less")};
    feed_event(&f, e);
    struct task *t = feed_find(&f, 10);
    assert_true(t->blocked.now);
    assert_string_equal(t->blocked.reader_comm, "less");
    feed_write(&f, 10, 10, 1, "x");
    assert_false(t->blocked.now);
    feed_event(&f, e);
    feed_exit(&f, 10, 10, 0, 0);
    assert_false(t->blocked.now);
    feed_event(&f, e);
    assert_false(t->blocked.now);
}

static struct task *blocked_task(uint64_t tid, int64_t since, uint64_t reader, bool over)
{
    struct event e = {.type = EVENT_BLOCKED};

    e.blocked = (struct ev_blocked){.tid = tid,
                                    .pid = tid,
                                    .fd = 1,
                                    .since = since,
                                    .reader = reader,
                                    .why = bytes_of("terminal stopped"),
                                    .over = over};
    feed_event(&f, e);
    return feed_find(&f, tid);
}

static void who_is_blocked_and_by_whom(void **state)
{
    (void)state;
    assert_null(model_first_blocked(f.m));
    struct task *a = blocked_task(10, FEED_SECOND, 30, false);
    struct task *b = blocked_task(20, 2 * FEED_SECOND, 10, false);
    assert_ptr_equal(model_first_blocked(f.m), a);
    assert_ptr_equal(model_next_blocked(a), b);
    assert_null(model_next_blocked(b));
    assert_ptr_equal(model_blocked_by(f.m, a), b);
    assert_null(model_blocked_by(f.m, b));
    assert_string_equal(a->blocked.why, "terminal stopped");
    assert_int_equal(task_blocked_for(a, 9 * FEED_SECOND), 8 * FEED_SECOND);
    blocked_task(10, FEED_SECOND, 0, true);
    assert_false(task_is_blocked(a));
    assert_ptr_equal(model_first_blocked(f.m), b);
    feed_lost(&f, 20, 20, 1, 5, 1);
    assert_null(model_first_blocked(f.m));
}

static void blocked_as_the_capture_ended(void **state)
{
    (void)state;
    struct event gone = {.type = EVENT_DETACHED, .detached = {.tid = 10, .pid = 10}};
    struct task *a = blocked_task(10, FEED_SECOND, 0, false);
    feed_event(&f, gone);
    assert_false(task_is_blocked(a));
    assert_null(model_first_blocked(f.m));
    model_source_end(f.m, f.s, "cut");
    assert_ptr_equal(model_first_blocked(f.m), a);
    assert_int_equal(task_blocked_for(a, 1000 * FEED_SECOND), a->end - FEED_SECOND);
}

static void failures_in_order(void **state)
{
    (void)state;
    feed_task(&f, 10, 10, 1, HOW_FORK, "good");
    feed_task(&f, 20, 20, 1, HOW_FORK, "bad");
    feed_task(&f, 21, 20, 20, HOW_THREAD, "bad too");
    feed_task(&f, 30, 30, 1, HOW_FORK, "killed");
    feed_exit(&f, 30, 30, -1, 9);
    feed_exit(&f, 10, 10, 0, 0);
    feed_exit(&f, 21, 20, 1, 0);
    feed_exit(&f, 20, 20, 1, 0);
    feed_exit(&f, 20, 20, 1, 0);
    assert_int_equal(model_first_failure(f.m), 1);
    assert_int_equal(model_end_failure(f.m), 3);
    assert_int_equal(f.s->failed, 2);
    assert_int_equal(model_failure(f.m, 1)->tid, 30);
    assert_int_equal(model_failure(f.m, 2)->tid, 20);
    assert_int_equal(feed_find(&f, 20)->failure, 2);
    assert_null(model_failure(f.m, 0));
    assert_null(model_failure(f.m, 3));
    for (uint64_t pid = 100; pid < 1100; pid++) {
        feed_task(&f, pid, pid, 1, HOW_FORK, "more");
        feed_exit(&f, pid, pid, 2, 0);
    }
    assert_int_equal(f.s->failed, 1002);
    assert_int_equal(model_end_failure(f.m), 1003);
    assert_int_equal(model_failure(f.m, 1002)->tid, 1099);
    assert_int_equal(model_failure(f.m, 1001)->tid, 1098);
    assert_true(model_first_failure(f.m) > 800); /* as MODEL_DEAD_MAX is small here */
    assert_null(model_failure(f.m, model_first_failure(f.m) - 1));
}

/* The syscall of each line, also when one call wrote several lines or continued a line; and the
 * histogram of all durations. */
static void calls_of_lines(void **state)
{
    struct event e = {.type = EVENT_WRITE};
    struct line_call call;
    char name[32];

    (void)state;
    e.write = (struct ev_write){.tid = 10,
                                .pid = 10,
                                .fd = 1,
                                .stream = STREAM_STDOUT,
                                .syscall = bytes_of("writev"),
                                .duration = 3999,
                                .total = 9,
                                .len = 9,
                                .data = bytes_of("one\ntwo\nt")};
    feed_event(&f, e);
    e.write.syscall = bytes_of("sendto");
    e.write.duration = INT64_C(86400123456789);
    e.write.data = bytes_of("hree\nfour\n");
    e.write.total = e.write.len = 10;
    feed_event(&f, e);
    struct stream *s = feed_stream(&f, 10, 1);
    for (uint64_t n = 0; n < 3; n++) {
        assert_true(stream_line_call(s, n, &call));
        assert_string_equal(call.syscall, "writev");
        assert_int_equal(call.duration, 3999);
        assert_int_equal(call.bytes, 9);
    }
    assert_true(stream_line_call(s, 3, &call));
    assert_string_equal(call.syscall, "sendto");
    assert_in_range(call.duration, INT64_C(86399900000000), INT64_C(86400123456789));
    assert_int_equal(call.bytes, 10);
    assert_false(stream_line_call(s, 4, &call));
    assert_int_equal(stream_times(s)[1], 1);
    assert_int_equal(stream_times(s)[STREAM_TIMES - 1], 1);
    e.write.duration = 1999;
    feed_event(&f, e);
    e.write.duration = 2000;
    feed_event(&f, e);
    assert_int_equal(stream_times(s)[0], 1);
    assert_int_equal(stream_times(s)[1], 2);
    for (int i = 0; i < 400; i++) { /* more names than CALLS_MAX */
        snprintf(name, sizeof name, "call%d", i);
        e.write.syscall = bytes_of(name);
        feed_event(&f, e);
    }
    assert_true(stream_line_call(s, stream_end_line(s) - 1, &call));
    assert_string_equal(call.syscall, "");
}

static struct entry entry_of(struct stream *s, uint64_t number)
{
    struct entry e = {.stream = s};

    assert_true(stream_line(s, number, &e.line));
    return e;
}

static void is_neighbour(const struct entry *e, struct stream *s, uint64_t number)
{
    assert_ptr_equal(e->stream, s);
    assert_int_equal(e->line.number, number);
}

static void neighbours_in_all_streams(void **state)
{
    struct neighbours n;
    struct entry e;

    (void)state;
    feed_write(&f, 10, 10, 1, "a1\na2\n");
    feed_write(&f, 20, 20, 1, "b1\n");
    feed_write(&f, 30, 30, 2, "c1\n");
    feed_write(&f, 10, 10, 1, "a3\n");
    feed_write(&f, 20, 20, 1, "b2\n");
    struct stream *a = feed_stream(&f, 10, 1), *b = feed_stream(&f, 20, 1);
    struct stream *c = feed_stream(&f, 30, 2);
    e = entry_of(c, 0);
    neighbours_find(f.m, &e, 2, &n);
    assert_int_equal(n.nbefore, 2);
    assert_int_equal(n.nbehind, 2);
    is_neighbour(&n.before[0], b, 0);
    is_neighbour(&n.before[1], a, 1);
    is_neighbour(&n.behind[0], a, 2);
    is_neighbour(&n.behind[1], b, 1);
    neighbours_find(f.m, &e, 100, &n);
    assert_int_equal(n.nbefore, 3);
    is_neighbour(&n.before[2], a, 0);
    assert_int_equal(n.nbehind, 2);
    e = entry_of(a, 0);
    neighbours_find(f.m, &e, 3, &n);
    assert_int_equal(n.nbefore, 0);
    assert_int_equal(n.nbehind, 3);
    is_neighbour(&n.behind[0], a, 1);
    is_neighbour(&n.behind[1], b, 0);
    is_neighbour(&n.behind[2], c, 0);
    e = entry_of(b, 1);
    neighbours_find(f.m, &e, 1, &n);
    assert_int_equal(n.nbehind, 0);
    assert_int_equal(n.nbefore, 1);
    is_neighbour(&n.before[0], a, 2);
}

/* neighbours_find() gives the same as a search through all lines. */
static void neighbours_of_any_line(void **state)
{
    struct entry all[400], e;
    struct neighbours n;
    unsigned random = 1;
    size_t count = 0;

    (void)state;
    feed_free(&f);
    f = feed_new(1 << 20); /* nothing is evicted */
    for (int i = 0; i < 200; i++) {
        random = random * 1103515245 + 12345;
        uint64_t tid = 10 + (random >> 16) % 7;
        uint64_t first = feed_find(&f, tid) ? stream_end_line(feed_stream(&f, tid, 1)) : 0;
        bool two = random >> 24 & 1;
        feed_write(&f, tid, tid, 1, two ? "x\ny\n" : "z\n");
        for (uint64_t k = 0; k < 1u + two; k++)
            all[count++] = entry_of(feed_stream(&f, tid, 1), first + k);
    }
    for (size_t i = 0; i < count; i++) {
        e = all[i];
        neighbours_find(f.m, &e, 3, &n);
        assert_int_equal(n.nbefore, i < 3 ? i : 3);
        assert_int_equal(n.nbehind, count - 1 - i < 3 ? count - 1 - i : 3);
        for (size_t k = 0; k < n.nbefore; k++)
            is_neighbour(&n.before[k], all[i - 1 - k].stream, all[i - 1 - k].line.number);
        for (size_t k = 0; k < n.nbehind; k++)
            is_neighbour(&n.behind[k], all[i + 1 + k].stream, all[i + 1 + k].line.number);
    }
}

static void notes_and_replies(void **state)
{
    struct event note = {.type = EVENT_NOTE, .note = {.pid = 7}};
    struct event reply = {.type = EVENT_REPLY};
    char text[32];

    (void)state;
    assert_null(model_note(f.m, 1));
    for (int i = 1; i <= MODEL_NOTES_MAX + 5; i++) {
        snprintf(text, sizeof text, "note %d", i);
        note.note.text = bytes_of(text);
        feed_event(&f, note);
    }
    assert_int_equal(model_first_note(f.m), 6);
    assert_null(model_note(f.m, 5));
    assert_string_equal(model_note(f.m, 6)->text, "note 6");
    assert_int_equal(model_note(f.m, 6)->serial, 6);
    assert_null(model_note(f.m, model_end_note(f.m)));
    for (uint64_t i = 1; i <= 20; i++) {
        reply.reply = (struct ev_reply){.id = i, .ok = i % 2, .text = bytes_of("done")};
        feed_event(&f, reply);
    }
    assert_null(source_reply(f.s, 4));
    assert_null(source_reply(f.s, 21));
    assert_true(source_reply(f.s, 5)->ok);
    assert_string_equal(source_reply(f.s, 20)->text, "done");
}

static void hello_is_kept(void **state)
{
    struct event e = {.type = EVENT_HELLO};

    (void)state;
    e.hello = (struct ev_hello){.version = 1,
                                .program = bytes_of("pcat 0"),
                                .host = bytes_of("box"),
                                .pid = 4,
                                .ring = true,
                                .argv = {"pcat\0-w\0", 8}};
    feed_event(&f, e);
    assert_true(f.s->hello && f.s->ring);
    assert_string_equal(f.s->host, "box");
    assert_int_equal(f.s->argv_len, 8);
}

static void odd_events_do_no_harm(void **state)
{
    (void)state;
    for (int type = 0; type <= EVENT_TYPES; type++) {
        struct event e;
        memset(&e, 0, sizeof e);
        e.type = (enum event_type)type;
        if (type != EVENT_END)
            feed_event(&f, e);
        memset(&e, 0, sizeof e);
        e.type = (enum event_type)type;
        if (type == EVENT_WRITE || type == EVENT_READ || type == EVENT_LOST || type == EVENT_FD) {
            e.write.stream = (enum event_stream)99;
            e.write.tid = UINT64_MAX;
            feed_event(&f, (struct event){.type = e.type, .write = {.tid = 9, .stream = 77}});
        }
    }
}

static void generations_change(void **state)
{
    (void)state;
    uint64_t all = model_generation(f.m), tree = model_tree_generation(f.m);
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "a");
    assert_true(model_generation(f.m) != all);
    assert_true(model_tree_generation(f.m) != tree);
    feed_write(&f, 10, 10, 1, "x");
    tree = model_tree_generation(f.m);
    uint64_t output = model_output_generation(f.m);
    feed_write(&f, 10, 10, 1, "x");
    assert_int_equal(model_tree_generation(f.m), tree);
    assert_true(model_output_generation(f.m) != output);
}

static void names_follow_the_writes(void **state)
{
    struct event e = {.type = EVENT_WRITE};

    (void)state;
    feed_task(&f, 10, 10, 1, HOW_ATTACHED, "old name");
    e.write = (struct ev_write){.tid = 10, .pid = 10, .fd = 1, .comm = bytes_of("new")};
    feed_event(&f, e);
    assert_string_equal(feed_find(&f, 10)->comm, "new");
    e.write.comm = (struct bytes){"ne\0xx", 5};
    feed_event(&f, e);
    feed_event(&f, e);
    assert_string_equal(feed_find(&f, 10)->comm, "ne");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(counting, setup, teardown),
        cmocka_unit_test_setup_teardown(pieces_of_one_call, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_typed_unseen_is_a_mark, setup, teardown),
        cmocka_unit_test_setup_teardown(the_largest_pays, setup, teardown),
        cmocka_unit_test_setup_teardown(each_keeps_its_floor, setup, teardown),
        cmocka_unit_test_setup_teardown(the_dead_pay_when_all_are_at_their_floor, setup, teardown),
        cmocka_unit_test_setup_teardown(many_empty_lines_count, setup, teardown),
        cmocka_unit_test_setup_teardown(recent_streams_first, setup, teardown),
        cmocka_unit_test_setup_teardown(fds_and_uncaptured_ones, setup, teardown),
        cmocka_unit_test_setup_teardown(blocked_until_the_next_write, setup, teardown),
        cmocka_unit_test_setup_teardown(who_is_blocked_and_by_whom, setup, teardown),
        cmocka_unit_test_setup_teardown(blocked_as_the_capture_ended, setup, teardown),
        cmocka_unit_test_setup_teardown(failures_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(calls_of_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(neighbours_in_all_streams, setup, teardown),
        cmocka_unit_test_setup_teardown(neighbours_of_any_line, setup, teardown),
        cmocka_unit_test_setup_teardown(notes_and_replies, setup, teardown),
        cmocka_unit_test_setup_teardown(hello_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(odd_events_do_no_harm, setup, teardown),
        cmocka_unit_test_setup_teardown(generations_change, setup, teardown),
        cmocka_unit_test_setup_teardown(names_follow_the_writes, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
