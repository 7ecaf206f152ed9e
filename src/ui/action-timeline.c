/* Actions of the timeline. Its cursor is the instant of the lock, or the position of a recording.
 */
#include "ui/action.h"

#include <inttypes.h>
#include <stdio.h>

#include "model/trouble.h"
#include "ui/state.h"
#include "view/state-text.h"

void action_timeline(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (timeline_view_has_focus(ui->timeline))
        timeline_view_close(ui->timeline);
    else
        timeline_view_open(ui->timeline);
}

/* Takes the focus from the timeline. On a screen too small for a band, it is closed. */
void action_time_leave(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (timeline_view_is_full(ui->timeline))
        timeline_view_toggle_full(ui->timeline);
    timeline_view_focus(ui->timeline, false);
    if (timeline_view_rows(canvas_rows(ui->canvas)) == 0)
        timeline_view_close(ui->timeline);
}

void action_time_move(struct ui *ui, int arg, const char *text)
{
    (void)text;
    ui_go_to_time(ui, timeline_view_move(ui->timeline, lock_time(ui), arg));
}

void action_time_start(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_go_to_time(ui, timeline_view_move(ui->timeline, lock_time(ui), INT32_MIN));
}

void action_time_end(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    lock_end(ui, false);
    if (lock_time(ui)) /* a recording goes to its end */
        replay_seek(ui, player_place(ui->player).last);
}

/* Selects the process that failed in the timeline's column before that time, and shows a message.
 */
static void show_trouble(struct ui *ui, int64_t time)
{
    int64_t from = time - model_timeline(ui->model)->width;
    const struct task *failed = NULL;
    char state[FORMAT_MAX], others[32] = "";
    unsigned count = 0;

    for (uint64_t n = model_first_failure(ui->model); n < model_end_failure(ui->model); n++) {
        const struct task *t = model_failure(ui->model, n);
        if (!t || t->end <= from || t->end > time)
            continue;
        failed = t;
        count++;
    }
    if (!failed) {
        ui_say(ui, false, "bytes were lost");
        return;
    }
    treeview_select(ui->tree, failed);
    if (count > 1)
        snprintf(others, sizeof others, ", and %u more", count - 1);
    ui_say(ui, false, "%s %" PRIu64 ": %s%s", failed->comm, failed->tid,
           format_state(state, failed), others);
}

void action_time_trouble(struct ui *ui, int arg, const char *text)
{
    int64_t time;

    (void)text;
    if (timeline_view_trouble(ui->timeline, lock_time(ui), arg > 0, &time)) {
        ui_go_to_time(ui, time);
        show_trouble(ui, time);
    } else
        ui_say(ui, false, "nothing failed or was lost %s", arg > 0 ? "later" : "before");
}

void action_time_zoom(struct ui *ui, int arg, const char *text)
{
    (void)text;
    if (!timeline_view_zoom(ui->timeline, arg > 0, lock_time(ui)))
        ui_say(ui, false, arg > 0 ? "no finer detail is kept" : "this is all of it");
}

void action_time_full(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    timeline_view_toggle_full(ui->timeline);
}
