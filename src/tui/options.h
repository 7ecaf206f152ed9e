/* The command line of pcat-tui: options of the viewer, and one set of options for each place
 * that events come from. */
#ifndef PCAT_TUI_OPTIONS_H
#define PCAT_TUI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/regex.h"
#include "source/origin.h"
#include "ui/watch.h"

#define HIDES_MAX 64

struct options {
    struct origin_options *origins; /* at least one, when they have been read */
    size_t norigins;
    const char *record; /* of -w, NULL: none */
    const char *config; /* the file of -c, NULL: that of the user, when there is one */
    size_t scrollback;  /* 0: not said */
    bool theme;         /* was said */
    bool no_mouse, no_colour, ascii;
    struct regex *hide[HIDES_MAX]; /* of --hide: the capture child does it, but for a recording */
    size_t nhide;
    struct watches watches; /* of --on-match and the like */
    bool replay;            /* all are recordings */
};

/* Reads the command line; what goes on is said on standard output or standard error. Returns an
 * exit status, or -1 to go on. options_free() in any case. */
int options_read(struct options *o, int argc, char **argv);
void options_free(struct options *o);

#endif
