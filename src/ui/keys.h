/* The tables made from action.def, and what is read off them. */
#ifndef PCAT_UI_KEYS_H
#define PCAT_UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

struct ui;

/* What has the keys; bits. */
enum mode {
    MODE_PANE = 1,
    MODE_TREE = 2,
    MODE_HELP = 4,
    MODE_PICKER = 8,
    MODE_PROMPT = 16,
    MODE_PROCESSES = 32,
    MODE_TIMELINE = 64,
    MODE_SCREEN = 128, /* a pane that shows a screen in place of lines */
};

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

/* text: what was typed behind `:name`, or the digit that was pressed; else "". */
typedef void action_fn(struct ui *ui, int arg, const char *text);

struct action {
    enum section section;
    const char *name;
    action_fn *run;
    int arg;
    unsigned modes;
    const char *keys;
    const char *hint;
    const char *help;
};

struct binding {
    unsigned modes;
    const char *name; /* of the action */
    const char *keys;
};

extern const struct action actions[];
extern const size_t action_count;
/* The additional ones. */
extern const struct binding bindings[];
extern const size_t binding_count;

/* The action of a key, or of two one after the other ("<C-w>s"), in a mode; NULL: none. */
const struct action *keys_find(enum mode mode, const char *key);
/* Some action of the mode wants a second key behind this one. */
bool keys_want_more(enum mode mode, const char *key);
/* The part of a binding behind its first key: "s" of "<C-w>s"; "" when it is one key. */
const char *key_rest(const char *key);

/* Gives the action other keys than the table does: "z <F3> <C-w>z", "" for none. They are taken
 * from whoever had them. False with *cause, to be freed. */
bool keys_set(const char *name, const char *keys, char **cause);
/* All have those of the table again. */
void keys_reset(void);

/* The keys of an action as it has them now, without the additional ones, in the table's spelling.
 */
const char *keys_of(const struct action *a);

/* By name, or the only one whose name begins so, as `:` takes it. NULL: none, or several. */
const struct action *keys_named(const char *name);

const char *section_name(enum section section);

/* All keys of an action, as one reads them: "j, Down, Ctrl-N". To be freed. */
char *keys_text(const struct action *a);
/* One key as one reads it: "Ctrl-N". out holds 24 bytes. */
const char *key_text(char out[24], const char *key);
/* The first key of an action. */
const char *key_first(char out[24], const struct action *a);

#endif
