/* The main program of pcat: connects the parts. Events come from a live capture (capture/engine.h,
 * with the ptrace engine), from a recording (event/reader.h) or from a list of processes
 * (capture/list.h). They go through a chain of sinks: hide, notes, until, pick, and the output
 * format (sink/). */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/out.h"
#include "base/private-file.h"
#include "base/printable.h"
#include "base/xmalloc.h"
#include "capture/list.h"
#include "capture/privilege.h"
#include "event/fields.h"
#include "event/hide.h"
#include "event/reader.h"
#include "event/wire.h"
#include "pcat/options.h"
#include "ptrace/engine.h"

/* The patterns that gave up on lines (see event/gaveup.h), and on how many: whether these lines
 * match is not known. */
struct doubts {
    struct doubt {
        const struct regex *re;
        const char *option;
        uint64_t count;
    } * all;
    size_t count;
    bool quiet; /* no messages */
};

/* The outputs, and the chain of sinks that leads to them. */
struct outputs {
    struct out *out, *err; /* may be the same; NULL with -ff */
    int fd, err_fd;        /* of out and err, -1: none */
    struct sink *sink;     /* the first sink of the chain (but for hide and notes) */
    struct sink *last;     /* the last sink, which prints */
    struct sink *until;    /* the sink that looks for --until, NULL: none */
    const struct pick *pick;
    struct doubts doubts;
};

/* --- patterns that give up --- */

enum { DOUBTFUL_SHOWN = 40 }; /* bytes of the line that the message shows */

/* The entry of a pattern, made at its first line. */
static struct doubt *doubt_of(struct doubts *d, const struct gave_up *what)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->all[i].re == what->re)
            return &d->all[i];
    d->all = xrealloc(d->all, (d->count + 1) * sizeof *d->all);
    d->all[d->count] = (struct doubt){.re = what->re, .option = what->option};
    return &d->all[d->count++];
}

/* "--include='a+'"; to be freed. Without the pattern for --hide: it may contain the hidden text. */
static char *option_text(const char *option, const struct regex *re)
{
    bool secret = strcmp(option, "hide") == 0;

    return secret ? xasprintf("--%s", option) : xasprintf("--%s='%s'", option, regex_pattern(re));
}

static void tell_doubt(const struct gave_up *what)
{
    char *option = option_text(what->option, what->re);
    char *from = what->fd == NO_FD
                     ? xasprintf("in a name or a command line of %" PRIu64, what->pid)
                     : xasprintf("on fd %" PRId64 " of %" PRIu64, what->fd, what->pid);
    const char *text = what->text.data;
    int len = what->text.len < DOUBTFUL_SHOWN ? (int)what->text.len : DOUBTFUL_SHOWN;
    char *shown =
        text ? xasprintf(": '%.*s%s'", len, text, len == DOUBTFUL_SHOWN ? "..." : "") : xstrdup("");

    complain("pcat", "%s: gave up on a line of %zu bytes %s (too many steps), %s%s", option,
             what->text.len, from, what->outcome, shown);
    free(shown);
    free(option);
    free(from);
}

/* Prints a message for the first line of each pattern; end_doubts() prints the number of lines. */
static void on_doubt(void *user, const struct gave_up *what)
{
    struct doubts *d = user;

    if (doubt_of(d, what)->count++ == 0 && !d->quiet)
        tell_doubt(what);
}

/* Prints how many lines there were, and frees the list. True: there were some. */
static bool end_doubts(struct doubts *d)
{
    bool any = d->count > 0;

    for (size_t i = 0; i < d->count; i++) {
        char *option = option_text(d->all[i].option, d->all[i].re);
        if (d->all[i].count > 1 && !d->quiet)
            complain("pcat", "%s: gave up on %" PRIu64 " lines in all", option, d->all[i].count);
        free(option);
    }
    free(d->all);
    *d = (struct doubts){0};
    return any;
}

/* --- output --- */

static int open_output(const char *path, int how)
{
    char *cause;
    int fd = private_open(path, how, &cause);

    if (fd < 0)
        die(1, "%s: %s", path, cause);
    return fd;
}

/* The lock tells a reader of the recording that it is still being written, and keeps another pcat
 * from writing it. The kernel drops it when this process ends, in whatever way. */
static int open_recording(const char *path)
{
    int fd = open_output(path, 0);

    if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
        die(1, "%s: is being written by another pcat", path);
    if (ftruncate(fd, 0) < 0 && errno != EINVAL)
        die(1, "%s: %s", path, strerror(errno));
    return fd;
}

static bool has_ending(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);

    return n > m && strcmp(name + n - m, ending) == 0;
}

static struct sink *make_last_sink(const struct settings *s, struct outputs *o)
{
    if (s->write)
        return sink_record_new(o->out, has_ending(s->write, ".zst"));
    if (s->split)
        return sink_split_new(s->output);
    switch (s->format) {
    case FORMAT_PREFIX:
        return sink_prefix_new(o->out, &s->prefix);
    case FORMAT_JSON:
        return sink_json_new(o->out);
    case FORMAT_ASCIICAST:
        return sink_asciicast_new(o->out);
    default:
        return sink_plain_new(o->out, o->err);
    }
}

/* Puts the sinks for --include, --exclude, --limit and --until before the last one. Prefix format
 * needs none for the first three: it asks pick itself. */
static struct sink *make_sink(const struct settings *s, struct outputs *o)
{
    struct sink *sink = o->last = make_last_sink(s, o);

    o->pick = s->pick;
    pick_tell(s->pick, (struct gave_up_to){on_doubt, &o->doubts});
    if (pick_is_empty(s->pick))
        ;
    else if (s->write || s->format == FORMAT_JSON || s->format == FORMAT_ASCIICAST)
        sink = sink_pick_events_new(s->pick, sink);
    else if (s->format == FORMAT_PLAIN)
        sink = sink_pick_lines_new(s->pick, sink);
    if (s->until)
        sink = o->until = sink_until_new(s->until, (struct gave_up_to){on_doubt, &o->doubts}, sink);
    return sink;
}

/* Why no more output is wanted; NULL: it is. */
static const char *why_enough(void *user)
{
    const struct outputs *o = user;

    if (o->until && sink_until_met(o->until))
        return "a line matched --until";
    return pick_is_full(o->pick) ? "--limit is reached" : NULL;
}

/* The exit status by --timeout, --until or --limit; -1: none of them has a say. */
static int chosen_status(const struct outputs *o, bool timed_out)
{
    if (timed_out)
        return EXIT_TIMEOUT;
    if (o->until)
        return sink_until_met(o->until) ? 0 : EXIT_NOT_MET;
    return pick_is_full(o->pick) ? 0 : -1;
}

static bool to_our_stdout(const struct settings *s)
{
    return s->write ? strcmp(s->write, "-") == 0 : !s->output;
}

static struct out *make_out(const struct settings *s, int fd)
{
    struct out *out = out_new(fd);

    if (!s->read)
        out_set_wait(out, engine_wait_writable, s->engine.signals);
    return out;
}

static void open_outputs(struct settings *s, struct outputs *o)
{
    bool ours = to_our_stdout(s);

    *o = (struct outputs){.fd = STDOUT_FILENO, .err_fd = -1, .doubts.quiet = s->quiet};
    if (s->split)
        o->fd = -1;
    else if (!ours)
        o->fd = s->write ? open_recording(s->write) : open_output(s->output, O_TRUNC);
    if (!s->split)
        o->out = o->err = make_out(s, o->fd);
    if (ours && !s->write && s->format == FORMAT_PLAIN) {
        o->err_fd = STDERR_FILENO;
        o->err = make_out(s, o->err_fd);
    }
    s->prefix.escape = isatty(o->fd);
    s->prefix.color = isatty(o->fd) && !getenv("NO_COLOR");
    if (!pick_is_empty(s->pick))
        s->prefix.wants = pick_wants;
    s->prefix.user = s->pick;
    o->sink = make_sink(s, o);
}

/* The text for an error of the output. With -ff it names the file that failed. */
static const char *explain_output(const struct settings *s, const struct outputs *o, int error)
{
    const char *trouble = s->split ? sink_split_trouble(o->last) : NULL;

    return trouble ? trouble : strerror(error);
}

static void close_outputs(struct outputs *o)
{
    sink_free(o->sink);
    if (o->err != o->out)
        out_free(o->err);
    out_free(o->out);
}

/* --- notes in plain format: printed on stderr, if that is a terminal or -o is given --- */

struct noting {
    struct sink sink;
    struct sink *inner;
};

static void noting_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct noting *n = (struct noting *)sink;

    if (ev->type == EVENT_NOTE)
        complain("pcat", "%.*s", (int)ev->note.text.len, (const char *)ev->note.text.data);
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

/* --- --hide: the first sink of the chain --- */

/* Puts the sink that hides before top. Returns the first sink: that one, or top if nothing is to be
 * hidden. unhide() ends it. */
static struct sink *hide(const struct settings *s, struct doubts *d, struct sink *top)
{
    return s->nhide ? hide_new(s->hide, s->nhide, (struct gave_up_to){on_doubt, d}, top) : top;
}

/* No event follows: bytes that are still held back go to top. Frees the sink that hide() made. */
static void unhide(struct sink *first, struct sink *top)
{
    if (first == top)
        return;
    sink_finish(first);
    sink_free(first);
}

/* --- printing a recording --- */

struct replay {
    const struct engine_options *options;
    struct outputs *outputs;
    struct sink *sink;
    bool ended; /* an `end` event has come: the recording is complete */
};

/* True for an event of a process named by -p, and for events of no process. */
static bool is_of_chosen_pid(const struct engine_options *o, const struct event *ev)
{
    uint64_t pid = ev->type == EVENT_HELLO ? 0 : event_pid(ev);

    for (size_t i = 0; pid && i < o->npids; i++)
        if ((uint64_t)o->pids[i] == pid)
            return true;
    return pid == 0 || o->npids == 0;
}

static void replay_event(void *user, const struct event *ev, struct bytes wire)
{
    struct replay *r = user;

    r->ended = r->ended || ev->type == EVENT_END;
    if (!why_enough(r->outputs) && is_of_chosen_pid(r->options, ev))
        sink_event(r->sink, ev, wire);
}

/* Feeds the file to the reader. Returns errno of the output, or 0. */
static int feed(int fd, struct reader *reader, struct outputs *o, const char *name)
{
    static char bytes[256 * 1024];
    ssize_t n;

    while (!why_enough(o) && (n = read(fd, bytes, sizeof bytes)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            die(1, "%s: %s", name, strerror(errno));
        if (reader_feed(reader, bytes, (size_t)n) < 0)
            break;
        if (sink_flush(o->sink) < 0)
            return errno;
    }
    return 0;
}

/* Why the recording is incomplete, to be freed; NULL: it is complete, or still being written
 * (another pcat holds its lock). */
static char *shortage(struct reader *reader, const struct replay *r, int fd)
{
    if (reader_finish(reader) < 0)
        return xstrdup(reader_error(reader));
    if (r->ended || (flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK))
        return NULL;
    return xasprintf("the stream was cut at offset %" PRIu64 ", its end is missing",
                     reader_offset(reader));
}

static int replay(struct settings *s, struct outputs *o)
{
    bool standard = strcmp(s->read, "-") == 0;
    const char *name = standard ? "standard input" : s->read;
    int fd = standard ? STDIN_FILENO : open(s->read, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        die(1, "%s: %s", name, strerror(errno));
    open_outputs(s, o);
    pthread_sigmask(SIG_SETMASK, &s->engine.signals->mask, NULL);
    struct replay r = {.options = &s->engine, .outputs = o, .sink = hide(s, &o->doubts, o->sink)};
    struct reader *reader = reader_new(replay_event, &r);
    int error = feed(fd, reader, o, name);
    char *bad = error || why_enough(o) ? NULL : shortage(reader, &r, fd);
    unhide(r.sink, o->sink);
    sink_finish(o->sink);
    if (!error && sink_flush(o->sink) < 0)
        error = errno;
    if (bad)
        complain("pcat", "%s: %s", name, bad);
    if (error && error != EPIPE)
        die(1, "write error: %s", explain_output(s, o, error));
    int status = chosen_status(o, false);
    if (end_doubts(&o->doubts) || bad)
        status = 1;
    free(bad);
    reader_free(reader);
    close_outputs(o);
    return status >= 0 ? status : 0;
}

/* --- a live capture --- */

/* Ends pcat with the command's exit status, or by the signal that killed it. */
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

/* Prints how many bytes are missing from the output. */
static void tell_losses(const struct settings *s, const struct outputs *o,
                        const struct engine_result *r)
{
    uint64_t unavailable = 0;

    if (s->format == FORMAT_PLAIN && !s->write)
        unavailable = s->split ? sink_split_unavailable(o->last) : sink_plain_unavailable(o->last);
    if (unavailable && !s->quiet)
        complain("pcat", "%" PRIu64 " bytes were written in a way that pcat can't read",
                 unavailable);
    if (r->lost_bytes && r->output_error != EPIPE && !s->quiet)
        complain("pcat", "%" PRIu64 " bytes were dropped", r->lost_bytes);
}

static void set_engine_outputs(struct settings *s, const struct outputs *o)
{
    struct engine_options *e = &s->engine;
    bool ours = to_our_stdout(s);
    /* With filters the command must not write to our outputs directly, but to pipes of ours. */
    bool plain =
        !s->write && s->format == FORMAT_PLAIN && pick_is_empty(s->pick) && !s->until && !s->nhide;

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
    struct noting noting = {.sink = {noting_event, noting_flush, NULL, NULL}};
    char *cause = NULL;
    int status = 0;

    open_outputs(s, o);
    set_engine_outputs(s, o);
    noting.inner = o->sink;
    if (s->until || !pick_is_empty(s->pick))
        s->engine.enough = why_enough;
    s->engine.user = o;
    struct sink *top = wants_notes(s) ? &noting.sink : o->sink, *first = hide(s, &o->doubts, top);
    s->engine.kind = &ptrace_engine;
    int failed = engine_run(&s->engine, first, &result, &cause);
    if (failed)
        die(failed, "%s", cause);
    unhide(first, top);
    sink_finish(o->sink);
    if (sink_flush(o->sink) < 0 && !result.output_error)
        result.output_error = errno;
    tell_losses(s, o, &result);
    if (result.output_error && result.output_error != EPIPE && result.output_error != ECANCELED) {
        complain("pcat", "write error: %s", explain_output(s, o, result.output_error));
        status = 1;
    }
    if (end_doubts(&o->doubts) && !result.timed_out)
        status = 1;
    int chosen = chosen_status(o, result.timed_out);
    close_outputs(o);
    if (chosen >= 0)
        return status ? status : chosen;
    if (result.ran && !(status && WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0))
        end_as_command_did(result.status);
    return status;
}

/* --- --list --- */

/* Where the list goes. */
struct listing_to {
    const struct settings *settings;
    struct sink *sink;
    struct buf wire;
    uint64_t seq;
};

static int64_t realtime(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Prints one process. */
static void list_one(void *user, struct event *ev)
{
    struct listing_to *l = user;

    if (ev->process.kernel && l->settings->list != LIST_ALL)
        return;
    ev->seq = ++l->seq;
    ev->time = realtime();
    buf_clear(&l->wire);
    wire_encode(&l->wire, ev);
    sink_event(l->sink, ev, (struct bytes){l->wire.data, l->wire.len});
}

/* Width of the terminal on stdout, 0: stdout is no terminal. */
static int columns(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* When stdout is a pipe, its reader is not the program that would display the output of an attach:
 * so no process is refused as one that displays it (force). */
static int list(const struct settings *s)
{
    const struct list_options options = {.boot = list_boot_time(),
                                         .descendants = s->engine.follow == FOLLOW_ALL,
                                         .force = s->engine.force || !isatty(STDOUT_FILENO),
                                         .allow_attach = true};
    struct out *out = out_new(STDOUT_FILENO);
    struct listing_to l = {.settings = s,
                           .sink = s->format == FORMAT_JSON ? sink_json_new(out)
                                                            : sink_table_new(out, columns())};

    pthread_sigmask(SIG_SETMASK, &s->engine.signals->mask, NULL);
    struct sink *top = l.sink;
    struct doubts doubts = {.quiet = s->quiet};
    l.sink = hide(s, &doubts, top);
    if (list_processes(&options, list_one, &l) < 0)
        die(1, "/proc: %s", strerror(errno));
    unhide(l.sink, top);
    l.sink = top;
    sink_finish(l.sink);
    bool failed = sink_flush(l.sink) < 0 && errno != EPIPE;
    if (failed)
        complain("pcat", "write error: %s", strerror(errno));
    failed = end_doubts(&doubts) || failed;
    sink_free(l.sink);
    out_free(out);
    buf_free(&l.wire);
    return failed;
}

/* --- start --- */

/* fds 0, 1 and 2 may be closed: files that we open must not get these numbers. /dev/null fills
 * them, and is closed again in the command (close-on-exec). */
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

/* A pcat with file capabilities lends them to each user who may execute it, see capabilities(7). */
static void warn_if_all_may_run(const struct settings *s)
{
    struct stat st;

    if (getauxval(AT_SECURE) && stat("/proc/self/exe", &st) == 0 && (st.st_mode & S_IXOTH) &&
        !s->quiet)
        complain("pcat", "warning: this pcat has privileges of its own, and everybody may run it: "
                         "chmod o-x it");
}

int main(int argc, char **argv)
{
    static struct settings s;
    struct engine_signals signals;
    struct outputs outputs;

    if (privilege_init() < 0)
        die(1, "what this program's file lends can't be put aside: %s", strerror(errno));
    fill_standard_fds();
    log_init();
    s.engine = (struct engine_options){.pids = s.pids,
                                       .names = s.names,
                                       .program = PROGRAM,
                                       .control_fd = -1,
                                       .signals = &signals};
    settings_parse(&s, argc, argv);
    warn_if_all_may_run(&s);
    s.engine.argv = join_argv(argc, argv); /* after set_hide() has overwritten its patterns */
    engine_signals_init(&signals);
    int status = s.list ? list(&s) : s.read ? replay(&s, &outputs) : capture(&s, &outputs);
    settings_free(&s);
    free((void *)(uintptr_t)s.engine.argv.data);
    return status;
}
