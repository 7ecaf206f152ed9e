#include "screen.h"

#include "base/log.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "event/wire.h"
#include "model/restore.h"
#include "source/player.h"

#define SECOND INT64_C(1000000000)

static uint64_t take_command(void *user, const struct source *source, const char *command)
{
    struct screen *s = user;

    s->asked = source;
    free(s->control);
    s->control = xstrdup(command);
    return ++s->commands;
}

static void take_run(void *user, const struct hook_run *r)
{
    struct screen *s = user;

    free(s->ran);
    s->ran = xasprintf("%s: %s %s %" PRIu64 " %" PRIu64 " fd %" PRIu64 " x%" PRIu64 ": %s",
                       r->command, r->what, r->comm, r->pid, r->tid, r->fd, r->count, r->line);
}

static void say_hello(struct screen *s)
{
    screen_event(s, (struct event){.type = EVENT_HELLO,
                                   .hello = {.magic = bytes_of(EVENT_MAGIC),
                                             .version = EVENT_VERSION,
                                             .fds = bytes_of("1,2")}});
}

struct screen *screen_new(int rows, int cols)
{
    struct screen *s = xcalloc(1, sizeof *s);
    struct ui_hooks hooks = {.user = s, .control = take_command, .run = take_run};
    char *cause;

    setenv("TZ", "UTC", 1);
    s->model = model_new(1 << 20);
    s->source = model_source_add(s->model, "test");
    s->input = input_new("xterm-256color", true, &cause);
    s->ui = ui_new(s->model, &hooks, false);
    s->control = xstrdup("");
    s->ran = xstrdup("");
    s->time = INT64_C(1732340000) * SECOND;
    s->now = 1000 * SECOND;
    ui_resize(s->ui, rows, cols);
    say_hello(s);
    return s;
}

void screen_free(struct screen *s)
{
    ui_free(s->ui);
    input_free(s->input);
    player_free(s->player);
    model_free(s->model);
    free(s->control);
    free(s->ran);
    free(s);
}

static void record(struct screen *s, const struct event *e)
{
    struct buf wire = {0};

    wire_encode(&wire, e);
    player_event(s->player, e, (struct bytes){wire.data, wire.len}, 0);
    buf_free(&wire);
}

void screen_event(struct screen *s, struct event e)
{
    e.seq = ++s->seq;
    s->time += SECOND / 10;
    e.time = s->time;
    if (s->player)
        record(s, &e);
    else
        model_apply(s->model, s->source, &e);
}

void screen_replay(struct screen *s)
{
    model_clear(s->model);
    model_restored(s->model);
    s->player = player_new(s->model, s->source, -1);
    ui_set_player(s->ui, s->player);
    say_hello(s);
}

void screen_task(struct screen *s, uint64_t tid, uint64_t pid, uint64_t parent, enum event_how how,
                 const char *comm)
{
    screen_event(
        s, (struct event){
               .type = EVENT_TASK,
               .task = {
                   .tid = tid, .pid = pid, .parent = parent, .how = how, .comm = bytes_of(comm)}});
}

void screen_armed(struct screen *s, uint64_t pid, uint64_t threads)
{
    screen_event(s, (struct event){.type = EVENT_ARMED, .armed = {pid, threads}});
}

static enum event_stream kind_of(uint64_t fd)
{
    return fd == 1 ? STREAM_STDOUT : fd == 2 ? STREAM_STDERR : STREAM_OTHER;
}

void screen_fd(struct screen *s, uint64_t pid, uint64_t fd, const char *target)
{
    screen_event(
        s, (struct event){
               .type = EVENT_FD,
               .fd = {.pid = pid, .fd = fd, .target = bytes_of(target), .stream = kind_of(fd)}});
}

void screen_tty(struct screen *s, uint64_t pid, uint64_t fd, uint64_t number, uint64_t rows,
                uint64_t cols)
{
    char target[32];

    snprintf(target, sizeof target, "/dev/pts/%u", (unsigned)number);
    screen_event(s, (struct event){.type = EVENT_FD,
                                   .fd = {.pid = pid,
                                          .fd = fd,
                                          .target = bytes_of(target),
                                          .dev = 24,
                                          .ino = 3 + number,
                                          .stream = kind_of(fd),
                                          .rows = rows,
                                          .cols = cols}});
}

void screen_write(struct screen *s, uint64_t tid, uint64_t pid, uint64_t fd, const char *text)
{
    screen_event(s, (struct event){.type = EVENT_WRITE,
                                   .write = {.tid = tid,
                                             .pid = pid,
                                             .fd = fd,
                                             .stream = kind_of(fd),
                                             .total = strlen(text),
                                             .len = strlen(text),
                                             .data = bytes_of(text)}});
}

void screen_other(struct screen *s, uint64_t pid, uint64_t fd, const char *target, uint64_t bytes)
{
    screen_event(
        s, (struct event){.type = EVENT_OTHER, .other = {pid, fd, bytes_of(target), 3, bytes}});
}

void screen_lost(struct screen *s, uint64_t tid, uint64_t pid, uint64_t fd, uint64_t bytes)
{
    screen_event(s,
                 (struct event){.type = EVENT_LOST,
                                .lost = {tid, pid, fd, kind_of(fd), 3, bytes, bytes_of("slow")}});
}

void screen_exit(struct screen *s, uint64_t tid, uint64_t pid, int code, int signal)
{
    screen_event(
        s, (struct event){.type = EVENT_EXIT, .exit = {tid, pid, code, (uint64_t)signal, false}});
}

void screen_end(struct screen *s, const char *why)
{
    screen_event(s, (struct event){.type = EVENT_END, .end = {.why = bytes_of(why)}});
}

void screen_story(struct screen *s)
{
    char line[128];

    screen_task(s, 100, 100, 1, HOW_ATTACHED, "master");
    screen_fd(s, 100, 1, "/dev/null");
    screen_fd(s, 100, 2, "socket:[77]");
    for (uint64_t pid = 200; pid <= 300; pid += 100) {
        screen_task(s, pid, pid, 100, HOW_ATTACHED, "worker");
        screen_fd(s, pid, 1, "pipe:[1155]");
        screen_task(s, pid + 1, pid, pid, HOW_ATTACHED, "helper");
        screen_armed(s, pid, 2);
    }
    screen_armed(s, 100, 1);
    screen_other(s, 100, 5, "/var/log/app.log", 122880);
    for (int i = 0; i < 30; i++) {
        snprintf(line, sizeof line, "line %d of the \x1b[32mfirst\x1b[0m worker, 日本 e\xcc\x81\n",
                 i);
        screen_write(s, 200, 200, 1, line);
    }
    screen_write(s, 201, 200, 2, "an \x1b[2Jerror\x07 here\n");
    screen_lost(s, 200, 200, 1, 4096);
    screen_write(s, 301, 300, 1, "  10%\r  50%\r 100%");
    screen_task(s, 400, 400, 100, HOW_FORK, "job");
    screen_exit(s, 400, 400, 3, 0);
    screen_task(s, 401, 401, 100, HOW_FORK, "crash");
    screen_exit(s, 401, 401, -1, 11);
}

static void settle(struct screen *s)
{
    ui_tick(s->ui, s->now);
    while (ui_work(s->ui, 1 << 20))
        ;
}

void screen_keys(struct screen *s, const char *bytes)
{
    struct input_event ev;

    settle(s);
    ui_draw(s->ui); /* a user acts on what is on the screen */
    input_push(s->input, bytes, strlen(bytes));
    for (int turn = 0; turn < 2; turn++) {
        while (input_next(s->input, &ev)) {
            ui_input(s->ui, &ev);
            if (s->after_key)
                s->after_key(s);
            settle(s);
            ui_draw(s->ui);
        }
        if (input_pending(s->input))
            input_expire(s->input);
    }
}

void screen_resize(struct screen *s, int rows, int cols)
{
    ui_resize(s->ui, rows, cols);
}

void screen_wait(struct screen *s, double seconds)
{
    s->now += (int64_t)(seconds * (double)SECOND);
    settle(s);
}

char *screen_text(struct screen *s)
{
    struct buf text = {0};

    settle(s);
    canvas_print(ui_draw(s->ui), &text);
    buf_addc(&text, '\0');
    return (char *)text.data;
}

void assert_screen(struct screen *s, const char *part)
{
    char *text = screen_text(s);

    if (!strstr(text, part))
        fail_msg("not on the screen: %s\n%s", part, text);
    free(text);
}

void assert_no_screen(struct screen *s, const char *part)
{
    char *text = screen_text(s);

    if (strstr(text, part))
        fail_msg("on the screen: %s\n%s", part, text);
    free(text);
}

static char *read_all(const char *path)
{
    struct buf text = {0};
    FILE *f = fopen(path, "r");

    if (f) {
        for (size_t n = 1; n > 0; text.len += n)
            n = fread(buf_reserve(&text, 4096), 1, 4096, f);
        fclose(f);
    }
    buf_addc(&text, '\0');
    return (char *)text.data;
}

static void write_all(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

void assert_screen_file(struct screen *s, const char *name)
{
    const char *top = getenv("PCAT_SRCDIR");
    char *path = xasprintf("%s/tests/screens/%s.txt", top ? top : ".", name);
    char *text = screen_text(s), *expected;

    if (getenv("GENERATE"))
        write_all(path, text);
    expected = read_all(path);
    if (strcmp(text, expected) != 0)
        fail_msg("%s differs (GENERATE=1 writes it anew); the screen:\n%s", path, text);
    free(expected);
    free(text);
    free(path);
}

int screen_setup(void **state)
{
    static bool begun;

    if (!begun)
        log_init(); /* for tests/actions.sh */
    begun = true;
    *state = screen_new(24, 80);
    return 0;
}

int screen_setup_story(void **state)
{
    screen_setup(state);
    screen_story(*state);
    screen_wait(*state, 1);
    screen_wait(*state, 3);
    return 0;
}

int screen_teardown(void **state)
{
    screen_free(*state);
    return 0;
}
