/* Actions of the tree: folds, tags, and which parts of it are shown. */
#include "ui/action.h"

#include "base/format.h"
#include "ui/config.h"
#include "ui/state.h"

void action_fold(struct ui *ui, int arg, const char *text)
{
    (void)text;
    treeview_fold(ui->tree, arg > 0);
}

void action_fold_all(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    treeview_fold_all(ui->tree);
}

void action_fold_level(struct ui *ui, int arg, const char *text)
{
    (void)arg;
    if (!*text)
        ui_await(ui, "fold-level");
    else if (*text >= '0' && *text <= '9' && !text[1])
        treeview_fold_level(ui->tree, (unsigned)(*text - '0'));
    else
        ui_say(ui, true, "levels: 0 to 9");
}

void action_only(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_say(ui, false,
           treeview_toggle_only(ui->tree) ? "only this task and what is below it" : "all tasks");
}

void action_tag(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    treeview_toggle_tag(ui->tree);
    ui_say(ui, false, "%zu tagged: Enter opens them in one pane, U takes the tags off",
           treeview_tags(ui->tree));
}

void action_untag(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    treeview_untag(ui->tree);
    ui_say(ui, false, "nothing is tagged");
}

void action_parent(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    treeview_to_parent(ui->tree);
}

void action_threads(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_say(ui, false,
           treeview_toggle_threads(ui->tree) ? "threads are shown" : "threads are hidden");
}

void action_sparklines(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_say(ui, false, "%s",
           treeview_toggle_sparks(ui->tree)
               ? "the last seconds of each task: a column a second, a step five times as much"
               : "no sparklines");
}

void action_dead(struct ui *ui, int arg, const char *text)
{
    if (*text) {
        action_dead_after(ui, arg, text);
        return;
    }
    ui_say(ui, false,
           treeview_toggle_dead(ui->tree) ? "ended tasks are shown" : "ended tasks are hidden");
}

static bool accept_dead_after(struct ui *ui, const char *text)
{
    char age[FORMAT_MAX];
    int64_t span;

    if (!config_span(text, &span)) {
        prompt_complain(ui->prompt, "a time: 30 (seconds), 5m, 1h; 0: all are shown", 0);
        return false;
    }
    treeview_set_dead_age(ui->tree, span);
    if (span)
        ui_say(ui, false, "tasks that ended more than %s ago are hidden", format_age(age, span));
    else
        ui_say(ui, false, "ended tasks are shown");
    return true;
}

void action_dead_after(struct ui *ui, int arg, const char *text)
{
    (void)arg;
    ui_ask(ui, 'd', "hide tasks that ended longer ago than (30, 5m, 1h; 0: none): ", text,
           accept_dead_after);
    if (*text && accept_dead_after(ui, text))
        prompt_close(ui->prompt);
}

void action_execs(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (!treeview_selected(ui->tree))
        ui_say(ui, true, "no process is selected");
    else if (treeview_toggle_steps(ui->tree))
        ui_say(ui, false, "executed programs are shown: since when, for how long");
    else
        ui_say(ui, false, "executed programs are hidden");
}

void action_tree_columns(struct ui *ui, int arg, const char *text)
{
    static const char *const names[TREE_COLUMNS] = {
        "bytes and rates", "when each started, and for how long it has been there",
        "seconds that each spent in writes"};

    (void)arg, (void)text;
    ui_say(ui, false, "%s", names[treeview_next_columns(ui->tree)]);
}
