/* The viewer's loop. Each turn:
 *
 *   poll(terminal, streams, capture children and their standard error, signals)
 *     -> handle signals and keys -> apply events, for a limited time -> draw once
 *
 * The viewer never calls ptrace. Below /proc it reads only the link to its own executable. It sends
 * signals only to itself, its process group (Ctrl-Z) and its own children. */
#include "config.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/monotonic.h"
#include "base/printable.h"
#include "base/xmalloc.h"
#include "term/theme.h"
#include "tui/app.h"
#include "ui/keys.h"

#define MS ((int64_t)1000000)
#define FRAME (25 * MS)         /* the least time between frames, unless a key was pressed */
#define APPLY_TIME (8 * MS)     /* for reading and applying events, in one turn */
#define WORK_BYTES (512 * 1024) /* of text that views and searches look through in one turn */
#define LEAVE_TIME (1000 * MS)  /* for the capture children to detach and end, after `q` */

static void on_event(void *user, struct origin *origin, const struct event *ev, struct bytes wire)
{
    struct app *app = user;

    (void)origin;
    if (app->ui)
        ui_event(app->ui, ev, wire);
}

static uint64_t send_command(void *user, const struct source *source, const char *command)
{
    struct app *app = user;

    for (size_t i = 0; i < app->norigins; i++)
        if (app->origins[i].source == source)
            return origin_command(&app->origins[i], command);
    return 0;
}

static void resize(struct app *app)
{
    int rows, cols;

    terminal_size(app->term, &rows, &cols);
    ui_resize(app->ui, rows, cols);
}

/* Stops the viewer, so that the shell gets the terminal. group: stop the whole process group, as
 * the key Ctrl-Z does; else only this process, since only it got a SIGTSTP. */
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
    sigprocmask(SIG_UNBLOCK, &stop, NULL); /* stops here, and continues here after SIGCONT */
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
        break;
    }
}

static void take_signals(struct app *app)
{
    struct signalfd_siginfo info;

    while (app_next_signal(app, &info))
        take_signal(app, (int)info.ssi_signo);
}

static void pipe_lines(struct app *app)
{
    char *cause = app_pipe(app);

    resize(app);
    if (cause)
        ui_say(app->ui, true, "%s", cause);
    free(cause);
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
        case UI_PIPE:
            pipe_lines(app);
            break;
        case UI_REDRAW:
            terminal_redraw(app->term);
            break;
        case UI_BELL:
            terminal_bell(app->term);
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
        app->input_since = monotonic_now();
    } else if (input_pending(app->input) && monotonic_now() - app->input_since >= INPUT_WAIT * MS)
        input_expire(app->input);
    while (input_next(app->input, &ev)) {
        app->key_came = true;
        ui_input(app->ui, &ev);
        take_wishes(app);
    }
}

/* Reads events. All origins get the same share of the time. */
static void take_streams(struct app *app)
{
    for (size_t i = 0; i < app->norigins; i++)
        origin_read(&app->origins[i], APPLY_TIME / (int64_t)app->norigins);
}

/* Shows what a capture child prints on standard error. */
static void take_errors(struct app *app, struct origin *origin)
{
    char *line;

    feed_read_errors(origin->feed);
    while ((line = feed_error_line(origin->feed))) {
        ui_say(app->ui, true, "%s", line);
        free(origin->last_error);
        origin->last_error = line;
    }
}

/* Whether a stream has ended whose reason is not known yet, see origin_end(). */
static bool take_ends(struct app *app)
{
    bool more = false;

    for (size_t i = 0; i < app->norigins; i++) {
        take_errors(app, &app->origins[i]);
        more = origin_end(&app->origins[i]) || more;
    }
    return more;
}

static void run_hooks(struct app *app, int64_t now)
{
    char *cause = hooks_turn(app->hooks, now);

    if (cause)
        ui_say(app->ui, true, "%s", cause);
    free(cause);
}

/* Draws a frame: at once after a key, else when the time for the next frame has come. */
static void draw(struct app *app)
{
    int64_t now = monotonic_now();

    ui_tick(app->ui, now);
    take_wishes(app);
    run_hooks(app, now);
    app->more_work = ui_work(app->ui, WORK_BYTES);
    if (!ui_is_dirty(app->ui) && !app->more_work)
        return;
    if (!app->key_came && now - app->last_draw < FRAME)
        return;
    terminal_blit(app->term, ui_draw(app->ui));
    app->last_draw = monotonic_now();
    app->key_came = false;
}

static int timeout_of(const struct app *app, bool ending)
{
    int64_t since = monotonic_now() - app->last_draw;

    if (app->more_work)
        return 0;
    if (input_pending(app->input))
        return INPUT_WAIT / 2;
    if (ui_is_dirty(app->ui))
        return since >= FRAME ? 0 : (int)((FRAME - since) / MS) + 1;
    return ui_is_playing(app->ui) ? (int)(FRAME / MS) : ending ? 20 : APP_TICK;
}

static void run(struct app *app)
{
    bool ending = false;

    while (!app->leaving) {
        app_wait(app, timeout_of(app, ending));
        take_signals(app);
        take_keys(app);
        take_streams(app);
        ending = take_ends(app);
        if (!app->leaving)
            draw(app);
    }
}

/* ---- leaving ---- */

/* Reads what the origin still sends. Returns whether more may come. */
static bool read_rest(struct origin *origin)
{
    int status;

    if (origin->options->recording || feed_child_gone(origin->feed, &status))
        return false;
    origin_read(origin, APPLY_TIME);
    feed_read_errors(origin->feed);
    return true;
}

/* Tells the capture children to detach, and waits for them, but not longer than LEAVE_TIME. After
 * that, they end when the pipes are closed. */
static void leave(struct app *app)
{
    int64_t end = monotonic_now() + LEAVE_TIME;
    bool more = false;

    for (size_t i = 0; i < app->norigins; i++)
        more = feed_command(app->origins[i].feed, "quit") || more;
    while (more && monotonic_now() < end) {
        app_wait(app, 20);
        app_ending_signal(app);
        more = false;
        for (size_t i = 0; i < app->norigins; i++)
            more = read_rest(&app->origins[i]) || more;
    }
}

/* ---- beginning and end ---- */

static int open_screen(struct app *app)
{
    char *cause;

    if (!app->config.colour)
        setenv("NO_COLOR", "1", true);
    app->input = input_new(getenv("TERM"), terminal_utf8(), &cause);
    app->term = app->input ? terminal_open(&cause) : NULL;
    if (!app->term) {
        complain("pcat-tui", "%s", cause);
        free(cause);
        return -1;
    }
    xmalloc_on_death(terminal_emergency);
    theme_use(terminal_colours(app->term));
    return 0;
}

/* Whether no origin has a target, so that the user has to choose one. */
static bool must_choose(const struct app *app)
{
    for (size_t i = 0; i < app->norigins; i++)
        if (!app->options->origins[i].choose)
            return false;
    return true;
}

static void run_hook(void *user, const struct hook_run *run)
{
    hooks_add(((struct app *)user)->hooks, run);
}

/* Adds the rules of the configuration and of the command line. */
static void add_watches(struct app *app)
{
    const struct watches *all[] = {&app->config.watches, &app->options->watches};

    for (size_t n = 0; n < sizeof all / sizeof *all; n++)
        for (size_t i = 0; i < all[n]->count; i++)
            ui_watch(app->ui, &all[n]->all[i]);
}

static int run_screen(struct app *app)
{
    struct ui_hooks hooks = {
        .user = app, .control = app->options->replay ? NULL : send_command, .run = run_hook};

    if (open_screen(app) < 0)
        return 1;
    app->ui = ui_new(app->model, &hooks, !terminal_utf8());
    ui_set(app->ui, &app->config);
    app->hooks = hooks_new();
    add_watches(app);
    ui_set_player(app->ui, app->origins[0].player);
    take_wishes(app);
    resize(app);
    ui_tick(app->ui, monotonic_now());
    if (app->complaint)
        ui_say(app->ui, true, "%s", app->complaint);
    if (must_choose(app))
        ui_choose_process(app->ui);
    if (app->options->record)
        ui_record(app->ui, app->options->record);
    run(app);
    terminal_close(app->term);
    app->term = NULL;
    leave(app);
    return 0;
}

static int run_viewer(const struct options *o)
{
    struct app app = {.options = o, .signals = -1, .norigins = o->norigins};
    int status;

    app.origins = xcalloc(o->norigins, sizeof *app.origins);
    for (size_t i = 0; i < o->norigins; i++)
        origin_init(&app.origins[i], &o->origins[i], on_event, &app);
    status = app_start(&app);
    if (status < 0)
        status = run_screen(&app);
    ui_free(app.ui);
    hooks_free(app.hooks);
    config_free(&app.config);
    input_free(app.input);
    for (size_t i = 0; i < o->norigins; i++)
        origin_free(&app.origins[i]);
    free(app.origins);
    model_free(app.model);
    free(app.complaint);
    return status;
}

/* Sets the locale from the environment. If that sets none, the terminal is assumed to use UTF-8. */
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
    int status;

    argv[0] = program_invocation_short_name;
    set_locale();
    log_init();
    status = options_read(&o, argc, argv);
    if (status < 0)
        status = run_viewer(&o);
    options_free(&o);
    keys_reset();
    return status;
}
