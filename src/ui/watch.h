/* Rules for notices, as the user writes them on the command line and in the configuration file:
 * what to watch for, and a command to run then. */
#ifndef PCAT_UI_WATCH_H
#define PCAT_UI_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/notice.h"

struct watch {
    enum notice_kind kind;
    char *pattern;   /* NOTICE_MATCH: a regular expression; else NULL */
    int64_t silence; /* NOTICE_SILENCE: the duration in ns */
    char *command;   /* a shell command; NULL: none */
};

struct watches {
    struct watch *all;
    size_t count;
};

/* Parses "match RE", "silence 30s", "stderr" or "failure" into *out (command stays NULL). Returns
 * false with a message in *cause that the caller frees. */
bool watch_parse(struct watch *out, const char *text, char **cause);

/* Adds a rule; its strings become those of the list. */
void watches_add(struct watches *all, struct watch w);
/* Frees all rules and empties the list. */
void watches_free(struct watches *all);

/* The name of a kind, as in rules: "match", "silence", ... */
const char *watch_name(enum notice_kind kind);

#endif
