/* The list of processes, attaching, detaching, and signals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xmalloc.h"
#include "screen.h"

#define SECOND INT64_C(1000000000)

struct one {
    uint64_t pid, parent, uid;
    const char *user, *comm, *command, *out, *err, *refused;
    int64_t cpu, age; /* s */
    bool kernel;
};

static const struct one machine[] = {
    {1, 0, 0, "root", "init", "/sbin/init splash", "/dev/null", "/dev/null", "", 12, 8640000,
     false},
    {2, 0, 0, "root", "kthreadd", "", "", "", "2 (kthreadd) is a kernel thread", 0, 8640000, true},
    {40, 2, 0, "root", "kworker/0:1", "", "", "", "40 (kworker/0:1) is a kernel thread", 3, 99,
     true},
    {700, 1, 0, "root", "nginx", "nginx: master process", "/dev/null", "/var/log/nginx/error.log",
     "", 1, 86400, false},
    {701, 700, 33, "www-data", "nginx", "nginx: worker process", "/dev/null",
     "/var/log/nginx/error.log", "", 50, 86400, false},
    {702, 700, 33, "www-data", "nginx", "nginx: worker process", "/dev/null",
     "/var/log/nginx/error.log", "", 60, 86400, false},
    {800, 1, 0, "root", "sshd", "/usr/sbin/sshd -D", "socket:[17]", "socket:[17]",
     "800 (sshd) displays our terminal: tracing it would feed itself (--force does it all the "
     "same, "
     "dropping what can't be shown)",
     1, 4000, false},
    {900, 800, 1000, "alice", "bash", "-bash", "/dev/pts/3", "/dev/pts/3", "", 0, 300, false},
    {901, 900, 1000, "alice", "python3", "/usr/bin/python3 /srv/shop/manage.py runserver",
     "pipe:[1155]", "/dev/pts/3", "", 30, 45, false},
};

static struct bytes argv_of(const char *command, char room[256])
{
    size_t n = strlen(command);

    memcpy(room, command, n + 1);
    for (size_t i = 0; i < n; i++)
        if (room[i] == ' ')
            room[i] = '\0';
    return (struct bytes){room, n ? n + 1 : 0};
}

static void tell(struct screen *s, uint64_t id, const struct one *o, int64_t more_cpu)
{
    char room[256];

    screen_event(s,
                 (struct event){.type = EVENT_PROCESS,
                                .process = {.id = id,
                                            .pid = o->pid,
                                            .parent = o->parent,
                                            .uid = o->uid,
                                            .user = bytes_of(o->user),
                                            .comm = bytes_of(o->comm),
                                            .argv = argv_of(o->command, room),
                                            .kernel = o->kernel,
                                            .threads = 1,
                                            .cpu = (o->cpu + more_cpu) * SECOND,
                                            .start = INT64_C(1732340000) * SECOND - o->age * SECOND,
                                            .stdout_ = bytes_of(o->out),
                                            .stderr_ = bytes_of(o->err),
                                            .refused = bytes_of(o->refused)}});
}

static void reply(struct screen *s, uint64_t id, const char *refused)
{
    screen_event(s, (struct event){.type = EVENT_REPLY,
                                   .reply = {.id = id, .ok = !refused, .text = bytes_of(refused)}});
}

/* Answers the last command, which is `list`. The processes from index `gone` on have ended; pid
 * `busy` has used one more second of processor time for each event. */
static void give_list(struct screen *s, uint64_t gone, uint64_t busy)
{
    uint64_t id = s->commands;

    assert_string_equal(s->control, "list");
    for (size_t i = 0; i < sizeof machine / sizeof *machine; i++)
        if (machine[i].pid < gone)
            tell(s, id, &machine[i], machine[i].pid == busy ? 1 : 0);
    reply(s, id, NULL);
    screen_wait(s, 0.1);
}

static void open_list(struct screen *s)
{
    screen_keys(s, "a");
    give_list(s, UINT64_MAX, 0);
}

static void test_the_list(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "a");
    assert_screen(s, "looking ...");
    give_list(s, UINT64_MAX, 0);
    assert_screen_file(s, "processes-80x24");
    assert_no_screen(s, "kworker");
    screen_resize(s, 50, 200);
    assert_screen_file(s, "processes-200x50");
    screen_resize(s, 5, 20);
    screen_keys(s, "\x1b[B");
    assert_screen_file(s, "processes-20x5");
}

static void test_type_to_find(void **state)
{
    struct screen *s = *state;

    open_list(s);
    screen_keys(s, "manage");
    assert_screen(s, "Find: manage");
    assert_screen(s, "1 of 7");
    assert_screen(s, "bash"); /* above it */
    assert_no_screen(s, "worker");
    screen_keys(s, "\x7f\x7f\x7f\x7f\x7f\x7f"
                   "WWW");
    assert_screen(s, "no process matches"); /* upper case: exactly so */
    screen_keys(s, "\x15"
                   "www");
    assert_screen(s, "2 of 7");
    screen_keys(s, "\x15"
                   "702" ENTER);
    assert_string_equal(s->control, "attach 702");
    screen_keys(s, "\x15"
                   "q"); /* q is an ordinary letter here */
    assert_screen(s, "Find: q");
    assert_int_equal(ui_take_wish(s->ui), UI_NOTHING);
    screen_keys(s, ESC);
    assert_screen(s, "init");
    screen_keys(s, ESC);
    assert_no_screen(s, "Attach to which");
    assert_int_equal(ui_take_wish(s->ui), UI_NOTHING);
}

static void test_attach(void **state)
{
    struct screen *s = *state;

    open_list(s);
    screen_keys(s, "manage" ENTER);
    assert_string_equal(s->control, "attach 901");
    assert_screen(s, "Attach to which");
    reply(s, s->commands, NULL);
    assert_no_screen(s, "Attach to which");
    assert_screen(s, "attached to 901");
}

static void test_attach_while_none_is_found(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "a" ENTER); /* there is no list yet */
    assert_string_equal(s->control, "list");
    give_list(s, UINT64_MAX, 0);
    screen_keys(s, "nobody" ENTER);
    assert_string_equal(s->control, "list");
    screen_keys(s, "\x15"
                   "bash" ENTER ENTER); /* the second request, before the first is answered */
    assert_string_equal(s->control, "attach 900");
    uint64_t before = s->commands;
    screen_keys(s, ENTER);
    assert_int_equal(s->commands, before);
    reply(s, s->commands, NULL);
    assert_no_screen(s, "Attach to which");
}

static void test_attach_refused(void **state)
{
    struct screen *s = *state;

    open_list(s);
    screen_keys(s, "bash");
    assert_screen(s, "1 → /dev/pts/3  2 → the same");
    screen_keys(s, ENTER);
    reply(s, s->commands, "900 (bash) belongs to uid 1000, we are uid 33: try sudo pcat -p 900");
    assert_screen(s, "Attach to which");
    assert_screen(s, "900 (bash) belongs to uid 1000, we are uid 33: try sudo pcat -p 900");
    screen_keys(s, "\x1b[B");
    assert_no_screen(s, "belongs to uid");
}

static void test_refusal_is_foreseen(void **state)
{
    struct screen *s = *state;

    open_list(s);
    screen_keys(s, "sshd");
    assert_screen(s, "-   800");
    assert_screen(s, "displays our terminal");
    screen_keys(s, ENTER); /* the list may be wrong: it is tried */
    assert_string_equal(s->control, "attach 800");
}

static void test_tag_several(void **state)
{
    struct screen *s = *state;

    open_list(s);
    screen_keys(s, "worker  ");
    assert_screen(s, "2 tagged");
    assert_screen(s, "*   701");
    uint64_t before = s->commands;
    screen_keys(s, ENTER);
    assert_int_equal(s->commands, before + 2);
    reply(s, before + 1, NULL);
    reply(s, before + 2, "702: no such process");
    assert_screen(s, "702: no such process");
    assert_screen(s, "attached to 1 of 2");
    assert_screen(s, "1 tagged");
    assert_no_screen(s, "*   701");
    screen_keys(s, ENTER);
    assert_string_equal(s->control, "attach 702");
    reply(s, s->commands, NULL);
    assert_no_screen(s, "Attach to which");
}

static void test_tag_many(void **state)
{
    struct screen *s = *state;

    open_list(s);
    uint64_t before = s->commands;
    screen_keys(s, "\x1b[H       " ENTER); /* more than there are replies kept */
    for (uint64_t id = before + 1; id <= s->commands; id++) {
        reply(s, id, NULL);
        screen_wait(s, 0.1);
    }
    assert_int_equal(s->commands, before + 7);
    assert_screen(s, "attached to 7 processes");
}

static void test_refresh(void **state)
{
    struct screen *s = *state;

    open_list(s);
    screen_keys(s, "\x1b[F");
    assert_screen(s, "1 → pipe:[1155]");
    uint64_t before = s->commands;
    screen_wait(s, 1);
    assert_int_equal(s->commands, before);
    screen_wait(s, 1.5);
    assert_int_equal(s->commands, before + 1);
    screen_wait(s, 5); /* not before that one is answered */
    assert_int_equal(s->commands, before + 1);
    give_list(s, UINT64_MAX, 702);
    assert_screen(s, "1 → pipe:[1155]"); /* still that one */
    screen_keys(s, "\x1b[17~"
                   "\x1b[17~\x1b[17~\x1b[17~\x1b[17~"); /* all orders, and the first again */
    assert_screen(s, "by PID");
    screen_keys(s, "\x1b[15~\x1b[H");
    assert_screen(s, "a flat list");
    assert_screen(s, "nginx: worker"); /* the busy one is first */
    screen_keys(s, ENTER);
    assert_string_equal(s->control, "attach 702");
    reply(s, s->commands, "no");
    screen_wait(s, 3);
    give_list(s, 701, 0);
    assert_no_screen(s, "python3");
    screen_keys(s, ESC);
    before = s->commands;
    screen_wait(s, 10);
    assert_int_equal(s->commands, before);
}

static void test_kernel_threads(void **state)
{
    struct screen *s = *state;

    open_list(s);
    screen_keys(s, "\x1b[18~");
    assert_screen(s, "[kworker/0:1]");
    screen_keys(s, "\x1b[18~");
    assert_no_screen(s, "[kworker/0:1]");
}

static void test_click(void **state)
{
    struct screen *s = *state;

    open_list(s);
    screen_keys(s, ESC "[<0;40;5M");
    assert_screen(s, "nginx: worker process");
    assert_string_equal(s->control, "list");
    screen_keys(s, ESC "[<0;40;5M");
    assert_string_equal(s->control, "attach 701");
    screen_keys(s, ESC "[<65;40;5M");
    assert_screen(s, "Attach to which");
}

static void test_with_no_target(void **state)
{
    struct screen *s = *state;

    ui_choose_process(s->ui);
    screen_wait(s, 0.1);
    give_list(s, UINT64_MAX, 0);
    assert_screen(s, "Attach to which");
    screen_keys(s, ESC "OP");
    assert_screen(s, "Keys");
    screen_keys(s, "q");
    assert_screen(s, "Attach to which");
    screen_keys(s, "x" ESC);
    assert_int_equal(ui_take_wish(s->ui), UI_NOTHING);
    screen_keys(s, ESC);
    assert_int_equal(ui_take_wish(s->ui), UI_QUIT);
}

static void test_quit_key(void **state)
{
    struct screen *s = *state;

    ui_choose_process(s->ui);
    screen_keys(s, "nginx\x1b[21~");
    assert_int_equal(ui_take_wish(s->ui), UI_QUIT);
}

static void test_attach_by_number(void **state)
{
    struct screen *s = *state;

    screen_keys(s, ":attach 4711" ENTER);
    assert_string_equal(s->control, "attach 4711");
    reply(s, s->commands, "4711: no such process");
    assert_screen(s, "4711: no such process");
    screen_keys(s, ":attach me" ENTER);
    assert_screen(s, "attach to a PID, not to me");
}

static void test_after_the_end(void **state)
{
    struct screen *s = *state;

    open_list(s);
    screen_wait(s, 3);
    screen_end(s, "killed");
    assert_screen(s, "the capture has ended");
    screen_keys(s, ESC);
    screen_keys(s, "a");
    assert_screen(s, "nothing is being captured any more");
}

/* ---- detaching, and signals ---- */

static void test_detach(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "0g/^300" ENTER "D");
    assert_string_equal(s->control, "detach 300");
    reply(s, s->commands, NULL);
    assert_screen(s, "detached from 300, which runs on");
    screen_keys(s, "D");
    reply(s, s->commands, "detach: 300 was started by pcat and can't do without it");
    assert_screen(s, "can't do without it");
    screen_keys(s, "0g/^400" ENTER "D");
    assert_screen(s, "job 400 is not traced any more");
}

static void test_detach_of_a_pane(void **state)
{
    struct screen *s = *state;

    screen_keys(s, "1D");
    assert_true(strncmp(s->control, "detach ", 7) == 0);
}

static void test_detach_tagged(void **state)
{
    struct screen *s = *state;
    uint64_t before = s->commands;

    screen_keys(s, "0g/^200" ENTER " /^300" ENTER " D");
    assert_int_equal(s->commands, before + 2);
    assert_string_equal(s->control, "detach 300");
}

static void test_signal(void **state)
{
    struct screen *s = *state;
    uint64_t before = s->commands;

    screen_keys(s, "0g/^300" ENTER "K");
    assert_screen(s, "which signal for worker 300?");
    assert_screen(s, "15  SIGTERM");
    screen_keys(s, "j" ENTER);
    assert_screen(s, "send SIGINT to worker 300 (yes/no)?");
    screen_keys(s, "n" ENTER);
    assert_screen(s, "no signal was sent");
    screen_keys(s, "\x1b[20~" ENTER ENTER); /* F9, TERM, and no answer */
    assert_screen(s, "no signal was sent");
    assert_int_equal(s->commands, before);
    screen_keys(s, "K" ENTER "yes" ENTER);
    assert_string_equal(s->control, "signal 300 TERM");
    reply(s, s->commands, NULL);
    assert_screen(s, "SIGTERM was sent to 300");
}

static void test_signal_tagged(void **state)
{
    struct screen *s = *state;
    uint64_t before = s->commands;

    screen_keys(s, "0g/^200" ENTER " /^300" ENTER " :signal usr1" ENTER);
    assert_screen(s, "send SIGUSR1 to 2 processes (yes/no)?");
    screen_keys(s, "y" ENTER);
    assert_int_equal(s->commands, before + 2);
    assert_string_equal(s->control, "signal 300 USR1");
    screen_keys(s, ":signal nonsense" ENTER);
    assert_screen(s, "there is no signal nonsense");
}

/* No single key sends a signal, in any mode. */
static void test_no_single_key_signals(void **state)
{
    struct screen *s = *state;

    for (int key = 1; key < 128; key++) {
        screen_keys(s, ESC);
        screen_keys(s, ESC "0g");
        screen_keys(s, (char[]){(char)key, 0});
        assert_true(strncmp(s->control, "signal", 6) != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_CASE(test_the_list),
        STORY_CASE(test_type_to_find),
        STORY_CASE(test_attach),
        STORY_CASE(test_attach_while_none_is_found),
        STORY_CASE(test_attach_refused),
        STORY_CASE(test_refusal_is_foreseen),
        STORY_CASE(test_tag_several),
        STORY_CASE(test_tag_many),
        STORY_CASE(test_refresh),
        STORY_CASE(test_kernel_threads),
        STORY_CASE(test_click),
        EMPTY_CASE(test_with_no_target),
        EMPTY_CASE(test_quit_key),
        STORY_CASE(test_attach_by_number),
        STORY_CASE(test_after_the_end),
        STORY_CASE(test_detach),
        STORY_CASE(test_detach_of_a_pane),
        STORY_CASE(test_detach_tagged),
        STORY_CASE(test_signal),
        STORY_CASE(test_signal_tagged),
        STORY_CASE(test_no_single_key_signals),
    };

    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
