/* What each key does. A function gets the argument of its row in action.def and
 * what was typed behind `:name`, or "". */
#include "ui/action.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "ui/format.h"
#include "ui/save.h"
#include "ui/state.h"
#include "ui/title.h"

#define SIDE_COLS 8
#define BUSY_MAX 64

static struct pane *focused(const struct ui *ui)
{
    return desk_focused(ui->desk);
}

/* The focused pane, or the one that was focused last when the tree has the focus. */
static struct pane *current(const struct ui *ui)
{
    return desk_pane(ui->desk, desk_current(ui->desk));
}

/* ---- moving ---- */

void action_move(struct ui *ui, int arg, const char *text)
{
    enum mode mode = ui_mode(ui);

    (void)text;
    if (mode == MODE_PICKER)
        picker_move(ui->picker, arg);
    else if (mode == MODE_HELP)
        help_scroll(ui->help, arg);
    else if (mode == MODE_PANE)
        pane_scroll(focused(ui), arg);
    else
        treeview_move(ui->tree, arg);
}

void action_page(struct ui *ui, int arg, const char *text)
{
    enum mode mode = ui_mode(ui);

    (void)text;
    if (mode == MODE_PICKER)
        picker_move(ui->picker, arg * 5);
    else if (mode == MODE_HELP)
        help_page(ui->help, arg);
    else if (mode == MODE_PANE)
        pane_scroll_page(focused(ui), arg);
    else
        treeview_page(ui->tree, arg);
}

void action_top(struct ui *ui, int arg, const char *text)
{
    enum mode mode = ui_mode(ui);

    (void)arg, (void)text;
    if (mode == MODE_PICKER)
        picker_move(ui->picker, INT32_MIN);
    else if (mode == MODE_HELP)
        help_scroll(ui->help, INT32_MIN);
    else if (mode == MODE_PANE)
        pane_to_top(focused(ui));
    else
        treeview_to_top(ui->tree);
}

void action_end(struct ui *ui, int arg, const char *text)
{
    enum mode mode = ui_mode(ui);

    (void)arg, (void)text;
    if (mode == MODE_PICKER)
        picker_move(ui->picker, INT32_MAX);
    else if (mode == MODE_HELP)
        help_scroll(ui->help, INT32_MAX);
    else if (mode == MODE_PANE)
        pane_follow(focused(ui));
    else
        treeview_to_end(ui->tree);
}

void action_side(struct ui *ui, int arg, const char *text)
{
    (void)text;
    if (focused(ui))
        pane_scroll_side(focused(ui), arg * SIDE_COLS);
    else if (arg < 0)
        treeview_left(ui->tree);
    else
        treeview_right(ui->tree);
}

void action_follow(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (focused(ui))
        pane_follow(focused(ui));
    else if (treeview_toggle_follow(ui->tree))
        ui_say(ui, false, "the tree follows the newest output");
    else
        ui_say(ui, false, "the tree stays where it is");
}

/* ---- searching and filtering ---- */

static void complain(struct ui *ui, char *cause, size_t at)
{
    prompt_complain(ui->prompt, cause, (int)at);
    free(cause);
}

static bool search_tree(struct ui *ui, const char *text, bool forward)
{
    size_t at = 0;
    char *cause;
    bool found;

    if (!treeview_find(ui->tree, text, forward, &found, &cause, &at)) {
        complain(ui, cause, at);
        return false;
    }
    if (!found)
        ui_say(ui, true, "no such task: %s", text);
    return true;
}

static bool search(struct ui *ui, const char *text, bool forward)
{
    size_t at = 0;
    char *cause;

    if (!focused(ui))
        return search_tree(ui, text, forward);
    if (pane_search(focused(ui), text, forward, &cause, &at))
        return true;
    complain(ui, cause, at);
    return false;
}

static bool accept_search(struct ui *ui, const char *text)
{
    return search(ui, text, true);
}

static bool accept_search_back(struct ui *ui, const char *text)
{
    return search(ui, text, false);
}

static void ask(struct ui *ui, char kind, const char *label, const char *text, prompt_fn *accept)
{
    prompt_open(ui->prompt, kind, label, text);
    ui->accept = accept;
}

/* What was typed behind `:name` is taken at once; with a mistake in it the prompt stays. */
static void ask_again(struct ui *ui, char kind, const char *text, prompt_fn *accept)
{
    ask(ui, kind, (char[]){kind, '\0'}, text, accept);
    if (accept(ui, text))
        prompt_close(ui->prompt);
}

void action_search(struct ui *ui, int arg, const char *text)
{
    if (*text)
        ask_again(ui, '/', text, arg > 0 ? accept_search : accept_search_back);
    else if (arg > 0)
        ask(ui, '/', focused(ui) ? "/" : "find task: ", "", accept_search);
    else
        ask(ui, '/', focused(ui) ? "?" : "find task above: ", "", accept_search_back);
}

void action_search_next(struct ui *ui, int arg, const char *text)
{
    (void)text;
    if (!focused(ui)) {
        if (!treeview_find_next(ui->tree, arg > 0))
            ui_say(ui, true, "nothing to find: / first");
    } else if (!pane_search_next(focused(ui), arg > 0))
        ui_say(ui, true, "nothing to search for: / first");
}

static bool accept_filter(struct ui *ui, const char *text)
{
    size_t at = 0;
    char *cause;
    bool ok = focused(ui) ? pane_filter(focused(ui), text, &cause, &at)
                          : treeview_filter(ui->tree, text, &cause, &at);

    if (!ok)
        complain(ui, cause, at);
    return ok;
}

void action_filter(struct ui *ui, int arg, const char *text)
{
    (void)arg;
    if (*text)
        ask_again(ui, '&', text, accept_filter);
    else
        ask(ui, '&', focused(ui) ? "&" : "show tasks: ", "", accept_filter);
}

void action_unfilter(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (focused(ui) && !pane_unfilter(focused(ui)))
        ui_say(ui, false, "there is no filter");
}

/* ---- panes ---- */

static int open_streams(struct ui *ui, struct task *t)
{
    int first = -1;

    for (unsigned i = 0; i < t->stream_count; i++) {
        int at = desk_open(ui->desk, scope_stream(t->streams[i]), KIND_ALL, ui_capacity(ui, false));
        if (first < 0)
            first = at;
    }
    return first;
}

void action_open(struct ui *ui, int arg, const char *text)
{
    struct task *t = treeview_selected(ui->tree);
    int i = -1;

    (void)arg, (void)text;
    if (!t)
        return;
    if (treeview_is_folded(ui->tree))
        i = desk_open(ui->desk, scope_subtree(t), KIND_ALL, ui_capacity(ui, false));
    else
        i = open_streams(ui, t);
    if (i < 0)
        i = desk_open(ui->desk, t->process && t->first_child ? scope_subtree(t) : scope_thread(t),
                      KIND_ALL, ui_capacity(ui, false));
    desk_set_focus(ui->desk, i);
}

/* The tree is one of the stops, when it is shown. */
void action_focus(struct ui *ui, int arg, const char *text)
{
    int first = ui->tree_shown ? -1 : 0, count = desk_count(ui->desk);
    int to = desk_focus(ui->desk) + arg;

    (void)text;
    if (count == 0)
        return;
    if (to >= count)
        to = first;
    if (to < first)
        to = count - 1;
    desk_set_focus(ui->desk, to);
}

void action_focus_pane(struct ui *ui, int arg, const char *text)
{
    int i = atoi(text) - 1;

    (void)arg;
    if (i >= 0 && i < desk_count(ui->desk))
        desk_set_focus(ui->desk, i);
    else
        ui_say(ui, true, "there is no pane %s", text);
}

void action_focus_tree(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui->tree_shown = true;
    desk_set_focus(ui->desk, -1);
}

void action_zoom(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui->zoomed = !ui->zoomed;
}

void action_close(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    desk_close(ui->desk, desk_focus(ui->desk));
    if (desk_count(ui->desk) == 0)
        ui->zoomed = false;
}

void action_pin(struct ui *ui, int arg, const char *text)
{
    struct pane *p = focused(ui);

    (void)arg, (void)text;
    if (p)
        pane_set_pinned(p, !pane_pinned(p));
}

void action_scope(struct ui *ui, int arg, const char *text)
{
    struct pane *p = focused(ui);

    (void)text;
    if (p && !(arg > 0 ? pane_wider(p) : pane_narrower(p)))
        ui_say(ui, false, arg > 0 ? "this is everything" : "this is one stream alone");
}

/* ---- saving ---- */

static void ask_overwrite(struct ui *ui);

static bool save(struct ui *ui, const char *path, bool overwrite)
{
    struct pane *p = current(ui);
    uint64_t bytes;
    char *said;

    if (!p)
        return true;
    switch (save_view(pane_view(p), path, overwrite, &bytes, &said)) {
    case SAVE_EXISTS:
        free(ui->save_path);
        ui->save_path = xstrdup(path);
        ask_overwrite(ui);
        return false;
    case SAVE_FAILED:
        complain(ui, said, (size_t)-1);
        return false;
    default:
        ui_say(ui, false, "%s", said);
        free(said);
        return true;
    }
}

static bool accept_overwrite(struct ui *ui, const char *text)
{
    if (strcmp(text, "y") == 0 || strcmp(text, "yes") == 0)
        return save(ui, ui->save_path, true);
    ui_say(ui, false, "nothing was saved");
    return true;
}

static void ask_overwrite(struct ui *ui)
{
    char *label = xasprintf("%s exists. Overwrite it (yes/no)? ", ui->save_path);

    ask(ui, 'y', label, "", accept_overwrite);
    free(label);
}

static bool accept_save(struct ui *ui, const char *text)
{
    if (!*text) {
        ui_say(ui, false, "nothing was saved");
        return true;
    }
    return save(ui, text, false);
}

void action_save(struct ui *ui, int arg, const char *text)
{
    struct pane *p = current(ui);

    (void)arg;
    if (!p) {
        ui_say(ui, true, "there is no pane to save");
        return;
    }
    char *name = title_file_name(p);
    ask(ui, 's', "save to: ", *text ? text : name, accept_save);
    free(name);
}

/* ---- capturing one more fd ---- */

static struct task *process_here(const struct ui *ui)
{
    struct pane *p = focused(ui);
    struct stream *s = p ? pane_stream(p) : NULL;
    struct task *t = s ? stream_task(s) : p ? view_scope(pane_view(p)).task : NULL;

    if (!t)
        t = treeview_selected(ui->tree);
    return t ? task_process(t) : NULL;
}

static void capture_fd(struct ui *ui, uint64_t fd)
{
    const struct source *source = model_sources(ui->model);
    const char *now = ui->fds                                 ? ui->fds
                      : source && source->fds && *source->fds ? source->fds
                                                              : "1,2";
    char *fds = xasprintf("%s,%" PRIu64, now, fd);
    char *command = xasprintf("fds %s", fds);

    ui->command = ui->hooks.control ? ui->hooks.control(ui->hooks.user, command) : 0;
    ui->command_fd = fd;
    free(command);
    if (!ui->command) {
        ui_say(ui, true, "nothing is being captured any more");
        free(fds);
        return;
    }
    free(ui->fds);
    ui->fds = fds;
}

static void pick_fd(struct ui *ui, const struct fd_info **busy, size_t n)
{
    char bytes[FORMAT_MAX];

    picker_open(ui->picker, "capture which fd?");
    for (size_t i = 0; i < n; i++) {
        char *line = xasprintf("%3" PRIu64 " → %s  %s", busy[i]->fd,
                               *busy[i]->target ? busy[i]->target : "?",
                               format_bytes(bytes, busy[i]->other_bytes));
        picker_add(ui->picker, busy[i]->fd, line);
        free(line);
    }
}

void action_capture(struct ui *ui, int arg, const char *text)
{
    const struct fd_info *busy[BUSY_MAX];
    const struct task *t = process_here(ui);
    size_t n = t ? title_busy_fds(t, busy, BUSY_MAX) : 0;

    (void)arg, (void)text;
    if (n == 0)
        ui_say(ui, false, "no other fd of this process is busy");
    else if (n == 1)
        capture_fd(ui, busy[0]->fd);
    else
        pick_fd(ui, busy, n);
}

void action_choose(struct ui *ui, int arg, const char *text)
{
    uint64_t fd;

    (void)arg, (void)text;
    if (picker_choice(ui->picker, &fd)) {
        picker_close(ui->picker);
        capture_fd(ui, fd);
    }
}

/* ---- what it looks like ---- */

void action_wrap(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (focused(ui))
        ui_say(ui, false,
               pane_toggle_wrap(focused(ui)) ? "long lines are wrapped"
                                             : "long lines are chopped: h and l look aside");
}

void action_stamps(struct ui *ui, int arg, const char *text)
{
    static const char *const names[STAMPS] = {"no times", "time of day", "time since the start",
                                              "time since the line before"};

    (void)arg, (void)text;
    if (focused(ui))
        ui_say(ui, false, "%s", names[pane_next_stamps(focused(ui))]);
}

void action_tree(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui->tree_shown = !ui->tree_shown;
    if (!ui->tree_shown && !focused(ui))
        desk_set_focus(ui->desk, desk_current(ui->desk));
}

void action_pause(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui->paused = !ui->paused;
    desk_freeze(ui->desk, ui->paused);
    treeview_freeze(ui->tree, ui->paused);
}

void action_mouse(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui->mouse = !ui->mouse;
    ui_wish(ui, ui->mouse ? UI_MOUSE_ON : UI_MOUSE_OFF);
    ui_say(ui, false,
           ui->mouse ? "the mouse is ours" : "the mouse is the terminal's: select and copy");
}

void action_redraw(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_wish(ui, UI_REDRAW);
}

/* ---- the tree ---- */

void action_fold(struct ui *ui, int arg, const char *text)
{
    (void)text;
    treeview_fold(ui->tree, arg < 0 ? !treeview_is_folded(ui->tree) : arg > 0);
}

void action_fold_all(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    treeview_fold_all(ui->tree);
}

void action_parent(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    treeview_to_parent(ui->tree);
}

void action_failed(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (!treeview_to_failed(ui->tree))
        ui_say(ui, false, "no process has failed");
}

void action_threads(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_say(ui, false,
           treeview_toggle_threads(ui->tree) ? "threads are shown" : "threads are hidden");
}

void action_dead(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_say(ui, false,
           treeview_toggle_dead(ui->tree) ? "those that are gone are shown"
                                          : "those that are gone are hidden");
}

/* ---- in general ---- */

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
    if (!(action->modes & (desk_focus(ui->desk) >= 0 ? MODE_PANE : MODE_TREE))) {
        prompt_complain(ui->prompt, desk_focus(ui->desk) >= 0 ? "not in a pane" : "not in the tree",
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
    ask(ui, ':', ":", "", accept_command);
}

static bool close_overlay(struct ui *ui)
{
    bool any = picker_is_open(ui->picker) || help_is_open(ui->help);

    picker_close(ui->picker);
    help_close(ui->help);
    return any;
}

void action_quit(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (!close_overlay(ui))
        ui_wish(ui, UI_QUIT);
}

void action_back(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (close_overlay(ui))
        return;
    if (ui->zoomed)
        ui->zoomed = false;
    else if (focused(ui))
        pane_search_forget(focused(ui));
}

void action_stop(struct ui *ui, int arg, const char *text)
{
    struct pane *p = current(ui);

    (void)arg, (void)text;
    if (close_overlay(ui))
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

/* ---- the prompt ---- */

/* A prompt may lead to the next one: that one is not closed. */
void action_prompt_accept(struct ui *ui, int arg, const char *text)
{
    prompt_fn *accept = ui->accept;
    char *line = xstrdup(prompt_text(ui->prompt));
    char kind = prompt_kind(ui->prompt);

    (void)arg, (void)text;
    if (accept(ui, line) && prompt_is_open(ui->prompt)) {
        if (kind != 'y')
            prompt_remember(ui->prompt);
        prompt_close(ui->prompt);
    }
    free(line);
}

void action_prompt_cancel(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    prompt_close(ui->prompt);
}

void action_prompt_erase(struct ui *ui, int arg, const char *text)
{
    (void)text;
    if (!*prompt_text(ui->prompt))
        prompt_close(ui->prompt);
    else
        prompt_erase(ui->prompt, arg);
}

void action_prompt_erase_word(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    prompt_erase_word(ui->prompt);
}

void action_prompt_erase_line(struct ui *ui, int arg, const char *text)
{
    (void)text;
    if (arg < 0)
        prompt_erase_to_start(ui->prompt);
    else
        prompt_erase_to_end(ui->prompt);
}

void action_prompt_move(struct ui *ui, int arg, const char *text)
{
    (void)text;
    prompt_move(ui->prompt, arg);
}

void action_prompt_word(struct ui *ui, int arg, const char *text)
{
    (void)text;
    prompt_move_word(ui->prompt, arg);
}

void action_prompt_jump(struct ui *ui, int arg, const char *text)
{
    (void)text;
    if (arg < 0)
        prompt_home(ui->prompt);
    else
        prompt_end(ui->prompt);
}

void action_prompt_history(struct ui *ui, int arg, const char *text)
{
    (void)text;
    prompt_history(ui->prompt, arg);
}

/* Completes as far as the names that begin so agree. */
void action_prompt_complete(struct ui *ui, int arg, const char *text)
{
    const char *typed = prompt_text(ui->prompt), *found = NULL;
    size_t len = strlen(typed), same = 0;

    (void)arg, (void)text;
    if (prompt_kind(ui->prompt) != ':')
        return;
    for (size_t i = 0; i < action_count; i++) {
        const char *name = actions[i].name;
        if (actions[i].modes == MODE_PROMPT || strncmp(name, typed, len) != 0)
            continue;
        if (!found)
            same = strlen(name);
        while (found && strncmp(name, found, same) != 0)
            same--;
        found = found ? found : name;
    }
    if (!found || same <= len)
        return;
    char *line = xmemdup(found, same + 1);
    line[same] = '\0';
    prompt_set(ui->prompt, line);
    free(line);
}
