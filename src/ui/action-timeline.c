/* Those of the timeline. Its cursor is the instant that everything is locked to, or the position of
 * a recording. */
#include "ui/action.h"

#include "ui/state.h"

void action_timeline(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (strip_has_focus(ui->strip))
        strip_close(ui->strip);
    else
        strip_open(ui->strip);
}

/* On a small screen the timeline has all of it: then it goes. */
void action_time_leave(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (strip_is_full(ui->strip))
        strip_toggle_full(ui->strip);
    strip_focus(ui->strip, false);
    if (strip_rows(canvas_rows(ui->canvas)) == 0)
        strip_close(ui->strip);
}

void action_time_move(struct ui *ui, int arg, const char *text)
{
    (void)text;
    ui_go_to_time(ui, strip_move(ui->strip, lock_time(ui), arg));
}

void action_time_start(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_go_to_time(ui, strip_move(ui->strip, lock_time(ui), INT32_MIN));
}

void action_time_end(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    lock_end(ui, false);
    if (lock_time(ui)) /* a recording goes to its end */
        replay_seek(ui, player_place(ui->player).last);
}

void action_time_trouble(struct ui *ui, int arg, const char *text)
{
    int64_t time;

    (void)text;
    if (strip_trouble(ui->strip, lock_time(ui), arg > 0, &time))
        ui_go_to_time(ui, time);
    else
        ui_say(ui, false, "nothing failed or was lost %s", arg > 0 ? "later" : "before");
}

void action_time_zoom(struct ui *ui, int arg, const char *text)
{
    (void)text;
    if (!strip_zoom(ui->strip, arg > 0, lock_time(ui)))
        ui_say(ui, false, arg > 0 ? "no closer look was kept" : "this is all of it");
}

void action_time_full(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    strip_toggle_full(ui->strip);
}
