#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/xmalloc.h"
#include "catch.h"
#include "sample.h"
#include "sink/sinks.h"

struct fixture {
    struct catch out;
    struct sink *sink;
    int64_t time;
};

static void start(struct fixture *f, struct prefix_options options)
{
    catch_open(&f->out);
    f->sink = sink_prefix_new(f->out.out, &options);
    f->time = INT64_C(1732340000123456789);
}

static void feed(struct fixture *f, struct event ev)
{
    ev.time = f->time;
    sink_event(f->sink, &ev, (struct bytes){"wire", 4});
}

/* A write by a thread of nginx 815. */
static void say_n(struct fixture *f, uint64_t tid, uint64_t fd, const char *text, size_t n)
{
    feed(f, (struct event){.type = EVENT_WRITE,
                           .write = {.tid = tid,
                                     .pid = 815,
                                     .fd = fd,
                                     .comm = bytes_of("nginx"),
                                     .len = n,
                                     .data = {text, n}}});
}

static void say(struct fixture *f, uint64_t tid, uint64_t fd, const char *text)
{
    say_n(f, tid, fd, text, strlen(text));
}

static void end(struct fixture *f)
{
    feed(f, (struct event){.type = EVENT_END});
}

static void expect(struct fixture *f, const char *expected)
{
    assert_int_equal(sink_flush(f->sink), 0);
    assert_string_equal(catch_text(&f->out), expected);
}

static void stop(struct fixture *f)
{
    sink_free(f->sink);
    catch_close(&f->out);
}

static void test_whole_lines(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, (struct prefix_options){0});
    say(&f, 815, 1, "one\ntwo\n\nth");
    say(&f, 815, 2, "trouble\n");
    say(&f, 817, 1, "other thread\n");
    expect(&f, "nginx 815 out| one\nnginx 815 out| two\nnginx 815 out| \n"
               "nginx 815 err| trouble\nnginx 815/817 out| other thread\n");
    say(&f, 815, 1, "r");
    say(&f, 815, 1, "ee\n");
    say(&f, 815, 5, "log\n");
    end(&f);
    expect(&f, "nginx 815 out| one\nnginx 815 out| two\nnginx 815 out| \n"
               "nginx 815 err| trouble\nnginx 815/817 out| other thread\n"
               "nginx 815 out| three\nnginx 815 5| log\n");
    stop(&f);
}

static void test_reads(void **state)
{
    struct event ev = {
        .type = EVENT_READ,
        .write = {.tid = 9, .pid = 9, .comm = bytes_of("sh"), .data = {"ls\n", 3}, .len = 3}};
    struct fixture f;

    (void)state;
    start(&f, (struct prefix_options){0});
    feed(&f, ev);
    ev.write.fd = 5;
    feed(&f, ev);
    expect(&f, "sh 9 in| ls\nsh 9 r5| ls\n");
    stop(&f);
}

static void test_unfinished_lines_come_at_the_end(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, (struct prefix_options){.quiet = true});
    say(&f, 815, 1, "prompt> ");
    say(&f, 817, 1, "half");
    say(&f, 818, 2, "left");
    expect(&f, "");
    feed(&f, (struct event){.type = EVENT_EXIT, .exit = {.tid = 817, .pid = 815}});
    expect(&f, "nginx 815/817 out+ half\n");
    feed(&f, (struct event){.type = EVENT_EXEC, .exec = {.tid = 815, .pid = 815, .former = 818}});
    expect(&f, "nginx 815/817 out+ half\nnginx 815 out+ prompt> \nnginx 815/818 err+ left\n");
    say(&f, 815, 1, "cut");
    sink_finish(f.sink);
    sink_finish(f.sink);
    end(&f);
    expect(&f, "nginx 815/817 out+ half\nnginx 815 out+ prompt> \nnginx 815/818 err+ left\n"
               "nginx 815 out+ cut\n");
    stop(&f);
}

/* The lines do not depend on how the text is split into writes. */
static void test_every_split(void **state)
{
    static const char text[] = "a\nbc\n\n\xc3\xa9\nlong line\nrest";
    struct fixture f;

    (void)state;
    for (size_t piece = 1; piece <= sizeof text; piece++) {
        start(&f, (struct prefix_options){0});
        for (size_t at = 0; at < sizeof text - 1; at += piece)
            say_n(&f, 815, 1, text + at,
                  sizeof text - 1 - at < piece ? sizeof text - 1 - at : piece);
        end(&f);
        expect(&f, "nginx 815 out| a\nnginx 815 out| bc\nnginx 815 out| \n"
                   "nginx 815 out| \xc3\xa9\nnginx 815 out| long line\nnginx 815 out+ rest\n");
        stop(&f);
    }
}

static void test_a_long_line(void **state)
{
    char *text = xcalloc(1, 100001), *expected;
    struct fixture f;

    (void)state;
    memset(text, 'x', 100000);
    expected = xasprintf("nginx 815 out+ %.65536s\nnginx 815 out| %s\n", text, text + 65536);
    start(&f, (struct prefix_options){0});
    say(&f, 815, 1, text);
    say(&f, 815, 1, "\n");
    expect(&f, expected);
    stop(&f);
    free(text);
    free(expected);
}

static void test_times(void **state)
{
    static const char *const expected[] = {
        [PREFIX_TIME_NONE] = "nginx 815 out| x\n",
        [PREFIX_TIME_CLOCK] = "05:33:20 nginx 815 out| x\n",
        [PREFIX_TIME_MICRO] = "05:33:20.123456 nginx 815 out| x\n",
        [PREFIX_TIME_EPOCH] = "1732340000.123456 nginx 815 out| x\n",
    };
    struct fixture f;

    (void)state;
    for (enum prefix_time time = PREFIX_TIME_NONE; time <= PREFIX_TIME_EPOCH; time++) {
        start(&f, (struct prefix_options){.time = time});
        say(&f, 815, 1, "x"); /* the line's time is that of its first byte */
        f.time += 5000000000;
        say(&f, 815, 1, "\n");
        expect(&f, expected[time]);
        stop(&f);
    }
}

static void test_targets(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, (struct prefix_options){.show_target = true});
    say(&f, 815, 1, "x\n");
    feed(&f, (struct event){.type = EVENT_FD,
                            .fd = {.pid = 815, .fd = 1, .target = bytes_of("/dev/pts/3")}});
    say(&f, 817, 1, "x\n");
    feed(&f, (struct event){.type = EVENT_FD,
                            .fd = {.pid = 815, .fd = 1, .target = bytes_of("/tmp/a\nb")}});
    say(&f, 817, 1, "x\n");
    say(&f, 817, 2, "x\n");
    expect(&f, "nginx 815 out| x\nnginx 815/817 out</dev/pts/3>| x\n"
               "nginx 815/817 out</tmp/a^Jb>| x\nnginx 815/817 err| x\n");
    stop(&f);
}

static void test_control_bytes(void **state)
{
    static const char text[] = "\x1b[2J\ttab\x7f \xff \xc2\x9b \xe2\x80\x8b \xc3\xa9\r\n";
    struct fixture f;

    (void)state;
    start(&f, (struct prefix_options){.escape = true});
    say(&f, 815, 1, text);
    expect(&f, "nginx 815 out| ^[[2J\ttab^? <FF> <U+009B> <U+200B> \xc3\xa9\n");
    stop(&f);
    start(&f, (struct prefix_options){0});
    say(&f, 815, 1, text);
    expect(&f, "nginx 815 out| \x1b[2J\ttab\x7f \xff \xc2\x9b \xe2\x80\x8b \xc3\xa9\r\n");
    stop(&f);
}

static void test_a_name_cannot_forge_a_line(void **state)
{
    struct event ev = {.type = EVENT_WRITE,
                       .write = {.tid = 1,
                                 .pid = 1,
                                 .fd = 1,
                                 .comm = bytes_of("a\nb\x1b[m"),
                                 .data = {"x\n", 2},
                                 .len = 2}};
    struct fixture f;

    (void)state;
    start(&f, (struct prefix_options){0});
    feed(&f, ev);
    expect(&f, "a^Jb^[[m 1 out| x\n");
    stop(&f);
    start(&f, (struct prefix_options){0});
    feed(&f, (struct event){.type = EVENT_BLOCKED,
                            .blocked = {.tid = 1, .pid = 1, .fd = 1, .why = bytes_of("\n\x1b[m")}});
    assert_int_equal(sink_flush(f.sink), 0);
    assert_null(strchr(catch_text(&f.out), '\x1b'));
    stop(&f);
}

static void test_colors(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, (struct prefix_options){.color = true});
    say(&f, 815, 1, "x\n");
    expect(&f, "\033[32mnginx 815 out|\033[0m x\n");
    stop(&f);
}

static bool has_x(void *user, const struct line *line)
{
    (void)user;
    return memchr(line->text.data, 'x', line->text.len) != NULL;
}

static void test_wanted_lines_only(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, (struct prefix_options){.wants = has_x});
    say(&f, 815, 1, "yes x\nno\nx\n");
    expect(&f, "nginx 815 out| yes x\nnginx 815 out| x\n");
    stop(&f);
}

static void life_of_a_shell(struct fixture *f)
{
    feed(f,
         (struct event){.type = EVENT_TASK,
                        .task = {.tid = 5, .pid = 5, .how = HOW_SPAWNED, .comm = bytes_of("sh")}});
    feed(f,
         (struct event){
             .type = EVENT_TASK,
             .task = {.tid = 6, .pid = 6, .parent = 5, .how = HOW_FORK, .comm = bytes_of("sh")}});
    feed(f, (struct event){.type = EVENT_EXEC,
                           .exec = {.tid = 6,
                                    .pid = 6,
                                    .comm = bytes_of("cat"),
                                    .exe = bytes_of("/usr/bin/cat"),
                                    .argv = {"cat\0-n\0x\0", 9}}});
    feed(f, (struct event){.type = EVENT_STOP, .stop = {.tid = 6, .pid = 6, .signal = 20}});
    feed(f, (struct event){.type = EVENT_CONT, .stop = {.tid = 6, .pid = 6, .signal = 18}});
    feed(f, (struct event){.type = EVENT_EXIT,
                           .exit = {.tid = 6, .pid = 6, .code = -1, .signal = 11, .core = true}});
    feed(f, (struct event){.type = EVENT_EXIT, .exit = {.tid = 5, .pid = 5, .code = 3}});
    feed(f, (struct event){.type = EVENT_NOTE, .note = {.text = bytes_of("done")}});
}

static void test_remarks(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, (struct prefix_options){0});
    life_of_a_shell(&f);
    expect(&f, "+++ sh 5 started +++\n"
               "+++ sh 6 forked by 5 +++\n"
               "+++ cat 6 runs /usr/bin/cat -n x +++\n"
               "+++ cat 6 stopped by SIGTSTP +++\n"
               "+++ cat 6 continued +++\n"
               "+++ cat 6 killed by SIGSEGV (core dumped) +++\n"
               "+++ sh 5 exited with 3 +++\n"
               "+++ done +++\n");
    stop(&f);
    start(&f, (struct prefix_options){.quiet = true});
    life_of_a_shell(&f);
    expect(&f, "");
    stop(&f);
}

/* Missing bytes are reported also when quiet, and after the bytes that came before them. */
static void test_missing_bytes(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, (struct prefix_options){.quiet = true});
    say(&f, 815, 1, "begin");
    feed(&f, (struct event){.type = EVENT_LOST,
                            .lost = {.tid = 815,
                                     .pid = 815,
                                     .fd = 1,
                                     .stream = STREAM_STDOUT,
                                     .writes = 2,
                                     .bytes = 100,
                                     .why = bytes_of("ring full")}});
    say(&f, 815, 1, "end\nhalf");
    feed(&f,
         (struct event){.type = EVENT_WRITE,
                        .write = {.tid = 815, .pid = 815, .fd = 1, .len = 9, .unavailable = true}});
    expect(&f,
           "nginx 815 out+ begin\n+++ nginx 815 out: lost 100 bytes of 2 writes: ring full +++\n"
           "nginx 815 out| end\nnginx 815 out+ half\n"
           "+++ nginx 815 out: 9 bytes could not be read +++\n");
    stop(&f);
}

static void test_long_commands_are_cut(void **state)
{
    char *argv = xcalloc(1, 5000);
    struct fixture f;

    (void)state;
    memset(argv, 'a', 4999);
    argv[3] = 0;
    start(&f, (struct prefix_options){0});
    feed(&f, (struct event){
                 .type = EVENT_EXEC,
                 .exec = {.tid = 6, .pid = 6, .comm = bytes_of("aaa"), .argv = {argv, 5000}}});
    sink_flush(f.sink);
    const char *line = catch_text(&f.out);
    assert_in_range(strlen(line), 200, 250);
    assert_non_null(strstr(line, "aaa... +++\n"));
    stop(&f);
    free(argv);
}

static void test_every_type_is_taken(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, (struct prefix_options){.show_target = true, .color = true, .escape = true});
    for (size_t i = 0; i < SAMPLES; i++)
        feed(&f, sample_event(i));
    for (size_t i = 1; i < EVENT_TYPES; i++)
        feed(&f, (struct event){.type = (enum event_type)i});
    assert_int_equal(sink_flush(f.sink), 0);
    stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_lines),
        cmocka_unit_test(test_reads),
        cmocka_unit_test(test_unfinished_lines_come_at_the_end),
        cmocka_unit_test(test_every_split),
        cmocka_unit_test(test_a_long_line),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_control_bytes),
        cmocka_unit_test(test_a_name_cannot_forge_a_line),
        cmocka_unit_test(test_colors),
        cmocka_unit_test(test_wanted_lines_only),
        cmocka_unit_test(test_remarks),
        cmocka_unit_test(test_missing_bytes),
        cmocka_unit_test(test_long_commands_are_cut),
        cmocka_unit_test(test_every_type_is_taken),
    };

    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests_name("prefix", tests, NULL, NULL);
}
