/* The terminal of a program in a pane, and asking the program to draw it anew. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "ui/action.h"
#include "ui/state.h"

/* In which a program has drawn anew when it was asked. */
#define REDRAW_TIME INT64_C(700000000)

void action_screen(struct ui *ui, int arg, const char *text)
{
    struct pane *p = ui_focused(ui);
    char key[24];

    (void)arg, (void)text;
    if (!p)
        return;
    bool on = !pane_is_screen(p);
    if (!pane_set_screen(p, on))
        ui_say(ui, true, "nothing was written yet that could be shown as a screen");
    else if (on && ui->hooks.control)
        ui_say(ui, false, "the screen as its program believes it to be; %s: ask it to draw it anew",
               key_first(key, keys_named("redraw-program")));
    else if (on)
        ui_say(ui, false, "the screen as its program believed it to be");
    else
        ui_say(ui, false, "the lines");
}

/* ---- asking the program ---- */

static void answered(void *user, uint64_t pid, bool ok, const char *text)
{
    struct ui *ui = user;

    (void)pid;
    if (!ok)
        ui_say(ui, true, "%s", text);
}

static void send(struct ui *ui, struct pane *p, const struct task *t, const char *how)
{
    request_send(ui->requests, t->source, answered, t->pid, "redraw %" PRIu64 "%s", t->pid, how);
    pane_expect_redraw(p, ui->now + REDRAW_TIME);
}

/* The process whose screen it is, while it lives; else says why not. */
static const struct task *target(struct ui *ui, const struct pane *p)
{
    const struct task *t = pane_writer(p);

    if (!ui->hooks.control)
        ui_say(ui, true, "this is a recording");
    else if (!t)
        ui_say(ui, true, "nobody has written here yet");
    else if (task_is_alive(t))
        return t;
    else
        ui_say(ui, true, "%s %" PRIu64 " is not traced any more", t->comm, t->pid);
    return NULL;
}

static bool accept_redraw(struct ui *ui, const char *text)
{
    struct pane *p = ui_focused(ui);
    bool yes = strcmp(text, "y") == 0 || strcmp(text, "yes") == 0;
    const struct task *t = yes && p ? target(ui, p) : NULL;

    if (!yes)
        ui_say(ui, false, "it was not asked");
    if (!t)
        return true;
    ui->redraw_forced = false;
    send(ui, p, t, "");
    return true;
}

void action_redraw_program(struct ui *ui, int arg, const char *text)
{
    struct pane *p = ui_focused(ui);
    const struct task *t = p ? target(ui, p) : NULL;

    (void)arg, (void)text;
    if (!t)
        return;
    char *label =
        xasprintf("let %s %" PRIu64 " redraw: SIGWINCH, else a row less for 0.2 s (yes/no)? ",
                  t->comm, t->pid);
    ui_ask(ui, 'y', label, "", accept_redraw);
    free(label);
}

/* SIGWINCH alone was not enough: some programs do nothing when the size is as before. */
static void ask_again(struct ui *ui, struct pane *p, const struct task *t)
{
    if (ui->redraw_forced) {
        ui_say(ui, true, "%s %" PRIu64 " did not draw all of its screen", t->comm, t->pid);
        return;
    }
    ui->redraw_forced = true;
    send(ui, p, t, " resize");
}

void redraw_tick(struct ui *ui)
{
    for (int i = 0; i < pane_set_count(ui->panes); i++) {
        struct pane *p = pane_set_pane(ui->panes, i);
        enum pane_redraw result = pane_redraw(p, ui->now);
        const struct task *t = result >= PANE_REDRAWN ? pane_writer(p) : NULL;

        if (t && result == PANE_REDRAWN)
            ui_say(ui, false, "%s %" PRIu64 " has drawn its screen anew", t->comm, t->pid);
        else if (t && ui->hooks.control)
            ask_again(ui, p, t);
    }
}
