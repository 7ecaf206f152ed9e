/* The key table. The user's own keys of an action replace those of its row ACTION, and those of its
 * rows BIND in the modes of the action. */
#include "ui/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "ui/action.h"
#include "view/plan.h"

#define P (MODE_PANE | MODE_SCREEN)
#define N MODE_PANE
#define T MODE_TREE
#define H MODE_HELP
#define K MODE_PICKER
#define R MODE_PROMPT
#define L MODE_PROCESSES
#define Z MODE_TIMELINE

const struct action actions[] = {
#define ACTION(section, name, run, arg, modes, keys, hint, help)                                   \
    {SECTION_##section, name, run, arg, modes, keys, hint, help},
#define BIND(modes, name, keys)
#include "ui/action.def"
#undef ACTION
#undef BIND
};
const size_t action_count = sizeof actions / sizeof *actions;

const struct binding bindings[] = {
#define ACTION(section, name, run, arg, modes, keys, hint, help)
#define BIND(modes, name, keys) {modes, name, keys},
#include "ui/action.def"
#undef ACTION
#undef BIND
};
const size_t binding_count = sizeof bindings / sizeof *bindings;

/* Takes the next key from a list. False: the list is at its end. */
static bool next_key(const char **list, const char **key, size_t *len)
{
    *list += strspn(*list, " ");
    *key = *list;
    *len = strcspn(*list, " ");
    *list += *len;
    return *len > 0;
}

static bool has_key_n(const char *list, const char *key, size_t len)
{
    const char *one;
    size_t one_len;

    while (next_key(&list, &one, &one_len))
        if (one_len == len && memcmp(one, key, len) == 0)
            return true;
    return false;
}

static bool has_key(const char *list, const char *key)
{
    return has_key_n(list, key, strlen(key));
}

/* The length in bytes of the first key of a sequence. */
static size_t name_len(const char *key, size_t len)
{
    const char *end = len > 2 && *key == '<' ? memchr(key, '>', len) : NULL;

    return end ? (size_t)(end - key) + 1 : len > 0;
}

const char *key_rest(const char *key)
{
    return key + name_len(key, strlen(key));
}

static bool has_second_key(const char *list, const char *key)
{
    const char *one;
    size_t len, first;

    while (next_key(&list, &one, &len)) {
        first = name_len(one, len);
        if (first < len && strlen(key) == first && memcmp(one, key, first) == 0)
            return true;
    }
    return false;
}

static const struct action *find_action(const char *name)
{
    for (size_t i = 0; i < action_count; i++)
        if (strcmp(actions[i].name, name) == 0)
            return actions + i;
    return NULL;
}

/* ---- the user's own keys ---- */

static char
    *user_keys[sizeof actions / sizeof *actions]; /* by action; NULL: the keys of the table */

const char *keys_of(const struct action *a)
{
    return user_keys[a - actions] ? user_keys[a - actions] : a->keys;
}

/* True when the user's own keys replace a BIND row: its modes and those of its action overlap. */
static bool is_replaced(const struct binding *b)
{
    const struct action *a = find_action(b->name);

    return user_keys[a - actions] && a->modes & b->modes;
}

/* The action to which the user has given this key, in one of these modes. */
static const struct action *user_key_owner(unsigned modes, const char *key, size_t len)
{
    for (size_t i = 0; i < action_count; i++)
        if (user_keys[i] && actions[i].modes & modes && has_key_n(user_keys[i], key, len))
            return actions + i;
    return NULL;
}

const struct action *keys_find(enum mode mode, const char *key)
{
    const struct action *found = user_key_owner(mode, key, strlen(key));

    for (size_t i = 0; i < action_count && !found; i++)
        if (!user_keys[i] && actions[i].modes & mode && has_key(actions[i].keys, key))
            found = actions + i;
    for (size_t i = 0; i < binding_count && !found; i++)
        if (bindings[i].modes & mode && has_key(bindings[i].keys, key) &&
            !is_replaced(bindings + i))
            found = find_action(bindings[i].name);
    return found;
}

bool keys_want_more(enum mode mode, const char *key)
{
    for (size_t i = 0; i < action_count; i++)
        if (actions[i].modes & mode && has_second_key(keys_of(actions + i), key))
            return true;
    for (size_t i = 0; i < binding_count; i++)
        if (bindings[i].modes & mode && has_second_key(bindings[i].keys, key) &&
            !is_replaced(bindings + i))
            return true;
    return false;
}

/* The length in bytes of the key at the beginning of the text, 0: it is not a key. */
static size_t key_len(const char *text, size_t len)
{
    static const char *const names[] = {"Up",    "Down",   "Left",     "Right",  "Home",
                                        "End",   "PageUp", "PageDown", "Insert", "Delete",
                                        "Space", "Tab",    "Enter",    "Escape", "Backspace"};
    size_t whole = name_len(text, len), n = whole;
    int number, end = 0;
    int32_t cp;

    if (whole < 3 || *text != '<')
        return utf8_decode(text, len, &cp) > 0 && cp > ' ' ? utf8_decode(text, len, &cp) : 0;
    text++;
    for (n -= 2; n > 2 && text[1] == '-' && strchr("CMS", *text); n -= 2)
        text += 2;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == n && memcmp(names[i], text, n) == 0)
            return whole;
    if (sscanf(text, "F%2d%n", &number, &end) == 1 && (size_t)end == n)
        return whole;
    return utf8_decode(text, n, &cp) == n && cp > ' ' && n + 2 < whole ? whole : 0;
}

/* One key, or a sequence of two. */
static bool is_key(const char *text, size_t len)
{
    size_t first = key_len(text, len);

    return first == len || (first > 0 && first + key_len(text + first, len - first) == len);
}

void keys_reset(void)
{
    for (size_t i = 0; i < action_count; i++) {
        free(user_keys[i]);
        user_keys[i] = NULL;
    }
}

bool keys_set(const char *name, const char *keys, char **cause)
{
    const struct action *a = find_action(name), *other;
    const char *list = keys, *key;
    size_t len;

    if (!a)
        *cause = xasprintf("there is no action %s", name);
    while (!*cause && next_key(&list, &key, &len)) {
        if (!is_key(key, len))
            *cause = xasprintf("%s: %.*s is no key", name, (int)len, key);
        else if ((other = user_key_owner(a->modes, key, len)) && other != a)
            *cause =
                xasprintf("%s: %.*s was given to %s already", name, (int)len, key, other->name);
    }
    if (*cause)
        return false;
    free(user_keys[a - actions]);
    user_keys[a - actions] = xstrdup(keys);
    return true;
}

const struct action *keys_named(const char *name)
{
    const struct action *found = find_action(name);
    size_t len = strlen(name);

    if (found)
        return found;
    for (size_t i = 0; i < action_count && len > 0; i++) {
        if (strncmp(actions[i].name, name, len) != 0 || actions[i].modes == MODE_PROMPT)
            continue;
        if (found)
            return NULL;
        found = actions + i;
    }
    return found;
}

const char *section_name(enum section section)
{
    static const char *const names[SECTIONS] = {
        [SECTION_MOVE] = "Moving",
        [SECTION_SEARCH] = "Search and filter",
        [SECTION_PANES] = "Panes",
        [SECTION_WINDOWS] = "Where panes are",
        [SECTION_LOOK] = "What it looks like",
        [SECTION_TREE] = "In the tree",
        [SECTION_REPLAY] = "In a recording",
        [SECTION_PROCESSES] = "Attaching to more",
        [SECTION_TIMELINE] = "The timeline",
        [SECTION_GENERAL] = "In general",
        [SECTION_PROMPT] = "In a prompt",
    };

    return names[section];
}

static void add_name(struct buf *out, const char *key, size_t len)
{
    if (len < 3 || key[0] != '<') {
        buf_add(out, key, len);
        return;
    }
    key++;
    len -= 2;
    for (; len > 2 && key[1] == '-'; key += 2, len -= 2)
        buf_adds(out, *key == 'C' ? "Ctrl-" : *key == 'M' ? "Alt-" : "Shift-");
    if (len == 1 && *key >= 'a' && *key <= 'z' && out->len > 0)
        buf_addc(out, (char)(*key - 'a' + 'A'));
    else
        buf_add(out, key, len);
}

static void add_key(struct buf *out, const char *key, size_t len)
{
    while (len > 0) {
        size_t one = name_len(key, len);
        add_name(out, key, one);
        key += one;
        len -= one;
        if (len > 0 && one > 1)
            buf_addc(out, ' ');
    }
}

/* For "1-9": skips keys that are the digits after `digit`, in order. Returns the last of them. */
static char skip_digits(const char **list, char digit)
{
    while (digit >= '0' && digit < '9' && (*list)[0] == ' ' && (*list)[1] == digit + 1) {
        *list += 2;
        digit++;
    }
    return digit;
}

/* Adds keys of a list, except those in `known` and those that the user has given to another action.
 */
static void add_keys(struct buf *out, const struct action *a, unsigned modes, const char *list,
                     const char *known)
{
    const char *key;
    size_t len;

    while (next_key(&list, &key, &len)) {
        const struct action *other = user_key_owner(modes, key, len);
        if (has_key_n(known, key, len) || (other && other != a))
            continue;
        if (out->len > 0)
            buf_adds(out, ", ");
        add_key(out, key, len);
        char last = skip_digits(&list, *key);
        if (last != *key)
            buf_addf(out, "-%c", last);
    }
}

char *keys_text(const struct action *a)
{
    struct buf out = {0};

    add_keys(&out, a, a->modes, keys_of(a), "");
    for (size_t i = 0; i < binding_count; i++)
        if (strcmp(bindings[i].name, a->name) == 0 && !is_replaced(bindings + i))
            add_keys(&out, a, bindings[i].modes, bindings[i].keys, keys_of(a));
    buf_addc(&out, '\0');
    return (char *)out.data;
}

const char *key_text(char out[24], const char *key)
{
    struct buf b = {0};

    add_key(&b, key, strlen(key));
    size_t len = b.len < 23 ? b.len : 23;
    if (len)
        memcpy(out, b.data, len);
    out[len] = '\0';
    buf_free(&b);
    return out;
}

const char *key_first(char out[24], const struct action *a)
{
    const char *list = keys_of(a), *key;
    size_t len;
    char one[24] = "";

    while (!*one && next_key(&list, &key, &len)) {
        const struct action *other = user_key_owner(a->modes, key, len);
        if (len < sizeof one && (!other || other == a)) {
            memcpy(one, key, len);
            one[len] = '\0';
        }
    }
    return key_text(out, one);
}
