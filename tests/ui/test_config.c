/* The configuration file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "screen.h"
#include "ui/config.h"
#include "ui/keys.h"

static struct config config;
static struct buf said; /* the errors, one per line, without the file's name */

static void hear(void *user, const char *text)
{
    (void)user;
    buf_adds(&said, strchr(text, ':') + 1);
    buf_addc(&said, '\n');
}

/* Reads a file with this text; the errors must be these. */
static void assert_config(const char *text, size_t len, const char *complaints)
{
    char path[] = "/tmp/pcat-config-XXXXXX";
    int fd = mkstemp(path);

    assert_int_equal(write(fd, text, len), len);
    close(fd);
    buf_clear(&said);
    config_init(&config);
    assert_true(config_read(&config, path, hear, NULL));
    buf_addc(&said, '\0');
    assert_string_equal((char *)said.data, complaints);
    unlink(path);
}

static void read_text(const char *text, const char *complaints)
{
    assert_config(text, strlen(text), complaints);
}

static void test_nothing(void **state)
{
    (void)state;
    read_text("", "");
    assert_int_equal(config.scrollback, 256 << 20);
    assert_true(config.mouse && config.wrap && config.colour && config.tree && !config.ascii);
    read_text("# a comment\n; another\n\n  \n[options]\n[keys]\n[colours]", "");
}

static void test_options(void **state)
{
    (void)state;
    read_text(
        "scrollback = 2g\n[options]\nmouse=no\n  wrap = off\nascii : TRUE\ntimes = delta ; why\n"
        "theme = light\r\ncolour = 0\n",
        "");
    assert_true(config.scrollback == (size_t)2 << 30);
    assert_true(!config.mouse && !config.wrap && config.ascii && !config.colour);
    assert_int_equal(config.times, STAMPS_DELTA);
    assert_int_equal(config.theme, THEME_LIGHT);
}

static void test_times(void **state)
{
    struct screen *s;

    (void)state;
    read_text("dead_age = 90\n", "");
    assert_true(config.dead_age == INT64_C(90000000000));
    read_text("dead_age = 2d\n", "");
    assert_true(config.dead_age == INT64_C(172800000000000));
    read_text("dead_age = soon\ndead_age = 5x\ndead_age = -1\ndead_age = 99999999999h\n",
              "1: dead_age: a time, such as 30, 5m or 1h, not 'soon'\n"
              "2: dead_age: a time, such as 30, 5m or 1h, not '5x'\n"
              "3: dead_age: a time, such as 30, 5m or 1h, not '-1'\n"
              "4: dead_age: a time, such as 30, 5m or 1h, not '99999999999h'\n");
    assert_true(config.dead_age == 0);
    read_text("dead_age = 5m\nincremental = no\n", "");
    s = screen_new(24, 80);
    ui_set(s->ui, &config);
    screen_story(s);
    screen_wait(s, 4);
    assert_screen(s, "SIGSEGV");
    assert_screen(s, "0 gone > 5m hidden");
    screen_keys(s, "1/line 25"); /* nothing is found before Enter */
    assert_no_screen(s, "found");
    screen_wait(s, 300);
    assert_no_screen(s, "SIGSEGV");
    screen_free(s);
}

static void test_bad_lines(void **state)
{
    char long_line[400];

    (void)state;
    read_text("[options]\n"
              "mouse = maybe\n"
              "what is this\n"
              "scrollback = 0\n"
              "frob = 1\n"
              "times = now\n"
              "theme =\n"
              "[unclosed\n"
              "[other]\n"
              "a = b\n"
              "[options]\n"
              "numbers = yes\n",
              "2: mouse: yes or no, not 'maybe'\n"
              "3: neither [section] nor name = value\n"
              "4: scrollback: a size, such as 512M, not '0'\n"
              "5: there is no option frob\n"
              "6: times: off, clock, start or delta, not 'now'\n"
              "7: theme: dark or light, not ''\n"
              "8: neither [section] nor name = value\n"
              "10: there is no section [other], but options, keys, colours and notices\n");
    assert_true(config.numbers);
    assert_true(config.mouse);
    memset(long_line, 'x', sizeof long_line);
    memcpy(long_line, "wrap = ", 7);
    strcpy(long_line + 300, "\nnumbers = yes\n");
    read_text(long_line, "1: a line that is too long, or no text\n");
    assert_true(config.numbers);
    assert_config("wrap = no\n\0\xff\n\xfe\nmouse = no", 25,
                  "2: a line that is too long, or no text\n"
                  "3: neither [section] nor name = value\n");
    assert_true(!config.wrap && !config.mouse);
}

static void test_notices(void **state)
{
    (void)state;
    read_text("[notices]\n"
              "oops = match ERROR: a=b\n"
              "oops.run = notify-send \"$PCAT_COMM\" \"$PCAT_LINE\"\n"
              "quiet = silence 5m\n"
              "bad = silence\n"
              "bad.run = x\n"
              "quiet.run = x\n"
              "worse = match a(\n"
              "end = failure\n",
              "5: bad: silence: a time such as 30s, not ''\n"
              "6: bad.run: there is no rule bad right before it\n"
              "7: quiet.run: there is no rule quiet right before it\n"
              "8: worse: bad regex at 2: missing closing parenthesis\n");
    assert_int_equal(config.watches.count, 3);
    assert_string_equal(config.watches.all[0].pattern, "ERROR: a=b");
    assert_string_equal(config.watches.all[0].command, "notify-send \"$PCAT_COMM\" \"$PCAT_LINE\"");
    assert_true(config.watches.all[1].silence == INT64_C(300000000000));
    assert_null(config.watches.all[1].command);
    assert_int_equal(config.watches.all[2].kind, NOTICE_FAILED);
    config_free(&config);
}

static void test_no_file(void **state)
{
    (void)state;
    assert_false(config_read(&config, "/no/such/file", hear, NULL));
    assert_int_equal(errno, ENOENT);
    assert_false(config_read(&config, "/", hear, NULL));
}

static void test_keys(void **state)
{
    struct screen *s = screen_new(24, 80);

    (void)state;
    screen_story(s);
    read_text("[keys]\nzoom = Z <F3> <C-w>z\nhelp =\nnumbers = z\n", "");
    assert_string_equal(keys_find(MODE_PANE, "Z")->name, "zoom");
    assert_string_equal(keys_find(MODE_TREE, "<C-w>z")->name, "zoom");
    assert_true(keys_want_more(MODE_PANE, "<C-w>"));
    assert_string_equal(keys_find(MODE_PANE, "z")->name, "numbers");
    assert_null(keys_find(MODE_TREE, "z"));
    assert_null(keys_find(MODE_PANE, "#"));
    assert_null(keys_find(MODE_PANE, "<F1>"));
    char *text = keys_text(keys_named("zoom"));
    assert_string_equal(text, "Z, F3, Ctrl-W z");
    free(text);
    text = keys_text(keys_named("help"));
    assert_string_equal(text, "");
    free(text);
    screen_wait(s, 1);
    screen_wait(s, 3);
    screen_keys(s, "1Z");
    assert_no_screen(s, "Tasks");
    assert_screen(s, "Z zoom");
    assert_no_screen(s, "help");
    screen_free(s);
}

/* A key that the user gives to another action is no longer shown for the first. */
static void test_key_is_taken(void **state)
{
    (void)state;
    read_text("[keys]\nwrap = T\nfollow = <Space>\n", "");
    assert_string_equal(keys_find(MODE_PANE, "T")->name, "wrap");
    assert_string_equal(keys_find(MODE_PANE, "<Space>")->name, "follow");
    assert_string_equal(keys_find(MODE_HELP, "<Space>")->name, "page-down");
    char *text = keys_text(keys_named("stamps"));
    assert_string_equal(text, "");
    free(text);
}

static void test_bad_keys(void **state)
{
    (void)state;
    read_text("[keys]\nfrob = x\nsave = <F5 \nsave = <F5> <Frob>\nsave = abc\ncopy = S\nsave = S\n"
              "save = <C-x> <M-é> é <C-x><S-F12> <\n",
              "2: there is no action frob\n"
              "3: save: <F5 is no key\n"
              "4: save: <Frob> is no key\n"
              "5: save: abc is no key\n"
              "7: save: S was given to copy already\n");
    assert_string_equal(keys_find(MODE_PANE, "<C-x><S-F12>")->name, "save");
    assert_string_equal(keys_find(MODE_PANE, "é")->name, "save");
}

/* The keys of the action table are valid in a configuration, too. */
static void test_all_keys_of_the_table_are_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < action_count; i++) {
        char *text = xasprintf("[keys]\n%s = %s\n", actions[i].name, actions[i].keys);
        buf_clear(&said);
        read_text(text, "");
        free(text);
    }
}

static void test_colours(void **state)
{
    (void)state;
    read_text("[colors]\nbar = white on 236 bold underline\nbad = #ff8000\nwarn = bright-yellow\n"
              "key = on red\ntext = default dim\n",
              "");
    theme_use(256);
    struct style bar = theme(ROLE_BAR);
    assert_int_equal(bar.fg, COLOUR_INDEX(7));
    assert_int_equal(bar.bg, COLOUR_INDEX(236));
    assert_int_equal(bar.attrs, ATTR_BOLD | ATTR_UNDERLINE);
    assert_int_equal(theme(ROLE_BAD).fg, COLOUR_RGB(255, 128, 0));
    assert_int_equal(theme(ROLE_WARN).fg, COLOUR_INDEX(11));
    assert_int_equal(theme(ROLE_KEY).fg, COLOUR_DEFAULT);
    assert_int_equal(theme(ROLE_KEY).bg, COLOUR_INDEX(1));
    assert_int_equal(theme(ROLE_TEXT).attrs, ATTR_DIM);
    theme_use(0); /* without colours, attributes distinguish the roles */
    assert_true(theme(ROLE_BAR).attrs & ATTR_REVERSE);
    theme_use(256);
    read_text("[colours]\nfrob = red\nline = purple\nline = 256\nline = #12345\nline = red on\n"
              "line = red on on blue\n",
              "2: there is no role frob\n"
              "3: line: 'purple' is no colour, and not bold, dim, italic, underline or reverse\n"
              "4: line: '256' is no colour, and not bold, dim, italic, underline or reverse\n"
              "5: line: '#12345' is no colour, and not bold, dim, italic, underline or reverse\n"
              "7: line: 'on' is no colour, and not bold, dim, italic, underline or reverse\n");
}

static void test_what_it_looks_like(void **state)
{
    struct screen *s = screen_new(24, 80);

    (void)state;
    read_text("wrap = no\ntimes = clock\nnumbers = yes\nthreads = no\nascii = yes\nmouse = no\n",
              "");
    ui_set(s->ui, &config);
    assert_int_equal(ui_take_wish(s->ui), UI_MOUSE_OFF);
    screen_story(s);
    screen_wait(s, 1);
    screen_wait(s, 3);
    assert_no_screen(s, "201");
    assert_no_screen(s, "─");
    assert_screen(s, "05:33:2");
    screen_free(s);
}

static void test_where_it_is(void **state)
{
    (void)state;
    setenv("HOME", "/home/me", 1);
    setenv("XDG_CONFIG_HOME", "/elsewhere", 1);
    unsetenv("SUDO_UID");
    char *path = config_path();
    assert_string_equal(path, "/elsewhere/pcat/config");
    free(path);
    setenv("XDG_CONFIG_HOME", "relative", 1); /* the specification says that it must be ignored */
    path = config_path();
    assert_string_equal(path, "/home/me/.config/pcat/config");
    free(path);
}

static void test_example(void **state)
{
    const char *top = getenv("PCAT_SRCDIR");
    char *path = xasprintf("%s/doc/examples/config", top ? top : ".");

    (void)state;
    buf_clear(&said);
    assert_true(config_read(&config, path, hear, NULL));
    assert_int_equal(said.len, 0);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_bad_lines),
        cmocka_unit_test(test_notices),
        cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_all_keys_of_the_table_are_keys),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_key_is_taken),
        cmocka_unit_test(test_bad_keys),
        cmocka_unit_test(test_colours),
        cmocka_unit_test(test_what_it_looks_like),
        cmocka_unit_test(test_where_it_is),
        cmocka_unit_test(test_example),
    };

    int failed = cmocka_run_group_tests_name("config", tests, NULL, NULL);
    buf_free(&said);
    keys_reset();
    return failed;
}
