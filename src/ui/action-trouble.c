/* The keys that lead to what went wrong; see action.c. */
#include "ui/action.h"

#include <inttypes.h>
#include <stdlib.h>

#include "ui/state.h"
#include "view/blocked-text.h"

/* The pane of what it writes to, also before its first byte is there. */
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

/* ---- those that failed ---- */

/* Where it said its last, from its end on. */
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
    struct task *t = lastwords_choice(ui->words);

    if (!t)
        return;
    lastwords_close(ui->words);
    show_failed(ui, t);
}

/* From the task of the pane on, when a pane has the focus. */
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
    if (lastwords_is_open(ui->words)) {
        lastwords_close(ui->words);
        return;
    }
    if (picker_is_open(ui->picker))
        return;
    details_close(ui);
    summary_close(ui->summary);
    results_close(ui->results);
    if (!lastwords_open(ui->words, here))
        ui_say(ui, false, "no process has failed");
}

/* ---- the end ---- */

#define AWAY (30 * (int64_t)1000000000) /* without a key: nobody reads what a box would cover */

void action_summary(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    summary_open(ui->summary, ui->model);
}

void trouble_tick(struct ui *ui)
{
    int64_t last = ui->last_input > ui->born ? ui->last_input : ui->born;
    enum mode mode = ui_mode(ui);
    unsigned failed = 0;

    if (!ui->born)
        ui->born = last = ui->now;
    if (ui->told_ended || !model_all_ended(ui->model))
        return;
    ui->told_ended = true;
    if (!ui->hooks.control)
        return;
    for (const struct source *s = model_sources(ui->model); s; s = s->next)
        failed += s->failed;
    if (ui->now - last >= AWAY && mode & (MODE_PANE | MODE_SCREEN | MODE_TREE))
        summary_open(ui->summary, ui->model);
    else if (failed)
        ui_say(ui, false, "ended: %u failed, F4 shows their last words, F3 sums up", failed);
    else
        ui_say(ui, false, "ended: none failed, F3 sums up");
}
