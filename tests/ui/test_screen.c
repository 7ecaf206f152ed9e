/* Whole screens: a test feeds events and keys, and compares the text of the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/xmalloc.h"
#include "screen.h"

static void test_waiting(void **state)
{
    struct screen *s = *state;

    assert_screen(s, "waiting for the first event");
    screen_task(s, 100, 100, 1, HOW_ATTACHED, "master");
    screen_fd(s, 100, 1, "/dev/null");
    screen_fd(s, 100, 2, "socket:[77]");
    screen_armed(s, 100, 41);
    screen_other(s, 100, 5, "/var/log/app.log", 122880);
    screen_other(s, 100, 7, "/tmp/x", 99);
    assert_screen_file(s, "waiting-80x24");
}

static void test_sizes(void **state)
{
    struct screen *s = *state;

    assert_screen_file(s, "story-80x24");
    screen_resize(s, 50, 200);
    screen_wait(s, 3);
    screen_wait(s, 3);
    assert_screen_file(s, "story-200x50");
    screen_resize(s, 5, 20);
    assert_screen_file(s, "story-20x5-tree");
    screen_keys(s, TAB);
    assert_screen_file(s, "story-20x5-pane");
    screen_resize(s, 4, 19);
    assert_screen(s, "at least 20x5");
    screen_resize(s, 1, 1);
    screen_wait(s, 0);
    screen_resize(s, 24, 80);
    assert_screen(s, "Tasks");
}

static void test_every_size_in_every_state(void **state)
{
    static const char *const keys[] = {"", TAB, "z", "/", "abc", ESC "", ESC "OP", "q", ":"};
    struct screen *s = *state;

    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        screen_keys(s, keys[k]);
        for (int rows = 1; rows < 40; rows += 3)
            for (int cols = 1; cols < 120; cols += 7) {
                screen_resize(s, rows, cols);
                free(screen_text(s));
            }
    }
}

static void test_focus_and_zoom(void **state)
{
    struct screen *s = *state;

    screen_keys(s, TAB "z");
    assert_no_screen(s, "Tasks");
    assert_screen(s, "line 29 of the first worker");
    assert_screen(s, "4096 bytes in 3 writes lost");
    screen_keys(s, "z0");
    assert_screen(s, "Tasks");
    screen_keys(s, "1t");
    assert_no_screen(s, "Tasks");
    screen_keys(s, "t9");
    assert_screen(s, "there is no pane 9");
}

static void test_scrolling(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1zg");
    assert_screen(s, "line 0 of");
    assert_no_screen(s, "line 29");
    screen_keys(s, "j");
    assert_no_screen(s, "line 0 of");
    assert_screen(s, "line 1 of");
    assert_screen(s, "+");
    screen_write(s, 200, 200, 1, "new below\n"); /* nothing moves */
    assert_screen(s, "line 1 of");
    assert_no_screen(s, "new below");
    screen_keys(s, "G");
    assert_screen(s, "new below");
    screen_write(s, 200, 200, 1, "newest\n");
    assert_screen(s, "newest");
    screen_keys(s, "kkk");
    screen_write(s, 200, 200, 1, "unseen\n");
    assert_no_screen(s, "unseen");
    screen_keys(s, "jjjjj"); /* back at the end one follows again */
    assert_screen(s, "unseen");
    screen_write(s, 200, 200, 1, "seen again\n");
    assert_screen(s, "seen again");
}

static void test_pages(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1zg ");
    assert_screen(s, "line 20 of");
    screen_keys(s, "b");
    assert_screen(s, "line 0 of");
    screen_keys(s, CTRL('d'));
    assert_no_screen(s, "line 9 of");
    assert_screen(s, "line 10 of");
    screen_keys(s, CTRL('u'));
    assert_screen(s, "line 0 of");
}

static void test_search(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1zg/LINE 7" ENTER);
    assert_screen(s, "not found: LINE 7");
    screen_keys(s, "g/line 17" ENTER);
    assert_screen(s, "line 17 of");
    screen_keys(s, "?line 2\\b" ENTER);
    assert_screen(s, "line 2 of");
    screen_keys(s, "n");
    assert_screen(s, "went past the end");
    screen_keys(s, "/a(b" ENTER);
    assert_screen(s, "/a(b");
    assert_screen(s, "^ bad regex");
    screen_keys(s, ESC);
    assert_no_screen(s, "bad regex");
}

static void test_filter(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1z&line 1" ENTER);
    assert_screen(s, "line 12 of");
    assert_no_screen(s, "line 29 of");
    assert_screen(s, "&line 1");
    screen_keys(s, "&!2 of" ENTER);
    assert_no_screen(s, "line 12 of");
    assert_screen(s, "line 13 of");
    screen_keys(s, "&[" ENTER);
    assert_screen(s, "^ bad regex");
    screen_keys(s, ESC);
    assert_screen(s, "line 13 of");
    assert_no_screen(s, "line 12 of");
    screen_keys(s, "&" ENTER);
    assert_screen(s, "line 29 of");
    screen_keys(s, "z2z&nothing has this" ENTER);
    assert_screen(s, "no line passes");
}

static void test_harmless(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0*"); /* the tree: open the thread that wrote to stderr */
    screen_keys(s, "*/helper" ENTER);
    screen_keys(s, ENTER);
    assert_screen(s, "stderr");
    assert_screen(s, "an error^G here");
    assert_screen(s, "100%");
    assert_no_screen(s, "50%");
}

static void test_tree(void **state)
{
    struct screen *s = *state;

    assert_screen(s, "exit 3");
    assert_screen(s, "SIGSEGV");
    screen_keys(s, "f");
    assert_screen(s, "exit 3");
    screen_keys(s, "u-");
    assert_screen(s, "▸ ");
    assert_no_screen(s, "SIGSEGV");
    screen_keys(s, "+H");
    assert_no_screen(s, "201 helper");
    screen_keys(s, "H&crash" ENTER);
    assert_screen(s, "100 master");
    assert_no_screen(s, "400 job");
    screen_keys(s, "&" ENTER);
    assert_screen(s, "400 job");
    screen_keys(s, "d");
    assert_no_screen(s, "400 job");
    assert_screen(s, "301 helper");
    screen_keys(s, "d");
    assert_screen(s, "400 job");
    screen_keys(s, "/nobody" ENTER);
    assert_screen(s, "no such task");
    screen_keys(s, "/(" ENTER);
    assert_screen(s, "bad regex");
    screen_keys(s, CTRL('c'));
    assert_no_screen(s, "bad regex");
}

static void test_open_and_close(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0/401" ENTER ENTER);
    assert_screen(s, "401");
    assert_screen(s, "it printed");
    screen_keys(s, "x");
    assert_no_screen(s, "it printed");
    screen_keys(s, "0g-" ENTER);
    assert_screen(s, "master 100 subtree");
    screen_keys(s, ">>");
    assert_screen(s, "everything");
    screen_keys(s, ">");
    assert_screen(s, "this is everything");
}

static void test_panes_stay(void **state)
{
    struct screen *s = *state;
    char *before, *after;

    screen_keys(s, "2");
    before = screen_text(s);
    screen_write(s, 300, 300, 1, "a stream that was silent so far\n");
    screen_wait(s, 1);
    after = screen_text(s);
    char *title = strstr(before, " 2 ");
    assert_non_null(title);
    assert_int_equal(strncmp(strstr(after, " 2 "), title, 12), 0);
    free(before);
    free(after);
    assert_screen(s, "not shown");
}

static void test_stillest_gives_way(void **state)
{
    struct screen *s = *state;

    for (int i = 0; i < 100; i++)
        screen_write(s, 300, 300, 1, "busy\n");
    screen_wait(s, 1); /* now it is active, and the others were still for ten seconds */
    screen_wait(s, 3);
    screen_write(s, 300, 300, 1, "busy\n");
    screen_wait(s, 3);
    assert_screen(s, "worker 300 stdout");
}

static void test_stamps_wrap_pause(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1zT");
    assert_screen(s, "05:33:2");
    screen_keys(s, "TTT");
    assert_no_screen(s, "05:33:2");
    screen_keys(s, "p");
    screen_write(s, 200, 200, 1, "while paused\n");
    assert_no_screen(s, "while paused");
    assert_screen(s, "PAUSED");
    assert_screen(s, "+1");
    screen_keys(s, "p");
    assert_screen(s, "while paused");
    screen_write(s, 200, 200, 1,
                 "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 "
                 "0123456789 END\n");
    assert_screen(s, "END");
    screen_keys(s, "w");
    assert_no_screen(s, "END");
    screen_keys(s, "lll");
    assert_screen(s, "END");
}

static void test_prompt_editing(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1/one two\x17three\x01>\x05<");
    assert_screen(s, "/>one three<");
    screen_keys(s, "\x15é日\x7f");
    assert_screen(s, "/é");
    screen_keys(s, ESC "[200~paste\nd" ESC "[201~");
    assert_screen(s, "/épaste d");
    screen_keys(s, ENTER "/\x10");
    assert_screen(s, "/épaste d");
    screen_keys(s, CTRL('c'));
    assert_no_screen(s, "/épaste");
}

static void test_prompt_moves(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1/one two" ESC "[D" ESC "[D" ESC "[DX");
    assert_screen(s, "/one Xtwo");
    screen_keys(s, ESC "[CY\x0b");
    assert_screen(s, "/one XtY");
    assert_no_screen(s, "/one XtYwo");
    screen_keys(s, ESC "bZ" ESC "fV");
    assert_screen(s, "/one ZXtYV");
    screen_keys(s, "\x01\x04");
    assert_screen(s, "/ne ZXtYV");
    screen_keys(s, ENTER "/\x10\x0e");
    assert_no_screen(s, "/ne ZXtYV");
    screen_keys(s, CTRL('c'));
}

static void test_the_pane_before(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0z");
    assert_screen(s, "Tasks");
    screen_keys(s, "z0" ESC "[Zz");
    assert_no_screen(s, "Tasks");
}

static void test_newest_filter_off(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1z&line 1" ENTER "&!2 of" ENTER);
    assert_no_screen(s, "line 12 of");
    screen_keys(s, ESC "&");
    assert_screen(s, "line 12 of");
    assert_no_screen(s, "line 29 of");
}

static void test_mouse_off_and_on(void **state)
{
    struct screen *s = *state;

    while (ui_take_wish(s->ui) != UI_NOTHING)
        ;
    screen_keys(s, ESC "OQ");
    assert_int_equal(ui_take_wish(s->ui), UI_MOUSE_OFF);
    screen_keys(s, ESC "OQ");
    assert_int_equal(ui_take_wish(s->ui), UI_MOUSE_ON);
}

static void test_commands(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1:zoom" ENTER);
    assert_no_screen(s, "Tasks");
    screen_keys(s, ":zo\t" ENTER);
    assert_screen(s, "Tasks");
    screen_keys(s, ":frobnicate" ENTER);
    assert_screen(s, "no such action");
    screen_keys(s, ESC);
    screen_keys(s, ":search line 3\\b" ENTER);
    assert_screen(s, "line 3 of");
    screen_keys(s, ":fold" ENTER);
    assert_screen(s, "not in a pane");
}

static void test_completion(void **state)
{
    struct screen *s = *state;
    char dir[] = "/tmp/pcat-tab-XXXXXX";

    assert_non_null(mkdtemp(dir));
    const char *const names[] = {"alpha.txt", "alpha.zst", "b\001ad", ".hidden", "long name"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = xasprintf("%s/%s", dir, names[i]);
        fclose(fopen(path, "w"));
        free(path);
    }
    char *sub = xasprintf("%s/sub", dir), *keys = xasprintf("s\x15%s/\t", dir);
    mkdir(sub, 0700);
    screen_keys(s, "1");
    screen_keys(s, keys);
    assert_screen(s, "alpha.txt  alpha.zst  long name  sub/");
    assert_no_screen(s, "hidden");
    screen_keys(s, "a\t");
    assert_screen(s, "/alpha.");
    screen_keys(s, "z\t");
    assert_screen(s, "/alpha.zst");
    assert_no_screen(s, "alpha.txt");
    screen_keys(s, "\x17"
                   "nowhere/x\t"); /* no such directory */
    assert_screen(s, "nowhere/x");
    screen_keys(s, ESC);
    free(keys);
    keys = xasprintf("|cat >%s/s\t", dir);
    screen_keys(s, keys);
    assert_screen(s, "/sub/");
    screen_keys(s, ESC);
    screen_keys(s, ":th\t");
    assert_screen(s, ":th");
    assert_screen(s, "theme  threads");
    screen_keys(s, "eme l\t");
    assert_screen(s, ":theme light");
    screen_keys(s, "\x15signal SEG\t");
    assert_screen(s, ":signal SEGV");
    screen_keys(s, "\x15signal SIGT\t");
    assert_screen(s, "SIGTERM  SIGTRAP  SIGTSTP");
    screen_keys(s, "\x15zoom x\t\x15nothing\t");
    assert_screen(s, ":nothing");
    screen_keys(s, ESC);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = xasprintf("%s/%s", dir, names[i]);
        unlink(path);
        free(path);
    }
    rmdir(sub);
    rmdir(dir);
    free(sub);
    free(keys);
}

/* Each kind of prompt has its own history. */
static void test_history_of_each_kind(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1/line 7" ENTER "&line" ENTER ":zoom" ENTER "|true" ENTER);
    assert_int_equal(ui_take_wish(s->ui), UI_PIPE);
    screen_keys(s, "/\x1b[A");
    assert_screen(s, "/line 7");
    screen_keys(s, "\x1b[A\x1b[A");
    assert_screen(s, "/line 7");
    screen_keys(s, "\x1b[B");
    assert_no_screen(s, "/line 7");
    screen_keys(s, ESC);
    screen_keys(s, "&\x1b[A");
    assert_screen(s, "&line");
    screen_keys(s, ESC);
    screen_keys(s, "|\x1b[A");
    assert_screen(s, "into: true");
    screen_keys(s, ESC);
    screen_keys(s, ":\x1b[A");
    assert_screen(s, ":zoom");
}

static void test_help(void **state)
{
    struct screen *s = *state;

    screen_keys(s, ESC "OP");
    assert_screen(s, "Keys");
    assert_screen(s, "a line down");
    screen_keys(s, "G");
    assert_screen(s, "In a prompt");
    screen_keys(s, "q");
    assert_no_screen(s, "In a prompt");
    assert_int_equal(ui_take_wish(s->ui), UI_NOTHING);
    screen_keys(s, "q");
    assert_int_equal(ui_take_wish(s->ui), UI_QUIT);
}

static void test_interrupt_is_no_quit(void **state)
{
    struct screen *s = *state;

    screen_keys(s, CTRL('c'));
    assert_screen(s, "q quits, targets run on");
    assert_int_equal(ui_take_wish(s->ui), UI_NOTHING);
    screen_keys(s, CTRL('z'));
    assert_int_equal(ui_take_wish(s->ui), UI_SUSPEND);
}

static void test_capture(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0go");
    assert_string_equal(s->control, "fds 1,2,5");
    screen_event(s, (struct event){.type = EVENT_REPLY, .reply = {.id = 1, .ok = true}});
    assert_screen(s, "fd 5 is captured");
    screen_other(s, 100, 7, "/tmp/b", 9000);
    screen_keys(s, "o");
    assert_screen(s, "capture which fd?");
    screen_keys(s, "j" ENTER);
    assert_string_equal(s->control, "fds 1,2,5,7");
}

/* A master is silent, its workers log to a file and talk to clients. */
static void test_capture_below(void **state)
{
    struct screen *s = *state;

    screen_resize(s, 30, 120);
    screen_task(s, 10, 10, 1, HOW_ATTACHED, "master");
    for (uint64_t pid = 11; pid <= 12; pid++) {
        screen_task(s, pid, pid, 10, HOW_ATTACHED, "worker");
        screen_other(s, pid, 3, "socket:[5]", 90000);
        screen_other(s, pid, 12, "/var/log/access.log", 1000 * pid);
    }
    assert_screen(s, "12 → /var/log/access.log 22 KB by worker 12, o captures it");
    assert_screen(s, "3 → socket:[5] 176 KB by worker 11");
    screen_keys(s, "o");
    assert_screen(s, "12 → /var/log/access.log  22 KB  worker 12");
    screen_keys(s, ENTER);
    assert_string_equal(s->control, "fds 1,2,12");
}

/* A log was reopened: the number of its old fd refers to another file now. Earlier output still
 * belongs to the old one. */
static void test_fd_used_again(void **state)
{
    struct screen *s = *state;

    screen_task(s, 10, 10, 1, HOW_ATTACHED, "nginx");
    for (int again = 0; again < 2; again++) {
        screen_event(s, (struct event){.type = EVENT_FD,
                                       .fd = {.pid = 10,
                                              .fd = 11,
                                              .target = bytes_of(again ? "socket:[7]" : "/log"),
                                              .stream = again ? STREAM_OTHER : STREAM_STDERR}});
        if (again)
            break;
        screen_event(s, (struct event){.type = EVENT_WRITE,
                                       .write = {.tid = 10,
                                                 .pid = 10,
                                                 .fd = 11,
                                                 .stream = STREAM_STDERR,
                                                 .len = 3,
                                                 .data = bytes_of("up\n")}});
        assert_screen(s, "fd 11 → /log");
    }
    assert_screen(s, "stderr fd 11 ");
    assert_no_screen(s, "socket:[7]");
}

static void test_mouse(void **state)
{
    struct screen *s = *state;

    screen_keys(s, ESC "[<0;60;5M");
    screen_keys(s, "z");
    assert_no_screen(s, "Tasks");
    assert_screen(s, "worker");
    screen_keys(s, ESC "[<64;40;5M");
    assert_screen(s, "+");
    screen_keys(s, "z" ESC "[<0;5;4M" ESC "[<0;5;4M");
    assert_screen(s, "pinned");
}

static void test_end_of_the_engine(void **state)
{
    struct screen *s = *state;

    model_source_end(s->model, s->source, "pcat was killed (SIGKILL), what it saw is kept");
    assert_screen(s, "pcat was killed (SIGKILL)");
    screen_keys(s, "1zg/line 12" ENTER);
    assert_screen(s, "line 12 of");
}

static void test_save(void **state)
{
    struct screen *s = *state;
    char dir[] = "/tmp/pcat-save-XXXXXX", got[200];
    char *keys;

    assert_non_null(mkdtemp(dir));
    char *path = xasprintf("%s/out", dir);
    screen_write(s, 300, 300, 1, "raw \x1b[31m\r\xff bytes");
    screen_keys(s, "0g/^300" ENTER ENTER "s");
    assert_screen(s, "save to: worker-300-stdout.txt");
    keys = xasprintf("\x15%s" ENTER, path);
    screen_keys(s, keys);
    assert_screen(s, "saved 17 bytes");
    FILE *f = fopen(path, "r");
    size_t n = fread(got, 1, sizeof got, f);
    fclose(f);
    assert_int_equal(n, 17);
    assert_memory_equal(got, "raw \x1b[31m\r\xff bytes", 17);

    screen_keys(s, "s");
    screen_keys(s, keys);
    assert_screen(s, "exists. Overwrite it");
    screen_keys(s, "n" ENTER);
    assert_screen(s, "nothing was saved");
    screen_keys(s, "s\x15/no/such/dir/x" ENTER);
    assert_screen(s, "No such file");
    screen_keys(s, ESC);
    unlink(path);
    rmdir(dir);
    free(keys);
    free(path);
}

static void test_random_keys(void **state)
{
    static const char *const likely[] = {
        "j", "k", "g", "G", "\t", "z", "t", "/", "&",    "n", "N", ENTER, ESC, ">",
        "<", "x", "w", "T", "p",  "h", "l", " ", "b",    "-", "+", "*",   "u", "f",
        "H", "o", "?", "a", "!",  ":", "F", "P", "\x7f", "0", "1", "2",   "q", "d"};
    struct screen *s = *state;

    if (getenv("PCAT_ACTIONS"))
        skip(); /* that run counts only actions whose results are checked */

    srand(3);
    for (int i = 0; i < 6000; i++) {
        screen_keys(s, likely[rand() % (int)(sizeof likely / sizeof *likely)]);
        if (rand() % 9 == 0)
            screen_write(s, rand() % 2 ? 200 : 301, rand() % 2 ? 200 : 300, 1,
                         "more \x1b[7mtext\n");
        if (rand() % 50 == 0)
            screen_resize(s, 1 + rand() % 60, 1 + rand() % 180);
        if (rand() % 20 == 0)
            screen_wait(s, 1.5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY_CASE(test_waiting),
        STORY_CASE(test_sizes),
        STORY_CASE(test_every_size_in_every_state),
        STORY_CASE(test_focus_and_zoom),
        STORY_CASE(test_scrolling),
        STORY_CASE(test_pages),
        STORY_CASE(test_search),
        STORY_CASE(test_filter),
        STORY_CASE(test_harmless),
        STORY_CASE(test_tree),
        STORY_CASE(test_open_and_close),
        STORY_CASE(test_panes_stay),
        STORY_CASE(test_stillest_gives_way),
        STORY_CASE(test_stamps_wrap_pause),
        STORY_CASE(test_prompt_editing),
        STORY_CASE(test_commands),
        STORY_CASE(test_completion),
        STORY_CASE(test_history_of_each_kind),
        STORY_CASE(test_help),
        STORY_CASE(test_interrupt_is_no_quit),
        STORY_CASE(test_capture),
        EMPTY_CASE(test_capture_below),
        EMPTY_CASE(test_fd_used_again),
        STORY_CASE(test_mouse),
        STORY_CASE(test_end_of_the_engine),
        STORY_CASE(test_save),
        STORY_CASE(test_prompt_moves),
        STORY_CASE(test_the_pane_before),
        STORY_CASE(test_newest_filter_off),
        STORY_CASE(test_mouse_off_and_on),
        STORY_CASE(test_random_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
