/* Random keys and random output into the viewer without a terminal. It must neither
 * crash nor ever draw a control character. PCAT_FUZZ_SECONDS (2) and PCAT_FUZZ_SEED (1)
 * may be given; the seed of a failure stands in its message. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "screen.h"
#include "ui/keys.h"

#define TASKS 40
#define NAMES_MAX 512

static uint64_t seed, number;

static uint32_t next_random(void)
{
    number = number * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(number >> 33);
}

static uint32_t below(uint32_t n)
{
    return next_random() % n;
}

/* ---- output ---- */

static const char *const pieces[] = {
    "plain words",
    "\n",
    "\n\n",
    "\r",
    "\t",
    "\b\b",
    "\x1b[31m",
    "\x1b[0m",
    "\x1b[38;2;1;2;3m",
    "\x1b[38:5:200m",
    "\x1b[2J",
    "\x1b[999;999H",
    "\x1b[1000C",
    "\x1b[K",
    "\x1b[1K",
    "\x1b]0;title\x07",
    "\x1b]52;c;AAAA\x07",
    "\x1bP1;2q\x1b\\",
    "\x1b[?1049h",
    "\x1b[?1049l",
    "\x1b[5;9r",
    "\x1b[3L",
    "\x1b[2M",
    "\x1b[4P",
    "\x1bM",
    "\033c",
    "\x1b[?25l",
    "\x1b(0",
    "\x1b",
    "\x9b[31m",
    "\x07",
    "\x00",
    "\x7f",
    "\u65e5\u672c",
    "e\u0301\u0301",
    "\u200d\ufe0f",
    "\U0001f44d",
    "\xff\xfe",
    "\xe6\x97",
    "\xed\xa0\x80",
    "\u202e",
    "0123456789012345678901234567890123456789012345678901234567890123456789",
};

static void write_output(struct screen *s)
{
    char text[2048];
    size_t len = 0, most = below(8) == 0 ? sizeof text - 100 : 100;
    uint64_t tid = 100 + below(TASKS);

    while (len < most) {
        const char *piece = pieces[below(sizeof pieces / sizeof *pieces)];
        size_t n = strlen(piece);
        if (below(4) == 0)
            text[len++] = (char)below(256);
        memcpy(text + len, piece, n);
        len += n;
    }
    screen_event(s, (struct event){.type = EVENT_WRITE,
                                   .write = {.tid = tid,
                                             .pid = tid - tid % 3,
                                             .fd = 1 + below(3),
                                             .stream = (enum event_stream)below(STREAMS),
                                             .total = len,
                                             .len = len,
                                             .data = {text, len}}});
}

static void tasks_come_and_go(struct screen *s)
{
    uint64_t tid = 100 + below(TASKS), pid = tid - tid % 3;

    switch (below(7)) {
    case 5:
        screen_event(s, (struct event){.type = EVENT_BLOCKED,
                                       .blocked = {.tid = tid,
                                                   .pid = pid,
                                                   .fd = below(3),
                                                   .since = s->time - (int64_t)below(1000000000),
                                                   .reader = below(2) ? 100 + below(TASKS) : 0,
                                                   .reader_comm = bytes_of("na\x1bme"),
                                                   .why = bytes_of(below(2) ? "\x1b[2J" : ""),
                                                   .over = below(4) == 0}});
        break;
    case 6:
        if (below(30) == 0)
            screen_end(s, "\x1b[2J");
        break;
    case 0:
        screen_task(s, tid, pid, 100 + below(TASKS), (enum event_how)below(5), "na\x1bme");
        break;
    case 1:
        screen_exit(s, tid, pid, (int)below(3), below(2) ? 11 : 0);
        break;
    case 2:
        screen_lost(s, tid, pid, 1 + below(2), below(5000));
        break;
    case 3:
        screen_event(s, (struct event){.type = EVENT_EXEC,
                                       .exec = {.tid = pid,
                                                .pid = pid,
                                                .former = below(2) ? tid : 0,
                                                .comm = bytes_of("ex\x1b"
                                                                 "ec"),
                                                .exe = bytes_of("/bin/x"),
                                                .argv = {"a\0\x9b"
                                                         "b\n",
                                                         6}}});
        break;
    case 4:
        screen_other(s, pid, 3 + below(5), "/tmp/\x1b[2Jx", below(10000));
        break;
    default:
        if (below(3) == 0)
            screen_fd(s, pid, 1, "pipe:[1]");
        else
            screen_tty(s, pid, 1 + below(2), below(4), below(60), below(200));
    }
}

/* A process of a list; its parents need not form a tree. */
static void list_process(struct screen *s)
{
    const char *piece = pieces[below(sizeof pieces / sizeof *pieces)];

    screen_event(s, (struct event){.type = EVENT_PROCESS,
                                   .process = {.id = s->commands,
                                               .pid = below(40),
                                               .parent = below(40),
                                               .user = bytes_of(below(3) ? "user" : ""),
                                               .comm = bytes_of(piece),
                                               .argv = bytes_of(below(3) ? piece : ""),
                                               .kernel = below(5) == 0,
                                               .traced = below(5) == 0,
                                               .cpu = (int64_t)below(UINT32_MAX),
                                               .start = (int64_t)below(4),
                                               .stdout_ = bytes_of(below(2) ? "/dev/null" : piece),
                                               .stderr_ = bytes_of(below(2) ? piece : ""),
                                               .refused = bytes_of(below(3) ? "" : piece)}});
}

/* Answers the last command. */
static void answer(struct screen *s)
{
    bool ok = below(4) != 0;

    for (uint32_t n = strcmp(s->control, "list") == 0 ? below(60) : 0; n > 0; n--)
        list_process(s);
    screen_event(
        s, (struct event){.type = EVENT_REPLY,
                          .reply = {s->commands, ok, bytes_of(ok ? "" : "it \x1b[2J can't")}});
}

/* Takes all wishes. A piped command reads all its lines, or only some of them. */
static void take_wishes(struct screen *s)
{
    struct buf out = {0};

    for (enum ui_wish wish; (wish = ui_take_wish(s->ui)) != UI_NOTHING;)
        for (bool more = wish == UI_PIPE; more && below(9); buf_clear(&out)) {
            assert_non_null(ui_pipe_command(s->ui));
            more = ui_pipe_next(s->ui, &out);
            assert_true(more == (out.len > 0));
            if (below(4) == 0) /* the capture goes on meanwhile */
                write_output(s);
        }
    buf_free(&out);
}

/* ---- input ---- */

/* The keys of the table, by name; a sequence of two keys is two. */
static void press_key_of_table(struct screen *s)
{
    const struct action *a = actions + below((uint32_t)action_count);
    struct input_event ev = {.kind = INPUT_KEY};
    char keys[256], *save;

    if (strcmp(a->name, "save") == 0)
        return;
    snprintf(keys, sizeof keys, "%s", a->keys);
    char *key = strtok_r(keys, " ", &save);
    for (uint32_t skip = below(3); key && skip > 0; skip--) {
        char *other = strtok_r(NULL, " ", &save);
        key = other ? other : key;
    }
    while (key && *key) {
        const char *rest = key_rest(key);
        int n = (int)(rest - key);
        snprintf(ev.key, sizeof ev.key, "%.*s", n, key);
        ev.cp = n == 1 ? *key : 0;
        ui_input(s->ui, &ev);
        take_wishes(s);
        key += n;
    }
}

/* Random bytes of a terminal, without 's', so that nothing is saved by chance. */
static void press_bytes(struct screen *s)
{
    static const char typed[] =
        "\r\r\r\t\x1b\x1b[]<>:/&!?ab012345;~MmOPAB.*+(|\\d\x7f\x15\x17'\"zXECyYOUvVeT|";
    char bytes[16];
    size_t n = 1 + below(sizeof bytes - 1);

    for (size_t i = 0; i < n; i++) {
        bytes[i] = below(6) ? typed[below(sizeof typed - 1)] : (char)below(256);
        if (bytes[i] == 's' || bytes[i] == '\0')
            bytes[i] = 'x';
    }
    bytes[n - (n > 1)] = '\0';
    screen_keys(s, bytes);
}

static void press_mouse(struct screen *s)
{
    char bytes[64];

    snprintf(bytes, sizeof bytes, "\x1b[<%u;%u;%u%c",
             below(2)   ? below(3)
             : below(3) ? 32 + below(3)
                        : 64 + below(2),
             below(130), below(60), below(4) ? 'M' : 'm');
    screen_keys(s, bytes);
}

/* ---- invariants ---- */

static void check_cell(const struct cell *cell, int row, int col)
{
    for (int i = 0; i < CELL_CHARS; i++) {
        int32_t c = cell->chars[i];
        if ((c != 0 && c < 0x20) || (c >= 0x7f && c < 0xa0) || c > 0x10ffff)
            fail_msg("control U+%04X at %d,%d, PCAT_FUZZ_SEED=%llu", (unsigned)c, row, col,
                     (unsigned long long)seed);
    }
}

static void check_screen(struct screen *s)
{
    const struct canvas *c = ui_draw(s->ui);

    for (int row = 0; row < canvas_rows(c); row++)
        for (int col = 0; col < canvas_cols(c); col++) {
            const struct cell *cell = canvas_row(c, row) + col;
            check_cell(cell, row, col);
            if (cell->width == 2 && (col + 1 == canvas_cols(c) || cell[1].width != 0))
                fail_msg("half a wide character at %d,%d, PCAT_FUZZ_SEED=%llu", row, col,
                         (unsigned long long)seed);
        }
}

static void one_step(struct screen *s)
{
    switch (below(16)) {
    case 0:
    case 1:
    case 2:
        write_output(s);
        break;
    case 3:
        if (below(3) == 0)
            answer(s);
        else
            tasks_come_and_go(s);
        break;
    case 4:
        press_mouse(s);
        break;
    case 5:
    case 6:
    case 7:
        press_bytes(s);
        break;
    case 8:
        screen_wait(s, below(40) / 10.0);
        break;
    case 9:
        if (below(4) == 0)
            screen_resize(s, 1 + (int)below(60), 1 + (int)below(180));
        break;
    default:
        press_key_of_table(s);
    }
    take_wishes(s); /* those of the mouse and of time */
}

static int64_t now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

/* Each round is a new viewer with its own seed; a third of the rounds show recordings. */
static void test_random(void **state)
{
    int64_t end = now_ms() + 1000 * (int64_t)from_environment("PCAT_FUZZ_SECONDS", 2);
    uint64_t first = from_environment("PCAT_FUZZ_SEED", 1);
    (void)state;

    for (seed = first; seed == first || now_ms() < end; seed++) {
        struct screen *s = screen_new(24, 80);
        number = seed * 77777;
        s->after_key = take_wishes;
        if (seed % 3 == 0)
            screen_replay(s);
        screen_story(s);
        for (int i = 0; i < 400; i++) {
            one_step(s);
            screen_wait(s, 0.01);
            check_screen(s);
        }
        screen_free(s);
    }
    print_message("%llu viewers with 400 steps each\n", (unsigned long long)(seed - first));
}

/* Changes to a temporary directory, in case a file is saved after all. */
static int setup(void **state)
{
    char *dir = strdup("/tmp/pcat-fuzz-XXXXXX");

    log_init(); /* PCAT_LOG=ui tells what was done */
    assert_non_null(mkdtemp(dir));
    *state = dir;
    return chdir(dir);
}

static int teardown(void **state)
{
    DIR *d = opendir(".");

    for (struct dirent *e; d && (e = readdir(d));)
        unlink(e->d_name); /* also hidden ones; . and .. it leaves */
    closedir(d);
    int failed = chdir("/") < 0 || rmdir(*state) < 0;
    free(*state);
    return failed ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_random, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
