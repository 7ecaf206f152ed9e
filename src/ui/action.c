/* What each key does. A function gets the argument of its row in action.def and
 * what was typed behind `:name`, or "". */
#include "ui/action.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/xmalloc.h"
#include "term/theme.h"
#include "ui/state.h"
#include "view/pane/pane-title.h"
#include "view/pane/uncaptured.h"

#define SIDE_COLS 8
#define BUSY_MAX 64

/* ---- moving ---- */

void ui_move_in_list(struct ui *ui, int lines)
{
    struct entry unused;

    if (picker_is_open(ui->picker))
        picker_move(ui->picker, lines);
    else if (details_line(ui, &unused))
        details_move(ui, lines);
    else if (summary_is_open(ui->summary))
        summary_scroll(ui->summary, lines);
    else if (lastwords_is_open(ui->words))
        lastwords_move(ui->words, lines);
    else
        results_move(ui->results, lines);
}

static void page_in_list(struct ui *ui, int halves)
{
    struct entry unused;

    if (picker_is_open(ui->picker))
        picker_move(ui->picker, halves * 5);
    else if (details_line(ui, &unused))
        details_move(ui, halves * 5);
    else if (summary_is_open(ui->summary))
        summary_scroll(ui->summary, halves * 5);
    else if (lastwords_is_open(ui->words))
        lastwords_page(ui->words, halves);
    else
        results_page(ui->results, halves);
}

void action_move(struct ui *ui, int arg, const char *text)
{
    enum mode mode = ui_mode(ui);

    (void)text;
    if (mode == MODE_PICKER)
        ui_move_in_list(ui, arg);
    else if (mode == MODE_PROCESSES)
        procview_move(ui->procview, arg);
    else if (mode == MODE_HELP)
        help_scroll(ui->help, arg);
    else if (mode == MODE_PANE && pane_selects(ui_focused(ui)))
        pane_select_move(ui_focused(ui), arg);
    else if (mode == MODE_PANE || mode == MODE_SCREEN)
        pane_scroll(ui_focused(ui), arg);
    else
        treeview_move(ui->tree, arg);
}

void action_page(struct ui *ui, int arg, const char *text)
{
    enum mode mode = ui_mode(ui);

    (void)text;
    if (mode == MODE_PICKER)
        page_in_list(ui, arg);
    else if (mode == MODE_PROCESSES)
        procview_page(ui->procview, arg);
    else if (mode == MODE_HELP)
        help_page(ui->help, arg);
    else if (mode == MODE_PANE && pane_selects(ui_focused(ui)))
        pane_select_page(ui_focused(ui), arg);
    else if (mode == MODE_PANE || mode == MODE_SCREEN)
        pane_scroll_page(ui_focused(ui), arg);
    else
        treeview_page(ui->tree, arg);
}

void action_top(struct ui *ui, int arg, const char *text)
{
    enum mode mode = ui_mode(ui);

    (void)arg, (void)text;
    if (mode == MODE_PICKER)
        ui_move_in_list(ui, INT32_MIN);
    else if (mode == MODE_PROCESSES)
        procview_move(ui->procview, INT32_MIN);
    else if (mode == MODE_HELP)
        help_scroll(ui->help, INT32_MIN);
    else if (mode == MODE_PANE && pane_selects(ui_focused(ui)))
        pane_select_to(ui_focused(ui), 0);
    else if (mode == MODE_PANE || mode == MODE_SCREEN)
        pane_to_top(ui_focused(ui));
    else
        treeview_to_top(ui->tree);
}

static void follow(struct ui *ui)
{
    lock_end(ui, false);
    pane_follow(ui_focused(ui));
}

void action_end(struct ui *ui, int arg, const char *text)
{
    enum mode mode = ui_mode(ui);

    (void)arg, (void)text;
    if (mode == MODE_PICKER)
        ui_move_in_list(ui, INT32_MAX);
    else if (mode == MODE_PROCESSES)
        procview_move(ui->procview, INT32_MAX);
    else if (mode == MODE_HELP)
        help_scroll(ui->help, INT32_MAX);
    else if (mode == MODE_PANE && pane_selects(ui_focused(ui)))
        pane_select_to(ui_focused(ui), UINT64_MAX);
    else if (mode == MODE_PANE || mode == MODE_SCREEN)
        follow(ui);
    else
        treeview_to_end(ui->tree);
}

void action_side(struct ui *ui, int arg, const char *text)
{
    (void)text;
    if (ui_focused(ui))
        pane_scroll_side(ui_focused(ui), arg * SIDE_COLS);
    else if (arg < 0)
        treeview_left(ui->tree);
    else
        treeview_right(ui->tree);
}

void action_follow(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (ui_focused(ui))
        follow(ui);
    else if (treeview_toggle_follow(ui->tree))
        ui_say(ui, false, "the tree follows the newest output");
    else
        ui_say(ui, false, "the tree stays where it is");
}

/* ---- panes ---- */

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

/* The tree is one of the stops, when it is shown. */
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
        ui_say(ui, false, arg > 0 ? "this is everything" : "this is one stream alone");
}

/* ---- capturing one more fd ---- */

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

static void fd_answered(void *user, uint64_t fd, bool ok, const char *text)
{
    struct ui *ui = user;

    if (ok)
        ui_say(ui, false, "fd %" PRIu64 " is captured from now on", fd);
    else
        ui_say(ui, true, "%s", text);
}

/* What is captured of a source by number, as far as we asked. */
static char **fds_of(struct ui *ui, const struct source *source)
{
    if (source->index >= ui->nfds) {
        ui->fds = xrealloc(ui->fds, (source->index + 1) * sizeof *ui->fds);
        while (ui->nfds <= source->index)
            ui->fds[ui->nfds++] = NULL;
    }
    return &ui->fds[source->index];
}

static void capture_fd(struct ui *ui, uint64_t fd)
{
    const struct source *source = ui_source_here(ui);
    char **fds = fds_of(ui, source);
    char *now = *fds ? *fds : xstrdup(*source->fds ? source->fds : "1,2");

    *fds = xasprintf("%s,%" PRIu64, now, fd);
    free(now);
    request_send(ui->requests, source, fd_answered, fd, "fds %s", *fds);
}

static void pick_fd(struct ui *ui, const struct uncaptured_fd *busy, size_t n)
{
    char bytes[FORMAT_MAX];

    picker_open(ui->picker, "capture which fd?");
    ui->picked = capture_fd;
    for (size_t i = 0; i < n; i++) {
        char *line =
            xasprintf("%3" PRIu64 " → %s  %s  %s %" PRIu64, busy[i].fd, busy[i].target,
                      format_bytes(bytes, busy[i].bytes), busy[i].task->comm, busy[i].task->tid);
        picker_add(ui->picker, busy[i].fd, line);
        free(line);
    }
}

void action_capture(struct ui *ui, int arg, const char *text)
{
    struct uncaptured_fd busy[BUSY_MAX];
    const struct task *t = ui_process_here(ui);
    size_t n = t ? uncaptured_fds(t, busy, BUSY_MAX) : 0;

    (void)arg, (void)text;
    if (n == 0)
        ui_say(ui, false, "no other fd of this process, or of those below, is busy");
    else if (n == 1)
        capture_fd(ui, busy[0].fd);
    else
        pick_fd(ui, busy, n);
}

void action_choose(struct ui *ui, int arg, const char *text)
{
    uint64_t value;

    (void)arg, (void)text;
    if (!picker_is_open(ui->picker) && details_close(ui))
        return;
    if (!picker_is_open(ui->picker) && summary_is_open(ui->summary))
        summary_close(ui->summary);
    else if (!picker_is_open(ui->picker) && lastwords_is_open(ui->words))
        ui_go_to_failed(ui);
    else if (!picker_is_open(ui->picker))
        ui_go_to_result(ui);
    else if (picker_choice(ui->picker, &value)) {
        picker_close(ui->picker);
        ui->picked(ui, value);
    }
}

/* ---- what it looks like ---- */

void action_wrap(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (ui_focused(ui))
        ui_say(ui, false,
               pane_toggle_wrap(ui_focused(ui)) ? "long lines are wrapped"
                                                : "long lines are chopped: h and l look aside");
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
           ui->mouse ? "the mouse is ours" : "the mouse is the terminal's: select and copy");
}

void action_redraw(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_wish(ui, UI_REDRAW);
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

static bool close_overlay(struct ui *ui)
{
    enum mode mode = ui_mode(ui);
    bool any = picker_is_open(ui->picker) || help_is_open(ui->help);

    picker_close(ui->picker);
    help_close(ui->help);
    if (any)
        return true;
    any = details_close(ui) || summary_is_open(ui->summary) || lastwords_is_open(ui->words);
    summary_close(ui->summary);
    lastwords_close(ui->words);
    if (any)
        return true;
    any = results_is_open(ui->results);
    results_close(ui->results);
    if (mode == MODE_TIMELINE)
        timeline_view_close(ui->timeline);
    return any || mode == MODE_TIMELINE;
}

/* The command that was started there, while it runs and somebody captures it; else NULL. */
static const struct task *live_command_of(const struct source *s)
{
    for (const struct task *t = s->first_root; t && !s->ended; t = t->next)
        if (t->how == HOW_SPAWNED && task_is_alive(t))
            return t;
    return NULL;
}

static bool any_live_command(const struct ui *ui)
{
    for (const struct source *s = model_sources(ui->model); s && ui->hooks.control; s = s->next)
        if (live_command_of(s))
            return true;
    return false;
}

/* Ends those that still run when that was chosen, and leaves. */
static void leave_command(struct ui *ui, uint64_t end)
{
    for (const struct source *s = model_sources(ui->model); s && end; s = s->next) {
        const struct task *t = live_command_of(s);
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
    if (!any_live_command(ui)) {
        ui_wish(ui, UI_QUIT);
        return;
    }
    picker_open(ui->picker, "the command still runs");
    picker_add(ui->picker, 0, "leave, and let it run on (pcat stays behind until it ends)");
    picker_add(ui->picker, 1, "end it with SIGTERM, and leave");
    ui->picked = leave_command;
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
