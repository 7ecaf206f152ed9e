/* Before the screen opens: the terminal is fit, what needs privileges is started, they
 * are dropped, the configuration is read, and every origin has something to show. What one of them
 * has to ask for, it asks here, one after the other. */
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

#define READ_TIME ((int64_t)8000000)      /* ns, for one origin in one turn */
#define STATUS_TIME ((int64_t)2000000000) /* ns, for the end of a child that says nothing more */

/* ---- signals and rights ---- */

static const int our_signals[] = {SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT};

/* From here on these come by the fd alone. */
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

int app_ending_signal(struct app *app)
{
    struct signalfd_siginfo info;

    while (app_next_signal(app, &info))
        if (info.ssi_signo == SIGINT || info.ssi_signo == SIGTERM || info.ssi_signo == SIGHUP)
            return (int)info.ssi_signo;
    return 0;
}

/* ---- the configuration ---- */

/* On the screen there may be no room for directories. */
static void take_complaint(void *user, const char *text)
{
    struct app *app = user;
    const char *colon = strchr(text, ':');
    const char *slash = memrchr(text, '/', (size_t)(colon - text));

    complain("pcat-tui", "%s", text);
    if (!app->complaint)
        app->complaint = xstrdup(slash ? slash + 1 : text);
}

/* The file, and then what the command line says. 0, or -1 with a line on standard error. */
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

/* Those that began already are read on, so that nothing is lost while another one asks. */
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

static int failed(struct app *app, struct origin *origin)
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

/* Reads on until there is something to show. Returns an exit status, or -1 to go on. */
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
    return failed(app, origin);
}

/* Who asks for a password reads the terminal, which only the group in the foreground may. */
static bool lend_terminal(struct origin *origin)
{
    pid_t child = feed_child(origin->feed);

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
static int begin(struct app *app, struct origin *origin)
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

/* Recordings before the terminal is looked at; captures here while we may; those of --via with the
 * user's own rights, in begin(). 0 or -1. */
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
        status = begin(app, &app->origins[i]);
    return status;
}
