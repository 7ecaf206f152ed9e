/* The details of a line, and the search for other lines with its text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xmalloc.h"
#include "screen.h"

static void write_took(struct screen *s, uint64_t tid, const char *syscall, int64_t took,
                       const char *text)
{
    screen_event(s, (struct event){.type = EVENT_WRITE,
                                   .write = {.tid = tid,
                                             .pid = tid - tid % 100,
                                             .fd = 1,
                                             .stream = STREAM_STDOUT,
                                             .syscall = bytes_of(syscall),
                                             .duration = took,
                                             .total = strlen(text),
                                             .len = strlen(text),
                                             .data = bytes_of(text)}});
}

static int setup(void **state)
{
    screen_setup_story(state);
    struct screen *s = *state;

    write_took(s, 200, "write", 900, "one\n");
    write_took(s, 301, "writev", 3500000, "\ntwo and (2.0)\nthree\n");
    write_took(s, 200, "write", 70000, "four\n");
    write_took(s, 200, "write", 90000, "\x1b[1mtwo and (2.0)\x1b[0m again\n");
    screen_wait(s, 1);
    return 0;
}

#define DETAILS_CASE(f) cmocka_unit_test_setup_teardown(f, setup, screen_teardown)

static void test_details(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 36, 120);
    screen_keys(s, "2" ENTER);
    assert_screen_file(s, "details-120x36");
    assert_screen(s, "line 3 of helper 301");
    assert_screen(s, "helper 300, thread 301 of it: worker");
    assert_screen(s, "1 stdout → pipe:[1155]");
    assert_screen(s, "by the same call as the line before");
    assert_screen(s, "writev of 21 bytes, took 3.5 ms");
    assert_screen(s, "6, from byte 32 of 38 on");
    screen_keys(s, "k");
    assert_screen(s, "line 2 of helper 301");
    assert_screen(s, "14, from byte 18 of 38 on");
    assert_screen(s, "0.600000 s after the line before in its stream");
    screen_keys(s, "g");
    assert_screen(s, "the first line that is kept");
    screen_keys(s, "Gkjj");
    assert_screen(s, "line 3 of helper 301");
    screen_keys(s, "q");
    assert_no_screen(s, "line 3 of helper");
    assert_no_screen(s, "selected");
    screen_keys(s, "1" ENTER ENTER);
    assert_no_screen(s, "call ");
}

static void test_it_keeps_away_from_its_pane(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 44, 100);
    screen_keys(s, "1" ENTER);
    assert_screen(s, "1 worker 200 stdout");
    assert_screen(s, "four");
    screen_keys(s, "q2" ENTER);
    assert_screen(s, "2 helper 300/301 stdout");
}

/* Unknown fields are left out. */
static void test_details_of_little(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 40, 100);
    screen_keys(s, "1g" ENTER);
    assert_screen(s, "bytes, its duration is not known");
    screen_write(s, 200, 200, 1, "no end");
    screen_lost(s, 200, 200, 1, 77);
    screen_keys(s, "G");
    assert_screen(s, "77 that are missing");
    screen_keys(s, "k");
    assert_screen(s, "a write of 6 bytes");
    screen_keys(s, "qx"); /* the pane closes, and the details with it */
    assert_no_screen(s, "call ");
}

static void test_a_selection_stays(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 24, 120);
    screen_keys(s, "1V" ENTER "q");
    assert_screen(s, "1 selected");
}

static void test_every_size(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1" ENTER);
    for (int rows = 1; rows < 50; rows += 2)
        for (int cols = 1; cols < 130; cols += 7) {
            screen_resize(s, rows, cols);
            free(screen_text(s));
        }
    screen_resize(s, 24, 80);
    assert_screen(s, "write of");
}

static void test_who_else(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "2" ENTER "k*");
    assert_screen(s, "two and \\(2\\.0\\) in all streams");
    assert_screen(s, "2 lines");
    assert_screen(s, "two and (2.0) again");
    screen_keys(s, "q");
    screen_keys(s, "1" ENTER "*");
    assert_screen(s, "1 line ");
    assert_no_screen(s, "call ");
    screen_keys(s, "q2" ENTER "g*");
    assert_screen(s, " 100% in all streams"); /* what is seen of a progress bar */
    assert_screen(s, "1 line ");
    screen_keys(s, "*"); /* the key does nothing in a list of lines */
    assert_screen(s, " 100% in all streams");
    screen_keys(s, "q");
    screen_lost(s, 301, 300, 1, 5);
    screen_keys(s, "G*");
    assert_screen(s, "the line is empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DETAILS_CASE(test_details),           DETAILS_CASE(test_it_keeps_away_from_its_pane),
        DETAILS_CASE(test_details_of_little), DETAILS_CASE(test_a_selection_stays),
        DETAILS_CASE(test_every_size),        DETAILS_CASE(test_who_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
