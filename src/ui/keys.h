/* Key bindings: the tables made from action.def, the user's own keys, and lookups in both. */
#ifndef PCAT_UI_KEYS_H
#define PCAT_UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

struct ui;

/* The mode: which part of the screen receives the keys. The values are bits. */
enum mode {
    MODE_PANE = 1,
    MODE_TREE = 2,
    MODE_HELP = 4,
    MODE_PICKER = 8,
    MODE_PROMPT = 16,
    MODE_PROCESSES = 32,
    MODE_TIMELINE = 64,
    MODE_SCREEN = 128, /* a pane that shows a program's screen instead of lines */
};

/* Sections of the help screen. */
enum section {
    SECTION_MOVE,
    SECTION_SEARCH,
    SECTION_PANES,
    SECTION_WINDOWS,
    SECTION_LOOK,
    SECTION_TREE,
    SECTION_PROCESSES,
    SECTION_TIMELINE,
    SECTION_REPLAY,
    SECTION_GENERAL,
    SECTION_PROMPT,
    SECTIONS
};

/* Carries out an action. arg: the argument in action.def. text: what the user typed after `:name `,
 * or the digit or letter that was pressed; else "". */
typedef void action_fn(struct ui *ui, int arg, const char *text);

/* A row ACTION of action.def. */
struct action {
    enum section section;
    const char *name;
    action_fn *run;
    int arg;
    unsigned modes;   /* MODE_ bits in which it may run */
    const char *keys; /* separated by blanks */
    const char *hint; /* for the hint line; "": none */
    const char *help;
};

/* A row BIND of action.def: more keys for an action, in some modes only. */
struct binding {
    unsigned modes;
    const char *name; /* of the action */
    const char *keys;
};

extern const struct action actions[];
extern const size_t action_count;
extern const struct binding bindings[];
extern const size_t binding_count;

/* The action of a key, or of a sequence of two keys ("<C-w>s"), in a mode. NULL: none. */
const struct action *keys_find(enum mode mode, const char *key);
/* Whether this key begins a sequence of two keys in the mode. */
bool keys_want_more(enum mode mode, const char *key);
/* The second key of a sequence: "s" of "<C-w>s"; "" when there is only one. */
const char *key_rest(const char *key);

/* Replaces the keys of an action: "z <F3> <C-w>z", "" for none. Another action loses these keys
 * when it has them from the table. Returns false with a message in *cause that the caller frees;
 * *cause is NULL before the call. */
bool keys_set(const char *name, const char *keys, char **cause);
/* Gives all actions the keys of the table again. */
void keys_reset(void);

/* The present keys of an action, in the spelling of the table, without those of BIND rows. */
const char *keys_of(const struct action *a);

/* Finds an action as the `:` prompt does: by its name, or by a beginning of it that no other name
 * has. NULL: there is none, or more than one. */
const struct action *keys_named(const char *name);

/* The heading of a section. */
const char *section_name(enum section section);

/* All keys of an action for display: "j, Down, Ctrl-N". The caller frees it. */
char *keys_text(const struct action *a);
/* One key for display: "Ctrl-N". Returns out. */
const char *key_text(char out[24], const char *key);
/* The first key of an action for display, "" when it has none. Returns out. */
const char *key_first(char out[24], const struct action *a);

#endif
