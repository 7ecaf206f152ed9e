/* The command line of pcat: its options, checked and filled into struct settings; and die(). */
#ifndef PCAT_PCAT_OPTIONS_H
#define PCAT_PCAT_OPTIONS_H

#include "config.h"

#include "capture/engine.h"
#include "sink/pick.h"
#include "sink/sinks.h"

#define PROGRAM "pcat " PACKAGE_VERSION

enum listing { LIST_NOT, LIST_PROCESSES, LIST_ALL }; /* --list; LIST_ALL: kernel threads too */
enum format { FORMAT_PLAIN, FORMAT_PREFIX, FORMAT_JSON, FORMAT_ASCIICAST };

enum {
    EXIT_USAGE = 2,
    EXIT_NOT_MET = 3,   /* no line matched --until */
    EXIT_TIMEOUT = 124, /* --timeout has passed */
    PIDS_MAX = 4096,
    NAMES_MAX = 64,
    HIDES_MAX = 64
};

struct settings {
    struct engine_options engine; /* its pids and names point to the arrays below */
    pid_t pids[PIDS_MAX];
    struct regex *names[NAMES_MAX];
    enum listing list;
    const char *fds; /* the argument of --fd, NULL: the default */
    enum format format;
    struct prefix_options prefix;
    const char *output; /* -o: the file for text, NULL: our stdout and stderr */
    int follows;        /* how often -f was given */
    bool split;         /* -ff: output is the first part of the names of many files */
    const char *write;  /* -w: the file for the event stream, "-": stdout, NULL: none */
    const char *read;   /* -r: a recording to print, only that of pids if any; NULL: live capture */
    bool quiet, control;
    struct pick *pick;             /* --include, --exclude, --limit */
    struct regex *until;           /* --until, NULL: none */
    struct regex *hide[HIDES_MAX]; /* --hide */
    size_t nhide;
};

/* Prints "pcat: ..." on stderr and ends the program with this exit status. */
void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

/* Fills *s from the command line. Before, s is zeroed but for the engine options that main() sets.
 * Ends the program with the help or version, or with a line that says what is wrong. */
void settings_parse(struct settings *s, int argc, char **argv);
/* Frees what settings_parse() has made. */
void settings_free(struct settings *s);

#endif
