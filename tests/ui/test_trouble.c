/* What went wrong: who is blocked by whom, who failed with which last words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/xmalloc.h"
#include "screen.h"

#define SECOND INT64_C(1000000000)

/* ---- blocked ---- */

static void block(struct screen *s, uint64_t tid, uint64_t pid, uint64_t fd, double ago,
                  uint64_t reader, const char *why)
{
    struct event e = {.type = EVENT_BLOCKED};

    e.blocked = (struct ev_blocked){.tid = tid,
                                    .pid = pid,
                                    .fd = fd,
                                    .since = s->time + SECOND / 10 - (int64_t)(ago * SECOND),
                                    .reader = reader,
                                    .reader_comm = bytes_of(reader ? "less" : NULL),
                                    .why = bytes_of(why)};
    screen_event(s, e);
}

/* From here on an event is as new as it says: its time and that of the screen go together. */
static void catch_up(struct screen *s)
{
    s->time += 1000 * SECOND;
}

static void test_blocked_writers(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 30, 120);
    screen_keys(s, "!");
    assert_screen(s, "nothing is blocked");
    screen_wait(s, 10);
    catch_up(s);
    block(s, 301, 300, 1, 1.2, 200, NULL);
    block(s, 201, 200, 2, 3.4, 0, "peer 10.0.0.7:443");
    assert_screen(s, "2 blocked, ! shows");
    assert_screen(s, "blocked 1.3 s, pipe read by 200 less");
    assert_screen(s, "holds up 301");
    screen_wait(s, 0.5);
    assert_true(ui_is_dirty(s->ui));
    assert_screen(s, "blocked 1.8 s, pipe read by 200 less");
    screen_keys(s, "!");
    assert_screen(s, "201 helper: blocked 3.9 s, peer 10.0.0.7:443 (1 of 2)");
    assert_screen(s, "helper 200/201 stderr blocked 3.9 s, peer 10.0.0.7:443");
    screen_keys(s, "!");
    assert_screen(s, "301 helper: blocked 1.8 s, pipe read by 200 less (2 of 2)");
    screen_keys(s, "!");
    assert_screen(s, "(1 of 2)");
    screen_wait(s, 20);
    assert_screen(s, "blocked 23 s");
    screen_write(s, 201, 200, 2, "at last\n");
    screen_keys(s, "!");
    assert_screen(s, "301 helper: blocked 21 s, pipe read by 200 less");
    screen_write(s, 301, 300, 1, "\n");
    assert_no_screen(s, "holds up");
    screen_wait(s, 10);
    assert_no_screen(s, "blocked");
    free(screen_text(s));
    assert_false(ui_is_dirty(s->ui));
}

/* Two that wait for each other, before either has printed anything that is known. */
static void test_deadlock(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 24, 160);
    screen_task(s, 100, 100, 1, HOW_SPAWNED, "sh");
    screen_task(s, 110, 110, 100, HOW_FORK, "producer");
    screen_task(s, 120, 120, 100, HOW_FORK, "consumer");
    screen_fd(s, 110, 1, "pipe:[7]");
    screen_fd(s, 120, 1, "pipe:[8]");
    catch_up(s);
    block(s, 110, 110, 1, 1.4, 120, NULL);
    block(s, 120, 120, 1, 1.4, 110, "the reader is stopped");
    screen_keys(s, "!");
    assert_screen(s, "110 producer: blocked 1.5 s on fd 1, pipe read by 120 less (1 of 2)");
    assert_screen(s, "blocked 1.5 s by 120");
    assert_screen(s, "blocked 1.4 s by 110");
    screen_keys(s, "!");
    assert_screen(
        s, "120 consumer: blocked 1.4 s on fd 1, pipe read by 110 less, the reader is stopped");
    screen_keys(s, "0-");
    assert_screen(s, "blocked 1.5 s");
    screen_event(s, (struct event){.type = EVENT_BLOCKED,
                                   .blocked = {.tid = 110, .pid = 110, .fd = 1, .over = true}});
    screen_end(s, "cut");
    assert_screen(s, "1 blocked, ! shows");
    screen_wait(s, 100);
    assert_screen(s, "blocked 1.6 s");
}

static void test_blocked_among_folded_and_hidden(void **state)
{
    struct screen *s = *state;

    catch_up(s);
    block(s, 301, 300, 1, 2, 0, NULL);
    screen_keys(s, "0H");
    assert_screen(s, "blocked 2.0 s");
    screen_keys(s, "Hg-");
    assert_screen(s, "blocked 2.0 s");
    screen_keys(s, "!");
    assert_screen(s, "301 helper");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_CASE(test_blocked_writers),
        EMPTY_CASE(test_deadlock),
        STORY_CASE(test_blocked_among_folded_and_hidden),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
