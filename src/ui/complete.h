/* How a text that is being typed can go on: names of actions, their arguments,
 * names of files. */
#ifndef PCAT_UI_COMPLETE_H
#define PCAT_UI_COMPLETE_H

struct completion {
    char *text; /* the text, as far as it is clear how it goes on; the same when it is not */
    char *list; /* what it may be, when that is several things; NULL: it is one, or none */
};

/* For the line of `:`, a name of a file, a shell command (the name of a file at its end). The
 * completion's texts are to be freed. */
struct completion complete_command(const char *typed);
struct completion complete_file(const char *typed);
struct completion complete_shell(const char *typed);

#endif
