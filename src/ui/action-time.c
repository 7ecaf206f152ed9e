/* The lock: all panes and the tree show one instant; actions that set and move it. Also the time,
 * lines and bytes between two marks. */
#include "ui/action.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/format.h"
#include "base/xmalloc.h"
#include "ui/state.h"
#include "ui/time-parse.h"

static void set_lock(struct ui *ui, const struct instant *at)
{
    ui->lock.moved = ui->lock.on;
    ui->lock.on = true;
    ui->lock.at = *at;
    ui->dirty = true;
    lock_apply(ui); /* at once, so that a pane that moves later moves the lock */
}

/* True when the model still holds all events up to that time. */
static bool is_held(const struct ui *ui, int64_t time)
{
    struct model_totals totals;

    model_totals(ui->model, &totals);
    return time <= player_place(ui->player).time && totals.evicted == 0;
}

void ui_go_to_time(struct ui *ui, int64_t time)
{
    struct instant at = instant_of_time(time);

    if (time == 0)
        return; /* nothing has come yet */
    if (ui->player && !is_held(ui, time))
        replay_seek(ui, time);
    else
        set_lock(ui, &at);
}

int64_t lock_time(const struct ui *ui)
{
    if (ui->lock.on)
        return ui->lock.at.time;
    struct player_place at = {.attached = true};
    if (ui->player)
        at = player_place(ui->player);
    return at.attached ? 0 : at.time;
}

void lock_end(struct ui *ui, bool stay)
{
    if (!ui->lock.on)
        return;
    ui->lock.on = false;
    for (int i = 0; i < pane_set_count(ui->panes); i++)
        pane_unlock(pane_set_pane(ui->panes, i),
                    stay && ui->lock.moved && i == pane_set_current(ui->panes));
    treeview_set_instant(ui->tree, NULL);
}

void lock_apply(struct ui *ui)
{
    int first = ui->first_tile, end = first + ui->layout.ntiles;

    if (!ui->lock.on)
        return;
    for (int i = 0; i < pane_set_count(ui->panes); i++)
        if (pane_moved(pane_set_pane(ui->panes, i), &ui->lock.at))
            ui->lock.moved = true;
    for (int i = first; i < end && i < pane_set_count(ui->panes); i++)
        pane_lock(pane_set_pane(ui->panes, i), &ui->lock.at);
    treeview_set_instant(ui->tree, &ui->lock.at);
}

/* The range of all events, and the time that is shown. False: no event has come. */
static bool get_range(const struct ui *ui, struct when *w)
{
    *w = (struct when){0};
    for (const struct source *s = model_sources(ui->model); s; s = s->next) {
        if (s->first_time && (!w->oldest || s->first_time < w->oldest))
            w->oldest = s->first_time;
        if (s->last_time > w->newest)
            w->newest = s->last_time;
    }
    if (ui->player) {
        struct player_place at = player_place(ui->player);
        w->oldest = at.first;
        w->newest = at.last;
    }
    w->here = lock_time(ui) ? lock_time(ui) : w->newest;
    return w->newest != 0;
}

void action_lock(struct ui *ui, int arg, const char *text)
{
    struct pane *p = ui_current(ui);
    struct instant at;
    struct when w;

    (void)arg, (void)text;
    if (ui->lock.on) {
        lock_end(ui, true);
        ui_say(ui, false, "each pane is free again");
        return;
    }
    if (!get_range(ui, &w))
        return;
    if (!p || !pane_instant(p, &at))
        at = instant_of_time(w.newest);
    set_lock(ui, &at);
    ui_say(ui, false, "locked: scrolling moves all to another instant; L: free again, G: follow");
}

static bool accept_at(struct ui *ui, const char *text)
{
    struct when w;
    int64_t time;

    if (!*text || !get_range(ui, &w))
        return true;
    if (!when_parse(text, &w, &time)) {
        prompt_complain(ui->prompt, "a time: 12:03, 12:03:04.5, -30s, +1m, start, end", 0);
        return false;
    }
    ui_go_to_time(ui, time < w.oldest ? w.oldest : time > w.newest ? w.newest : time);
    return true;
}

void action_at(struct ui *ui, int arg, const char *text)
{
    if (ui->player && !ui->lock.on) {
        action_seek(ui, arg, text);
        return;
    }
    ui_ask(ui, '@', "at: ", text, accept_at);
    if (*text && accept_at(ui, text))
        prompt_close(ui->prompt);
}

/* ---- between marks ---- */

static bool accept_delta(struct ui *ui, const char *text)
{
    char from = *text, to = '\0', unset, time[FORMAT_MAX], lines[FORMAT_MAX], bytes[FORMAT_MAX];
    struct pane_between between;
    int end = 0;

    if (!from)
        return true;
    if (sscanf(text, " %c%n %c%n", &from, &end, &to, &end) < 1 || text[end]) {
        prompt_complain(ui->prompt, "the letters of one or two marks: a b", 0);
        return false;
    }
    if (!pane_between(ui_focused(ui), from, to, &between, &unset)) {
        char *cause =
            unset ? xasprintf("there is no mark %c", unset) : xstrdup("there is no line here");
        ui_complain(ui, cause, (size_t)-1);
        return false;
    }
    char *end_text = to ? xasprintf("mark %c", to) : xstrdup("here");
    ui_say(ui, false, "from mark %c to %s: %s, %s line%s, %s", from, end_text,
           format_delta(time, between.time), format_count(lines, between.lines),
           between.lines == 1 ? "" : "s", format_bytes(bytes, between.bytes));
    free(end_text);
    return true;
}

void action_delta(struct ui *ui, int arg, const char *text)
{
    (void)arg;
    ui_ask(ui, '=', "between marks: ", text, accept_delta);
    if (*text && accept_delta(ui, text))
        prompt_close(ui->prompt);
}
