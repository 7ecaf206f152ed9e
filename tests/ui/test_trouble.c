/* Trouble: which task blocks which, which processes failed, and their last lines. */
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

/* From here on, the time of events and the time of the screen advance together. */
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

/* Two tasks that wait for each other, before any output of either is known. */
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

/* ---- failed processes ---- */

/* A shell that runs a worker, which dies of SIGSEGV after a traceback and leaves a core. */
static void crash(struct screen *s)
{
    struct event e = {.type = EVENT_EXEC};

    screen_task(s, 700, 700, 100, HOW_FORK, "sh");
    screen_task(s, 701, 701, 700, HOW_FORK, "sh");
    e.exec = (struct ev_exec){.tid = 701,
                              .pid = 701,
                              .comm = bytes_of("python3"),
                              .exe = bytes_of("/usr/bin/python3"),
                              .argv = {"python3\0worker.py", 18}};
    screen_event(s, e);
    screen_write(s, 701, 701, 1, "started\nready\n");
    screen_write(s, 701, 701, 2, "Traceback (most recent call last):\n  File \"worker.py\"\n");
    screen_task(s, 702, 701, 701, HOW_THREAD, "pool");
    screen_write(s, 702, 701, 2, "ValueError: \x1b[31mno such shard\x1b[0m: 7\n");
    e = (struct event){.type = EVENT_EXIT, .exit = {701, 701, -1, 11, true}};
    screen_event(s, e);
}

static void test_last_words(void **state)
{
    struct screen *s = *state;

    crash(s);
    screen_keys(s, "\x1bOS");
    assert_screen(s, "3 failed: last words");
    assert_screen_file(s, "lastwords-80x24");
    assert_screen(s, "SIGSEGV core");
    assert_screen(s, "SIGSEGV core after 600 ms");
    assert_screen(s, "child of  700 sh ← 100 master");
    assert_screen(s, "ran       python3 worker.py");
    assert_screen(s, "File \"worker.py\"");
    assert_screen(s, "ValueError: no such shard: 7");
    screen_keys(s, "j");
    assert_screen(s, "it printed nothing that is kept");
    screen_task(s, 800, 800, 100, HOW_FORK, "late");
    screen_write(s, 800, 800, 1, "no config\n");
    screen_exit(s, 800, 800, 78, 0);
    assert_screen(s, "4 failed: last words");
    assert_screen(s, "─ 401 crash");
    screen_keys(s, "g");
    assert_screen(s, "exit 78 after");
    assert_screen(s, "nothing on stderr; last lines on stdout");
    screen_keys(s, "j" ENTER);
    assert_no_screen(s, "failed: last words");
    assert_screen(s, "pool 701/702 stderr");
    screen_keys(s, "\x1bOS\x1bOS");
    assert_no_screen(s, "failed: last words");
    screen_keys(s, "0G\x1bOS");
    assert_screen(s, "─ 800 late");
    screen_keys(s, "q");
    assert_no_screen(s, "failed: last words");
    assert_screen(s, "Tasks");
}

static void test_last_words_in_little_room(void **state)
{
    struct screen *s = *state;

    crash(s);
    for (int rows = 5; rows < 16; rows++)
        for (int cols = 20; cols < 120; cols += 9) {
            screen_resize(s, rows, cols);
            screen_keys(s, "\x1bOS");
            assert_screen(s, "3 failed");
            assert_screen(s, "no such");
            screen_keys(s, "q");
        }
}

static void test_failed_from_pane_to_pane(void **state)
{
    struct screen *s = *state;

    crash(s);
    screen_wait(s, 3);
    screen_keys(s, "1f");
    assert_screen(s, "job 400 process");
    screen_keys(s, "f");
    assert_screen(s, "crash 401 process");
    screen_keys(s, "f");
    assert_screen(s, "pool 701/702 stderr");
    screen_keys(s, "f");
    assert_screen(s, "job 400 process");
}

static void test_no_failures(void **state)
{
    struct screen *s = *state;

    screen_task(s, 100, 100, 1, HOW_SPAWNED, "fine");
    screen_write(s, 100, 100, 1, "well\n");
    screen_exit(s, 100, 100, 0, 0);
    screen_wait(s, 1);
    screen_keys(s, "\x1bOS");
    assert_screen(s, "no process has failed");
    screen_keys(s, "f");
    assert_screen(s, "no process has failed");
}

/* ---- the end ---- */

static void test_summary(void **state)
{
    struct screen *s = *state;

    crash(s);
    screen_keys(s, "\x1bOR");
    assert_screen(s, "So far");
    assert_screen(s, "still captured");
    screen_keys(s, "q");
    screen_end(s, "the last tracee is gone");
    screen_wait(s, 1);
    assert_no_screen(s, "The capture has ended");
    assert_screen(s, "ended: 3 failed, F4 shows their last words, F3 sums up");
    assert_screen(s, "3 failed, F4 shows");
    screen_keys(s, ":summary" ENTER);
    assert_screen_file(s, "summary-80x24");
    assert_screen(s, "The capture has ended");
    assert_screen(s, "4.0 KB of it lost");
    screen_resize(s, 10, 60);
    screen_keys(s, "G");
    assert_screen(s, "lost");
    screen_keys(s, "\x1bOS");
    assert_screen(s, "failed: last words");
    screen_keys(s, "q");
    assert_no_screen(s, "failed: last words");
    assert_screen(s, "Tasks");
}

/* The summary opens by itself only when the user is away. */
static void test_summary_comes_when_one_is_away(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "j");
    screen_wait(s, 31);
    screen_end(s, "the last tracee is gone");
    assert_screen(s, "The capture has ended");
    screen_keys(s, ESC);
    assert_no_screen(s, "The capture has ended");
    screen_wait(s, 100);
    assert_no_screen(s, "The capture has ended");
}

static void test_summary_stays_away_from_a_prompt(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "/half a pat");
    screen_wait(s, 31);
    screen_end(s, "the last tracee is gone");
    assert_no_screen(s, "The capture has ended");
    screen_keys(s, "tern");
    assert_screen(s, "half a pattern");
    screen_keys(s, ESC);
    assert_screen(s, "2 failed, F4 shows");
}

/* Goes to each failed process in turn, also while ended tasks are hidden. */
static void test_failed_while_hidden(void **state)
{
    struct screen *s = *state;

    screen_task(s, 402, 402, 100, HOW_FORK, "gone");
    screen_exit(s, 402, 402, 7, 0);
    screen_wait(s, 3);
    screen_keys(s, "0gd");
    assert_no_screen(s, "402 gone");
    screen_keys(s, "f");
    assert_screen(s, "400 job");
    screen_keys(s, "ff");
    assert_screen(s, "402 gone");
    assert_no_screen(s, "400 job");
    assert_no_screen(s, "401 crash");
    screen_keys(s, "dd");
    assert_no_screen(s, "402 gone");
}

/* F4 above the details of a line: the topmost box receives the keys. */
static void test_last_words_above_details(void **state)
{
    struct screen *s = *state;

    screen_keys(s, TAB ENTER);
    assert_screen(s, "bytes");
    screen_keys(s, "\x1bOS");
    assert_screen(s, "failed: last words");
    screen_keys(s, ENTER);
    assert_no_screen(s, "failed: last words");
    assert_screen(s, "crash 401 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_CASE(test_blocked_writers),
        EMPTY_CASE(test_deadlock),
        STORY_CASE(test_blocked_among_folded_and_hidden),
        STORY_CASE(test_last_words),
        STORY_CASE(test_last_words_in_little_room),
        STORY_CASE(test_failed_from_pane_to_pane),
        EMPTY_CASE(test_no_failures),
        STORY_CASE(test_summary),
        STORY_CASE(test_summary_comes_when_one_is_away),
        STORY_CASE(test_summary_stays_away_from_a_prompt),
        STORY_CASE(test_failed_while_hidden),
        STORY_CASE(test_last_words_above_details),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
