/* Terminal bytes become keys, in whatever pieces the bytes arrive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "term/input.h"

static void describe(struct buf *out, const struct input_event *ev)
{
    static const char *const mouse[] = {"press", "drag", "release", "up", "down"};

    if (out->len)
        buf_addc(out, ' ');
    if (ev->kind == INPUT_KEY)
        buf_adds(out, ev->key);
    else if (ev->kind == INPUT_MOUSE)
        buf_addf(out, "%s%d@%d,%d", mouse[ev->mouse], ev->button, ev->row, ev->col);
    else
        buf_addf(out, "paste(%.*s)", (int)ev->paste_len, ev->paste);
}

/* The events of bytes that arrive in pieces of that size; no byte follows them. */
static char *keys_of(const char *bytes, size_t piece)
{
    char *cause;
    struct input *in = input_new("xterm-256color", true, &cause);
    struct input_event ev;
    struct buf out = {0};
    size_t len = strlen(bytes);

    assert_non_null(in);
    for (size_t at = 0; at < len; at += piece) {
        input_push(in, bytes + at, len - at < piece ? len - at : piece);
        while (input_next(in, &ev))
            describe(&out, &ev);
    }
    for (int i = 0; i < 3 && input_pending(in); i++) {
        input_expire(in);
        while (input_next(in, &ev))
            describe(&out, &ev);
    }
    assert_false(input_pending(in));
    input_free(in);
    buf_addc(&out, '\0');
    return (char *)out.data;
}

static void assert_keys(const char *bytes, const char *expected)
{
    for (size_t piece = 1; piece < 12; piece++) {
        char *got = keys_of(bytes, piece);
        assert_string_equal(got, expected);
        free(got);
    }
}

static void test_plain(void **state)
{
    (void)state;
    assert_keys("jG/", "j G /");
    assert_keys(" <>&", "<Space> < > &");
    assert_keys("é日", "é 日");
    assert_keys("\r\t\x7f", "<Enter> <Tab> <Backspace>");
    assert_keys("\x04\x15\x03\x1a", "<C-d> <C-u> <C-c> <C-z>");
}

static void test_special(void **state)
{
    (void)state;
    assert_keys("\x1b[A\x1bOB\x1b[C\x1b[D", "<Up> <Down> <Right> <Left>");
    assert_keys("\x1b[5~\x1b[6~\x1b[3~", "<PageUp> <PageDown> <Delete>");
    assert_keys("\x1b[H\x1b[F\x1b[1~\x1b[4~", "<Home> <End> <Home> <End>");
    assert_keys("\x1bOP\x1b[15~", "<F1> <F5>");
    assert_keys("\x1b[Z", "<S-Tab>");
    assert_keys("\x1b[1;5C", "<C-Right>");
}

static void test_escape_alone(void **state)
{
    (void)state;
    assert_keys("\x1b", "<Escape>");
    assert_keys("\x1bx", "<M-x>");
    assert_keys("\x1b&", "<M-&>");
    assert_keys("a\x1b", "a <Escape>");
}

/* The bytes that a terminal sends for a click at line 5, column 10 (HAZARDS 6.6). */
static void test_mouse(void **state)
{
    (void)state;
    assert_keys("\x1b[<0;10;5M\x1b[<0;10;5m", "press1@4,9 release1@4,9");
    assert_keys("\x1b[<64;10;5M\x1b[<65;1;1M", "up4@4,9 down5@0,0");
    assert_keys("\x1b[<0;200;120M", "press1@119,199");
    assert_keys("\x1b[<0;1;1M\x1b[<32;2;3M\x1b[<0;2;3m", "press1@0,0 drag1@2,1 release1@2,1");
    assert_keys("\x1b[M *%j", "press1@4,9 j");
    assert_keys("\x1b[<0;10;5Mq", "press1@4,9 q");
}

static void test_replies_are_swallowed(void **state)
{
    (void)state;
    assert_keys("a\x1b]11;rgb:0000/0000/0000\x1b\\b", "a b");
    assert_keys("a\x1b]11;rgb:0000/0000/0000\x07q", "a q");
    assert_keys("\x1bP>|xterm(370)\x1b\\j", "j");
    assert_keys("\x1b_Gi=1;OK\x1b\\j", "j");
    assert_keys("\x1b[?62;22cj", "j");
    assert_keys("\x1b]j", "j");
    assert_keys("\x1b[~j", "j");
    assert_keys("\x1b[99999999999~j", "j");
    assert_keys("\x1b[1;2\x1b[Aj", "<Up> j");
    assert_keys("\x9b\x9dj\xc3(", "j (");
    assert_keys("\x1b]11;never ends", "");
}

static void test_paste(void **state)
{
    (void)state;
    assert_keys("a\x1b[200~q\nx\x1b[201~b", "a paste(q\nx) b");
    assert_keys("\x1b[200~\x1b[A\x1b]0;x\x07\x1b[201~", "paste(\x1b[A\x1b]0;x\x07)");
    assert_keys("\x1b[200~\x1b[201~j", "paste() j");
}

static void test_nonsense_is_harmless(void **state)
{
    char *cause;
    struct input *in = input_new("xterm-256color", true, &cause);
    struct input_event ev;
    (void)state;

    srand(7);
    for (int i = 0; i < 200000; i++) {
        static const char likely[] = "\x1b\x1b[]PO<~;0M5mA\x07\\";
        char byte = rand() % 3 ? likely[rand() % (int)(sizeof likely - 1)] : (char)rand();
        input_push(in, &byte, 1);
        while (input_next(in, &ev))
            assert_true(strlen(ev.key) < sizeof ev.key);
        if (rand() % 50 == 0)
            input_expire(in);
    }
    input_free(in);
}

static void test_unknown_terminal(void **state)
{
    char *cause = NULL;
    struct input *in = input_new("no-such-terminal", true, &cause);
    (void)state;

    if (!in)
        assert_non_null(cause);
    input_free(in);
    free(cause);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_special),
        cmocka_unit_test(test_escape_alone),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_replies_are_swallowed),
        cmocka_unit_test(test_paste),
        cmocka_unit_test(test_nonsense_is_harmless),
        cmocka_unit_test(test_unknown_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
