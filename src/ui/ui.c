/* The life of the user interface, its modes and layout, its work over time and its input. What is
 * on top receives the keys, in this order: the prompt, the picker, the help, the list of processes,
 * the details, summary, last words and results, the timeline, then the focused pane or the tree. */
#include "ui/ui.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/xmalloc.h"
#include "ui/state.h"
#include "view/blocked-text.h"

#define SECOND ((int64_t)1000000000)
#define MESSAGE_TIME (8 * SECOND)
#define IDLE (5 * SECOND) /* without input: panes may open even while the tree is hidden */

struct ui *ui_new(struct model *m, const struct ui_hooks *hooks, bool ascii)
{
    struct ui *ui = xcalloc(1, sizeof *ui);

    ui->model = m;
    ui->hooks = *hooks;
    ui->ascii = ascii;
    ui->canvas = canvas_new(24, 80);
    ui->clock = clock_new();
    ui->tree = treeview_new(m, ui->clock);
    ui->panes = pane_set_new(m);
    ui->help = help_new();
    ui->picker = picker_new();
    ui->results = results_new(m);
    ui->timeline = timeline_view_new(m);
    ui->details = details_new(m);
    ui->last_words = lastwords_new(m);
    ui->summary = summary_new();
    ui->notices = notices_new(m);
    ui->bell = true;
    ui->prompt = prompt_new();
    ui->requests = requests_new(hooks->control, hooks->user, ui);
    ui->procview = procview_new();
    ui->tree_shown = ui->mouse = ui->dirty = ui->incremental = true;
    return ui;
}

void ui_free(struct ui *ui)
{
    if (!ui)
        return;
    if (ui->recorder)
        free(recorder_end(ui->recorder, &ui->message_bad));
    live_cancel(ui);
    treeview_free(ui->tree);
    clock_free(ui->clock);
    pane_set_free(ui->panes);
    help_free(ui->help);
    picker_free(ui->picker);
    results_free(ui->results);
    timeline_view_free(ui->timeline);
    details_free(ui->details);
    lastwords_free(ui->last_words);
    summary_free(ui->summary);
    notices_free(ui->notices);
    free(ui->notice_text);
    view_free(ui->watch_view);
    for (size_t i = 0; i < ui->watch_count; i++)
        free(ui->watches[i].command);
    free(ui->watches);
    prompt_free(ui->prompt);
    requests_free(ui->requests);
    procview_free(ui->procview);
    free(ui->targets.all);
    canvas_free(ui->canvas);
    buf_free(&ui->clipboard);
    free(ui->command);
    free(ui->save_path);
    free(ui->message);
    for (unsigned i = 0; i < ui->nfds; i++)
        free(ui->fds[i]);
    free(ui->fds);
    free(ui);
}

void ui_set(struct ui *ui, const struct config *c)
{
    struct pane_look look = {c->wrap, c->numbers, c->times};

    pane_set_set_look(ui->panes, &look);
    ui->ascii = ui->ascii || c->ascii;
    ui->tree_shown = c->tree;
    ui->incremental = c->incremental;
    if (treeview_toggle_threads(ui->tree) != c->threads)
        treeview_toggle_threads(ui->tree);
    if (treeview_toggle_sparks(ui->tree) != c->sparklines)
        treeview_toggle_sparks(ui->tree);
    if (treeview_toggle_dead(ui->tree) != c->dead)
        treeview_toggle_dead(ui->tree);
    if (c->dead_age)
        treeview_set_dead_age(ui->tree, c->dead_age);
    ui->mouse = c->mouse;
    ui->bell = c->bell;
    if (!c->mouse)
        ui_wish(ui, UI_MOUSE_OFF);
}

void ui_resize(struct ui *ui, int rows, int cols)
{
    canvas_resize(ui->canvas, rows, cols);
    ui->dirty = true;
}

void ui_wish(struct ui *ui, enum ui_wish wish)
{
    if (ui->nwishes < UI_WISHES)
        ui->wishes[ui->nwishes++] = wish;
}

struct bytes ui_clipboard(const struct ui *ui)
{
    return (struct bytes){ui->clipboard.data, ui->clipboard.len};
}

enum ui_wish ui_take_wish(struct ui *ui)
{
    if (ui->nwishes == 0)
        return UI_NOTHING;
    enum ui_wish first = ui->wishes[0];
    ui->nwishes--;
    memmove(ui->wishes, ui->wishes + 1, sizeof *ui->wishes * (size_t)ui->nwishes);
    return first;
}

void ui_say(struct ui *ui, bool bad, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    free(ui->message);
    ui->message = xstrdup(text);
    ui->message_bad = bad;
    ui->message_notice = false;
    ui->message_since = ui->now;
    ui->message_end = ui->now + MESSAGE_TIME;
    ui->dirty = true;
}

enum mode ui_mode(const struct ui *ui)
{
    struct entry unused;

    if (prompt_is_open(ui->prompt))
        return MODE_PROMPT;
    if (picker_is_open(ui->picker))
        return MODE_PICKER;
    if (help_is_open(ui->help))
        return MODE_HELP;
    if (procview_is_open(ui->procview))
        return MODE_PROCESSES;
    if (details_line(ui, &unused) || summary_is_open(ui->summary) ||
        lastwords_is_open(ui->last_words) || results_is_open(ui->results))
        return MODE_PICKER;
    if (timeline_view_has_focus(ui->timeline))
        return MODE_TIMELINE;
    return ui_base_mode(ui);
}

enum mode ui_base_mode(const struct ui *ui)
{
    const struct pane *p = ui_focused(ui);

    return !p ? MODE_TREE : pane_is_screen(p) ? MODE_SCREEN : MODE_PANE;
}

struct pane *ui_focused(const struct ui *ui)
{
    return pane_set_focused(ui->panes);
}

struct pane *ui_current(const struct ui *ui)
{
    return pane_set_pane(ui->panes, pane_set_current(ui->panes));
}

void ui_ask(struct ui *ui, char kind, const char *label, const char *text, prompt_fn *accept)
{
    prompt_open(ui->prompt, kind, label, text);
    ui->accept = accept;
}

void ui_complain(struct ui *ui, char *cause, size_t at)
{
    prompt_complain(ui->prompt, cause, (int)at);
    free(cause);
}

/* ---- layout ---- */

/* The rows of the timeline, which the panes lose. */
static int band_rows(const struct ui *ui)
{
    return timeline_view_is_open(ui->timeline) ? timeline_view_rows(canvas_rows(ui->canvas)) : 0;
}

static struct layout_wish make_layout_wish(const struct ui *ui)
{
    bool tree_focus = pane_set_focus(ui->panes) < 0;
    struct layout_wish wish = {.tree = ui->tree_shown || tree_focus,
                               .tree_focus = tree_focus,
                               .tree_wide = ui->zoomed && tree_focus,
                               .panes = pane_set_count(ui->panes),
                               .tree_cols = ui->tree_cols,
                               .band = band_rows(ui),
                               .plan = ui->plan.ncolumns ? &ui->plan : NULL};

    if (ui->zoomed && !tree_focus) {
        wish.tree = false;
        wish.panes = 1;
        wish.plan = NULL;
    }
    return wish;
}

int ui_capacity(const struct ui *ui, bool good)
{
    struct layout_wish wish = {
        .tree = ui->tree_shown, .tree_cols = ui->tree_cols, .band = band_rows(ui)};

    if (ui->plan.ncolumns)
        return plan_tiles(&ui->plan);

    return layout_capacity(canvas_rows(ui->canvas), canvas_cols(ui->canvas), &wish, good);
}

void ui_lay_out(struct ui *ui)
{
    struct layout_wish wish = make_layout_wish(ui);

    layout_make(&ui->layout, canvas_rows(ui->canvas), canvas_cols(ui->canvas), &wish);
    ui->first_tile =
        ui->zoomed ? pane_set_current(ui->panes) : pane_set_first(ui->panes, ui->layout.ntiles);
    if (ui->first_tile < 0)
        ui->first_tile = 0;
}

/* A layout of the user's gets one more tile, unless the tiles would be too small. */
int ui_open(struct ui *ui, struct scope scope)
{
    int before = pane_set_count(ui->panes), capacity = ui_capacity(ui, false);
    struct plan plan = ui->plan;
    bool grow = plan.ncolumns && plan_tiles(&plan) == before && before > 0 &&
                plan_split(&plan, before - 1, false) >= 0 &&
                plan_cut(&plan, &(struct layout){.body = ui->layout.body});
    int i = pane_set_open(ui->panes, scope, KIND_ALL, capacity + grow);

    if (grow && pane_set_count(ui->panes) > before)
        ui->plan = plan;
    return i;
}

void ui_close(struct ui *ui)
{
    int i = pane_set_focus(ui->panes);

    if (i < 0)
        return;
    if (ui->plan.ncolumns && plan_tiles(&ui->plan) == pane_set_count(ui->panes))
        plan_remove(&ui->plan, i);
    else
        ui->plan.ncolumns = 0;
    pane_set_close(ui->panes, i);
}

/* ---- time and work ---- */

/* Shows the newest note of the model as a message. */
static void show_new_note(struct ui *ui)
{
    uint64_t end = model_end_note(ui->model);
    const struct note *note = end > ui->notes_seen ? model_note(ui->model, end - 1) : NULL;

    ui->notes_seen = end;
    if (note)
        ui_say(ui, false, "%s", note->text);
}

void ui_tick(struct ui *ui, int64_t now)
{
    bool tree_focus = pane_set_focus(ui->panes) < 0;

    ui->now = now;
    if (ui->player && player_tick(ui->player, now))
        ui->dirty = true;
    clock_tick(ui->clock, ui->model, now);
    if (treeview_tick(ui->tree, now))
        ui->dirty = true;
    status_tick(&ui->status, ui->model, now);
    show_new_note(ui);
    requests_tick(ui->requests);
    attach_tick(ui);
    record_tick(ui);
    trouble_tick(ui);
    notice_tick(ui);
    redraw_tick(ui);
    if (ui->message && now >= ui->message_end) {
        free(ui->message);
        ui->message = NULL;
        ui->dirty = true;
    }
    bool grow = !ui->zoomed && (tree_focus || (!ui->tree_shown && now - ui->last_input > IDLE));
    if (!ui->lock.on && pane_set_arrange(ui->panes, now, ui_capacity(ui, true), grow))
        ui->dirty = true;
    if (!ui->tree_shown && tree_focus && pane_set_count(ui->panes) > 0)
        pane_set_set_focus(ui->panes, 0);
}

void ui_say_search(struct ui *ui, struct pane *p)
{
    bool found = pane_search_state(p) != PANE_SEARCH_NOT_FOUND;
    uint64_t gave_up = pane_search_gave_up(p);

    if (gave_up)
        ui_say(ui, true, "%s: %s, but it gave up on %" PRIu64 " line%s that took too many steps",
               found ? "found" : "not found", pane_search_pattern(p), gave_up,
               gave_up == 1 ? "" : "s");
    else if (!found)
        ui_say(ui, true, "not found: %s", pane_search_pattern(p));
    else if (pane_search_wrapped(p))
        ui_say(ui, false, "the search went past the end");
}

bool ui_work(struct ui *ui, size_t budget)
{
    struct pane *p = pane_set_pane(ui->panes, pane_set_current(ui->panes));
    bool searching = p && pane_search_state(p) == PANE_SEARCH_RUNS;
    bool more = pane_set_work(ui->panes, budget);

    if (more || ui->work_left)
        ui->dirty = true;
    ui->work_left = more;
    if (searching && pane_search_state(p) != PANE_SEARCH_RUNS) {
        if (ui->live.kind == LIVE_NONE)
            ui_say_search(ui, p);
        ui->dirty = true;
    }
    more |= notices_work(ui->notices, budget);
    return results_work(ui->results, budget, &ui->dirty) || more;
}

/* True when a step of the clock has begun since the last drawing. */
static bool is_later(const struct ui *ui, int64_t step)
{
    return ui->drawn_at / step != ui->now / step;
}

bool ui_is_playing(const struct ui *ui)
{
    return ui->player && player_plays(ui->player);
}

bool ui_is_dirty(const struct ui *ui)
{
    bool tenths;

    return ui->dirty || ui->drawn_generation != model_generation(ui->model) ||
           (is_later(ui, SECOND) && (ui->status.rate > 0 || treeview_moves(ui->tree) ||
                                     blocked_runs(ui->model, ui->clock, &tenths))) ||
           (is_later(ui, SECOND / 10) && blocked_runs(ui->model, ui->clock, &tenths) && tenths);
}

/* ---- input ---- */

void ui_run(struct ui *ui, const struct action *action, const char *text)
{
    log_line(LOG_UI, "action %s %s", action->name, text);
    action->run(ui, action->arg, text);
}

void ui_await(struct ui *ui, const char *action)
{
    ui->awaiting = keys_named(action);
}

/* Gives the key to the action that waits for it. Escape and other named keys only end the waiting.
 */
static void take_awaited(struct ui *ui, const struct input_event *ev)
{
    const struct action *action = ui->awaiting;
    bool named = ev->key[0] == '<' && ev->key[1];

    ui->awaiting = NULL;
    if (ev->cp > ' ' && !named && action->modes & ui_mode(ui))
        ui_run(ui, action, ev->key);
}

/* Handles the second key of a sequence. */
static void take_second(struct ui *ui, enum mode mode, const struct input_event *ev)
{
    char both[sizeof ui->prefix + sizeof ev->key], first[24], second[24];
    const struct action *action;

    snprintf(both, sizeof both, "%s%s", ui->prefix, ev->key);
    action = keys_find(mode, both);
    if (action)
        ui_run(ui, action, "");
    else if (strcmp(ev->key, "<Escape>") != 0 && strcmp(ev->key, "<C-c>") != 0)
        ui_say(ui, true, "%s %s means nothing", key_text(first, ui->prefix),
               key_text(second, ev->key));
    ui->prefix[0] = '\0';
}

static void say_key_is_for_lines(struct ui *ui, const char *key)
{
    char pressed[24], screen[24];

    ui_say(ui, false, "%s is for lines; %s shows them", key_text(pressed, key),
           key_first(screen, keys_named("screen")));
}

/* For keys that do nothing in the timeline. */
static void say_key_is_for_panes(struct ui *ui, const char *key)
{
    char pressed[24], leave[24];

    ui_say(ui, false, "%s is for panes and the tree; %s gives the keys back",
           key_text(pressed, key), key_first(leave, keys_named("time-leave")));
}

static void handle_key(struct ui *ui, const struct input_event *ev)
{
    enum mode mode = ui_mode(ui);
    const struct action *action = keys_find(mode, ev->key);
    bool digit = ev->cp >= '0' && ev->cp <= '9';

    if (ui->awaiting)
        take_awaited(ui, ev);
    else if (ui->prefix[0])
        take_second(ui, mode, ev);
    else if (action)
        ui_run(ui, action, digit ? ev->key : "");
    else if (mode == MODE_PROMPT && ev->cp)
        prompt_insert_char(ui->prompt, ev->cp);
    else if (mode == MODE_PROCESSES && ev->cp >= ' ' && !(ev->key[0] == '<' && ev->key[1]))
        procview_type(ui->procview, ev->cp);
    else if (keys_want_more(mode, ev->key))
        snprintf(ui->prefix, sizeof ui->prefix, "%s", ev->key);
    else if (mode == MODE_SCREEN && keys_find(MODE_PANE, ev->key))
        say_key_is_for_lines(ui, ev->key);
    else if (mode == MODE_TIMELINE && keys_find(ui_base_mode(ui), ev->key))
        say_key_is_for_panes(ui, ev->key);
}

void ui_choose_process(struct ui *ui)
{
    ui_run(ui, keys_named("attach"), "");
}

static bool has_wish(const struct ui *ui, enum ui_wish wish)
{
    for (int i = 0; i < ui->nwishes; i++)
        if (ui->wishes[i] == wish)
            return true;
    return false;
}

void ui_input(struct ui *ui, const struct input_event *ev)
{
    if (has_wish(ui, UI_PIPE))
        return; /* the lines for the pipe must not change */
    ui->dirty = true;
    ui->last_input = ui->now;
    if (ev->kind == INPUT_KEY)
        handle_key(ui, ev);
    else if (ev->kind == INPUT_PASTE && prompt_is_open(ui->prompt))
        prompt_insert(ui->prompt, ev->paste, ev->paste_len);
    else if (ev->kind == INPUT_MOUSE)
        mouse_input(ui, ev);
    live_check(ui);
    details_check(ui);
    notice_visit(ui);
}
