/* Actions that change how panes, the tree and the screen are shown. */
#include "ui/action.h"

#include <string.h>

#include "term/theme.h"
#include "ui/state.h"

void action_wrap(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (ui_focused(ui))
        ui_say(ui, false,
               pane_toggle_wrap(ui_focused(ui))
                   ? "long lines are wrapped"
                   : "long lines are cut off: h and l scroll sideways");
}

void action_numbers(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (ui_focused(ui))
        ui_say(ui, false, pane_toggle_numbers(ui_focused(ui)) ? "line numbers" : "no line numbers");
}

void action_form(struct ui *ui, int arg, const char *text)
{
    static const char *const names[FORMS] = {
        "text", "escaped: all bytes as C spells them; searches look at the text",
        "hexadecimal; searches look at the text"};

    (void)arg, (void)text;
    if (ui_focused(ui))
        ui_say(ui, false, "%s", names[pane_next_form(ui_focused(ui))]);
}

void action_stamps(struct ui *ui, int arg, const char *text)
{
    static const char *const names[STAMPS] = {"no times", "time of day", "time since the start",
                                              "time since the line before"};

    (void)arg, (void)text;
    if (ui_focused(ui))
        ui_say(ui, false, "%s", names[pane_next_stamps(ui_focused(ui))]);
}

void action_tree(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui->tree_shown = !ui->tree_shown;
    if (!ui->tree_shown && !ui_focused(ui))
        pane_set_set_focus(ui->panes, pane_set_current(ui->panes));
}

void action_pause(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (replay_toggle(ui))
        return;
    ui->paused = !ui->paused;
    pane_set_freeze(ui->panes, ui->paused);
    treeview_freeze(ui->tree, ui->paused);
}

void action_theme(struct ui *ui, int arg, const char *text)
{
    bool dark = strcmp(theme_name(), "dark") == 0;

    (void)arg;
    if (theme_choose(*text ? text : dark ? "light" : "dark"))
        ui_say(ui, false, "the %s theme", theme_name());
    else
        ui_say(ui, true, "a theme is dark or light, not %s", text);
}

void action_mouse(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui->mouse = !ui->mouse;
    ui_wish(ui, ui->mouse ? UI_MOUSE_ON : UI_MOUSE_OFF);
    ui_say(ui, false,
           ui->mouse ? "the viewer uses the mouse"
                     : "the terminal uses the mouse: select and copy");
}

void action_redraw(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_wish(ui, UI_REDRAW);
}
