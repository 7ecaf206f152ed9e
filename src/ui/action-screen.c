/* Actions that show a program's screen in a pane, and ask the program to redraw it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "ui/action.h"
#include "ui/state.h"

/* The time in ns that a program has to redraw its screen. */
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
        ui_say(ui, false,
               "the screen as its program believes it to be; %s asks the program to redraw it",
               key_first(key, keys_named("redraw-program")));
    else if (on)
        ui_say(ui, false, "the screen as its program believed it to be");
    else
        ui_say(ui, false, "the lines");
}

/* ---- asking for a redraw ---- */

static void redraw_answered(void *user, uint64_t pid, bool ok, const char *text)
{
    struct ui *ui = user;

    (void)pid;
    if (!ok)
        ui_say(ui, true, "%s", text);
}

static void send_redraw(struct ui *ui, struct pane *p, const struct task *t, const char *how)
{
    request_send(ui->requests, t->source, redraw_answered, t->pid, "redraw %" PRIu64 "%s", t->pid,
                 how);
    pane_expect_redraw(p, ui->now + REDRAW_TIME);
}

/* The live process that wrote the screen of a pane. NULL, with a message: there is none. */
static const struct task *redraw_target(struct ui *ui, const struct pane *p)
{
    const struct task *t = pane_writer(p);

    if (!ui->hooks.control)
        ui_say(ui, true, "this is a recording");
    else if (!t)
        ui_say(ui, true, "no process has written here yet");
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
    const struct task *t = yes && p ? redraw_target(ui, p) : NULL;

    if (!yes)
        ui_say(ui, false, "the program was not asked");
    if (!t)
        return true;
    ui->redraw_forced = false;
    send_redraw(ui, p, t, "");
    return true;
}

void action_redraw_program(struct ui *ui, int arg, const char *text)
{
    struct pane *p = ui_focused(ui);
    const struct task *t = p ? redraw_target(ui, p) : NULL;

    (void)arg, (void)text;
    if (!t)
        return;
    char *label =
        xasprintf("let %s %" PRIu64 " redraw: SIGWINCH, else a row less for 0.2 s (yes/no)? ",
                  t->comm, t->pid);
    ui_ask(ui, 'y', label, "", accept_redraw);
    free(label);
}

/* Asks for a redraw by a change of size, after SIGWINCH alone: some programs redraw only when the
 * size has changed. */
static void ask_with_resize(struct ui *ui, struct pane *p, const struct task *t)
{
    if (ui->redraw_forced) {
        ui_say(ui, true, "%s %" PRIu64 " did not draw all of its screen", t->comm, t->pid);
        return;
    }
    ui->redraw_forced = true;
    send_redraw(ui, p, t, " resize");
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
            ask_with_resize(ui, p, t);
    }
}
