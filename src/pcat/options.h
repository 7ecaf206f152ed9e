/* The command line of pcat, and how it speaks to its user. */
#ifndef PCAT_PCAT_OPTIONS_H
#define PCAT_PCAT_OPTIONS_H

#include "config.h"

#include "capture/engine.h"
#include "sink/pick.h"
#include "sink/sinks.h"

#define PROGRAM "pcat " PACKAGE_VERSION

enum listing { LIST_NOT, LIST_PROCESSES, LIST_ALL }; /* all: kernel threads too */
enum format { FORMAT_PLAIN, FORMAT_PREFIX, FORMAT_JSON, FORMAT_ASCIICAST };

enum {
    EXIT_USAGE = 2,
    EXIT_NOT_MET = 3, /* --until */
    EXIT_TIMEOUT = 124,
    PIDS_MAX = 4096,
    NAMES_MAX = 64,
    HIDES_MAX = 64
};

struct settings {
    struct engine_options engine;
    pid_t pids[PIDS_MAX];
    struct regex *names[NAMES_MAX];
    enum listing list;
    const char *fds; /* as given, NULL: the default */
    enum format format;
    struct prefix_options prefix;
    const char *output; /* text to this file, NULL: our stdout and stderr */
    int follows;        /* how often -f was given */
    bool split;         /* -ff: output is the beginning of the names of many files */
    const char *write;  /* the event stream to this file or "-", NULL: none */
    const char
        *read; /* a recording instead of a live capture; of it, what pids did, if there are any */
    bool quiet, control;
    struct pick *pick;
    struct regex *until; /* NULL: none */
    struct regex *hide[HIDES_MAX];
    size_t nhide;
};

/* Prints "pcat: ..." and ends. */
void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

/* Fills *s, whose engine options hold their defaults, from the command line, or ends: with help, or
 * with a line that says what is wrong. */
void settings_parse(struct settings *s, int argc, char **argv);
void settings_free(struct settings *s);

#endif
