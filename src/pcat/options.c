/* A table has one row for each option: getopt_long's tables and the help are made from it, and its
 * function stores the option's value in the settings. */
#include "pcat/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/printable.h"
#include "base/xmalloc.h"

enum {
    RING_DEFAULT = 1024 * 1024,
    RING_MIN = 64 * 1024,
    RING_MAX = 1024 * 1024 * 1024,
    TIMEOUT_MAX = 1000 * 1000 * 1000 /* s */
};

void die(int status, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    complain_args("pcat", format, args);
    va_end(args);
    exit(status);
}

static void die_usage(const char *what, const char *arg)
{
    die(EXIT_USAGE, "%s '%s' (pcat --help shows what there is)", what, arg);
}

static void add_pid(struct settings *s, const char *text)
{
    char *end;
    long pid = strtol(text, &end, 10);

    if (*text < '0' || *text > '9' || *end || pid <= 0 || pid > INT32_MAX)
        die_usage("not a PID:", text);
    if (s->engine.npids == PIDS_MAX)
        die(EXIT_USAGE, "more than %d PIDs", PIDS_MAX);
    s->pids[s->engine.npids++] = (pid_t)pid;
}

/* Pids separated by commas or white space: "12,13", or the output of pidof or pgrep. */
static void set_pids(struct settings *s, const char *list)
{
    char *copy = xstrdup(list), *save;
    size_t before = s->engine.npids;

    for (char *pid = strtok_r(copy, ", \t\n", &save); pid; pid = strtok_r(NULL, ", \t\n", &save))
        add_pid(s, pid);
    free(copy);
    if (s->engine.npids == before)
        die(EXIT_USAGE, "-p without a PID: is the process running?");
}

static void die_of_pattern(const char *pattern, const char *cause)
{
    die(EXIT_USAGE, "'%s': %s", pattern, cause);
}

static void set_name(struct settings *s, const char *pattern)
{
    char *cause = NULL;
    struct regex *name = regex_new(pattern, &cause, NULL);

    if (!name)
        die_of_pattern(pattern, cause);
    if (s->engine.nnames == NAMES_MAX)
        die(EXIT_USAGE, "more than %d names", NAMES_MAX);
    s->names[s->engine.nnames++] = name;
}

static void set_list(struct settings *s, const char *what)
{
    if (what && strcmp(what, "all") != 0)
        die_usage("--list: nothing, or all, not", what);
    s->list = what ? LIST_ALL : LIST_PROCESSES;
}

static void set_follow(struct settings *s, const char *what)
{
    static const char *const names[] = {"all", "threads", "none"};

    for (int i = 0; i < 3; i++)
        if (what && strcmp(what, names[i]) == 0) {
            s->engine.follow = (enum follow)i;
            return;
        }
    die_usage("--follow: all, threads or none, not", what);
}

/* -f, -ff */
static void set_follow_all(struct settings *s, const char *unused)
{
    (void)unused;
    s->engine.follow = FOLLOW_ALL;
    s->split = ++s->follows > 1;
}

static void set_fds(struct settings *s, const char *list)
{
    if (fdset_parse(&s->engine.fds.numbers, list) < 0)
        die_usage("--fd: numbers as 1,2 or all, not", list);
    s->engine.fds.by_sink = false;
    s->fds = list;
}

/* -e write=LIST */
static void set_write_list(struct settings *s, const char *expression)
{
    if (strncmp(expression, "write=", 6) != 0)
        die_usage("-e: only write=LIST, not", expression);
    set_fds(s, expression + 6);
}

static void set_own(struct settings *s, const char *unused)
{
    (void)unused;
    s->engine.fds.own = true;
}

static void set_output(struct settings *s, const char *file)
{
    s->output = file;
}

static void set_format(struct settings *s, const char *name)
{
    static const char *const names[] = {"plain", "prefix", "json", "asciicast"};

    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0) {
            s->format = (enum format)i;
            return;
        }
    die_usage("--format: plain, prefix, json or asciicast, not", name);
}

static void set_verbose(struct settings *s, const char *unused)
{
    (void)unused;
    s->format = FORMAT_PREFIX;
}

static void set_json(struct settings *s, const char *unused)
{
    (void)unused;
    s->format = FORMAT_JSON;
}

/* -t, -tt, -ttt */
static void set_time(struct settings *s, const char *unused)
{
    (void)unused;
    if (s->prefix.time < PREFIX_TIME_EPOCH)
        s->prefix.time++;
}

static void set_target(struct settings *s, const char *unused)
{
    (void)unused;
    s->prefix.show_target = true;
}

static void set_write(struct settings *s, const char *file)
{
    s->write = file;
}

static void set_read(struct settings *s, const char *file)
{
    s->read = file;
}

static void set_block(struct settings *s, const char *unused)
{
    (void)unused;
    s->engine.ring_mode = false;
}

/* "64K", "1M" or "100000" in bytes; 0: it is no size. */
static size_t parse_size(const char *text)
{
    char *end;
    unsigned long long n = strtoull(text, &end, 10);
    static const char units[] = "KMG";
    const char *unit = *end ? strchr(units, *end & ~0x20) : NULL;

    if (*text < '0' || *text > '9' || n > RING_MAX || (*end && (!unit || end[1])))
        return 0;
    return unit ? (size_t)n << (10 * (unit - units + 1)) : (size_t)n;
}

static void set_ring(struct settings *s, const char *size)
{
    s->engine.ring_mode = true;
    if (!size)
        return;
    s->engine.ring_size = parse_size(size);
    if (s->engine.ring_size < RING_MIN || s->engine.ring_size > RING_MAX)
        die_usage("--ring: from 64K to 1G, not", size);
}

static void set_include(struct settings *s, const char *pattern)
{
    char *cause = NULL;

    if (pick_include(s->pick, pattern, &cause) < 0)
        die_of_pattern(pattern, cause ? cause : "");
}

static void set_exclude(struct settings *s, const char *pattern)
{
    char *cause = NULL;

    if (pick_exclude(s->pick, pattern, &cause) < 0)
        die_of_pattern(pattern, cause ? cause : "");
}

static void set_until(struct settings *s, const char *pattern)
{
    char *cause = NULL;

    regex_free(s->until);
    s->until = regex_new(pattern, &cause, NULL);
    if (!s->until)
        die_of_pattern(pattern, cause ? cause : "");
}

/* The pattern may contain the very text that is to be hidden. So it is overwritten in our command
 * line, where ps and every recording would show it. */
static void set_hide(struct settings *s, const char *pattern)
{
    char *cause = NULL;
    struct regex *re = regex_new(pattern, &cause, NULL);

    if (!re)
        die_of_pattern(pattern, cause);
    if (s->nhide == HIDES_MAX)
        die(EXIT_USAGE, "more than %d times --hide", HIDES_MAX);
    s->hide[s->nhide++] = re;
    memset((char *)(uintptr_t)pattern, '*', strlen(pattern));
}

static void set_limit(struct settings *s, const char *text)
{
    char *end;

    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || n == 0)
        die_usage("--limit: a number from 1, not", text);
    pick_limit(s->pick, n);
}

static void set_timeout(struct settings *s, const char *text)
{
    char *end;
    double seconds = strtod(text, &end);

    if (*text < '0' || *text > '9' || *end || !(seconds > 0 && seconds <= TIMEOUT_MAX))
        die_usage("--timeout: seconds, such as 10 or 0.5, not", text);
    s->engine.timeout = (int64_t)(seconds * 1e9);
    if (s->engine.timeout == 0)
        s->engine.timeout = 1;
}

static void set_no_seccomp(struct settings *s, const char *unused)
{
    (void)unused;
    s->engine.use_filter = false;
}

static void set_pin(struct settings *s, const char *unused)
{
    (void)unused;
    s->engine.pin = true;
}

static void set_force(struct settings *s, const char *unused)
{
    (void)unused;
    s->engine.force = true;
}

static void set_control(struct settings *s, const char *unused)
{
    (void)unused;
    s->control = true;
}

static void set_allow_attach(struct settings *s, const char *unused)
{
    (void)unused;
    s->engine.allow_attach = true;
}

static void set_quiet(struct settings *s, const char *unused)
{
    (void)unused;
    s->quiet = s->prefix.quiet = true;
}

static void show_help(struct settings *s, const char *unused);

static void show_version(struct settings *s, const char *unused)
{
    (void)s;
    (void)unused;
    puts(PROGRAM);
    exit(0);
}

static const struct option_row {
    const char *name; /* without "--", NULL: none */
    int letter;       /* 0: none */
    int has_arg;      /* as getopt_long(3) has it */
    void (*set)(struct settings *s, const char *arg);
    const char *arg;  /* the argument's name in the help, NULL: none */
    const char *help; /* what the option does */
} rows[] = {
    {"attach", 'p', required_argument, set_pids, "PID[,PID]",
     "trace running processes; with -r: show these alone"},
    {"name", 0, required_argument, set_name, "REGEX",
     "trace all processes whose name, or else command line, matches; repeatable"},
    {"list", 0, optional_argument, set_list, "all",
     "list the processes, where their output goes and which can be traced (all: kernel threads "
     "too)"},
    {NULL, 'f', no_argument, set_follow_all, NULL,
     "follow everything (the default); -ff -o BASE: a file for each process and stream"},
    {"follow", 0, required_argument, set_follow, "all|threads|none",
     "what to follow: threads and children, threads, nothing new"},
    {"fd", 0, required_argument, set_fds, "LIST",
     "capture these fds (1,5 or all) instead of 1, 2 and what leads to the same place"},
    {NULL, 'e', required_argument, set_write_list, "write=LIST", "the same, as strace spells it"},
    {"own", 0, no_argument, set_own, NULL,
     "only what goes where the target's own stdout and stderr go"},
    {"output", 'o', required_argument, set_output, "FILE", "text output to a file"},
    {"format", 0, required_argument, set_format, "plain|prefix|json|asciicast",
     "how to print; plain is the default"},
    {"verbose", 'v', no_argument, set_verbose, NULL, "--format=prefix: who wrote each line"},
    {"json", 0, no_argument, set_json, NULL, "--format=json: one event a line"},
    {NULL, 't', no_argument, set_time, NULL, "with -v: time of day; -tt with us; -ttt since 1970"},
    {NULL, 'y', no_argument, set_target, NULL, "with -v: where the fd leads"},
    {"write", 'w', required_argument, set_write, "FILE|-", "record the event stream"},
    {"read", 'r', required_argument, set_read, "FILE|-", "print a recording"},
    {"include", 0, required_argument, set_include, "REGEX", "only lines that match; repeatable"},
    {"exclude", 0, required_argument, set_exclude, "REGEX", "no lines that match; repeatable"},
    {"hide", 0, required_argument, set_hide, "REGEX",
     "print and record * in place of what matches; output then comes by lines; repeatable"},
    {"until", 0, required_argument, set_until, "REGEX",
     "end once a line matches; exit status 0, or 3 when none did"},
    {"limit", 0, required_argument, set_limit, "N",
     "end after N lines (with --json and -w: after N events with output)"},
    {"timeout", 0, required_argument, set_timeout, "SECONDS",
     "end after that time; exit status 124"},
    {"block", 0, no_argument, set_block, NULL,
     "a slow reader holds the writers, nothing is lost (the default)"},
    {"ring", 0, optional_argument, set_ring, "SIZE",
     "a slow reader loses the oldest bytes instead; bytes kept per thread and fd (1M)"},
    {"no-seccomp", 0, no_argument, set_no_seccomp, NULL,
     "COMMAND runs without a filter: slower, but it survives a kill -9 of pcat"},
    {"pin", 0, no_argument, set_pin, NULL,
     "COMMAND and tracer on one CPU: where waking up another one is what costs"},
    {"force", 0, no_argument, set_force, NULL,
     "also trace what displays our output (implies --ring)"},
    {"control", 0, no_argument, set_control, NULL,
     "take commands on stdin: attach, detach, fds, list, signal, quit"},
    {"allow-attach", 0, no_argument, set_allow_attach, NULL,
     "--control may attach to processes of other users"},
    {"quiet", 'q', no_argument, set_quiet, NULL, "no messages but errors"},
    {"help", 'h', no_argument, show_help, NULL, "show this help"},
    {"version", 'V', no_argument, show_version, NULL, "show the version"},
};

enum { ROWS = sizeof rows / sizeof *rows, LONG_BASE = 1000 };

static void show_row(const struct option_row *r)
{
    char left[64];
    const char *open = r->has_arg == optional_argument ? "[="
                       : r->has_arg                    ? (r->name ? "=" : " ")
                                                       : "";
    const char *shut = r->has_arg == optional_argument ? "]" : "";

    snprintf(left, sizeof left, "%s%c%s%s%s%s%s%s", r->letter ? "-" : "",
             r->letter ? r->letter : ' ',
             r->letter && r->name ? ", "
             : r->letter          ? ""
                                  : "   ",
             r->name ? "--" : "", r->name ? r->name : "", open, r->arg ? r->arg : "", shut);
    if (strlen(left) > 26)
        printf("  %s\n  %26s  %s\n", left, "", r->help);
    else
        printf("  %-26s  %s\n", left, r->help);
}

static void show_help(struct settings *s, const char *unused)
{
    (void)s;
    (void)unused;
    puts("Shows what running processes print, without having started them.\n"
         "\n"
         "  pcat [OPTIONS] -p PID[,PID]...        attach\n"
         "  pcat [OPTIONS] [--] COMMAND [ARG]...  or run a command\n"
         "  pcat [OPTIONS] -r FILE|-              or print a recording\n"
         "  pcat --list [--json]                  or list the processes\n");
    for (int i = 0; i < ROWS; i++)
        show_row(&rows[i]);
    puts(
        "\nAttached processes go on when pcat ends. The exit status is the command's; 1: it could\n"
        "not be done, 2: wrong usage, 126, 127: the command can't be run, is not there. See "
        "--until,\n"
        "--limit and --timeout for theirs.");
    exit(0);
}

static void fill_getopt(char *letters, struct option *longs)
{
    int n = 0;

    *letters++ = '+'; /* ends at COMMAND: options behind it are the command's */
    *letters++ = ':'; /* getopt_long prints no messages, and returns ':' for a missing argument */
    for (int i = 0; i < ROWS; i++) {
        if (rows[i].letter) {
            *letters++ = (char)rows[i].letter;
            if (rows[i].has_arg)
                *letters++ = ':';
        }
        if (rows[i].name)
            longs[n++] = (struct option){rows[i].name, rows[i].has_arg, NULL, LONG_BASE + i};
    }
    *letters = '\0';
    longs[n] = (struct option){0};
}

static const struct option_row *row_of(int code)
{
    if (code >= LONG_BASE)
        return &rows[code - LONG_BASE];
    for (int i = 0; i < ROWS; i++)
        if (rows[i].letter == code)
            return &rows[i];
    return NULL;
}

/* code: what getopt_long has returned. arg: the argument in which it has found the option. */
static void die_of_option(int code, const char *arg)
{
    const char letter[] = {'-', (char)optopt, '\0'};

    die_usage(code == ':' ? "an argument is missing:" : "unknown option, or wrong use of it:",
              arg[0] == '-' && arg[1] == '-' ? arg : letter);
}

static void take_options(struct settings *s, int argc, char **argv)
{
    char letters[2 * ROWS + 3];
    struct option longs[ROWS + 1];
    int code, at = optind;

    fill_getopt(letters, longs);
    for (; (code = getopt_long(argc, argv, letters, longs, NULL)) != -1; at = optind) {
        const struct option_row *row = row_of(code);
        if (!row)
            die_of_option(code, argv[at]);
        row->set(s, optarg);
    }
    if (optind < argc)
        s->engine.command = argv + optind;
    if (optind < argc && !*argv[optind])
        die(127, "an empty command");
}

static void check_settings(const struct settings *s)
{
    bool attach = (s->engine.npids > 0 && !s->read) || s->engine.nnames > 0;
    int sources = attach + (s->engine.command != NULL) + (s->read != NULL) + (s->list != LIST_NOT);

    if (sources == 0 && !s->control)
        die(EXIT_USAGE, "no target: -p PID, a command, or -r FILE (pcat --help shows more)");
    if (sources > 1)
        die(EXIT_USAGE, "one of -p PID, --name, a command, -r FILE and --list, not several");
    if (s->list && (s->write || s->output || s->control))
        die(EXIT_USAGE, "--list prints a table, or with --json one line of JSON for each process");
    if (s->write && s->output)
        die(EXIT_USAGE, "-o is text and -w is the event stream: one of them");
    if (s->write && strcmp(s->write, "-") == 0 && isatty(STDOUT_FILENO))
        die(EXIT_USAGE, "-w -: the event stream is not for a terminal; redirect it");
    if (s->read && s->control)
        die(EXIT_USAGE, "--control is for live captures");
    if (s->read && s->engine.timeout)
        die(EXIT_USAGE, "--timeout is for live captures");
    if (s->engine.pin && (!s->engine.command || !s->engine.use_filter))
        die(EXIT_USAGE, "--pin is for a command that ends with pcat, not for --no-seccomp");
    if (s->split && (!s->output || s->format != FORMAT_PLAIN))
        die(EXIT_USAGE, "-ff needs -o BASE, and plain format");
    if (s->write && pick_has_patterns(s->pick))
        die(EXIT_USAGE, "--include and --exclude are for text; a recording of -w is whole");
}

void settings_parse(struct settings *s, int argc, char **argv)
{
    s->engine.ring_size = RING_DEFAULT;
    s->engine.use_filter = true;
    s->engine.fds.by_sink = true;
    fdset_parse(&s->engine.fds.numbers, "1,2");
    s->pick = pick_new();
    take_options(s, argc, argv);
    check_settings(s);
    s->engine.fds_text = bytes_of(s->fds ? s->fds : "1,2");
    if (s->control)
        s->engine.control_fd = STDIN_FILENO;
    s->engine.stdin_null = s->control;
    s->engine.ring_mode |= s->engine.force;
}

void settings_free(struct settings *s)
{
    for (size_t i = 0; i < s->engine.nnames; i++)
        regex_free(s->names[i]);
    pick_free(s->pick);
    regex_free(s->until);
    for (size_t i = 0; i < s->nhide; i++)
        regex_free(s->hide[i]);
}
