/* Actions that move the position in a recording and set the speed of playing. */
#include "ui/action.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "ui/state.h"
#include "ui/time-parse.h"
#include "view/state-text.h"

void ui_set_player(struct ui *ui, struct player *player)
{
    ui->player = player;
    if (player)
        clock_hold(ui->clock);
}

/* The player. NULL, with a message: there is no position to move. */
static struct player *player_here(struct ui *ui)
{
    if (ui->player)
        return ui->player;
    if (ui->hooks.control)
        ui_say(ui, true, "this works in recordings only: pcat-tui -r FILE");
    else
        ui_say(ui, true, "only a single recording in a file has a position");
    return NULL;
}

/* Called after the position has moved: all that depends on the order of events or on counters is
 * reset. */
static void position_moved(struct ui *ui)
{
    lock_end(ui, false);
    pane_set_forget_order(ui->panes);
    notices_skip(ui->notices);
    treeview_forget_meters(ui->tree);
    ui->notes_seen = model_end_note(ui->model);
    ui->status = (struct status){0};
    ui->dirty = true;
}

static void say_why_not(struct ui *ui, const char *why)
{
    ui_say(ui, true, "%s", why);
}

bool replay_toggle(struct ui *ui)
{
    const char *why;

    if (!ui->player)
        return false;
    if (!player_toggle(ui->player, &why))
        say_why_not(ui, why);
    position_moved(ui);
    return true;
}

bool replay_seek(struct ui *ui, int64_t time)
{
    const char *why;

    if (!ui->player)
        return false;
    if (!player_seek_time(ui->player, time, &why))
        say_why_not(ui, why);
    position_moved(ui);
    return true;
}

void action_step(struct ui *ui, int arg, const char *text)
{
    struct player *p = player_here(ui);
    const char *why;

    (void)text;
    if (!p)
        return;
    if (!player_step(p, arg, &why))
        say_why_not(ui, why);
    position_moved(ui);
}

void action_speed(struct ui *ui, int arg, const char *text)
{
    struct player *p = player_here(ui);
    char speed[16];

    (void)text;
    if (!p)
        return;
    player_faster(p, arg > 0);
    ui_say(ui, false, "%s%s", player_speed(p, speed), player_plays(p) ? "" : ": p plays");
}

/* ---- ends of processes ---- */

/* Selects the process that ended there, and shows a message. Of several tasks with this PID, the
 * newest is meant. */
static void show_exit(struct ui *ui, const struct chapters_exit *e, bool failed, size_t number)
{
    struct source *source = model_sources(ui->model);
    struct task *t = model_find(ui->model, source, e->pid);
    char state[FORMAT_MAX] = "", count[FORMAT_MAX], all[FORMAT_MAX];

    if (t) {
        treeview_select(ui->tree, t);
        format_state(state, t);
    }
    ui_say(ui, false, "%s %" PRIu64 ": %s (%s of %s that %s)", t ? t->comm : "process", e->pid,
           state, format_count(count, number), format_count(all, player_exits(ui->player, failed)),
           failed ? "failed" : "ended");
}

static void go_to_exit(struct ui *ui, bool forward, bool failed)
{
    struct player *p = player_here(ui);
    struct chapters_exit e;
    const char *why = NULL;
    char count[FORMAT_MAX];
    size_t number;

    if (!p)
        return;
    bool found = player_seek_exit(p, forward, failed, &e, &number, &why);
    position_moved(ui);
    if (found)
        show_exit(ui, &e, failed, number);
    else if (why)
        say_why_not(ui, why);
    else if (player_exits(p, failed) == 0)
        ui_say(ui, false,
               failed ? "no process failed; %s ended: ) and ( go to those" : "no process ended",
               format_count(count, player_exits(p, false)));
    else
        ui_say(ui, false, "none %s", forward ? "after this" : "before this");
}

void action_to_failure(struct ui *ui, int arg, const char *text)
{
    (void)text;
    go_to_exit(ui, arg > 0, true);
}

void action_to_exit(struct ui *ui, int arg, const char *text)
{
    (void)text;
    go_to_exit(ui, arg > 0, false);
}

/* ---- any position ---- */

/* Parses a position: "50%" of the recording's time, or an instant as in when_parse(). */
static bool parse_position(const struct ui *ui, const char *text, int64_t *out)
{
    struct player_place at = player_place(ui->player);
    struct when w = {at.first, at.last, at.time};
    char *end;
    double percent = strtod(text, &end);

    if (end == text || strcmp(end, "%") != 0)
        return when_parse(text, &w, out);
    if (!(percent >= 0 && percent <= 100))
        return false;
    *out = at.first + (int64_t)((double)(at.last - at.first) * (percent / 100));
    return true;
}

static bool accept_seek(struct ui *ui, const char *text)
{
    const char *why;
    int64_t time;

    if (!*text)
        return true;
    if (!parse_position(ui, text, &time)) {
        prompt_complain(ui->prompt, "a time: 12:03:04, +30s, -1m, 50%, start, end", 0);
        return false;
    }
    if (!player_seek_time(ui->player, time, &why))
        say_why_not(ui, why);
    position_moved(ui);
    return true;
}

void action_seek(struct ui *ui, int arg, const char *text)
{
    (void)arg;
    if (!player_here(ui))
        return;
    ui_ask(ui, '@', "seek to: ", text, accept_seek);
    if (*text && accept_seek(ui, text))
        prompt_close(ui->prompt);
}

/* True when the list of results is on top. */
static bool is_in_results(const struct ui *ui)
{
    return results_is_open(ui->results) && !picker_is_open(ui->picker) &&
           !summary_is_open(ui->summary) && !lastwords_is_open(ui->last_words);
}

/* The order of the current line: the line of the details, the selected result, or the line of the
 * pane. False: there is none. */
static bool current_line(struct ui *ui, uint64_t *order)
{
    struct pane *p = ui_focused(ui);
    struct instant at;
    struct place place;
    struct entry e;

    if (details_line(ui, &e))
        *order = e.line.order;
    else if (is_in_results(ui) && results_choice(ui->results, &place))
        *order = place.order;
    else if (ui_mode(ui) != MODE_PICKER && p && pane_instant(p, &at))
        *order = at.order;
    else
        return false;
    return true;
}

void action_as_of_line(struct ui *ui, int arg, const char *text)
{
    struct player *p = player_here(ui);
    const char *why;
    uint64_t order;
    char time[FORMAT_MAX];

    (void)arg, (void)text;
    if (!p)
        return;
    if (!current_line(ui, &order)) {
        ui_say(ui, true, "there is no line here");
        return;
    }
    if (!details_close(ui) && is_in_results(ui))
        ui_go_to_result(ui);
    if (!player_seek(p, order, &why)) {
        say_why_not(ui, why);
        return;
    }
    position_moved(ui);
    ui_say(ui, false, "all as of %s, when this line was printed",
           format_clock_ms(time, player_place(p).time));
}
