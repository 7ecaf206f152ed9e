/* Each try starts from the state at live_begin(), which the pane, the tree or the list keeps. */
#include "ui/incremental.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/xmalloc.h"
#include "ui/state.h"

#define TREE_TASKS_MAX                                                                             \
    20000 /* tasks; a larger tree is searched at Enter only, as each key would take long */

static size_t count_tasks(const struct ui *ui)
{
    struct model_totals totals;

    model_totals(ui->model, &totals);
    return (size_t)totals.tasks_alive + totals.tasks_dead;
}

static void clear_live(struct ui *ui)
{
    free(ui->live.tried);
    free(ui->live.seen);
    ui->live = (struct live){0};
}

void live_begin(struct ui *ui, enum live_kind kind, bool forward)
{
    struct pane *p = ui_focused(ui);

    live_cancel(ui);
    if (!ui->incremental || (!p && kind != LIVE_RESULTS && count_tasks(ui) > TREE_TASKS_MAX))
        return;
    ui->live = (struct live){.kind = kind, .forward = forward, .pane = p, .seen = xstrdup("")};
    if (kind == LIVE_RESULTS)
        return;
    if (p)
        pane_try(p);
    else
        treeview_try(ui->tree);
}

/* Ends the try. keep: its effect stays. The pane may have been closed. */
static void end_try(struct ui *ui, bool keep)
{
    struct live *l = &ui->live;

    if (l->kind == LIVE_RESULTS)
        results_decide(ui->results, keep);
    else if (l->kind != LIVE_NONE && !l->pane)
        treeview_decide(ui->tree, keep);
    else if (l->kind != LIVE_NONE && pane_set_holds(ui->panes, l->pane))
        pane_decide(l->pane, keep);
    clear_live(ui);
}

void live_cancel(struct ui *ui)
{
    end_try(ui, false);
}

static bool try_text(struct ui *ui, const char *text, char **cause, size_t *at)
{
    struct live *l = &ui->live;
    bool found = true, ok;

    if (l->kind == LIVE_RESULTS)
        return results_try(ui->results, text, cause, at);
    if (l->kind == LIVE_FILTER)
        return l->pane ? pane_try_filter(l->pane, text, cause, at)
                       : treeview_try_filter(ui->tree, text, cause, at);
    if (l->pane)
        return pane_try_search(l->pane, text, l->forward, cause, at);
    ok = treeview_try_find(ui->tree, text, l->forward, &found, cause, at);
    l->missing = !found;
    return ok;
}

void live_check(struct ui *ui)
{
    struct live *l = &ui->live;
    const char *text = prompt_text(ui->prompt);
    size_t at = 0;
    char *cause;

    if (l->kind == LIVE_NONE)
        return;
    if (!prompt_is_open(ui->prompt) || ui_focused(ui) != l->pane) {
        live_cancel(ui);
        return;
    }
    if (strcmp(text, l->seen) == 0)
        return;
    free(l->seen);
    l->seen = xstrdup(text);
    if (!try_text(ui, text, &cause, &at)) {
        ui_complain(ui, cause, at);
        return;
    }
    free(l->tried);
    l->tried = xstrdup(text);
}

/* Shows a message about the result of a try that was kept. */
static void say_result(struct ui *ui, const struct live *l, const char *text)
{
    if (l->kind == LIVE_SEARCH && l->missing)
        ui_say(ui, true, "no such task: %s", text);
    else if (l->kind == LIVE_SEARCH && l->pane && pane_search_state(l->pane) != PANE_SEARCH_RUNS)
        ui_say_search(ui, l->pane);
}

bool live_take(struct ui *ui, const char *text)
{
    struct live *l = &ui->live;
    bool whole = l->kind == LIVE_FILTER && *text == '!' ? text[1] != '\0' : *text != '\0';

    if (l->kind == LIVE_NONE || ui_focused(ui) != l->pane)
        return false;
    if (!whole) {
        live_cancel(ui);
        return false;
    }
    if (!l->tried || strcmp(text, l->tried) != 0)
        return false;
    say_result(ui, l, text);
    end_try(ui, true);
    return true;
}

/* ---- the row under the prompt ---- */

/* "", or the number of lines on which the pattern gave up. */
static const char *note_of_doubt(char out[64], uint64_t lines)
{
    *out = '\0';
    if (lines)
        snprintf(out, 64, ", gave up on %" PRIu64 " line%s", lines, lines == 1 ? "" : "s");
    return out;
}

static char *note_of_search(const struct pane *p, bool *bad)
{
    char doubt[64];

    uint64_t done, total;

    switch (pane_search_state(p)) {
    case PANE_SEARCH_RUNS:
        if (pane_progress(p, &done, &total) == PANE_IDLE)
            return xstrdup("searching");
        return xasprintf("searching, %d %%", (int)(100.0 * (double)done / (double)total));
    case PANE_SEARCH_NOT_FOUND:
        *bad = true;
        return xasprintf("not found%s", note_of_doubt(doubt, pane_search_gave_up(p)));
    default:
        return xasprintf("%s%s", pane_search_wrapped(p) ? "found past the end" : "found",
                         note_of_doubt(doubt, pane_search_gave_up(p)));
    }
}

static char *note_of_filter(const struct pane *p, bool *bad)
{
    const struct view *v = pane_view(p);
    uint64_t done, total, lines = view_empty(v) ? 0 : view_count_behind(v, view_first(v)) + 1;
    char passed[FORMAT_MAX], all[FORMAT_MAX], doubt[64];

    note_of_doubt(doubt, view_gave_up(v));
    view_progress(v, &done, &total);
    format_count(passed, lines);
    format_count(all, total);
    if (pane_progress(p, &done, &total) == PANE_IDLE) {
        *bad = lines == 0;
        return xasprintf("%s of %s lines%s", passed, all, doubt);
    }
    return xasprintf("%s of %s lines, looked at %d %%%s", passed, all,
                     (int)(100.0 * (double)done / (double)total), doubt);
}

char *live_note(struct ui *ui, bool *bad)
{
    const struct live *l = &ui->live;
    bool only_bang = l->kind == LIVE_FILTER && *l->seen == '!' && !l->seen[1];

    *bad = false;
    if (l->kind == LIVE_NONE || (l->pane && !pane_set_holds(ui->panes, l->pane)))
        return NULL;
    if (l->kind == LIVE_RESULTS)
        return xstrdup("Enter takes the list, Escape goes back");
    if (!*l->seen || only_bang || !l->tried)
        return xstrdup(l->kind == LIVE_FILTER ? "!re hides what matches; Enter takes it, Escape "
                                                "leaves all as it was"
                                              : "Enter goes there, Escape goes back");
    if (l->pane)
        return l->kind == LIVE_SEARCH ? note_of_search(l->pane, bad) : note_of_filter(l->pane, bad);
    *bad = l->missing;
    return xstrdup(l->missing ? "no such task" : l->kind == LIVE_FILTER ? "filtered" : "found");
}
