/* Which streams are on which transcript, in which order, and which pieces are kept.
 * TRANSCRIPT_PIECES_MAX is 6 here. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "feed.h"
#include "model/transcript.h"

static void tell_fd(struct feed *f, uint64_t pid, uint64_t fd, uint64_t ino, uint64_t rows,
                    bool raw)
{
    feed_event(f, (struct event){.type = EVENT_FD,
                                 .fd = {.pid = pid,
                                        .fd = fd,
                                        .target = bytes_of(ino < 100 ? "/dev/pts/1" : "pipe:[100]"),
                                        .dev = 24,
                                        .ino = ino,
                                        .stream = fd == 2 ? STREAM_STDERR : STREAM_STDOUT,
                                        .rows = rows,
                                        .cols = rows ? 80 : 0,
                                        .raw = raw}});
}

/* The pieces as text: bytes as they are; "[24x80]" or "[24x80 raw]" for a terminal; "[gap]".
 * Streams are separated by '|'. */
static char *transcript_text(struct feed *f, const struct transcript *t)
{
    struct transcript_piece p;
    struct buf out = {0};
    uint64_t stream = 0;

    for (uint64_t n = transcript_first(t); transcript_piece(t, n, &p); n++) {
        if (p.kind == TRANSCRIPT_GAP)
            buf_adds(&out, "[gap]");
        else if (p.kind == TRANSCRIPT_TERMINAL)
            buf_addf(&out, "[%" PRIu64 "x%" PRIu64 "%s]", p.terminal.rows, p.terminal.cols,
                     p.terminal.raw ? " raw" : "");
        else {
            if (stream && stream != p.stream)
                buf_addc(&out, '|');
            stream = p.stream;
            char *bytes = malloc(p.len);
            assert_int_equal(stream_copy(model_stream(f->m, p.stream), p.offset, bytes, p.len),
                             p.len);
            buf_add(&out, bytes, p.len);
            free(bytes);
        }
    }
    buf_addc(&out, '\0');
    return (char *)out.data;
}

static void assert_transcript(struct feed *f, const struct transcript *t, const char *expected)
{
    assert_non_null(t);
    char *text = transcript_text(f, t);
    assert_string_equal(text, expected);
    free(text);
}

static void test_writers_share_a_transcript(void **state)
{
    struct feed f = feed_new(1 << 20);
    (void)state;

    feed_task(&f, 1, 1, 0, HOW_SPAWNED, "sh");
    tell_fd(&f, 1, 1, 4, 24, false);
    tell_fd(&f, 1, 2, 4, 24, false);
    feed_task(&f, 2, 2, 1, HOW_FORK, "vim");
    tell_fd(&f, 2, 1, 4, 24, false);
    feed_task(&f, 3, 2, 2, HOW_THREAD, "vim");
    feed_write(&f, 1, 1, 1, "a");
    feed_write(&f, 1, 1, 1, "b");
    feed_write(&f, 2, 2, 1, "c");
    feed_write(&f, 1, 1, 2, "d");
    feed_write(&f, 3, 2, 1, "e");
    const struct transcript *t = stream_transcript(feed_stream(&f, 1, 1));
    assert_transcript(&f, t, "ab|c|d|e");
    assert_ptr_equal(stream_transcript(feed_stream(&f, 3, 1)), t);
    assert_ptr_equal(task_fd(feed_find(&f, 3), 1)->transcript, t);
    assert_true(transcript_is_whole(t));
    feed_free(&f);
}

static void test_others_do_not(void **state)
{
    struct feed f = feed_new(1 << 20);
    (void)state;

    feed_task(&f, 1, 1, 0, HOW_ATTACHED, "a");
    tell_fd(&f, 1, 1, 4, 24, false);
    feed_task(&f, 2, 2, 0, HOW_ATTACHED, "b");
    tell_fd(&f, 2, 1, 5, 24, false);
    tell_fd(&f, 2, 2, 100, 0, false);
    feed_write(&f, 1, 1, 1, "one");
    feed_write(&f, 2, 2, 1, "two");
    feed_write(&f, 2, 2, 2, "pipe");
    feed_event(&f, (struct event){.type = EVENT_READ,
                                  .write = {.tid = 1,
                                            .pid = 1,
                                            .fd = 0,
                                            .stream = STREAM_STDIN,
                                            .total = 2,
                                            .len = 2,
                                            .data = {"in", 2}}});
    assert_transcript(&f, stream_transcript(feed_stream(&f, 1, 1)), "one");
    assert_transcript(&f, stream_transcript(feed_stream(&f, 2, 1)), "two");
    assert_null(stream_transcript(feed_stream(&f, 2, 2)));
    assert_null(stream_transcript(feed_stream(&f, 1, 0)));
    assert_false(transcript_is_whole(stream_transcript(feed_stream(&f, 1, 1))));

    tell_fd(&f, 1, 1, 100, 0, false); /* the fd leads to another terminal, and then back */
    feed_write(&f, 1, 1, 1, "away");
    assert_null(stream_transcript(feed_stream(&f, 1, 1)));
    tell_fd(&f, 1, 1, 4, 24, false);
    feed_write(&f, 1, 1, 1, "again");
    assert_transcript(&f, stream_transcript(feed_stream(&f, 1, 1)), "oneagain");
    feed_free(&f);
}

static void test_size_mode_and_gaps_stand_in_order(void **state)
{
    struct feed f = feed_new(1 << 20);
    (void)state;

    feed_task(&f, 1, 1, 0, HOW_ATTACHED, "a");
    tell_fd(&f, 1, 1, 4, 20, false);
    tell_fd(&f, 1, 1, 4, 24, false); /* nothing was written yet: no piece is added */
    feed_write(&f, 1, 1, 1, "x");
    tell_fd(&f, 1, 1, 4, 24, true);
    tell_fd(&f, 1, 1, 4, 24, true);
    feed_lost(&f, 1, 1, 1, 100, 1);
    feed_lost(&f, 1, 1, 1, 100, 1);
    feed_write(&f, 1, 1, 1, "y");
    tell_fd(&f, 1, 1, 4, 30, true);
    const struct transcript *t = stream_transcript(feed_stream(&f, 1, 1));
    assert_transcript(&f, t, "x[24x80 raw][gap]y[30x80 raw]");
    assert_int_equal(transcript_before(t).rows, 24);
    assert_false(transcript_before(t).raw);
    assert_int_equal(transcript_now(t).rows, 30);

    feed_write(&f, 1, 1, 1, "z"); /* over the limit: the oldest piece is dropped */
    feed_lost(&f, 1, 1, 1, 1, 1);
    feed_write(&f, 1, 1, 1, "w");
    assert_transcript(&f, t, "[gap]y[30x80 raw]z[gap]w");
    assert_int_equal(transcript_first(t), 2);
    assert_true(transcript_before(t).raw);
    assert_false(transcript_is_whole(t));
    feed_free(&f);
}

static void test_too_many_terminals(void **state)
{
    struct feed f = feed_new(1 << 20);
    (void)state;

    feed_task(&f, 1, 1, 0, HOW_SPAWNED, "sh");
    feed_write(&f, 1, 1, 1, "x");
    const struct stream *s = task_stream(feed_find(&f, 1), 1);
    for (uint64_t ino = 1; ino <= TRANSCRIPTS_MAX; ino++)
        tell_fd(&f, 1, 1, ino, 24, false);
    assert_non_null(stream_transcript(s));
    tell_fd(&f, 1, 1, TRANSCRIPTS_MAX + 1, 24, false);
    assert_null(stream_transcript(s));
    tell_fd(&f, 1, 1, 1, 24, false);
    assert_non_null(stream_transcript(s));
    feed_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writers_share_a_transcript),
        cmocka_unit_test(test_others_do_not),
        cmocka_unit_test(test_too_many_terminals),
        cmocka_unit_test(test_size_mode_and_gaps_stand_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
