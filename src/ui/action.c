/* Actions of panes, and general ones: help, the `:` prompt, quit, back. The other action-*.c files
 * hold the actions of other subjects. An action function gets the argument of its row in
 * action.def, and the text that the user typed after `:name `, or "". */
#include "ui/action.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "ui/state.h"

/* ---- panes ---- */

/* Opens a pane for each stream of a task. Returns the index of the first, -1: the task has none. */
static int open_streams(struct ui *ui, struct task *t)
{
    int first = -1;

    for (unsigned i = 0; i < t->stream_count; i++) {
        int at = ui_open(ui, scope_stream(t->streams[i]));
        if (first < 0)
            first = at;
    }
    return first;
}

bool ui_open_tagged(struct ui *ui)
{
    struct task_set *set = treeview_tagged(ui->tree);
    int i;

    if (!set)
        return false;
    i = ui_open(ui, scope_set(set));
    task_set_unref(set);
    pane_set_set_focus(ui->panes, i);
    return true;
}

void action_open(struct ui *ui, int arg, const char *text)
{
    struct task *t = treeview_selected(ui->tree);
    struct source *source = treeview_source(ui->tree);
    int i = -1;

    (void)arg, (void)text;
    if ((!t && !source) || ui_open_tagged(ui))
        return;
    if (!t)
        i = ui_open(ui, scope_source(source));
    else if (treeview_is_folded(ui->tree))
        i = ui_open(ui, scope_subtree(t));
    else
        i = open_streams(ui, t);
    if (i < 0)
        i = ui_open(ui, t->process && t->first_child ? scope_subtree(t) : scope_thread(t));
    pane_set_set_focus(ui->panes, i);
}

/* The tree is index -1; it is skipped while it is hidden. */
void action_focus(struct ui *ui, int arg, const char *text)
{
    int first = ui->tree_shown ? -1 : 0, count = pane_set_count(ui->panes);
    int to = pane_set_focus(ui->panes) + arg;

    (void)text;
    if (count == 0)
        return;
    if (to >= count)
        to = first;
    if (to < first)
        to = count - 1;
    pane_set_set_focus(ui->panes, to);
}

void action_focus_pane(struct ui *ui, int arg, const char *text)
{
    int i = atoi(text) - 1;

    (void)arg;
    if (i >= 0 && i < pane_set_count(ui->panes))
        pane_set_set_focus(ui->panes, i);
    else
        ui_say(ui, true, "there is no pane %s", text);
}

void action_focus_tree(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui->tree_shown = true;
    pane_set_set_focus(ui->panes, -1);
}

void action_zoom(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui->zoomed = !ui->zoomed;
}

void action_close(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_close(ui);
    if (pane_set_count(ui->panes) == 0)
        ui->zoomed = false;
}

void action_pin(struct ui *ui, int arg, const char *text)
{
    struct pane *p = ui_focused(ui);

    (void)arg, (void)text;
    if (p)
        pane_set_pinned(p, !pane_pinned(p));
}

void action_scope(struct ui *ui, int arg, const char *text)
{
    struct pane *p = ui_focused(ui);

    (void)text;
    if (p && !(arg > 0 ? pane_wider(p) : pane_narrower(p)))
        ui_say(ui, false, arg > 0 ? "this is everything" : "this is a single stream");
}

struct task *ui_process_here(const struct ui *ui)
{
    struct pane *p = ui_focused(ui);
    struct stream *s = p ? pane_stream(p) : NULL;
    struct task *t = s ? stream_task(s) : p ? view_scope(pane_view(p)).task : NULL;

    if (!t)
        t = treeview_selected(ui->tree);
    return t ? task_process(t) : NULL;
}

struct source *ui_source_here(const struct ui *ui)
{
    const struct task *t = ui_process_here(ui);
    struct source *first = model_sources(ui->model), *s = first;

    if (t)
        return t->source;
    if (!ui_focused(ui) && (s = treeview_source(ui->tree)))
        return s;
    for (s = first; s && s->ended; s = s->next)
        ;
    return s ? s : first;
}

/* ---- general actions ---- */

void action_help(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    picker_close(ui->picker);
    if (help_is_open(ui->help))
        help_close(ui->help);
    else
        help_open(ui->help);
}

static bool accept_command(struct ui *ui, const char *text)
{
    size_t len = strcspn(text, " ");
    char *name = xmemdup(text, len + 1);
    const struct action *action;

    name[len] = '\0';
    if (!*name) {
        free(name);
        return true;
    }
    action = keys_named(name);
    free(name);
    if (!action || action->modes == MODE_PROMPT) {
        prompt_complain(ui->prompt, "no such action; F1 lists them", 0);
        return false;
    }
    unsigned modes =
        ui_base_mode(ui) | (timeline_view_has_focus(ui->timeline) ? MODE_TIMELINE : 0u);
    if (!(action->modes & modes)) {
        prompt_complain(ui->prompt,
                        !ui_focused(ui)             ? "not in the tree"
                        : action->modes & MODE_PANE ? "not while the pane shows a screen"
                                                    : "not in a pane",
                        0);
        return false;
    }
    prompt_remember(ui->prompt);
    prompt_close(ui->prompt);
    ui_run(ui, action, text + len + strspn(text + len, " "));
    return !prompt_is_open(ui->prompt);
}

void action_command(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_ask(ui, ':', ":", "", accept_command);
}

/* Closes the topmost list, box or help, or the timeline that has the focus. False: none is open. */
static bool close_overlay(struct ui *ui)
{
    enum mode mode = ui_mode(ui);
    bool any = picker_is_open(ui->picker) || help_is_open(ui->help);

    picker_close(ui->picker);
    help_close(ui->help);
    if (any)
        return true;
    any = details_close(ui) || summary_is_open(ui->summary) || lastwords_is_open(ui->last_words);
    summary_close(ui->summary);
    lastwords_close(ui->last_words);
    if (any)
        return true;
    any = results_is_open(ui->results);
    results_close(ui->results);
    if (mode == MODE_TIMELINE)
        timeline_view_close(ui->timeline);
    return any || mode == MODE_TIMELINE;
}

/* The command that the source's capture has started, while it runs and is captured; else NULL. */
static const struct task *running_command(const struct source *s)
{
    for (const struct task *t = s->first_root; t && !s->ended; t = t->next)
        if (t->how == HOW_SPAWNED && task_is_alive(t))
            return t;
    return NULL;
}

static bool has_running_command(const struct ui *ui)
{
    for (const struct source *s = model_sources(ui->model); s && ui->hooks.control; s = s->next)
        if (running_command(s))
            return true;
    return false;
}

/* Quits. end: sends SIGTERM to all commands that still run. */
static void quit_with_command(struct ui *ui, uint64_t end)
{
    for (const struct source *s = model_sources(ui->model); s && end; s = s->next) {
        const struct task *t = running_command(s);
        char *command = t ? xasprintf("signal %" PRIu64 " TERM", t->tid) : NULL;
        if (t)
            ui->hooks.control(ui->hooks.user, s, command);
        free(command);
    }
    ui_wish(ui, UI_QUIT);
}

void action_quit(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (close_overlay(ui))
        return;
    if (!has_running_command(ui)) {
        ui_wish(ui, UI_QUIT);
        return;
    }
    picker_open(ui->picker, "the command still runs");
    picker_add(ui->picker, 0, "leave, and let it run on (pcat runs on until it ends)");
    picker_add(ui->picker, 1, "end it with SIGTERM, and leave");
    ui->on_pick = quit_with_command;
}

void action_back(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (ui_mode(ui) == MODE_TIMELINE) {
        action_time_leave(ui, 0, "");
        return;
    }
    if (close_overlay(ui))
        return;
    if (ui_focused(ui) && pane_selects(ui_focused(ui)))
        pane_select_end(ui_focused(ui));
    else if (ui->zoomed)
        ui->zoomed = false;
    else if (ui_focused(ui))
        pane_search_forget(ui_focused(ui));
    else if (treeview_root(ui->tree))
        treeview_toggle_only(ui->tree);
}

void action_stop(struct ui *ui, int arg, const char *text)
{
    struct pane *p = ui_current(ui);

    (void)arg, (void)text;
    if (results_stop(ui->results) || close_overlay(ui))
        return;
    if (p && pane_search_state(p) == PANE_SEARCH_RUNS) {
        pane_search_cancel(p);
        ui_say(ui, false, "the search was stopped");
    } else
        ui_say(ui, false, "q quits, targets run on");
}

void action_suspend(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_wish(ui, UI_SUSPEND);
}
