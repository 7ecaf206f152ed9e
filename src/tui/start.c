/* What happens before the screen opens, in this order: recordings are opened, the terminal is
 * checked, the capture children that may need privileges are started, privileges are dropped, the
 * configuration is read, and each origin is read until it has something to show. A --via that asks
 * for a password does it here. They are started one after the other, so only one asks at a time. */
#include "config.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/monotonic.h"
#include "base/printable.h"
#include "base/xmalloc.h"
#include "term/theme.h"
#include "tui/app.h"

#define READ_TIME ((int64_t)8000000)      /* ns, for the events of one origin in one turn */
#define STATUS_TIME ((int64_t)2000000000) /* ns to wait for a child to end after its stream */

/* ---- signals and rights ---- */

static const int our_signals[] = {SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT};

/* Blocks our signals and returns a signalfd that reads them. */
static int block_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof our_signals / sizeof *our_signals; i++)
        sigaddset(&set, our_signals[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Under sudo: becomes the user that called sudo. Capture children that run already stay root.
 * Returns 0 or -1 with errno. */
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

int app_ending_signal(struct app *app)
{
    struct signalfd_siginfo info;

    while (app_next_signal(app, &info))
        if (info.ssi_signo == SIGINT || info.ssi_signo == SIGTERM || info.ssi_signo == SIGHUP)
            return (int)info.ssi_signo;
    return 0;
}

/* ---- the configuration ---- */

/* Prints an error in the configuration. Keeps the first one for the screen, without the directories
 * of its path, for which there may be no room. */
static void take_complaint(void *user, const char *text)
{
    struct app *app = user;
    const char *colon = strchr(text, ':');
    const char *slash = memrchr(text, '/', (size_t)(colon - text));

    complain("pcat-tui", "%s", text);
    if (!app->complaint)
        app->complaint = xstrdup(slash ? slash + 1 : text);
}

/* Reads the configuration file. Options of the command line override it. Returns 0, or -1 after
 * printing the reason on standard error. */
static int configure(struct app *app)
{
    const struct options *o = app->options;
    char *path = o->config ? xstrdup(o->config) : config_path();
    struct config *c = &app->config;
    int result = 0;

    config_init(c);
    if (path && !config_read(c, path, take_complaint, app) && (o->config || errno != ENOENT)) {
        complain("pcat-tui", "%s: %s", path, strerror(errno));
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

/* ---- the origins ---- */

/* Reads all origins that were started, so that no pipe fills up while one origin is waited for. */
static void read_all(struct app *app)
{
    for (size_t i = 0; i < app->norigins; i++) {
        struct origin *origin = &app->origins[i];
        if (!origin->feed)
            continue;
        origin_read(origin, READ_TIME);
        feed_read_errors(origin->feed);
    }
}

/* Prints why an origin could not be started, after waiting for its child's exit status. Returns the
 * exit status of the viewer. */
static int report_failure(struct app *app, struct origin *origin)
{
    int64_t until = monotonic_now() + STATUS_TIME;
    int status;

    while (!origin->options->recording && !feed_child_gone(origin->feed, &status) &&
           monotonic_now() < until) {
        app_wait(app, APP_TICK);
        int number = app_ending_signal(app);
        if (number)
            return 128 + number;
        read_all(app);
    }
    return origin_failed(origin, app->norigins > 1);
}

/* Reads until the origin has something to show. Returns an exit status, or -1 to go on. */
static int wait_for_start(struct app *app, struct origin *origin)
{
    while (!origin->ready && !feed_ended(origin->feed)) {
        app_wait(app, feed_waits(origin->feed) ? APP_TICK : -1);
        int number = app_ending_signal(app);
        if (number)
            return 128 + number;
        read_all(app);
    }
    if (origin->ready || (origin->options->recording && origin->hello))
        return -1;
    return report_failure(app, origin);
}

/* Makes the child's process group the foreground group of the terminal: only that group may read
 * the terminal, to ask for a password. Returns whether that was done. */
static bool lend_terminal(struct origin *origin)
{
    pid_t child = feed_child(origin->feed);

    if (tcgetpgrp(STDIN_FILENO) != getpgrp() || tcsetpgrp(STDIN_FILENO, child) < 0)
        return false;
    kill(-child, SIGCONT); /* it was stopped if it has tried to read already */
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

/* Starts an origin of --via, with the terminal for its questions. Waits until the origin has
 * something to show. Returns an exit status, or -1 to go on. */
static int begin_origin(struct app *app, struct origin *origin)
{
    if (!origin->options->via)
        return wait_for_start(app, origin);
    if (origin_start(origin, app->options->hide, app->options->nhide) < 0)
        return 1;
    bool lent = lend_terminal(origin);
    int status = wait_for_start(app, origin);
    if (lent)
        take_terminal_back();
    return status;
}

/* Opens all recordings, or starts all captures on this machine. Captures of --via are started
 * later, in begin_origin(), without privileges. Returns 0 or -1. */
static int start_some(struct app *app, bool recordings)
{
    for (size_t i = 0; i < app->norigins; i++) {
        struct origin *origin = &app->origins[i];
        bool recording = origin->options->recording != NULL;
        if (recording == recordings && !origin->options->via &&
            origin_start(origin, app->options->hide, app->options->nhide) < 0)
            return -1;
    }
    return 0;
}

static int check_terminal(void)
{
    char *cause;

    if (terminal_check(&cause) == 0)
        return 0;
    complain("pcat-tui", "%s", cause);
    free(cause);
    return -1;
}

int app_start(struct app *app)
{
    int status = -1;

    if (start_some(app, true) < 0 || check_terminal() < 0)
        return 1;
    app->signals = block_signals();
    if (start_some(app, false) < 0)
        return 1;
    if (drop_privileges() < 0) {
        complain("pcat-tui", "privileges can't be dropped: %s", strerror(errno));
        return 1;
    }
    if (configure(app) < 0)
        return 1;
    app->model = model_new(app->config.scrollback);
    for (size_t i = 0; i < app->norigins; i++)
        origin_join(&app->origins[i], app->model);
    if (app->norigins == 1 && app->options->replay)
        origin_make_player(&app->origins[0]);
    for (size_t i = 0; i < app->norigins && status < 0; i++)
        status = begin_origin(app, &app->origins[i]);
    return status;
}
