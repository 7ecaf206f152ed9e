/* The stream of a write by where its fd led, as the kernel has told it, and the `fd` events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "capture/backlog.h"
#include "capture/emit.h"
#include "capture/fds.h"
#include "event/reader.h"

enum { RING = 8192, NO_FD = 900 };

struct scene {
    struct backlog *backlog;
    struct emitter *emitter;
    struct fd_rules *rules;
    struct fd_table *table;
    int pipe[2];
    struct fd_sink at; /* of the pipe */
};

static void begin(struct scene *s, const struct fd_policy *policy)
{
    struct stat st;

    s->backlog = backlog_new(RING, 3 * RING, false, -1);
    s->emitter = emitter_new(s->backlog);
    s->rules = fd_rules_new(policy, s->emitter);
    s->table = fd_table_new(s->rules, getpid(), true);
    assert_int_equal(pipe(s->pipe), 0);
    assert_int_equal(fstat(s->pipe[1], &st), 0);
    s->at = (struct fd_sink){st.st_dev, st.st_ino};
}

static void end(struct scene *s)
{
    close(s->pipe[0]);
    close(s->pipe[1]);
    fd_table_free(s->table);
    fd_rules_free(s->rules);
    emitter_free(s->emitter);
    backlog_free(s->backlog);
}

/* The target in the next event, which must be `fd`; empty: there is no event. */
static const char *next_target(struct scene *s, char target[64], uint64_t *ino)
{
    struct buf wire = {0}, large = {0}, scratch = {0};
    struct event ev;

    *target = '\0';
    if (backlog_take(s->backlog, &wire, &large) != BACKLOG_EMPTY) {
        assert_int_equal(reader_decode((struct bytes){wire.data, wire.len}, &ev, &scratch), 0);
        assert_int_equal(ev.type, EVENT_FD);
        snprintf(target, 64, "%.*s", (int)ev.fd.target.len, (const char *)ev.fd.target.data);
        *ino = ev.fd.ino;
    }
    buf_free(&wire);
    buf_free(&large);
    buf_free(&scratch);
    return target;
}

static enum event_stream write_at(struct scene *s, int fd, ino_t ino, mode_t mode)
{
    return fd_table_stream_at(s->table, getpid(), fd, (struct fd_sink){s->at.dev, ino}, mode);
}

/* Named by /proc while the fd still leads there, and once. */
static void test_named_once(void **state)
{
    struct fd_policy policy = {.numbers = {.all = true}};
    char target[64], expected[64];
    struct scene s;
    uint64_t ino;

    (void)state;
    begin(&s, &policy);
    snprintf(expected, sizeof expected, "pipe:[%llu]", (unsigned long long)s.at.ino);
    assert_int_equal(write_at(&s, s.pipe[1], s.at.ino, S_IFIFO), STREAM_STDOUT);
    assert_string_equal(next_target(&s, target, &ino), expected);
    assert_int_equal(ino, s.at.ino);
    assert_int_equal(write_at(&s, s.pipe[1], s.at.ino, S_IFIFO), STREAM_STDOUT);
    assert_string_equal(next_target(&s, target, &ino), "");
    end(&s);
}

/* The fd is closed or leads elsewhere by now: what it led to then counts. */
static void test_led_elsewhere(void **state)
{
    struct fd_policy policy = {.numbers = {.all = true}};
    char target[64];
    struct scene s;
    uint64_t ino;

    (void)state;
    begin(&s, &policy);
    write_at(&s, NO_FD, 4711, S_IFIFO);
    assert_string_equal(next_target(&s, target, &ino), "pipe:[4711]");
    write_at(&s, s.pipe[1], 4712, S_IFSOCK);
    assert_string_equal(next_target(&s, target, &ino), "socket:[4712]");
    assert_int_equal(ino, 4712);
    /* The name of a file is not known: nothing is told, and the next write tells. */
    write_at(&s, s.pipe[1], 4713, S_IFREG);
    assert_string_equal(next_target(&s, target, &ino), "");
    write_at(&s, s.pipe[1], s.at.ino, S_IFIFO);
    assert_true(*next_target(&s, target, &ino));
    assert_int_equal(ino, s.at.ino);
    end(&s);
}

/* By sink: any fd that led to the root's stdout or stderr, and no other. */
static void test_by_sink(void **state)
{
    struct fd_policy policy = {.by_sink = true};
    struct scene s;
    struct stat st;

    (void)state;
    begin(&s, &policy);
    assert_int_equal(fstat(STDOUT_FILENO, &st), 0);
    fd_table_survey(s.table);
    struct fd_sink out = {st.st_dev, st.st_ino}, other = {st.st_dev + 4711, st.st_ino};
    assert_int_equal(fd_table_stream_at(s.table, getpid(), NO_FD, out, st.st_mode), STREAM_STDOUT);
    assert_int_equal(fd_table_stream_at(s.table, getpid(), NO_FD, other, st.st_mode), STREAM_OTHER);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_named_once),
        cmocka_unit_test(test_led_elsewhere),
        cmocka_unit_test(test_by_sink),
    };

    return cmocka_run_group_tests_name("fds", tests, NULL, NULL);
}
