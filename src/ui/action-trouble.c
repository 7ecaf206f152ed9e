/* Actions that go to blocked tasks and failed processes, and the summary. */
#include "ui/action.h"

#include <inttypes.h>
#include <stdlib.h>

#include "ui/state.h"
#include "view/blocked-text.h"

/* Shows the pane of the stream that a blocked task writes to; the stream may have no bytes yet. */
static void show_blocked(struct ui *ui, struct task *t)
{
    struct stream *s = task_stream(t, t->blocked.fd);

    treeview_select(ui->tree, t);
    pane_set_set_focus(ui->panes, ui_open(ui, s ? scope_stream(s) : scope_thread(t)));
}

void action_blocked(struct ui *ui, int arg, const char *text)
{
    unsigned rank, count;
    struct task *t = blocked_next(ui->model, ui->blocked_seen, &rank, &count);

    (void)arg, (void)text;
    if (!t) {
        ui_say(ui, false, "nothing is blocked");
        return;
    }
    lock_end(ui, false);
    ui->blocked_seen = t->id;
    show_blocked(ui, t);
    char *words = blocked_words(t, ui->clock);
    if (count > 1)
        ui_say(ui, false, "%" PRIu64 " %s: %s (%u of %u)", t->tid, t->comm, words, rank, count);
    else
        ui_say(ui, false, "%" PRIu64 " %s: %s", t->tid, t->comm, words);
    free(words);
}

/* ---- failed processes ---- */

/* Shows the end of the output of a failed process: of stderr, else of stdout. */
static void show_failed(struct ui *ui, struct task *t)
{
    struct stream *err, *out;

    lastwords_streams(t, &err, &out);
    lock_end(ui, false);
    treeview_select(ui->tree, t);
    int i = ui_open(ui, err ? scope_stream(err) : out ? scope_stream(out) : scope_process(t));
    pane_follow(pane_set_pane(ui->panes, i));
    pane_set_set_focus(ui->panes, i);
}

void ui_go_to_failed(struct ui *ui)
{
    struct task *t = lastwords_choice(ui->last_words);

    if (!t)
        return;
    lastwords_close(ui->last_words);
    show_failed(ui, t);
}

/* Searches from the selected task on, or from the task of the focused pane. */
void action_failed(struct ui *ui, int arg, const char *text)
{
    bool pane = ui_focused(ui) != NULL;
    const struct task *here = pane ? ui_process_here(ui) : NULL;

    (void)arg, (void)text;
    if (here)
        treeview_select(ui->tree, here);
    struct task *failed = treeview_to_failed(ui->tree);
    if (!failed)
        ui_say(ui, false, "no process has failed");
    else if (pane)
        show_failed(ui, failed);
}

void action_last_words(struct ui *ui, int arg, const char *text)
{
    const struct task *here = ui_process_here(ui);

    (void)arg, (void)text;
    if (lastwords_is_open(ui->last_words)) {
        lastwords_close(ui->last_words);
        return;
    }
    if (picker_is_open(ui->picker))
        return;
    details_close(ui);
    summary_close(ui->summary);
    results_close(ui->results);
    if (!lastwords_open(ui->last_words, here))
        ui_say(ui, false, "no process has failed");
}

/* ---- the end of the capture ---- */

/* Time without input after which the user counts as away, so that a box may cover the screen. */
#define AWAY_NS (30 * (int64_t)1000000000)

void action_summary(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    summary_open(ui->summary, ui->model);
}

void trouble_tick(struct ui *ui)
{
    int64_t last = ui->last_input > ui->first_tick ? ui->last_input : ui->first_tick;
    enum mode mode = ui_mode(ui);
    unsigned failed = 0;

    if (!ui->first_tick)
        ui->first_tick = last = ui->now;
    if (ui->end_reported || !model_all_ended(ui->model))
        return;
    ui->end_reported = true;
    if (!ui->hooks.control)
        return;
    for (const struct source *s = model_sources(ui->model); s; s = s->next)
        failed += s->failed;
    if (ui->now - last >= AWAY_NS && mode & (MODE_PANE | MODE_SCREEN | MODE_TREE))
        summary_open(ui->summary, ui->model);
    else if (failed)
        ui_say(ui, false, "ended: %u failed, F4 shows their last words, F3 sums up", failed);
    else
        ui_say(ui, false, "ended: none failed, F3 sums up");
}
