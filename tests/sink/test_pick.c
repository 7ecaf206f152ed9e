/* Which lines the filters pass on, and which of them get into files. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/xmalloc.h"
#include "catch.h"
#include "sink/pick.h"
#include "sink/sinks.h"

static void say(struct sink *sink, enum event_type type, uint64_t tid, uint64_t fd,
                enum event_stream stream, const char *text)
{
    char *copy = xstrdup(text); /* so that a read beyond its end is noticed */
    struct event ev = {.type = type,
                       .write = {.pid = 7,
                                 .tid = tid,
                                 .fd = fd,
                                 .stream = stream,
                                 .len = strlen(text),
                                 .data = bytes_of(copy)}};

    sink_event(sink, &ev, (struct bytes){"wire", 4});
    free(copy);
}

static void out(struct sink *sink, uint64_t tid, const char *text)
{
    say(sink, EVENT_WRITE, tid, 1, STREAM_STDOUT, text);
}

static struct pick *picking(const char *include, const char *exclude, uint64_t limit)
{
    struct pick *p = pick_new();
    char *cause;

    if (include)
        assert_int_equal(pick_include(p, include, &cause), 0);
    if (exclude)
        assert_int_equal(pick_exclude(p, exclude, &cause), 0);
    if (limit)
        pick_limit(p, limit);
    return p;
}

static bool wants(struct pick *p, const char *line)
{
    return pick_wants(p, &(struct line){.text = bytes_of(line)});
}

static void test_what_is_wanted(void **state)
{
    struct pick *p = picking("a", "b", 0);
    char *cause;

    (void)state;
    assert_true(wants(p, "a") && wants(p, "xax"));
    assert_false(wants(p, "ab") || wants(p, "c") || wants(p, ""));
    assert_int_equal(pick_include(p, "^c$", &cause), 0);
    assert_true(wants(p, "c") && wants(p, "c\r") && wants(p, "a"));
    assert_false(wants(p, "cc"));
    assert_int_equal(pick_exclude(p, "[", &cause), -1);
    free(cause);
    pick_free(p);
}

static void test_the_limit_counts_what_is_wanted(void **state)
{
    struct pick *p = picking("a", NULL, 2);

    (void)state;
    assert_false(pick_is_empty(p));
    assert_false(wants(p, "b"));
    assert_true(wants(p, "a"));
    assert_false(pick_is_full(p));
    assert_true(wants(p, "a"));
    assert_true(pick_is_full(p));
    assert_false(wants(p, "a"));
    pick_free(p);
}

/* Lines of two threads come in alternating pieces. A line without a newline is passed on when its
 * thread ends, or when the stream ends. */
static void test_lines_are_put_together(void **state)
{
    struct pick *p = picking("o", NULL, 0);
    struct catch c;

    (void)state;
    catch_open(&c);
    struct sink *s = sink_pick_lines_new(p, sink_plain_new(c.out, c.out));
    out(s, 1, "on");
    out(s, 2, "tw");
    out(s, 1, "e\nno");
    sink_flush(s);
    assert_string_equal(catch_text(&c), "one\n");
    out(s, 2, "o\nx\n");
    sink_event(s, &(struct event){.type = EVENT_EXIT, .exit = {.tid = 1}}, (struct bytes){"w", 1});
    out(s, 2, "open");
    sink_flush(s);
    assert_string_equal(catch_text(&c), "one\ntwo\nno");
    sink_finish(s);
    sink_flush(s);
    assert_string_equal(catch_text(&c), "one\ntwo\nnoopen");
    sink_free(s);
    pick_free(p);
    catch_close(&c);
}

static void test_events_go_whole_or_not_at_all(void **state)
{
    struct pick *p = picking("b", NULL, 2);
    struct catch c;

    (void)state;
    catch_open(&c);
    struct sink *s = sink_pick_events_new(p, sink_plain_new(c.out, c.out));
    out(s, 1, "a\nb\nc\n");
    out(s, 1, "a\n");
    out(s, 1, "b");
    out(s, 1, "b");
    sink_flush(s);
    assert_string_equal(catch_text(&c), "a\nb\nc\nb");
    sink_free(s);
    pick_free(p);
    catch_close(&c);
}

static void test_until(void **state)
{
    struct catch c;
    char *cause;
    struct regex *re = regex_new("^end$", &cause, NULL);

    (void)state;
    catch_open(&c);
    struct sink *s = sink_until_new(re, (struct gave_up_to){0}, sink_plain_new(c.out, c.out));
    out(s, 1, "en");
    out(s, 2, "");
    say(s, EVENT_WRITE, 1, 2, STREAM_STDERR, "");
    assert_false(sink_until_met(s));
    out(s, 1, "d\nthe same write\n");
    assert_true(sink_until_met(s));
    out(s, 1, "later\n");
    sink_flush(s);
    assert_string_equal(catch_text(&c), "end\nthe same write\n");
    sink_free(s);
    regex_free(re);
    catch_close(&c);
}

static char *contents(const char *dir, const char *name)
{
    char *path = xasprintf("%s/%s", dir, name), room[64];
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    ssize_t n = read(fd, room, sizeof room - 1);
    assert_true(n >= 0);
    room[n] = '\0';
    close(fd);
    unlink(path);
    free(path);
    return xstrdup(room);
}

static void test_names_of_files(void **state)
{
    static const struct {
        enum event_type type;
        uint64_t fd;
        enum event_stream stream;
        const char *name;
    } cases[] = {
        {EVENT_WRITE, 1, STREAM_STDOUT, "log.7.out"}, {EVENT_WRITE, 2, STREAM_STDERR, "log.7.err"},
        {EVENT_WRITE, 5, STREAM_OTHER, "log.7.5"},    {EVENT_READ, 0, STREAM_STDIN, "log.7.in"},
        {EVENT_READ, 5, STREAM_OTHER, "log.7.r5"},
    };
    char dir[] = "/tmp/pcat-split.XXXXXX";

    (void)state;
    assert_non_null(mkdtemp(dir));
    char *base = xasprintf("%s/log", dir);
    struct sink *s = sink_split_new(base);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        say(s, cases[i].type, 7, cases[i].fd, cases[i].stream, cases[i].name);
    assert_int_equal(sink_flush(s), 0);
    sink_free(s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = contents(dir, cases[i].name);
        assert_string_equal(text, cases[i].name);
        free(text);
    }
    assert_int_equal(rmdir(dir), 0); /* nothing else was in there */
    free(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_wanted),
        cmocka_unit_test(test_the_limit_counts_what_is_wanted),
        cmocka_unit_test(test_lines_are_put_together),
        cmocka_unit_test(test_events_go_whole_or_not_at_all),
        cmocka_unit_test(test_until),
        cmocka_unit_test(test_names_of_files),
    };

    return cmocka_run_group_tests_name("pick", tests, NULL, NULL);
}
