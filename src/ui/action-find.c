/* Actions that search, filter and mark. */
#include "ui/action.h"

#include <stdlib.h>

#include "base/format.h"
#include "base/xmalloc.h"
#include "ui/state.h"

static bool search_tree(struct ui *ui, const char *text, bool forward)
{
    size_t at = 0;
    char *cause;
    bool found;

    if (!treeview_find(ui->tree, text, forward, &found, &cause, &at)) {
        ui_complain(ui, cause, at);
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

    if (live_take(ui, text))
        return true;
    if (!ui_focused(ui))
        return search_tree(ui, text, forward);
    if (pane_search(ui_focused(ui), text, forward, &cause, &at))
        return true;
    ui_complain(ui, cause, at);
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

/* Takes the text after `:name ` at once. When it has an error, the prompt stays open. */
static void take_at_once(struct ui *ui, char kind, const char *text, prompt_fn *accept)
{
    ui_ask(ui, kind, (char[]){kind, '\0'}, text, accept);
    if (accept(ui, text))
        prompt_close(ui->prompt);
}

void action_search(struct ui *ui, int arg, const char *text)
{
    if (*text) {
        take_at_once(ui, '/', text, arg > 0 ? accept_search : accept_search_back);
        return;
    }
    if (arg > 0)
        ui_ask(ui, '/', ui_focused(ui) ? "/" : "find task: ", "", accept_search);
    else
        ui_ask(ui, '/', ui_focused(ui) ? "?" : "find task above: ", "", accept_search_back);
    live_begin(ui, LIVE_SEARCH, arg > 0);
}

void action_search_next(struct ui *ui, int arg, const char *text)
{
    (void)text;
    if (!ui_focused(ui)) {
        if (!treeview_find_next(ui->tree, arg > 0))
            ui_say(ui, true, "nothing to find: / first");
    } else if (!pane_search_next(ui_focused(ui), arg > 0))
        ui_say(ui, true, "nothing to search for: / first");
}

static bool accept_filter(struct ui *ui, const char *text)
{
    size_t at = 0;
    char *cause;

    if (live_take(ui, text))
        return true;
    bool ok = ui_focused(ui) ? pane_filter(ui_focused(ui), text, &cause, &at)
                             : treeview_filter(ui->tree, text, &cause, &at);
    if (!ok)
        ui_complain(ui, cause, at);
    return ok;
}

void action_filter(struct ui *ui, int arg, const char *text)
{
    (void)arg;
    if (*text) {
        take_at_once(ui, '&', text, accept_filter);
        return;
    }
    ui_ask(ui, '&', ui_focused(ui) ? "&" : "show tasks: ", "", accept_filter);
    live_begin(ui, LIVE_FILTER, true);
}

void action_unfilter(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (ui_focused(ui) && !pane_unfilter(ui_focused(ui)))
        ui_say(ui, false, "there is no filter");
}

/* arg: -1 lines before, 1 lines after, 0 both. */
void action_context(struct ui *ui, int arg, const char *text)
{
    static const char *const names[] = {"context-before", "context", "context-after"};
    struct pane *p = ui_focused(ui);
    const struct view *v = pane_view(p);
    char *end;

    if (!*text) {
        ui_await(ui, names[arg + 1]);
        return;
    }
    unsigned long n = strtoul(text, &end, 10);
    if (*end || n > 9) {
        ui_say(ui, true, "lines of context: 0 to 9");
        return;
    }
    pane_set_context(p, arg <= 0 ? (unsigned)n : view_context_before(v),
                     arg >= 0 ? (unsigned)n : view_context_after(v));
    ui_say(ui, false, "context: %u lines before, %u after those that pass the filter",
           view_context_before(v), view_context_after(v));
}

/* ---- search in all streams ---- */

static bool accept_search_all(struct ui *ui, const char *text)
{
    char *cause;
    size_t at;

    if (live_take(ui, text))
        return true;
    if (results_search(ui->results, text, &cause, &at))
        return true;
    ui_complain(ui, cause, at);
    return false;
}

void action_search_all(struct ui *ui, int arg, const char *text)
{
    const char *before = results_pattern(ui->results);

    (void)arg;
    if (*text) {
        take_at_once(ui, '/', text, accept_search_all);
        return;
    }
    char *label = before ? xasprintf("search all (%s): ", before) : xstrdup("search all: ");
    ui_ask(ui, '/', label, "", accept_search_all);
    live_begin(ui, LIVE_RESULTS, true);
    free(label);
}

/* Shows a result in an open pane that has its line, starting with the current pane. Returns the
 * pane's index, -1: no open pane has the line. */
static int show_in_open_pane(struct ui *ui, const struct place *place, const char *pattern)
{
    const struct stream *s = model_stream(ui->model, place->stream);
    int count = pane_set_count(ui->panes), current = pane_set_current(ui->panes);

    for (int n = 0; n < count; n++) {
        int i = (current + n) % count;
        struct pane *p = pane_set_pane(ui->panes, i);
        if (pane_covers(p, s) && pane_show_match(p, place, pattern))
            return i;
    }
    return -1;
}

/* Shows a result in the pane of its stream. When the filter of that pane hides the line, the filter
 * is removed. Returns the pane's index. */
static int show_in_own_pane(struct ui *ui, const struct place *place, const char *pattern)
{
    struct stream *s = model_stream(ui->model, place->stream);
    int i = ui_open(ui, scope_stream(s));
    struct pane *p = pane_set_pane(ui->panes, i);
    char *cause;
    size_t at;

    if (pane_show_match(p, place, pattern))
        return i;
    if (pane_filter(p, "", &cause, &at) && pane_show_match(p, place, pattern))
        ui_say(ui, false, "the pane's filter hid that line: it is off now");
    return i;
}

void ui_go_to_result(struct ui *ui)
{
    const char *pattern = results_pattern(ui->results);
    struct place place;

    if (!results_choice(ui->results, &place))
        return;
    int i = show_in_open_pane(ui, &place, pattern);
    if (i < 0)
        i = show_in_own_pane(ui, &place, pattern);
    pane_set_set_focus(ui->panes, i);
    results_close(ui->results);
}

void action_result(struct ui *ui, int arg, const char *text)
{
    struct place place;

    (void)text;
    results_move(ui->results, arg);
    if (results_choice(ui->results, &place))
        ui_go_to_result(ui);
    else
        ui_say(ui, true, "nothing was found in all streams: Alt-/ first");
}

/* ---- marks ---- */

void action_mark(struct ui *ui, int arg, const char *text)
{
    (void)arg;
    if (!*text)
        ui_await(ui, "mark");
    else if (pane_mark(ui_focused(ui), *text))
        ui_say(ui, false, "marked: ' %c comes back here", *text);
    else
        ui_say(ui, true, "a mark is a letter, not %s", text);
}

/* Shows the time from the previous mark, or from the line before the jump, to the mark `to`. */
static void say_leap(struct ui *ui, char to)
{
    char time[FORMAT_MAX], from;
    int64_t span;

    if (!pane_leap(ui_focused(ui), &span, &from))
        return;
    format_delta(time, span);
    if (from)
        ui_say(ui, false, "mark %c: %s from mark %c", to, time, from);
    else
        ui_say(ui, false, "%s from where it was", time);
}

void action_jump(struct ui *ui, int arg, const char *text)
{
    (void)arg;
    if (!*text) {
        ui_await(ui, "jump");
        return;
    }
    switch (pane_jump(ui_focused(ui), *text)) {
    case PANE_JUMP_UNSET:
        if (*text == '\'')
            ui_say(ui, true, "there was no jump yet");
        else
            ui_say(ui, true, "there is no mark %s", text);
        break;
    case PANE_JUMP_GONE:
        ui_say(ui, true, "the pane is empty");
        break;
    case PANE_JUMP_NEAR:
        ui_say(ui, false, "that line is not in this view: the next one");
        break;
    default:
        say_leap(ui, *text);
    }
}
