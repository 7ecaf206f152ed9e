/* The command line of pcat-tui: options of the viewer, and one set of options for each origin. */
#ifndef PCAT_TUI_OPTIONS_H
#define PCAT_TUI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/regex.h"
#include "source/origin.h"
#include "ui/watch.h"

#define HIDES_MAX 64

struct options {
    struct origin_options *origins; /* at least one, after options_read() has returned -1 */
    size_t norigins;
    const char *record; /* the file of -w, NULL: none */
    const char *config; /* the file of -c, NULL: the user's own, if there is one */
    size_t scrollback;  /* bytes, 0: the option was not given */
    bool theme;         /* the option was given, and is in effect */
    bool no_mouse, no_colour, ascii;
    struct regex *hide[HIDES_MAX]; /* of --hide, for recordings; in captures, the child hides */
    size_t nhide;
    struct watches watches; /* of --on-match and the like */
    bool replay;            /* all origins are recordings */
};

/* Reads the command line. Prints help, the version, or an error. Returns an exit status, or -1 to
 * go on. Call options_free() in both cases. */
int options_read(struct options *o, int argc, char **argv);
void options_free(struct options *o);

#endif
