/* The queue between tracer and writer, with rings that hold a few events only. */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <cmocka.h>

#include "capture/backlog.h"
#include "event/reader.h"
#include "event/wire.h"

enum { RING = 8192, TOTAL = 3 * RING, PAYLOAD = 1000 };

/* --- adding events --- */

static void encode_head(struct buf *head, struct event *ev, uint64_t tid, uint64_t seq,
                        struct bytes payload)
{
    *ev = (struct event){.type = EVENT_WRITE, .seq = seq, .time = (int64_t)seq * 1000};
    ev->write = (struct ev_write){.tid = tid,
                                  .pid = 1,
                                  .fd = 1,
                                  .stream = STREAM_STDOUT,
                                  .syscall = bytes_of("write"),
                                  .total = payload.len,
                                  .len = payload.len,
                                  .data = payload};
    wire_encode_head(head, ev);
}

static void put(struct backlog *b, struct ring *r, uint64_t tid, uint64_t seq, size_t n)
{
    struct buf head = {0};
    unsigned char payload[PAYLOAD];
    struct event ev;

    memset(payload, (int)(seq & 0xff), n);
    encode_head(&head, &ev, tid, seq, (struct bytes){payload, n});
    backlog_put(b, r, seq, ev.time, (struct bytes){head.data, head.len},
                (struct bytes){payload, n});
    buf_free(&head);
}

/* The same as a large payload, whose buffer the backlog takes over. */
static void put_large(struct backlog *b, struct ring *r, uint64_t tid, uint64_t seq, size_t n)
{
    struct buf head = {0}, payload = {0};
    struct event ev;

    memset(buf_reserve(&payload, n), (int)(seq & 0xff), n);
    payload.len = n;
    encode_head(&head, &ev, tid, seq, (struct bytes){payload.data, n});
    backlog_put_large(b, r, seq, ev.time, (struct bytes){head.data, head.len}, &payload);
    assert_int_equal(payload.len, 0);
    buf_free(&payload);
    buf_free(&head);
}

static void put_note(struct backlog *b, uint64_t seq)
{
    struct event ev = {.type = EVENT_NOTE, .seq = seq, .note.text = bytes_of("a note")};
    struct buf wire = {0};

    wire_encode(&wire, &ev);
    backlog_put_control(b, seq, (struct bytes){wire.data, wire.len});
    buf_free(&wire);
}

static struct ring *new_ring(struct backlog *b, pid_t tid)
{
    return backlog_ring(b, tid, 1, 1, STREAM_STDOUT);
}

/* --- taking events --- */

/* The next event, checked in itself; type EVENT_UNKNOWN when there is none now. Texts are not kept.
 */
static struct event take(struct backlog *b)
{
    struct buf wire = {0}, scratch = {0}, large = {0};
    struct event ev = {0};

    if (backlog_take(b, &wire, &large) <= BACKLOG_PIECE) {
        buf_add(&wire, large.data, large.len);
        assert_int_equal(reader_decode((struct bytes){wire.data, wire.len}, &ev, &scratch), 0);
        if (ev.type == EVENT_WRITE) {
            const unsigned char *p = ev.write.data.data;
            assert_int_equal(ev.write.data.len, ev.write.len);
            for (size_t i = 0; i < ev.write.len; i++)
                assert_int_equal(p[i], ev.seq & 0xff);
        }
    }
    buf_free(&wire);
    buf_free(&scratch);
    buf_free(&large);
    return ev;
}

static void assert_write(struct backlog *b, uint64_t seq)
{
    struct event ev = take(b);

    assert_int_equal(ev.type, EVENT_WRITE);
    assert_int_equal(ev.seq, seq);
}

static void assert_lost(struct backlog *b, uint64_t tid, uint64_t seq, uint64_t writes)
{
    struct event ev = take(b);

    assert_int_equal(ev.type, EVENT_LOST);
    assert_int_equal(ev.seq, seq);
    assert_int_equal(ev.lost.tid, tid);
    assert_int_equal(ev.lost.fd, 1);
    assert_int_equal(ev.lost.stream, STREAM_STDOUT);
    assert_int_equal(ev.lost.writes, writes);
    assert_int_equal(ev.lost.bytes, writes * PAYLOAD);
}

static void assert_empty(struct backlog *b)
{
    struct buf wire = {0}, large = {0};

    assert_int_equal(backlog_take(b, &wire, &large), BACKLOG_EMPTY);
    buf_free(&wire);
}

static void assert_end(struct backlog *b)
{
    struct buf wire = {0}, large = {0};

    assert_int_equal(backlog_take(b, &wire, &large), BACKLOG_END);
    assert_int_equal(backlog_take(b, &wire, &large), BACKLOG_END);
    buf_free(&wire);
}

static void assert_losses(struct backlog *b, uint64_t writes)
{
    uint64_t w, bytes;

    backlog_lost(b, &w, &bytes);
    assert_int_equal(w, writes);
    assert_int_equal(bytes, writes * PAYLOAD);
}

/* --- tests --- */

static void test_order(void **state)
{
    struct backlog *b = backlog_new(RING, 8 * RING, false, -1);
    struct ring *rings[5];
    unsigned x = 1;

    (void)state;
    for (int i = 0; i < 5; i++)
        rings[i] = new_ring(b, i);
    for (uint64_t round = 0; round < 50; round++) {
        for (uint64_t i = 1; i <= 40; i++) {
            x = x * 1103515245 + 12345;
            uint64_t which = x >> 16, seq = round * 40 + i;
            if (which % 6 == 5)
                put_note(b, seq);
            else
                put(b, rings[which % 6], which % 6, seq, which % PAYLOAD / 2);
        }
        for (uint64_t i = 1; i <= 40; i++)
            assert_int_equal(take(b).seq, round * 40 + i);
        assert_empty(b);
    }
    for (int i = 0; i < 5; i++)
        backlog_ring_done(b, rings[i]);
    backlog_close(b);
    assert_end(b);
    backlog_free(b);
}

/* Seven of ten fit: a full ring drops its own oldest events, and a `lost` event takes their place.
 */
static void test_full_ring_loses_its_oldest(void **state)
{
    struct backlog *b = backlog_new(RING, 8 * RING, true, -1);
    struct ring *chatty = new_ring(b, 1), *quiet = new_ring(b, 2);

    (void)state;
    put(b, quiet, 2, 1, PAYLOAD);
    for (uint64_t seq = 2; seq <= 9; seq++)
        put(b, chatty, 1, seq, PAYLOAD);
    put(b, quiet, 2, 10, PAYLOAD);
    for (uint64_t seq = 11; seq <= 12; seq++)
        put(b, chatty, 1, seq, PAYLOAD);
    assert_losses(b, 3);
    assert_write(b, 1);
    assert_lost(b, 1, 4, 3); /* 2, 3, 4 */
    for (uint64_t seq = 5; seq <= 12; seq++)
        assert_write(b, seq);
    assert_empty(b);

    /* After a `lost` event the count of losses starts again. */
    for (uint64_t seq = 13; seq <= 22; seq++)
        put(b, chatty, 1, seq, PAYLOAD);
    assert_losses(b, 6);
    assert_lost(b, 1, 15, 3);
    assert_write(b, 16);
    backlog_ring_done(b, chatty);
    backlog_ring_done(b, quiet);
    backlog_free(b);
}

static void test_fullest_pays(void **state)
{
    struct backlog *b = backlog_new(RING, RING, true, -1);
    struct ring *chatty = new_ring(b, 1), *quiet = new_ring(b, 2);

    (void)state;
    put(b, quiet, 2, 1, PAYLOAD);
    for (uint64_t seq = 2; seq <= 7; seq++)
        put(b, chatty, 1, seq, PAYLOAD);
    put(b, quiet, 2, 8, PAYLOAD);
    put(b, quiet, 2, 9, PAYLOAD);
    assert_write(b, 1);
    struct event lost = take(b);
    assert_int_equal(lost.type, EVENT_LOST);
    assert_int_equal(lost.lost.tid, 1);
    assert_in_range(lost.lost.writes, 2, 3);
    for (uint64_t seq = lost.seq + 1; seq <= 9; seq++)
        assert_write(b, seq);
    assert_empty(b);
    assert_losses(b, lost.lost.writes);
    backlog_ring_done(b, chatty);
    backlog_ring_done(b, quiet);
    backlog_free(b);
}

/* Large payloads come out in order, and count against the limits like copied ones. */
static void test_large(void **state)
{
    struct backlog *b = backlog_new(RING, TOTAL, true, -1);
    struct ring *r = new_ring(b, 1);
    uint64_t seq = 0, writes, bytes;

    (void)state;
    for (int round = 0; round < 20; round++) {
        put(b, r, 1, ++seq, 10);
        put_large(b, r, 1, ++seq, PAYLOAD);
        put_note(b, ++seq);
        put_large(b, r, 1, ++seq, 3 * PAYLOAD);
        assert_write(b, seq - 3);
        assert_write(b, seq - 2);
        assert_int_equal(take(b).type, EVENT_NOTE);
        assert_write(b, seq);
    }
    assert_empty(b);
    for (int i = 0; i < 10; i++)
        put_large(b, r, 1, ++seq, PAYLOAD); /* the ring holds seven of them */
    assert_lost(b, 1, seq - 7, 3);
    assert_write(b, seq - 6);
    backlog_lost(b, &writes, &bytes);
    assert_int_equal(writes, 3);
    assert_int_equal(bytes, 3 * PAYLOAD);
    backlog_discard(b);
    put_large(b, r, 1, ++seq, PAYLOAD);
    assert_empty(b);
    backlog_ring_done(b, r);
    backlog_close(b);
    assert_end(b);
    backlog_free(b);
}

/* Large payloads that were not taken are freed with the backlog. */
static void test_large_left(void **state)
{
    struct backlog *b = backlog_new(RING, TOTAL, false, -1);
    struct ring *r = new_ring(b, 1);

    (void)state;
    assert_true(backlog_has_room(b, r, 5 * PAYLOAD));
    put_large(b, r, 1, 1, 5 * PAYLOAD);
    assert_false(backlog_has_room(b, r, 5 * PAYLOAD));
    put_large(b, r, 1, 2, PAYLOAD);
    backlog_free(b);
}

/* An event larger than the whole ring still gets through, alone. */
static void test_too_large(void **state)
{
    struct backlog *b = backlog_new(500, 500, true, -1);
    struct ring *r = new_ring(b, 1);

    (void)state;
    for (uint64_t seq = 1; seq <= 3; seq++)
        put(b, r, 1, seq, PAYLOAD);
    assert_lost(b, 1, 2, 2);
    assert_write(b, 3);
    assert_empty(b);
    backlog_ring_done(b, r);
    backlog_free(b);
}

static bool woken(int fd)
{
    uint64_t n;

    return read(fd, &n, sizeof n) == sizeof n;
}

static void test_blocking(void **state)
{
    int wake = eventfd(0, EFD_NONBLOCK);
    struct backlog *b = backlog_new(RING, TOTAL, false, wake);
    struct ring *r = new_ring(b, 1), *other = new_ring(b, 2);
    uint64_t seq = 0, first = 1;

    (void)state;
    while (backlog_has_room(b, r, PAYLOAD))
        put(b, r, 1, ++seq, PAYLOAD);
    assert_in_range(seq, 5, 8);
    assert_true(backlog_has_room(b, other, PAYLOAD)); /* only the full ring has no room */
    assert_false(woken(wake));
    put(b, r, 1, ++seq,
        PAYLOAD); /* an event without room is stored all the same, and none is dropped */
    while (first <= seq && !woken(wake))
        assert_write(b, first++);
    assert_in_range(first, 3, seq);
    assert_true(backlog_has_room(b, r, PAYLOAD));
    while (first <= seq)
        assert_write(b, first++);
    assert_false(woken(wake)); /* once */
    assert_losses(b, 0);
    backlog_ring_done(b, r);
    backlog_ring_done(b, other);
    backlog_free(b);
    close(wake);
}

/* The limit for all rings together holds too, whichever ring has reached it. */
static void test_total_blocks(void **state)
{
    int wake = eventfd(0, EFD_NONBLOCK);
    struct backlog *b = backlog_new(RING, TOTAL, false, wake);
    struct ring *rings[5];
    uint64_t seq = 0, first = 1;

    (void)state;
    for (int i = 0; i < 5; i++)
        rings[i] = new_ring(b, i);
    for (int i = 0; i < 5; i++)
        while (backlog_has_room(b, rings[i], PAYLOAD))
            put(b, rings[i], (uint64_t)i, ++seq, PAYLOAD);
    assert_true(seq * PAYLOAD <= TOTAL);
    assert_false(backlog_has_room(b, rings[4], PAYLOAD));
    while (!woken(wake))
        assert_write(b, first++);
    assert_true(first <= seq + 1);
    assert_true(backlog_has_room(b, rings[4], PAYLOAD));
    for (int i = 0; i < 5; i++)
        backlog_ring_done(b, rings[i]);
    backlog_free(b);
    close(wake);
}

static void test_control_is_never_dropped(void **state)
{
    struct backlog *b = backlog_new(RING, RING, true, -1);
    struct ring *r = new_ring(b, 1);

    (void)state;
    for (uint64_t seq = 1; seq <= 4000; seq++)
        if (seq % 4)
            put_note(b, seq);
        else
            put(b, r, 1, seq, PAYLOAD);
    unsigned notes = 0, writes = 0, lost = 0;
    uint64_t last = 0;
    for (struct event ev; (ev = take(b)).type != EVENT_UNKNOWN;) {
        assert_true(ev.seq > last);
        last = ev.seq;
        notes += ev.type == EVENT_NOTE;
        writes += ev.type == EVENT_WRITE;
        lost += ev.type == EVENT_LOST ? (unsigned)ev.lost.writes : 0;
    }
    assert_int_equal(notes, 3000);
    assert_int_equal(writes + lost, 1000);
    assert_in_range(writes, 5, 8);
    backlog_ring_done(b, r);
    backlog_free(b);
}

/* A ring that is done is freed when it has been emptied; at once if it is empty. */
static void test_done(void **state)
{
    struct backlog *b = backlog_new(RING, TOTAL, false, -1);
    struct ring *r = new_ring(b, 1), *unused = new_ring(b, 2);

    (void)state;
    backlog_ring_done(b, unused);
    backlog_ring_done(b, NULL);
    put(b, r, 1, 1, PAYLOAD);
    put(b, r, 1, 2, PAYLOAD);
    backlog_ring_done(b, r);
    assert_write(b, 1);
    assert_write(b, 2);
    assert_empty(b);
    put_note(b, 3);
    backlog_close(b);
    assert_int_equal(take(b).seq, 3); /* the remaining events come before the end */
    assert_end(b);
    backlog_free(b);
}

static void test_discard(void **state)
{
    int wake = eventfd(0, EFD_NONBLOCK);
    struct backlog *b = backlog_new(RING, TOTAL, false, wake);
    struct ring *r = new_ring(b, 1), *done = new_ring(b, 2);
    uint64_t seq = 0;

    (void)state;
    put(b, done, 2, ++seq, PAYLOAD);
    backlog_ring_done(b, done);
    put_note(b, ++seq);
    while (backlog_has_room(b, r, PAYLOAD))
        put(b, r, 1, ++seq, PAYLOAD);
    backlog_discard(b);
    assert_true(woken(wake));
    assert_losses(b, seq - 1);
    assert_empty(b);
    assert_true(backlog_has_room(b, r, PAYLOAD)); /* no thread is held any more */
    put(b, r, 1, ++seq, PAYLOAD);
    put_note(b, ++seq);
    assert_losses(b, seq - 2);
    assert_empty(b);
    backlog_ring_done(b, r);
    backlog_close(b);
    assert_end(b);
    backlog_free(b);
    close(wake);
}

static void test_pieces(void **state)
{
    struct backlog *b = backlog_new(RING, TOTAL, false, -1);

    (void)state;
    assert_int_equal(backlog_piece_max(b), RING / 2);
    backlog_free(b);
    b = backlog_new(64 << 20, 64 << 20, false, -1);
    assert_int_equal(backlog_piece_max(b), EVENT_CHUNK_MAX);
    backlog_free(b);
}

/* --- two threads --- */

enum { THREAD_RINGS = 8, THREAD_EVENTS = 30000 };

struct flow {
    struct backlog *b;
    int wake;
};

static void *produce(void *arg)
{
    struct flow *f = arg;
    struct ring *rings[THREAD_RINGS];
    unsigned x = 7;

    for (int i = 0; i < THREAD_RINGS; i++)
        rings[i] = new_ring(f->b, i);
    for (uint64_t seq = 1; seq <= THREAD_EVENTS; seq++) {
        x = x * 1103515245 + 12345;
        unsigned which = x >> 16;
        struct ring **r = &rings[which % THREAD_RINGS];
        if (which % 32 == 31) {
            put_note(f->b, seq);
            continue;
        }
        if (which % 64 == 5) { /* one ring is done, a new one begins */
            backlog_ring_done(f->b, *r);
            *r = new_ring(f->b, (pid_t)(which % THREAD_RINGS));
        }
        while (!backlog_has_room(f->b, *r, PAYLOAD))
            if (!woken(f->wake))
                poll(&(struct pollfd){.fd = f->wake, .events = POLLIN}, 1, -1);
        put(f->b, *r, which % THREAD_RINGS, seq, PAYLOAD);
    }
    for (int i = 0; i < THREAD_RINGS; i++)
        backlog_ring_done(f->b, rings[i]);
    backlog_close(f->b);
    return NULL;
}

/* Writes and notes that come out, in order, and writes that were lost. */
static void consume(struct backlog *b, uint64_t *came, uint64_t *lost)
{
    struct buf wire = {0}, scratch = {0}, large = {0};
    enum backlog_result result;
    struct event ev;
    uint64_t last = 0;

    *came = *lost = 0;
    while ((result = backlog_take(b, &wire, &large)) != BACKLOG_END) {
        if (result == BACKLOG_EMPTY) {
            backlog_wait(b);
            continue;
        }
        buf_add(&wire, large.data, large.len);
        assert_int_equal(reader_decode((struct bytes){wire.data, wire.len}, &ev, &scratch), 0);
        assert_true(ev.seq > last);
        last = ev.seq;
        *came += ev.type != EVENT_LOST;
        *lost += ev.type == EVENT_LOST ? ev.lost.writes : 0;
    }
    buf_free(&large);
    buf_free(&wire);
    buf_free(&scratch);
}

static void run_flow(bool ring_mode, uint64_t *came, uint64_t *lost)
{
    struct flow f = {.wake = eventfd(0, EFD_NONBLOCK)};
    pthread_t thread;
    uint64_t writes, bytes;

    f.b = backlog_new(RING, TOTAL, ring_mode, f.wake);
    assert_int_equal(pthread_create(&thread, NULL, produce, &f), 0);
    consume(f.b, came, lost);
    pthread_join(thread, NULL);
    backlog_lost(f.b, &writes, &bytes);
    assert_int_equal(writes, *lost);
    backlog_free(f.b);
    close(f.wake);
}

static void test_threads_blocking(void **state)
{
    uint64_t came, lost;

    (void)state;
    run_flow(false, &came, &lost);
    assert_int_equal(came, THREAD_EVENTS);
    assert_int_equal(lost, 0);
}

static void test_threads_ring(void **state)
{
    uint64_t came, lost;

    (void)state;
    run_flow(true, &came, &lost);
    assert_int_equal(came + lost, THREAD_EVENTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_full_ring_loses_its_oldest),
        cmocka_unit_test(test_fullest_pays),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_large_left),
        cmocka_unit_test(test_blocking),
        cmocka_unit_test(test_total_blocks),
        cmocka_unit_test(test_control_is_never_dropped),
        cmocka_unit_test(test_done),
        cmocka_unit_test(test_discard),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_threads_blocking),
        cmocka_unit_test(test_threads_ring),
    };

    return cmocka_run_group_tests_name("backlog", tests, NULL, NULL);
}
