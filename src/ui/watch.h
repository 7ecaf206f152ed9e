/* What the user wants to be told of, as the command line and the configuration say it; and what
 * is to be run then. */
#ifndef PCAT_UI_WATCH_H
#define PCAT_UI_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/notice.h"

struct watch {
    enum notice_kind kind;
    char *pattern;   /* of a match, else NULL */
    int64_t silence; /* ns */
    char *command;   /* for the shell; NULL: nothing is run */
};

struct watches {
    struct watch *all;
    size_t count;
};

/* "match RE", "silence 30s", "stderr", "failure". False with *cause, to be freed. */
bool watch_parse(struct watch *out, const char *text, char **cause);

/* Takes w over. */
void watches_add(struct watches *all, struct watch w);
void watches_free(struct watches *all);

/* "match", "silence", ... */
const char *watch_name(enum notice_kind kind);

#endif
