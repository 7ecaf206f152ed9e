/* An option for captures that stands before the first --via or --local holds for all captures.
 * Behind one, it holds for that capture, and for captures directly in front of it: in
 * `--via a --via b --name x`, --name holds for both. */
#include "tui/options.h"

#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"
#include "base/xmalloc.h"
#include "term/theme.h"
#include "ui/config.h"

#define VERSION_TEXT "pcat-tui " PACKAGE_VERSION

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
    OPTION_LOCAL,
    OPTION_THEME,
    OPTION_HIDE,
    OPTION_ON_MATCH,
    OPTION_ON_SILENCE,
    OPTION_ON_STDERR,
    OPTION_ON_FAILURE,
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
    {"local", no_argument, NULL, OPTION_LOCAL},
    {"hide", required_argument, NULL, OPTION_HIDE},
    {"on-match", required_argument, NULL, OPTION_ON_MATCH},
    {"on-silence", required_argument, NULL, OPTION_ON_SILENCE},
    {"on-stderr", required_argument, NULL, OPTION_ON_STDERR},
    {"on-failure", required_argument, NULL, OPTION_ON_FAILURE},
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
    "and the tree of processes. F1 shows the keys; q quits, and the programs run on.\n"
    "Without a target it lists all processes, to choose one.\n"
    "\n"
    "  -p, --attach=PID[,PID]   attach to running processes; repeatable\n"
    "      --name=REGEX         attach to all processes whose name matches; if there is none,\n"
    "                           to all whose command line matches\n"
    "  -r, --read=FILE          show a recording of pcat -w: its end first, keys move the\n"
    "                           position; - is standard input; repeatable\n"
    "  -w, --write=FILE         record to a file from the start (the key W begins later)\n"
    "  -f, --follow=all|threads|none\n"
    "                           trace new threads and children, new threads only, or neither\n"
    "                           (all; -f is the same as --follow=all)\n"
    "      --fd=LIST            capture these fds, by number\n"
    "      --via=COMMAND        start pcat by this command, on another machine: --via 'ssh box';\n"
    "                           repeatable, with a target behind each or one for all\n"
    "      --local              capture on this machine, too, beside --via\n"
    "      --hide=REGEX         show * in place of each byte that matches; repeatable\n"
    "      --own                capture only what goes where the target's own output goes\n"
    "      --ring=SIZE          memory for each thread and fd while the viewer is slow\n"
    "      --scrollback=SIZE    memory for what was printed (256M)\n"
    "      --on-match=REGEX COMMAND\n"
    "                           run COMMAND when a line matches; '' runs nothing: the line is\n"
    "                           only marked, and the bell rings\n"
    "      --on-silence=TIME COMMAND\n"
    "                           run COMMAND when nothing was printed for so long\n"
    "      --on-stderr=COMMAND  run COMMAND at the first line of each task on stderr\n"
    "      --on-failure=COMMAND run COMMAND when a process fails\n"
    "      --theme=dark|light   colours for that background (dark)\n"
    "  -c, --config=FILE        read this configuration file in place of the user's own\n"
    "  -C, --no-color           show no colours, not even those of the output\n"
    "  -M, --no-mouse           leave the mouse to the terminal\n"
    "  -U, --no-unicode         draw with ASCII characters alone\n"
    "      --no-seccomp         run COMMAND without a filter\n"
    "      --force              attach also to a program that displays our own output\n"
    "      --allow-attach       attach also to processes that the user has no right to trace\n"
    "  -h, --help\n"
    "  -V, --version\n";

/* The state of options_read(). An option for captures holds for the origins from `group` on. */
struct reading {
    struct options *o;
    struct origin_options common; /* arguments for all captures */
    size_t group;                 /* index of the first origin of the current group */
    bool open;                    /* the group has no option yet: the next origin joins it */
    size_t recordings;            /* how many */
    char **argv;
    int at; /* index in argv of the current option */
};

static int wrong_usage(const char *message)
{
    complain("pcat-tui", "%s (pcat-tui --help shows what there is)", message);
    return 2;
}

/* ---- arguments of capture children ---- */

static void add_argument(struct origin_options *to, char *text)
{
    to->args = xrealloc(to->args, (to->nargs + 2) * sizeof *to->args);
    to->args[to->nargs++] = text;
    to->args[to->nargs] = NULL;
}

/* Adds an option in its long form. value may be NULL. */
static void pass_on(struct origin_options *to, const char *name, const char *value)
{
    add_argument(to, value ? xasprintf("--%s=%s", name, value) : xasprintf("--%s", name));
}

static void free_args(struct origin_options *of)
{
    for (size_t i = 0; i < of->nargs; i++)
        free(of->args[i]);
    free(of->args);
}

static struct origin_options *add_origin(struct options *o)
{
    o->origins = xrealloc(o->origins, (o->norigins + 1) * sizeof *o->origins);
    o->origins[o->norigins] = (struct origin_options){0};
    return &o->origins[o->norigins++];
}

static const char *long_name(int code)
{
    for (const struct option *l = long_options; l->name; l++)
        if (l->val == code)
            return l->name;
    return "";
}

/* Takes an option for captures: for the current group, or for all if no capture came before it. */
static void take_capture_option(struct reading *r, int code, const char *value)
{
    bool attach = code == 'p' || code == OPTION_NAME;

    r->open = false;
    if (r->o->norigins == 0) {
        pass_on(&r->common, long_name(code), value);
        r->common.attach = r->common.attach || attach;
    }
    for (size_t i = r->group; i < r->o->norigins; i++) {
        pass_on(&r->o->origins[i], long_name(code), value);
        r->o->origins[i].attach = r->o->origins[i].attach || attach;
    }
}

static void take_capture(struct reading *r, const char *via)
{
    if (!r->open)
        r->group = r->o->norigins;
    r->open = true;
    add_origin(r->o)->via = via;
}

static void take_recording(struct reading *r, const char *path)
{
    r->recordings++;
    add_origin(r->o)->recording = path;
}

/* Whether an option takes two arguments: a value and a command. */
static bool takes_two(int code)
{
    return code == OPTION_ON_MATCH || code == OPTION_ON_SILENCE;
}

/* Takes an option that sets a rule: what is to be noticed, and a command, which may be empty. */
static int take_watch(struct options *o, int code, char **argv)
{
    const char *what = long_name(code) + strlen("on-");
    const char *command = takes_two(code) ? argv[optind] : optarg;
    char *text = takes_two(code) ? xasprintf("%s %s", what, optarg) : xstrdup(what);
    struct watch w;
    char *cause = NULL;

    if (!command || *command == '-')
        cause = xasprintf("a command must follow, '' for none");
    else if (watch_parse(&w, text, &cause)) {
        w.command = xstrdup(command);
        watches_add(&o->watches, w);
        optind += takes_two(code);
    }
    free(text);
    if (!cause)
        return -1;
    complain("pcat-tui", "--%s: %s", long_name(code), cause);
    free(cause);
    return 2;
}

/* Takes a pattern of --hide, for all origins. Overwrites it in our command line, as pcat does: it
 * may be a secret that other users could see there. */
static int take_hide(struct reading *r, char *pattern)
{
    struct options *o = r->o;
    char *cause = NULL;

    if (o->nhide == HIDES_MAX)
        return wrong_usage("--hide: too many");
    struct regex *re = regex_new(pattern, &cause, NULL);
    if (!re) {
        complain("pcat-tui", "'%s': %s", pattern, cause);
        free(cause);
        return 2;
    }
    o->hide[o->nhide++] = re;
    pass_on(&r->common, "hide", pattern);
    memset(pattern, '*', strlen(pattern));
    return -1;
}

/* ---- options ---- */

static int wrong_option(const struct reading *r, int code)
{
    const char *arg = r->argv[r->at], letter[] = {'-', (char)optopt, '\0'};

    complain("pcat-tui", "%s '%s' (pcat-tui --help shows what there is)",
             code == ':' ? "an argument is missing:" : "unknown option, or wrong use of it:",
             arg[0] == '-' && arg[1] == '-' ? arg : letter);
    return 2;
}

/* Returns an exit status, or -1 to go on. */
static int take_option(struct reading *r, int code)
{
    struct options *o = r->o;

    switch (code) {
    case 'h':
        printf("%s%s", usage_text, help_text);
        return 0;
    case 'V':
        puts(VERSION_TEXT);
        return 0;
    case 'r':
        take_recording(r, optarg);
        return -1;
    case 'w':
        o->record = optarg;
        return -1;
    case 'f':
        return -1; /* everything is followed by default */
    case OPTION_SCROLLBACK:
        return config_size(optarg, &o->scrollback) ? -1 : wrong_usage("--scrollback: not a size");
    case OPTION_VIA:
        if (!*optarg)
            return wrong_usage("--via: nothing to run (--local is this machine)");
        take_capture(r, optarg);
        return -1;
    case OPTION_LOCAL:
        take_capture(r, NULL);
        return -1;
    case OPTION_THEME:
        o->theme = theme_choose(optarg);
        return o->theme ? -1 : wrong_usage("--theme: dark or light");
    case OPTION_HIDE:
        return take_hide(r, optarg);
    case OPTION_ON_MATCH:
    case OPTION_ON_SILENCE:
    case OPTION_ON_STDERR:
    case OPTION_ON_FAILURE:
        return take_watch(o, code, r->argv);
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
    case ':':
        return wrong_option(r, code);
    case OPTION_RING:
        return -1; /* find_ring() has read it */
    default:
        take_capture_option(r, code, optarg);
        return -1;
    }
}

/* The value of the last --ring, NULL: none. It is searched before the other options are read. */
static const char *find_ring(int argc, char **argv)
{
    const char *ring = NULL;

    optind = 0;
    for (int code; (code = getopt_long(argc, argv, "+:" SHORT_OPTIONS, long_options, NULL)) != -1;)
        if (code == OPTION_RING)
            ring = optarg;
        else if (takes_two(code) && optind < argc)
            optind++;
    optind = 0;
    return ring;
}

/* ---- after all options ---- */

/* Makes the arguments of an origin: those for all captures, then its own, then the command. */
static void finish_origin(const struct reading *r, struct origin_options *origin, const char *ring,
                          char **command)
{
    struct origin_options all = {.via = origin->via,
                                 .recording = origin->recording,
                                 .attach = origin->attach || r->common.attach};

    all.choose = !all.attach && !command && !all.recording;
    pass_on(&all, "ring", ring);
    pass_on(&all, "write", "-");
    pass_on(&all, "control", NULL);
    for (size_t i = 0; i < r->common.nargs; i++)
        add_argument(&all, xstrdup(r->common.args[i]));
    for (size_t i = 0; i < origin->nargs; i++)
        add_argument(&all, xstrdup(origin->args[i]));
    if (command)
        add_argument(&all, xstrdup("--"));
    for (; command && *command; command++)
        add_argument(&all, xstrdup(*command));
    free_args(origin);
    *origin = all;
}

static int finish_all(struct reading *r, const char *ring, char **command)
{
    struct options *o = r->o;
    bool attach = r->common.attach, captures = o->norigins > r->recordings;

    for (size_t i = 0; i < o->norigins; i++)
        attach = attach || o->origins[i].attach;
    o->replay = r->recordings > 0;
    if (captures && o->replay)
        return wrong_usage("--via and --local are for live captures");
    if ((attach || command) && o->replay)
        return wrong_usage("one of -p or --name, COMMAND and -r, not several");
    if (o->norigins == 0)
        add_origin(o);
    for (size_t i = 0; i < o->norigins; i++) {
        bool gets_command = command && i >= r->group;
        if (gets_command && (o->origins[i].attach || r->common.attach))
            return wrong_usage("one of -p or --name, COMMAND and -r, not several");
        finish_origin(r, &o->origins[i], ring, gets_command ? command : NULL);
    }
    if (o->record && o->norigins > 1)
        return wrong_usage("-w records one source, and there are several");
    return -1;
}

int options_read(struct options *o, int argc, char **argv)
{
    const char *ring = find_ring(argc, argv);
    struct reading r = {.o = o, .argv = argv, .at = 1};
    int status = -1;

    for (int code; status < 0 &&
                   (code = getopt_long(argc, argv, "+:" SHORT_OPTIONS, long_options, NULL)) != -1;
         r.at = optind)
        status = take_option(&r, code);
    if (status < 0)
        status = finish_all(&r, ring, optind < argc ? argv + optind : NULL);
    free_args(&r.common);
    return status;
}

void options_free(struct options *o)
{
    for (size_t i = 0; i < o->norigins; i++)
        free_args(&o->origins[i]);
    free(o->origins);
    for (size_t i = 0; i < o->nhide; i++)
        regex_free(o->hide[i]);
    watches_free(&o->watches);
}
