/* Completes the text of a prompt: names of actions, their arguments, file names. */
#ifndef PCAT_UI_COMPLETE_H
#define PCAT_UI_COMPLETE_H

struct completion {
    char *text; /* the typed text, extended as far as all candidates agree */
    char *list; /* the candidates, separated by blanks; NULL: fewer than two */
};

/* Complete a line of the `:` prompt, a file name, and the file name at the end of a shell command.
 * The caller frees both strings of the result. */
struct completion complete_command(const char *typed);
struct completion complete_file(const char *typed);
struct completion complete_shell(const char *typed);

#endif
