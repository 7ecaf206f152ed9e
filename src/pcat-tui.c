/* The viewer: options, the capture child, the loop. The loop is the only place
 * that waits, reads the clock, and draws:
 *
 *   ppoll(tty, stream, the child's stderr, signals) -> apply what came, bounded
 *     -> handle keys -> draw once
 *
 * It never calls ptrace, opens nothing below /proc but the link to its own executable, and
 * signals nobody but itself and its own process group (^Z), and what it runs for --via, to go on.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <locale.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/xmalloc.h"
#include "event/hide.h"
#include "model/model.h"
#include "ui/config.h"
#include "ui/feed.h"
#include "ui/input.h"
#include "ui/keys.h"
#include "ui/term.h"
#include "ui/theme.h"
#include "ui/ui.h"

#define VERSION_TEXT "pcat-tui " PACKAGE_VERSION

#define MS ((int64_t)1000000)
#define FRAME (25 * MS)          /* between frames that no key asked for */
#define APPLY_TIME (8 * MS)      /* for events in one turn */
#define APPLY_SLICE (256 * 1024) /* bytes between two looks at the clock */
#define WORK_BYTES (512 * 1024)  /* of text for views and searches in one turn */
#define TICK 500                 /* ms: rates, messages that fade */
#define LEAVE_TIME (1000 * MS)   /* for the capture child to let go after `q` */
#define STATUS_TIME (300 * MS)   /* for the news of its death after its stream ended */

enum { HIDES_MAX = 64 };

struct options {
    const char *recording; /* of -r, NULL: none */
    const char *record;    /* of -w, NULL: none */
    const char *via;       /* what runs the capture child somewhere else, NULL: nothing */
    const char *config;    /* the file of -c, NULL: that of the user, when there is one */
    size_t scrollback;     /* 0: not said */
    bool theme;            /* was said */
    bool no_mouse, no_colour, ascii;
    char **engine; /* arguments for the capture child, NULL at the end */
    size_t nengine;
    struct regex *hide[HIDES_MAX]; /* of --hide: the capture child does it, but for a recording */
    size_t nhide;
    bool attach; /* -p or --name */
    bool choose; /* nothing of all that: the list of processes comes first */
};

struct app {
    struct model *model;
    struct source *source;
    struct feed *feed;
    struct ui *ui;
    struct terminal *term;
    struct input *input;
    int signals;       /* signalfd */
    bool hello, ready; /* hello came; and a task, when there is to be one */
    bool choose;       /* the user will choose a target */
    bool recording;
    struct sink model_sink; /* hands on to the model */
    struct sink *hide;      /* before that, for a recording with --hide; NULL: none */
    const char *via;
    bool leaving;     /* the user said so, or the terminal is gone */
    bool told_end;    /* the model knows that the stream has ended */
    int64_t end_seen; /* when it did, 0: it has not */
    int64_t last_draw;
    int64_t input_since; /* bytes of a key wait for their rest since then */
    uint64_t commands;   /* sent so far */
    char *last_error;    /* the child's latest line on stderr */
    struct config config;
    char *complaint; /* the first about the configuration, NULL: none */
    bool more_work, key_came;
};

static int64_t clock_now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* ---- options ---- */

enum {
    OPTION_FOLLOW = 256,
    OPTION_FD,
    OPTION_NAME,
    OPTION_OWN,
    OPTION_NO_SECCOMP,
    OPTION_FORCE,
    OPTION_RING,
    OPTION_ALLOW_ATTACH,
    OPTION_SCROLLBACK,
    OPTION_VIA,
    OPTION_THEME,
    OPTION_HIDE,
};

#define SHORT_OPTIONS "p:r:w:c:fhCMUV"

static const struct option long_options[] = {
    {"attach", required_argument, NULL, 'p'},
    {"name", required_argument, NULL, OPTION_NAME},
    {"read", required_argument, NULL, 'r'},
    {"write", required_argument, NULL, 'w'},
    {"follow", required_argument, NULL, OPTION_FOLLOW},
    {"fd", required_argument, NULL, OPTION_FD},
    {"own", no_argument, NULL, OPTION_OWN},
    {"no-seccomp", no_argument, NULL, OPTION_NO_SECCOMP},
    {"force", no_argument, NULL, OPTION_FORCE},
    {"ring", required_argument, NULL, OPTION_RING},
    {"allow-attach", no_argument, NULL, OPTION_ALLOW_ATTACH},
    {"scrollback", required_argument, NULL, OPTION_SCROLLBACK},
    {"via", required_argument, NULL, OPTION_VIA},
    {"hide", required_argument, NULL, OPTION_HIDE},
    {"theme", required_argument, NULL, OPTION_THEME},
    {"config", required_argument, NULL, 'c'},
    {"no-mouse", no_argument, NULL, 'M'},
    {"no-unicode", no_argument, NULL, 'U'},
    {"no-color", no_argument, NULL, 'C'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static const char usage_text[] = "Usage: pcat-tui [OPTIONS] [-p PID[,PID]...]\n"
                                 "       pcat-tui [OPTIONS] [--] COMMAND [ARG]...\n"
                                 "       pcat-tui [OPTIONS] -r FILE|-\n";

static const char help_text[] =
    "Shows what running programs print: the output of every thread and child in panes,\n"
    "and the tree of processes. F1 shows the keys, q leaves and the programs run on.\n"
    "Without a target it lists the processes there are, to choose from.\n"
    "\n"
    "  -p, --attach=PID[,PID]   attach to running processes; repeatable\n"
    "      --name=REGEX         attach to all processes of that name, or else command line\n"
    "  -r, --read=FILE          show a recording of pcat -w; - is standard input\n"
    "  -w, --write=FILE         record to a file from the beginning on (W does so later)\n"
    "  -f, --follow=all|threads|none\n"
    "                           what to follow (all, also what -f says)\n"
    "      --fd=LIST            capture these fds, by number\n"
    "      --via=COMMAND        run pcat by this, on another machine: --via 'ssh box'\n"
    "      --hide=REGEX         * in place of what matches; repeatable\n"
    "      --own                only what goes where the target's own output goes\n"
    "      --ring=SIZE          memory per thread and fd while the viewer is slow\n"
    "      --scrollback=SIZE    memory for what was printed (256M)\n"
    "      --theme=dark|light   colours for that background (dark)\n"
    "  -c, --config=FILE        configuration, instead of that of the user\n"
    "  -C, --no-color           no colours, also not those of the output\n"
    "  -M, --no-mouse           leave the mouse to the terminal\n"
    "  -U, --no-unicode         draw with ASCII characters alone\n"
    "      --no-seccomp         run COMMAND without a filter\n"
    "      --force              also a target that displays our own output\n"
    "      --allow-attach       obey also for processes that the user could not attach to\n"
    "  -h, --help\n"
    "  -V, --version\n";

static void add_argument(struct options *o, char *text)
{
    o->engine = xrealloc(o->engine, (o->nengine + 2) * sizeof *o->engine);
    o->engine[o->nengine++] = text;
    o->engine[o->nengine] = NULL;
}

static void options_free(struct options *o)
{
    for (size_t i = 0; i < o->nengine; i++)
        free(o->engine[i]);
    free(o->engine);
    for (size_t i = 0; i < o->nhide; i++)
        regex_free(o->hide[i]);
}

static int wrong_usage(const char *message)
{
    fprintf(stderr, "pcat-tui: %s (pcat-tui --help shows what there is)\n", message);
    return 2;
}

/* One option for the capture child, as its long form. */
static void pass_on(struct options *o, const char *name, const char *value)
{
    add_argument(o, value ? xasprintf("--%s=%s", name, value) : xasprintf("--%s", name));
}

static const char *long_name(int code)
{
    for (const struct option *l = long_options; l->name; l++)
        if (l->val == code)
            return l->name;
    return "";
}

/* As pcat does, it keeps the pattern out of our own command line. */
static int take_hide(struct options *o, char *pattern)
{
    char *cause = NULL;

    if (o->nhide == HIDES_MAX)
        return wrong_usage("--hide: too many");
    struct regex *re = regex_new(pattern, &cause, NULL);
    if (!re) {
        fprintf(stderr, "pcat-tui: '%s': %s\n", pattern, cause);
        free(cause);
        return 2;
    }
    o->hide[o->nhide++] = re;
    pass_on(o, "hide", pattern);
    memset(pattern, '*', strlen(pattern));
    return -1;
}

/* Returns an exit status, or -1 to go on. */
static int take_option(struct options *o, int code)
{
    switch (code) {
    case 'h':
        printf("%s%s", usage_text, help_text);
        return 0;
    case 'V':
        puts(VERSION_TEXT);
        return 0;
    case 'r':
        o->recording = optarg;
        return -1;
    case 'w':
        o->record = optarg;
        return -1;
    case 'f':
        return -1; /* all is followed anyhow */
    case OPTION_SCROLLBACK:
        return config_size(optarg, &o->scrollback) ? -1 : wrong_usage("--scrollback: not a size");
    case OPTION_VIA:
        if (o->via)
            return wrong_usage("--via: one at a time");
        o->via = optarg;
        return -1;
    case OPTION_THEME:
        o->theme = theme_choose(optarg);
        return o->theme ? -1 : wrong_usage("--theme: dark or light");
    case OPTION_HIDE:
        return take_hide(o, optarg);
    case 'c':
        o->config = optarg;
        return -1;
    case 'C':
        o->no_colour = true;
        return -1;
    case 'M':
        o->no_mouse = true;
        return -1;
    case 'U':
        o->ascii = true;
        return -1;
    case '?':
        return 2; /* getopt_long() has said it */
    case OPTION_RING:
        return -1; /* comes first, see parse_options() */
    case 'p':
    case OPTION_NAME:
        o->attach = true;
        /* fall through */
    default:
        pass_on(o, long_name(code), optarg);
        return -1;
    }
}

static const char *find_ring(int argc, char **argv)
{
    const char *ring = NULL;

    optind = 0;
    for (int code; (code = getopt_long(argc, argv, "+:" SHORT_OPTIONS, long_options, NULL)) != -1;)
        if (code == OPTION_RING)
            ring = optarg;
    optind = 0;
    return ring;
}

static int parse_options(struct options *o, int argc, char **argv)
{
    const char *ring = find_ring(argc, argv);

    pass_on(o, "ring", ring);
    pass_on(o, "write", "-");
    pass_on(o, "control", NULL);
    for (int code; (code = getopt_long(argc, argv, "+" SHORT_OPTIONS, long_options, NULL)) != -1;) {
        int status = take_option(o, code);
        if (status >= 0)
            return status;
    }
    bool command = optind < argc;
    o->choose = !o->attach && !command && !o->recording;
    if (o->attach + command + (o->recording != NULL) > 1)
        return wrong_usage("one of -p or --name, COMMAND and -r, not several");
    if (o->via && o->recording)
        return wrong_usage("--via is for live captures");
    if (command)
        add_argument(o, xstrdup("--"));
    for (; optind < argc; optind++)
        add_argument(o, xstrdup(argv[optind]));
    return -1;
}

/* ---- before the screen opens ---- */

static int fail(const char *format, const char *what)
{
    fprintf(stderr, "pcat-tui: ");
    fprintf(stderr, format, what);
    fputc('\n', stderr);
    return 1;
}

static const int our_signals[] = {SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGTSTP, SIGCONT};

/* From here on these come by the fd alone. */
static int block_signals(void)
{
    struct sigaction child = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP | SA_NOCLDWAIT};
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof our_signals / sizeof *our_signals; i++)
        sigaddset(&set, our_signals[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    sigaction(SIGCHLD, &child, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Under sudo only the capture child keeps the privileges. 0 or -1. */
static int drop_privileges(void)
{
    const char *uid_text = getenv("SUDO_UID"), *gid_text = getenv("SUDO_GID");

    if (geteuid() != 0 || !uid_text || !gid_text)
        return 0;
    uid_t uid = (uid_t)strtoul(uid_text, NULL, 10);
    gid_t gid = (gid_t)strtoul(gid_text, NULL, 10);
    const struct passwd *user = getpwuid(uid);
    if (user ? initgroups(user->pw_name, gid) : setgroups(1, &gid))
        return -1;
    return setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0 ? -1 : 0;
}

static void on_event(void *user, const struct event *ev, struct bytes wire)
{
    struct app *app = user;

    if (ev->type == EVENT_HELLO)
        app->hello = true;
    if (ev->type == EVENT_TASK || ev->type == EVENT_ARMED || ev->type == EVENT_END || app->choose)
        app->ready = app->ready || app->hello;
    model_apply(app->model, app->source, ev);
    if (app->ui)
        ui_event(app->ui, ev, wire);
}

static void to_model(struct sink *sink, const struct event *ev, struct bytes wire)
{
    on_event((char *)sink - offsetof(struct app, model_sink), ev, wire);
}

static void on_recorded(void *user, const struct event *ev, struct bytes wire)
{
    sink_event(((struct app *)user)->hide, ev, wire);
}

/* Opens the recording; "-" is standard input, whose place the terminal takes then. */
static int open_recording(const char *path)
{
    if (strcmp(path, "-") != 0)
        return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), tty = open("/dev/tty", O_RDWR);
    if (tty >= 0) {
        dup2(tty, STDIN_FILENO);
        close(tty);
    }
    return fd;
}

static bool next_signal(struct app *app, struct signalfd_siginfo *info)
{
    if (read(app->signals, info, sizeof *info) != (ssize_t)sizeof *info)
        return false;
    if (info->ssi_signo == SIGCHLD && (pid_t)info->ssi_pid == feed_child(app->feed))
        feed_child_ended(app->feed, info->ssi_code, info->ssi_status);
    return true;
}

/* A signal that ends us while there is no screen; 0: none. */
static int ending_signal(struct app *app)
{
    struct signalfd_siginfo info;

    while (next_signal(app, &info))
        if (info.ssi_signo == SIGINT || info.ssi_signo == SIGTERM || info.ssi_signo == SIGHUP)
            return (int)info.ssi_signo;
    return 0;
}

static void wait_for_any(struct app *app, int timeout)
{
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = app->term ? POLLIN : 0},
                           {.fd = feed_fd(app->feed), .events = POLLIN},
                           {.fd = feed_errors_fd(app->feed), .events = POLLIN},
                           {.fd = app->signals, .events = POLLIN}};

    if (!app->term)
        fds[0].fd = -1;
    poll(fds, sizeof fds / sizeof *fds, timeout);
}

/* Prints what the capture child said, as it is. Returns whether it said anything. */
static bool print_errors(struct app *app)
{
    bool any = false;
    char *line;

    feed_read_errors(app->feed);
    while ((line = feed_error_line(app->feed))) {
        fprintf(stderr, "%s\n", line);
        free(line);
        any = true;
    }
    return any;
}

/* A line of a shell, or of what takes its place; pcat's own begin otherwise. */
static bool is_missing_pcat(const char *line)
{
    if (strstr(line, "pcat: not found") || strstr(line, "pcat: command not found"))
        return true;
    return strncmp(line, "pcat: ", 6) != 0 && strstr(line, "pcat") &&
           (strstr(line, "not found") || strstr(line, "No such file"));
}

/* What a failed --via said: one line when pcat is missing, else as it is. Returns whether it said
 * anything. */
static bool print_via_errors(struct app *app)
{
    bool any = false;
    char *line;

    feed_read_errors(app->feed);
    while (!any && (line = feed_error_line(app->feed))) {
        if (is_missing_pcat(line)) {
            fprintf(stderr, "pcat-tui: --via '%s': no pcat is there, or not in its PATH (%s)\n",
                    app->via, line);
            any = true;
        } else {
            fprintf(stderr, "%s\n", line);
        }
        free(line);
    }
    return any;
}

static int via_failed(struct app *app, int status)
{
    if (!print_via_errors(app))
        fprintf(stderr, "pcat-tui: --via '%s': %s (status %d)\n", app->via,
                feed_trouble(app->feed) ? feed_trouble(app->feed) : "it ended", status);
    return status ? status : 1;
}

static int child_failed(struct app *app)
{
    int status = 0;

    while (!feed_child_gone(app->feed, &status)) {
        wait_for_any(app, -1);
        int number = ending_signal(app);
        if (number)
            return 128 + number;
        feed_read_errors(app->feed);
    }
    if (app->via)
        return via_failed(app, status);
    if (!print_errors(app))
        fprintf(stderr, "pcat-tui: the capture program ended (status %d) and said nothing\n",
                status);
    return status ? status : 1;
}

static int recording_failed(struct app *app, const char *path)
{
    const char *trouble = feed_trouble(app->feed);

    fprintf(stderr, "pcat-tui: %s: %s\n", path, trouble ? trouble : "not a pcat stream");
    return 1;
}

/* Reads on until there is something to show. Returns an exit status, or -1 to go on. */
static int wait_for_start(struct app *app, const struct options *o)
{
    while (!app->ready && !feed_ended(app->feed)) {
        wait_for_any(app, feed_waits(app->feed) ? TICK : -1);
        int number = ending_signal(app);
        if (number)
            return 128 + number;
        feed_read(app->feed, APPLY_SLICE);
        feed_read_errors(app->feed);
    }
    if (app->ready)
        return -1;
    if (!app->recording)
        return child_failed(app);
    return app->hello ? -1 : recording_failed(app, o->recording);
}

/* ---- the loop ---- */

static uint64_t send_command(void *user, const char *command)
{
    struct app *app = user;

    if (feed_ended(app->feed) || !feed_command(app->feed, command))
        return 0;
    return ++app->commands;
}

static void resize(struct app *app)
{
    int rows, cols;

    terminal_size(app->term, &rows, &cols);
    ui_resize(app->ui, rows, cols);
}

/* Lets the shell have the terminal. `group`: our own key; else somebody stopped us alone. */
static void suspend(struct app *app, bool group)
{
    sigset_t stop;

    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    terminal_suspend(app->term);
    if (group)
        kill(0, SIGTSTP);
    else
        raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL); /* here we stop, and here we go on */
    sigprocmask(SIG_BLOCK, &stop, NULL);
    terminal_resume(app->term);
    resize(app);
}

static void take_signal(struct app *app, int number)
{
    switch (number) {
    case SIGWINCH:
        resize(app);
        break;
    case SIGINT:
        ui_say(app->ui, false, "q quits, targets run on");
        break;
    case SIGTERM:
    case SIGHUP:
        app->leaving = true;
        break;
    case SIGTSTP:
        suspend(app, false);
        break;
    case SIGCONT:
        terminal_resume(app->term);
        resize(app);
        break;
    default:
        break; /* SIGCHLD: see take_end() */
    }
}

static void take_signals(struct app *app)
{
    struct signalfd_siginfo info;

    while (next_signal(app, &info))
        take_signal(app, (int)info.ssi_signo);
}

static void take_wishes(struct app *app)
{
    for (enum ui_wish wish; (wish = ui_take_wish(app->ui)) != UI_NOTHING;)
        switch (wish) {
        case UI_QUIT:
            app->leaving = true;
            break;
        case UI_SUSPEND:
            suspend(app, true);
            break;
        case UI_REDRAW:
            terminal_redraw(app->term);
            break;
        case UI_COPY:
            terminal_copy(app->term, ui_clipboard(app->ui).data, ui_clipboard(app->ui).len);
            break;
        default:
            terminal_mouse(app->term, wish == UI_MOUSE_ON);
        }
}

static void take_keys(struct app *app)
{
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    struct input_event ev;
    char room[4096];

    if (poll(&p, 1, 0) > 0) {
        ssize_t n = read(STDIN_FILENO, room, sizeof room);
        if (n > 0)
            input_push(app->input, room, (size_t)n);
        else if (n == 0 || errno != EINTR)
            app->leaving = true;
        app->input_since = clock_now();
    } else if (input_pending(app->input) && clock_now() - app->input_since >= INPUT_WAIT * MS)
        input_expire(app->input);
    while (input_next(app->input, &ev)) {
        app->key_came = true;
        ui_input(app->ui, &ev);
        take_wishes(app);
    }
}

static void take_stream(struct app *app)
{
    int64_t start = clock_now();
    size_t got = 1;

    while (got > 0 && clock_now() - start < APPLY_TIME)
        got = feed_read(app->feed, APPLY_SLICE);
}

static void take_errors(struct app *app)
{
    char *line;

    feed_read_errors(app->feed);
    while ((line = feed_error_line(app->feed))) {
        ui_say(app->ui, true, "%s", line);
        free(app->last_error);
        app->last_error = line;
    }
}

/* Why the stream ended, when it did not say so itself. To be freed. */
static char *reason(struct app *app, bool gone, int status)
{
    const char *trouble = feed_trouble(app->feed);

    if (app->recording)
        return xasprintf("%s", trouble ? trouble : "the recording is cut");
    if (app->via)
        return xasprintf("'%s' has ended%s%s, what came is kept", app->via,
                         app->last_error ? ": " : "", app->last_error ? app->last_error : "");
    if (gone && status > 128)
        return xasprintf("pcat was killed (SIG%s), what it saw is kept",
                         sigabbrev_np(status - 128) ? sigabbrev_np(status - 128) : "?");
    if (gone && status && app->last_error)
        return xstrdup(app->last_error);
    if (gone)
        return xasprintf("pcat is gone (status %d), what it saw is kept", status);
    return xasprintf("%s", trouble ? trouble : "the stream has ended, what came is kept");
}

/* After the end of the stream: the child's status tells why, if it comes soon. */
static void take_end(struct app *app)
{
    int status = 0;
    bool gone = feed_child_gone(app->feed, &status);

    if (app->told_end || !feed_ended(app->feed))
        return;
    if (app->end_seen == 0)
        app->end_seen = clock_now();
    if (!app->recording && !gone && clock_now() - app->end_seen < STATUS_TIME)
        return;
    app->told_end = true;
    if (app->source->ended)
        return;
    char *why = reason(app, gone, status);
    model_source_end(app->model, app->source, why);
    free(why);
}

/* A key is answered at once; all else waits for the next frame. */
static void draw(struct app *app)
{
    int64_t now = clock_now();

    ui_tick(app->ui, now);
    app->more_work = ui_work(app->ui, WORK_BYTES);
    if (!ui_is_dirty(app->ui) && !app->more_work)
        return;
    if (!app->key_came && now - app->last_draw < FRAME)
        return;
    terminal_blit(app->term, ui_draw(app->ui));
    app->last_draw = clock_now();
    app->key_came = false;
}

static int timeout_of(const struct app *app)
{
    int64_t since = clock_now() - app->last_draw;

    if (app->more_work)
        return 0;
    if (input_pending(app->input))
        return INPUT_WAIT / 2;
    if (ui_is_dirty(app->ui))
        return since >= FRAME ? 0 : (int)((FRAME - since) / MS) + 1;
    if (app->end_seen && !app->told_end)
        return 20;
    return TICK;
}

static void run(struct app *app)
{
    while (!app->leaving) {
        wait_for_any(app, timeout_of(app));
        take_signals(app);
        take_keys(app);
        take_stream(app);
        take_errors(app);
        take_end(app);
        if (!app->leaving)
            draw(app);
    }
}

/* Tells the capture child to let go and gives it a moment; it leaves in any case as soon
 * as the pipes are closed. */
static void leave(struct app *app)
{
    int64_t end = clock_now() + LEAVE_TIME;
    int status;

    if (app->recording || !feed_command(app->feed, "quit"))
        return;
    while (!feed_child_gone(app->feed, &status) && clock_now() < end) {
        if (feed_ended(app->feed) && feed_errors_fd(app->feed) < 0) {
            poll(NULL, 0, 5);
            continue;
        }
        wait_for_any(app, 20);
        ending_signal(app);
        feed_read(app->feed, APPLY_SLICE);
        feed_read_errors(app->feed);
    }
}

/* ---- the configuration ---- */

/* On the screen there may be no room for directories. */
static void take_complaint(void *user, const char *text)
{
    struct app *app = user;
    const char *colon = strchr(text, ':');
    const char *slash = memrchr(text, '/', (size_t)(colon - text));

    fprintf(stderr, "pcat-tui: %s\n", text);
    if (!app->complaint)
        app->complaint = xstrdup(slash ? slash + 1 : text);
}

/* The file, and then what the command line says. 0, or -1 with a line on standard error. */
static int configure(struct app *app, const struct options *o)
{
    char *path = o->config ? xstrdup(o->config) : config_path();
    struct config *c = &app->config;
    int result = 0;

    config_init(c);
    if (path && !config_read(c, path, take_complaint, app) && (o->config || errno != ENOENT)) {
        fprintf(stderr, "pcat-tui: %s: %s\n", path, strerror(errno));
        result = o->config ? -1 : 0;
    }
    free(path);
    if (o->scrollback)
        c->scrollback = o->scrollback;
    c->mouse = c->mouse && !o->no_mouse;
    c->ascii = c->ascii || o->ascii;
    c->colour = c->colour && !o->no_colour;
    if (!o->theme)
        theme_choose(c->theme == THEME_LIGHT ? "light" : "dark");
    return result;
}

static int show(struct app *app, const char *record)
{
    struct ui_hooks hooks = {app, app->recording ? NULL : send_command};
    char *cause;

    if (!app->config.colour)
        setenv("NO_COLOR", "1", true);
    app->input = input_new(getenv("TERM"), terminal_utf8(), &cause);
    app->term = app->input ? terminal_open(&cause) : NULL;
    if (!app->term) {
        fail("%s", cause);
        free(cause);
        return 1;
    }
    xmalloc_on_death(terminal_emergency);
    theme_use(terminal_colours(app->term));
    app->ui = ui_new(app->model, &hooks, !terminal_utf8());
    ui_set(app->ui, &app->config);
    take_wishes(app);
    resize(app);
    ui_tick(app->ui, clock_now());
    if (app->complaint)
        ui_say(app->ui, true, "%s", app->complaint);
    if (app->choose)
        ui_choose_process(app->ui);
    if (record)
        ui_record(app->ui, record);
    run(app);
    terminal_close(app->term);
    app->term = NULL;
    leave(app);
    return 0;
}

/* 0 or -1, with a line on standard error. */
static int open_feed(struct app *app, const struct options *o)
{
    int fd = open_recording(o->recording);

    if (fd < 0) {
        fprintf(stderr, "pcat-tui: %s: %s\n", o->recording, strerror(errno));
        return -1;
    }
    app->model_sink = (struct sink){.event = to_model};
    if (o->nhide)
        app->hide = hide_new(o->hide, o->nhide, &app->model_sink);
    app->feed = feed_open(fd, app->hide ? on_recorded : on_event, app);
    return 0;
}

static int start_feed(struct app *app, const struct options *o)
{
    char *cause;

    app->feed = o->via ? feed_start_via(o->via, o->engine, on_event, app, &cause)
                       : feed_start(o->engine, on_event, app, &cause);
    if (app->feed)
        return 0;
    fail("%s", cause);
    free(cause);
    return -1;
}

static int check_terminal(void)
{
    char *cause;

    if (terminal_check(&cause) == 0)
        return 0;
    fail("%s", cause);
    free(cause);
    return -1;
}

/* Who asks for a password reads the terminal, which only the group in the foreground may. */
static bool lend_terminal(struct app *app)
{
    pid_t child = feed_child(app->feed);

    if (tcgetpgrp(STDIN_FILENO) != getpgrp() || tcsetpgrp(STDIN_FILENO, child) < 0)
        return false;
    kill(-child, SIGCONT); /* it may have tried before */
    return true;
}

static void take_terminal_back(void)
{
    sigset_t output;

    sigemptyset(&output);
    sigaddset(&output, SIGTTOU);
    sigprocmask(SIG_BLOCK, &output, NULL);
    tcsetpgrp(STDIN_FILENO, getpgrp());
    sigprocmask(SIG_UNBLOCK, &output, NULL);
}

/* What a --via has to ask for, it asks now. */
static int wait_for_via(struct app *app, const struct options *o)
{
    bool lent = lend_terminal(app);
    int status = wait_for_start(app, o);

    if (lent)
        take_terminal_back();
    return status;
}

static int view(struct app *app, const struct options *o)
{
    app->recording = o->recording != NULL;
    app->choose = o->choose;
    app->via = o->via;
    if (app->recording && open_feed(app, o) < 0)
        return 1;
    if (check_terminal() < 0)
        return 1;
    app->signals = block_signals();
    if (!app->recording && !app->via && start_feed(app, o) < 0)
        return 1;
    if (drop_privileges() < 0)
        return fail("privileges can't be dropped: %s", strerror(errno));
    if (app->via && start_feed(app, o) < 0)
        return 1;
    if (configure(app, o) < 0)
        return 1;
    app->model = model_new(app->config.scrollback);
    app->source = model_source_add(app->model, app->recording ? o->recording
                                               : o->via       ? o->via
                                                              : "pcat");
    int status = o->via ? wait_for_via(app, o) : wait_for_start(app, o);
    return status >= 0 ? status : show(app, o->record);
}

static void app_free(struct app *app)
{
    ui_free(app->ui);
    input_free(app->input);
    feed_free(app->feed);
    sink_free(app->hide);
    model_free(app->model);
    free(app->last_error);
    free(app->complaint);
    keys_reset();
}

/* With nothing said about the language, the terminal is taken to speak UTF-8. */
static void set_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    bool said = false;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        said = said || (getenv(names[i]) && *getenv(names[i]));
    setlocale(LC_ALL, "");
    if (!said)
        setlocale(LC_CTYPE, "C.UTF-8");
    setlocale(LC_NUMERIC, "C");
}

int main(int argc, char **argv)
{
    struct options o = {0};
    struct app app = {.signals = -1};
    int status;

    argv[0] = program_invocation_short_name;
    set_locale();
    log_init();
    status = parse_options(&o, argc, argv);
    if (status < 0)
        status = view(&app, &o);
    app_free(&app);
    options_free(&o);
    return status;
}
