/* What the files of the program pcat-tui share: the whole viewer as it runs. */
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
    int signals;  /* signalfd */
    bool leaving; /* the user said so, or the terminal is gone */
    int64_t last_draw;
    int64_t input_since; /* bytes of a key wait for their rest since then */
    struct config config;
    char *complaint; /* the first about the configuration, NULL: none */
    bool more_work, key_came;
};

#define APP_TICK 500 /* ms: rates, messages that fade */

/* The next signal that has come. False: none. */
struct signalfd_siginfo;
bool app_next_signal(struct app *app, struct signalfd_siginfo *info);

/* Waits for signals, for what origins say, for the end of their children, and for keys while the
 * screen is open; timeout in ms, -1: for ever. */
void app_wait(struct app *app, int timeout);
/* The same with these fds in place of keys. */
struct pollfd;
void app_wait_for(struct app *app, const struct pollfd *also, size_t nalso, int timeout);

/* tui-pipe.c: runs the command that the user typed on the terminal, and takes in what is captured
 * meanwhile. NULL, or why it can't be run (to be freed). */
char *app_pipe(struct app *app);

/* tui-start.c: all that comes before the screen opens. Signals come by the fd alone from here on,
 * privileges are dropped, every origin has begun. Returns an exit status, or -1 to go on. */
int app_start(struct app *app);

/* A signal that ends us while there is no screen; 0: none. */
int app_ending_signal(struct app *app);

#endif
