/* The state of the running program pcat-tui, which its files share. */
#ifndef PCAT_TUI_APP_H
#define PCAT_TUI_APP_H

#include "source/hook.h"
#include "source/origin.h"
#include "term/input.h"
#include "term/term.h"
#include "tui/options.h"
#include "ui/config.h"
#include "ui/ui.h"

struct app {
    const struct options *options;
    struct model *model;
    struct origin *origins;
    size_t norigins;
    struct ui *ui;
    struct hooks *hooks;
    struct terminal *term; /* NULL: the screen is not open */
    struct input *input;
    int signals;         /* a signalfd */
    bool leaving;        /* the viewer is to end: the user quit, or the terminal is gone */
    int64_t last_draw;   /* CLOCK_MONOTONIC ns */
    int64_t input_since; /* when bytes from the terminal came last, CLOCK_MONOTONIC ns */
    struct config config;
    char *complaint; /* the first error in the configuration, in one line; NULL: none */
    bool more_work;  /* views or searches have work left for the next turn */
    bool key_came;   /* a key was handled since the last frame */
};

#define APP_TICK 500 /* ms: at least so often rates and fading messages are updated */

/* Reads the next pending signal. False: there is none. Does not wait. */
struct signalfd_siginfo;
bool app_next_signal(struct app *app, struct signalfd_siginfo *info);

/* Waits for a signal, for bytes from an origin, for the end of a capture child, or, while the
 * screen is open, for a key. timeout: ms, -1: none. */
void app_wait(struct app *app, int timeout);
/* The same, with these fds in place of the keyboard. */
struct pollfd;
void app_wait_for(struct app *app, const struct pollfd *also, size_t nalso, int timeout);

/* In pipe.c: runs the command that the user typed, on the terminal. Events are read meanwhile.
 * Returns NULL, or the reason why the command can't be run, which the caller frees. */
char *app_pipe(struct app *app);

/* In start.c: does all that comes before the screen opens. Afterwards signals come only through
 * app->signals, privileges are dropped, and every origin has something to show. Returns an exit
 * status for a failure, or -1 to go on. */
int app_start(struct app *app);

/* Reads pending signals, before the screen opens or after it was closed. Returns the number of one
 * that ends the program, 0: none. */
int app_ending_signal(struct app *app);

#endif
