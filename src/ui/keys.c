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

/* Takes the next key off a list; false at its end. */
static bool next_key(const char **list, const char **key, size_t *len)
{
    *list += strspn(*list, " ");
    *key = *list;
    *len = strcspn(*list, " ");
    *list += *len;
    return *len > 0;
}

static bool has_key_of(const char *list, const char *key, size_t len)
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
    return has_key_of(list, key, strlen(key));
}

/* Bytes of the first key's name. */
static size_t name_len(const char *key, size_t len)
{
    const char *end = len > 2 && *key == '<' ? memchr(key, '>', len) : NULL;

    return end ? (size_t)(end - key) + 1 : len > 0;
}

const char *key_rest(const char *key)
{
    return key + name_len(key, strlen(key));
}

static bool wants_more(const char *list, const char *key)
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

static const struct action *by_name(const char *name)
{
    for (size_t i = 0; i < action_count; i++)
        if (strcmp(actions[i].name, name) == 0)
            return actions + i;
    return NULL;
}

/* ---- keys of the user's own ---- */

static char *own[sizeof actions / sizeof *actions]; /* NULL: those of the table */

const char *keys_of(const struct action *a)
{
    return own[a - actions] ? own[a - actions] : a->keys;
}

/* An additional binding for a mode in which its action has keys anyhow goes with those. */
static bool is_replaced(const struct binding *b)
{
    const struct action *a = by_name(b->name);

    return own[a - actions] && a->modes & b->modes;
}

/* The action that the user gave this key to. */
static const struct action *owner(unsigned modes, const char *key, size_t len)
{
    for (size_t i = 0; i < action_count; i++)
        if (own[i] && actions[i].modes & modes && has_key_of(own[i], key, len))
            return actions + i;
    return NULL;
}

const struct action *keys_find(enum mode mode, const char *key)
{
    const struct action *found = owner(mode, key, strlen(key));

    for (size_t i = 0; i < action_count && !found; i++)
        if (!own[i] && actions[i].modes & mode && has_key(actions[i].keys, key))
            found = actions + i;
    for (size_t i = 0; i < binding_count && !found; i++)
        if (bindings[i].modes & mode && has_key(bindings[i].keys, key) &&
            !is_replaced(bindings + i))
            found = by_name(bindings[i].name);
    return found;
}

bool keys_want_more(enum mode mode, const char *key)
{
    for (size_t i = 0; i < action_count; i++)
        if (actions[i].modes & mode && wants_more(keys_of(actions + i), key))
            return true;
    for (size_t i = 0; i < binding_count; i++)
        if (bindings[i].modes & mode && wants_more(bindings[i].keys, key) &&
            !is_replaced(bindings + i))
            return true;
    return false;
}

/* Bytes of the key that it begins with, 0: it is none. */
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

/* One key, or two one after the other. */
static bool is_key(const char *text, size_t len)
{
    size_t first = key_len(text, len);

    return first == len || (first > 0 && first + key_len(text + first, len - first) == len);
}

void keys_reset(void)
{
    for (size_t i = 0; i < action_count; i++) {
        free(own[i]);
        own[i] = NULL;
    }
}

bool keys_set(const char *name, const char *keys, char **cause)
{
    const struct action *a = by_name(name), *other;
    const char *list = keys, *key;
    size_t len;

    if (!a)
        *cause = xasprintf("there is no action %s", name);
    while (!*cause && next_key(&list, &key, &len)) {
        if (!is_key(key, len))
            *cause = xasprintf("%s: %.*s is no key", name, (int)len, key);
        else if ((other = owner(a->modes, key, len)) && other != a)
            *cause =
                xasprintf("%s: %.*s was given to %s already", name, (int)len, key, other->name);
    }
    if (*cause)
        return false;
    free(own[a - actions]);
    own[a - actions] = xstrdup(keys);
    return true;
}

const struct action *keys_named(const char *name)
{
    const struct action *found = by_name(name);
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

/* The last of the digits that follow one another in the list, behind `digit`. */
static char skip_digits(const char **list, char digit)
{
    while (digit >= '0' && digit < '9' && (*list)[0] == ' ' && (*list)[1] == digit + 1) {
        *list += 2;
        digit++;
    }
    return digit;
}

/* Those of the action that are not in `known`, nor taken by another. */
static void add_keys(struct buf *out, const struct action *a, unsigned modes, const char *list,
                     const char *known)
{
    const char *key;
    size_t len;

    while (next_key(&list, &key, &len)) {
        const struct action *other = owner(modes, key, len);
        if (has_key_of(known, key, len) || (other && other != a))
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
        const struct action *other = owner(a->modes, key, len);
        if (len < sizeof one && (!other || other == a)) {
            memcpy(one, key, len);
            one[len] = '\0';
        }
    }
    return key_text(out, one);
}
