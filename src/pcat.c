/* pcat: options and wiring. What it does is in engine/ (capture), sink/ (output)
 * and event/ (the stream between them). */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/out.h"
#include "base/xmalloc.h"
#include "engine/engine.h"
#include "event/reader.h"
#include "sink/sinks.h"

#define PROGRAM "pcat " PACKAGE_VERSION

enum format { FORMAT_PLAIN, FORMAT_PREFIX, FORMAT_JSON };

enum {
    EXIT_USAGE = 2,
    RING_DEFAULT = 1024 * 1024,
    RING_MIN = 64 * 1024,
    RING_MAX = 1024 * 1024 * 1024,
    PIDS_MAX = 4096
};

struct settings {
    struct engine_options engine;
    pid_t pids[PIDS_MAX];
    const char *fds; /* as given, NULL: the default */
    enum format format;
    struct prefix_options prefix;
    const char *output; /* text to this file, NULL: our stdout and stderr */
    const char *write;  /* the event stream to this file or "-", NULL: none */
    const char *read;   /* a recording instead of a live capture */
    bool quiet, control;
};

/* What is open while we run. */
struct outputs {
    struct out *out, *err; /* may be the same */
    int fd, err_fd;        /* theirs, -1: none */
    struct sink *sink, *notes;
};

static void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

static void die(int status, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("pcat: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(status);
}

static void die_usage(const char *what, const char *arg)
{
    die(EXIT_USAGE, "%s '%s' (pcat --help shows what there is)", what, arg);
}

/* --- options: one row each feeds getopt_long and the help --- */

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

/* "12,13", and whatever pidof or pgrep print. */
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

static void set_f(struct settings *s, const char *unused)
{
    (void)unused;
    s->engine.follow = FOLLOW_ALL;
}

static void set_fds(struct settings *s, const char *list)
{
    if (fdset_parse(&s->engine.fds.numbers, list) < 0)
        die_usage("--fd: numbers as 1,2 or all, not", list);
    s->engine.fds.by_sink = false;
    s->fds = list;
}

static void set_e(struct settings *s, const char *expression)
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
    static const char *const names[] = {"plain", "prefix", "json"};

    for (int i = 0; i < 3; i++)
        if (strcmp(name, names[i]) == 0) {
            s->format = (enum format)i;
            return;
        }
    die_usage("--format: plain, prefix or json, not", name);
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

/* "64K", "1M", "100000" as bytes, 0 when it is none. */
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

static void set_no_seccomp(struct settings *s, const char *unused)
{
    (void)unused;
    s->engine.use_filter = false;
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
    const char *name; /* long, NULL: none */
    int letter;       /* 0: none */
    int has_arg;
    void (*set)(struct settings *s, const char *arg);
    const char *arg, *help;
} rows[] = {
    {"attach", 'p', required_argument, set_pids, "PID[,PID]", "trace running processes"},
    {NULL, 'f', no_argument, set_f, NULL, "follow everything (the default)"},
    {"follow", 0, required_argument, set_follow, "all|threads|none",
     "what to follow: threads and children, threads, nothing new"},
    {"fd", 0, required_argument, set_fds, "LIST",
     "capture these fds (1,5 or all) instead of 1, 2 and what leads to the same place"},
    {NULL, 'e', required_argument, set_e, "write=LIST", "the same, as strace spells it"},
    {"own", 0, no_argument, set_own, NULL,
     "only what goes where the target's own stdout and stderr go"},
    {"output", 'o', required_argument, set_output, "FILE", "text output to a file"},
    {"format", 0, required_argument, set_format, "plain|prefix|json", "how to print; plain is the default"},
    {"verbose", 'v', no_argument, set_verbose, NULL, "--format=prefix: who wrote each line"},
    {"json", 0, no_argument, set_json, NULL, "--format=json: one event a line"},
    {NULL, 't', no_argument, set_time, NULL, "with -v: time of day; -tt with us; -ttt since 1970"},
    {NULL, 'y', no_argument, set_target, NULL, "with -v: where the fd leads"},
    {"write", 'w', required_argument, set_write, "FILE|-", "record the event stream"},
    {"read", 'r', required_argument, set_read, "FILE|-", "print a recording"},
    {"block", 0, no_argument, set_block, NULL,
     "a slow reader holds the writers, nothing is lost (the default)"},
    {"ring", 0, optional_argument, set_ring, "SIZE",
     "a slow reader loses the oldest bytes instead; bytes kept per thread and fd (1M)"},
    {"no-seccomp", 0, no_argument, set_no_seccomp, NULL,
     "COMMAND runs without a filter: slower, but it survives a kill -9 of pcat"},
    {"force", 0, no_argument, set_force, NULL, "also trace what displays our output (implies --ring)"},
    {"control", 0, no_argument, set_control, NULL, "take commands on stdin: attach, detach, fds, signal, quit"},
    {"allow-attach", 0, no_argument, set_allow_attach, NULL,
     "--control may attach to processes of other users"},
    {"quiet", 'q', no_argument, set_quiet, NULL, "no messages but errors"},
    {"help", 'h', no_argument, show_help, NULL, "this"},
    {"version", 'V', no_argument, show_version, NULL, "version"},
};

enum { ROWS = sizeof rows / sizeof *rows, LONG_BASE = 1000 };

static void show_row(const struct option_row *r)
{
    char left[64];
    const char *open = r->has_arg == optional_argument ? "[=" : r->has_arg ? (r->name ? "=" : " ") : "";
    const char *shut = r->has_arg == optional_argument ? "]" : "";

    snprintf(left, sizeof left, "%s%c%s%s%s%s%s%s", r->letter ? "-" : "", r->letter ? r->letter : ' ',
             r->letter && r->name ? ", " : r->letter ? "" : "   ", r->name ? "--" : "",
             r->name ? r->name : "", open, r->arg ? r->arg : "", shut);
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
         "  pcat [OPTIONS] -r FILE|-              or print a recording\n");
    for (int i = 0; i < ROWS; i++)
        show_row(&rows[i]);
    puts("\nAttached processes go on when pcat ends. The exit status is the command's; 1: it could\n"
         "not be done, 2: wrong usage, 126, 127: the command can't be run, is not there.");
    exit(0);
}

static void fill_getopt(char *letters, struct option *longs)
{
    int n = 0;

    *letters++ = '+'; /* options behind COMMAND are COMMAND's */
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

static void parse_options(struct settings *s, int argc, char **argv)
{
    char letters[2 * ROWS + 2];
    struct option longs[ROWS + 1];
    int code;

    fill_getopt(letters, longs);
    while ((code = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        const struct option_row *row = row_of(code);
        if (!row)
            exit(EXIT_USAGE); /* getopt_long has said why */
        row->set(s, optarg);
    }
    if (optind < argc)
        s->engine.command = argv + optind;
    if (optind < argc && !*argv[optind])
        die(127, "an empty command");
}

static void check_settings(const struct settings *s)
{
    int sources = (s->engine.npids > 0) + (s->engine.command != NULL) + (s->read != NULL);

    if (sources == 0)
        die(EXIT_USAGE, "no target: -p PID, a command, or -r FILE (pcat --help shows more)");
    if (sources > 1)
        die(EXIT_USAGE, "one of -p PID, a command and -r FILE, not several");
    if (s->write && s->output)
        die(EXIT_USAGE, "-o is text and -w is the event stream: one of them");
    if (s->write && strcmp(s->write, "-") == 0 && isatty(STDOUT_FILENO))
        die(EXIT_USAGE, "-w -: the event stream is not for a terminal; redirect it");
    if (s->read && s->control)
        die(EXIT_USAGE, "--control is for live captures");
}

/* --- output --- */

static int open_output(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);

    if (fd < 0)
        die(1, "%s: %s", path, strerror(errno));
    return fd;
}

static struct sink *make_sink(const struct settings *s, struct outputs *o)
{
    if (s->write)
        return sink_record_new(o->out);
    switch (s->format) {
    case FORMAT_PREFIX:
        return sink_prefix_new(o->out, &s->prefix);
    case FORMAT_JSON:
        return sink_json_new(o->out);
    default:
        return sink_plain_new(o->out, o->err);
    }
}

static bool to_our_stdout(const struct settings *s)
{
    return s->write ? strcmp(s->write, "-") == 0 : !s->output;
}

static void open_outputs(struct settings *s, struct outputs *o)
{
    bool ours = to_our_stdout(s);

    *o = (struct outputs){.fd = STDOUT_FILENO, .err_fd = -1};
    if (!ours)
        o->fd = open_output(s->write ? s->write : s->output);
    o->out = o->err = out_new(o->fd);
    out_set_wait(o->out, engine_wait_writable, s->engine.signals);
    if (ours && !s->write && s->format == FORMAT_PLAIN) {
        o->err_fd = STDERR_FILENO;
        o->err = out_new(o->err_fd);
        out_set_wait(o->err, engine_wait_writable, s->engine.signals);
    }
    s->prefix.escape = isatty(o->fd);
    s->prefix.color = isatty(o->fd) && !getenv("NO_COLOR");
    o->sink = make_sink(s, o);
}

static void close_outputs(struct outputs *o)
{
    sink_free(o->sink);
    if (o->err != o->out)
        out_free(o->err);
    out_free(o->out);
}

/* --- notes: in plain format they go to stderr, where that is not data itself --- */

struct noting {
    struct sink sink;
    struct sink *inner;
};

static void noting_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct noting *n = (struct noting *)sink;

    if (ev->type == EVENT_NOTE)
        fprintf(stderr, "pcat: %.*s\n", (int)ev->note.text.len, (const char *)ev->note.text.data);
    sink_event(n->inner, ev, wire);
}

static int noting_flush(struct sink *sink)
{
    return sink_flush(((struct noting *)sink)->inner);
}

static bool wants_notes(const struct settings *s)
{
    return !s->quiet && s->format == FORMAT_PLAIN && !s->write &&
           (s->output || isatty(STDERR_FILENO));
}

/* --- the two ways to run --- */

static void replay_event(void *user, const struct event *ev, struct bytes wire)
{
    sink_event(user, ev, wire);
}

/* Feeds the file to the reader; errno of the output, or 0. */
static int feed(int fd, struct reader *reader, struct sink *sink, const char *name)
{
    static char bytes[256 * 1024];
    ssize_t n;

    while ((n = read(fd, bytes, sizeof bytes)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            die(1, "%s: %s", name, strerror(errno));
        if (reader_feed(reader, bytes, (size_t)n) < 0)
            break;
        if (sink_flush(sink) < 0)
            return errno;
    }
    return 0;
}

static int replay(struct settings *s, struct outputs *o)
{
    bool standard = strcmp(s->read, "-") == 0;
    const char *name = standard ? "standard input" : s->read;
    int fd = standard ? STDIN_FILENO : open(s->read, O_RDONLY | O_CLOEXEC);
    int status = 0;

    if (fd < 0)
        die(1, "%s: %s", name, strerror(errno));
    open_outputs(s, o);
    out_set_wait(o->out, NULL, NULL);
    out_set_wait(o->err, NULL, NULL);
    pthread_sigmask(SIG_SETMASK, &s->engine.signals->mask, NULL);
    struct reader *reader = reader_new(replay_event, o->sink);
    int error = feed(fd, reader, o->sink, name);
    if (!error && reader_finish(reader) < 0) {
        if (s->format == FORMAT_PREFIX && !s->write)
            sink_prefix_finish(o->sink);
        status = 1;
    }
    if (!error && sink_flush(o->sink) < 0)
        error = errno;
    if (status)
        fprintf(stderr, "pcat: %s: %s\n", name, reader_error(reader));
    if (error && error != EPIPE)
        die(1, "write error: %s", strerror(error));
    reader_free(reader);
    close_outputs(o);
    return status;
}

static void end_as_command_did(int status)
{
    if (WIFEXITED(status))
        exit(WEXITSTATUS(status));
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    signal(WTERMSIG(status), SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, WTERMSIG(status));
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    raise(WTERMSIG(status));
    exit(128 + WTERMSIG(status));
}

static void tell_losses(const struct settings *s, const struct outputs *o,
                        const struct engine_result *r)
{
    uint64_t unavailable = 0;

    if (s->format == FORMAT_PLAIN && !s->write)
        unavailable = sink_plain_unavailable(o->sink);
    if (unavailable && !s->quiet)
        fprintf(stderr, "pcat: %llu bytes were written in a way that lets no one read them\n",
                (unsigned long long)unavailable);
    if (r->lost_bytes && r->output_error != EPIPE && !s->quiet)
        fprintf(stderr, "pcat: %llu bytes were dropped\n", (unsigned long long)r->lost_bytes);
}

static void set_engine_outputs(struct settings *s, const struct outputs *o)
{
    struct engine_options *e = &s->engine;
    bool ours = to_our_stdout(s);
    bool plain = !s->write && s->format == FORMAT_PLAIN;

    e->output_fds[0] = o->fd;
    e->output_fds[1] = o->err_fd;
    e->count_other = s->write || s->format == FORMAT_JSON;
    if (e->command && ours) {
        e->fds.skip_ours = plain;
        e->pipes = !plain;
    }
}

static int capture(struct settings *s, struct outputs *o)
{
    struct engine_result result = {0};
    struct noting noting = {.sink = {noting_event, noting_flush, NULL}};
    char *cause = NULL;
    int status = 0;

    open_outputs(s, o);
    set_engine_outputs(s, o);
    noting.inner = o->sink;
    int failed = engine_run(&s->engine, wants_notes(s) ? &noting.sink : o->sink, &result, &cause);
    if (failed)
        die(failed, "%s", cause);
    tell_losses(s, o, &result);
    if (result.output_error && result.output_error != EPIPE && result.output_error != ECANCELED) {
        fprintf(stderr, "pcat: write error: %s\n", strerror(result.output_error));
        status = 1;
    }
    close_outputs(o);
    if (result.ran && !(status && WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0))
        end_as_command_did(result.status);
    return status;
}

/* --- start --- */

/* fds 0, 1 and 2 may be closed: what we open must not land there. The command gets them closed again. */
static void fill_standard_fds(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            open("/dev/null", (fd == 0 ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
}

static struct bytes join_argv(int argc, char **argv)
{
    size_t len = 0, at = 0;

    for (int i = 0; i < argc; i++)
        len += strlen(argv[i]) + 1;
    char *joined = xmalloc(len);
    for (int i = 0; i < argc; at += strlen(argv[i++]) + 1)
        strcpy(joined + at, argv[i]);
    return (struct bytes){joined, len};
}

int main(int argc, char **argv)
{
    static struct settings s;
    struct engine_signals signals;
    struct outputs outputs;

    fill_standard_fds();
    log_init();
    s.engine = (struct engine_options){.pids = s.pids,
                                       .ring_size = RING_DEFAULT,
                                       .use_filter = true,
                                       .program = PROGRAM,
                                       .control_fd = -1,
                                       .signals = &signals,
                                       .argv = join_argv(argc, argv)};
    s.engine.fds.by_sink = true;
    fdset_parse(&s.engine.fds.numbers, "1,2");
    parse_options(&s, argc, argv);
    check_settings(&s);
    engine_signals_init(&signals);
    s.engine.fds_text = bytes_of(s.fds ? s.fds : "1,2");
    if (s.control)
        s.engine.control_fd = STDIN_FILENO;
    s.engine.stdin_null = s.control;
    s.engine.ring_mode |= s.engine.force;
    int status = s.read ? replay(&s, &outputs) : capture(&s, &outputs);
    free((void *)(uintptr_t)s.engine.argv.data);
    return status;
}
