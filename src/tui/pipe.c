/* Runs a shell command that gets lines on its standard input. The command has the screen and the
 * keys while it runs. The viewer goes on reading events meanwhile, and writes nothing to the
 * terminal but one fixed line at the end. */
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "source/shell.h"
#include "tui/app.h"

#define TURN 100 /* ms between two checks whether the command has stopped: no fd tells that */
#define READ_TIME ((int64_t)8000000) /* ns, for the events of all origins in one turn */

static bool more_lines(void *user, struct buf *out)
{
    return ui_pipe_next(((struct app *)user)->ui, out);
}

/* Stops the viewer. Returns when it is continued. */
static void stop(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &set, NULL); /* stops here, and continues here */
    sigprocmask(SIG_BLOCK, &set, NULL);
}

/* Signals from keys are for the command, also that of Ctrl-Z: the viewer stops only after the
 * command has stopped. SIGTERM and SIGHUP end the viewer. sh: NULL if the command has ended; then
 * Ctrl-Z stops the viewer. */
static void take_signals(struct app *app, const struct shell *sh)
{
    struct signalfd_siginfo info;
    bool stops = sh && shell_has_stopped(sh);

    while (app_next_signal(app, &info))
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGHUP)
            app->leaving = true;
        else if (info.ssi_signo == SIGTSTP)
            stops |= !sh;
    if (stops)
        stop();
}

static void take_turn(struct app *app, const struct shell *sh, const struct pollfd *also,
                      size_t nalso)
{
    app_wait_for(app, also, nalso, sh ? TURN : APP_TICK);
    take_signals(app, sh);
    for (size_t i = 0; i < app->norigins; i++) {
        origin_read(&app->origins[i], READ_TIME / (int64_t)app->norigins);
        feed_read_errors(app->origins[i].feed);
    }
}

static void feed_shell(struct app *app, struct shell *sh)
{
    struct pollfd fds[] = {{.fd = shell_fd(sh), .events = POLLOUT},
                           {.fd = shell_end_fd(sh), .events = POLLIN}};

    take_turn(app, sh, fds, 2);
    shell_feed(sh);
}

/* Asks the user to press Enter and waits for it. The terminal is in canonical mode. */
static void wait_for_enter(struct app *app)
{
    static const char ask[] = "\n(Enter goes back to pcat-tui) ";
    struct pollfd keys = {.fd = STDIN_FILENO, .events = POLLIN};
    char line[256] = "";
    ssize_t n = 1;

    if (write(STDOUT_FILENO, ask, sizeof ask - 1) < 0)
        return;
    while (!app->leaving && n > 0 && line[n - 1] != '\n') {
        take_turn(app, NULL, &keys, 1);
        if (poll(&keys, 1, 0) > 0)
            n = read(STDIN_FILENO, line, sizeof line);
    }
}

char *app_pipe(struct app *app)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    struct termios modes;
    char *cause = NULL;

    terminal_suspend(app->term);
    tcgetattr(STDIN_FILENO, &modes);
    sigaction(SIGQUIT, &ignore, &before);
    struct shell *sh = shell_start(ui_pipe_command(app->ui), more_lines, app, &cause);
    while (sh && !app->leaving && !shell_is_gone(sh))
        feed_shell(app, sh);
    shell_free(sh);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
    if (!cause)
        wait_for_enter(app);
    sigaction(SIGQUIT, &before, NULL);
    terminal_resume(app->term);
    return cause;
}
