/* The action table: complete, without contradictions, and safe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "term/input.h"
#include "ui/keys.h"

static const enum mode modes[] = {MODE_PANE,   MODE_TREE,      MODE_HELP,    MODE_PICKER,
                                  MODE_PROMPT, MODE_PROCESSES, MODE_TIMELINE};

static void test_every_action_is_described(void **state)
{
    (void)state;
    for (size_t i = 0; i < action_count; i++) {
        const struct action *a = actions + i;
        char *keys = keys_text(a);

        assert_true(strlen(a->name) > 0 && strlen(a->help) > 0);
        assert_non_null(a->run);
        assert_true(a->modes != 0);
        assert_true(strlen(keys) > 0);
        assert_true(strspn(a->name, "abcdefghijklmnopqrstuvwxyz-") == strlen(a->name));
        assert_ptr_equal(keys_named(a->name), a);
        free(keys);
    }
}

/* All keys of the table, one call each. */
static void each_key(void (*fn)(const char *key, unsigned modes_of, const char *name))
{
    for (size_t i = 0; i < action_count + binding_count; i++) {
        bool action = i < action_count;
        size_t at = action ? i : i - action_count;
        char *list = strdup(action ? actions[at].keys : bindings[at].keys);
        char *save;

        for (char *key = strtok_r(list, " ", &save); key; key = strtok_r(NULL, " ", &save))
            fn(key, action ? actions[at].modes : bindings[at].modes,
               action ? actions[at].name : bindings[at].name);
        free(list);
    }
}

static void finds_its_action(const char *key, unsigned modes_of, const char *name)
{
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (modes_of & modes[i]) {
            const struct action *found = keys_find(modes[i], key);
            assert_non_null(found);
            if (strcmp(found->name, name) != 0)
                fail_msg("%s is bound to %s and %s", key, found->name, name);
        }
}

static void test_no_key_means_two_things(void **state)
{
    (void)state;
    each_key(finds_its_action);
    for (size_t i = 0; i < binding_count; i++)
        assert_non_null(keys_named(bindings[i].name));
}

/* ^A and ^B are the prefixes of screen and tmux: no action has them outside of a prompt. */
static void leaves_prefixes(const char *key, unsigned modes_of, const char *name)
{
    (void)name;
    if (strcmp(key, "<C-a>") == 0 || strcmp(key, "<C-b>") == 0)
        assert_int_equal(modes_of, MODE_PROMPT);
}

static void test_prefixes_stay_free(void **state)
{
    (void)state;
    each_key(leaves_prefixes);
}

static void test_help_and_quit_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(keys_find(modes[i], "<F1>")->name, "help");
        assert_string_equal(keys_find(modes[i], "q")->name, "quit");
        assert_non_null(keys_find(modes[i], "<C-c>"));
    }
    assert_string_equal(keys_find(MODE_PROMPT, "<C-c>")->name, "cancel");
    assert_null(keys_find(MODE_PROMPT, "q"));
}

static void test_nothing_signals(void **state)
{
    (void)state;
    assert_string_equal(keys_find(MODE_TREE, "k")->name, "up");
    for (size_t i = 0; i < action_count; i++)
        assert_null(strstr(actions[i].name, "kill"));
}

/* The input module can produce every key of the table: its bytes give its name. */
static void test_names_are_those_of_the_input(void **state)
{
    static const struct {
        const char *bytes, *key;
    } table[] = {{"\x1b[5~", "<PageUp>"}, {"\x1b[6~", "<PageDown>"}, {"\r", "<Enter>"},
                 {"\x1b[H", "<Home>"},    {"\x1b[F", "<End>"},       {"\x1bOP", "<F1>"},
                 {"\x1bOQ", "<F2>"},      {"\x1b[15~", "<F5>"},      {"\x1b[21~", "<F10>"},
                 {"\x1b[Z", "<S-Tab>"},   {"\t", "<Tab>"},           {"\x1b[3~", "<Delete>"},
                 {"\x7f", "<Backspace>"}, {" ", "<Space>"},          {"\x1b", "<Escape>"},
                 {"\x0c", "<C-l>"},       {"\x1b[1;5D", "<C-Left>"}};
    (void)state;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char *cause;
        struct input *in = input_new("xterm-256color", true, &cause);
        struct input_event ev;

        input_push(in, table[i].bytes, strlen(table[i].bytes));
        if (!input_next(in, &ev)) {
            input_expire(in);
            assert_true(input_next(in, &ev));
        }
        assert_string_equal(ev.key, table[i].key);
        input_free(in);
    }
}

static void test_names_by_their_beginning(void **state)
{
    (void)state;
    assert_string_equal(keys_named("zo")->name, "zoom");
    assert_null(keys_named("f"));
    assert_null(keys_named(""));
    assert_null(keys_named("no-such-thing"));
    assert_string_equal(keys_named("next")->name, "next");
}

static void test_keys_as_text(void **state)
{
    char out[24];
    (void)state;

    assert_string_equal(key_text(out, "<C-d>"), "Ctrl-D");
    assert_string_equal(key_text(out, "<M-&>"), "Alt-&");
    assert_string_equal(key_text(out, "<PageUp>"), "PageUp");
    assert_string_equal(key_text(out, "<"), "<");
    assert_string_equal(key_text(out, "g"), "g");
    char *text = keys_text(keys_named("page-down"));
    assert_string_equal(text, "PageDown, Ctrl-F, Space");
    free(text);
    text = keys_text(keys_named("focus-pane"));
    assert_string_equal(text, "1-9");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_action_is_described),
        cmocka_unit_test(test_no_key_means_two_things),
        cmocka_unit_test(test_prefixes_stay_free),
        cmocka_unit_test(test_help_and_quit_everywhere),
        cmocka_unit_test(test_nothing_signals),
        cmocka_unit_test(test_names_are_those_of_the_input),
        cmocka_unit_test(test_names_by_their_beginning),
        cmocka_unit_test(test_keys_as_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
