/* Draws the frame: tree, panes, timeline and bars, then the lists and boxes over them. */
#include "ui/ui.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "term/term.h"
#include "term/theme.h"
#include "ui/state.h"
#include "view/pane/pane-title.h"

static struct area rect_area(const struct ui *ui, struct rect r)
{
    return area_part(area_all(ui->canvas), r.row, r.col, r.rows, r.cols);
}

static void draw_tree(struct ui *ui)
{
    struct area a = rect_area(ui, ui->layout.tree);
    bool focused = pane_set_focus(ui->panes) < 0 && !timeline_view_has_focus(ui->timeline);
    struct style line = theme(focused ? ROLE_FOCUS : ROLE_LINE);
    char clock[FORMAT_MAX];

    area_repeat(a, 0, 0, a.cols, 0x2500, line);
    const struct task *root = treeview_root(ui->tree);
    struct style title = theme(focused ? ROLE_FOCUS : ROLE_STRONG);
    int col = area_text(a, 0, 1, title, " Tasks ");
    if (root)
        col = area_textf(a, 0, col, title, "below %" PRIu64 " ", root->tid);
    if (ui->lock.on)
        col = area_textf(a, 0, col, theme(ROLE_WARN), "at %s ",
                         format_clock_ms(clock, ui->lock.at.time));
    if (treeview_tags(ui->tree))
        col = area_textf(a, 0, col, theme(ROLE_WARN), "%zu tagged ", treeview_tags(ui->tree));
    char *dead = treeview_dead_text(ui->tree);
    if (dead)
        col = area_text(a, 0, area_cut(a, 0, col, a.cols - col, theme(ROLE_DIM), dead),
                        theme(ROLE_DIM), " ");
    free(dead);
    const char *heading = treeview_heading(ui->tree);
    int at = a.cols - text_width(heading) - 3;
    if (*heading && at > col)
        area_textf(a, 0, at, theme(ROLE_DIM), " %s ", heading);
    treeview_draw(ui->tree, area_part(a, 1, 0, a.rows - 1, a.cols), focused);
}

/* The task that an empty pane tells about. */
static const struct task *waiting_task(struct ui *ui, struct pane *p)
{
    const struct task *t = p ? view_scope(pane_view(p)).task : treeview_selected(ui->tree);
    const struct source *source = ui_source_here(ui);

    if (!t && p && pane_stream(p))
        t = stream_task(pane_stream(p));
    return t ? t : source ? source->first_root : NULL;
}

static void draw_pane(struct ui *ui, struct rect r, int i)
{
    struct pane *p = pane_set_pane(ui->panes, i);
    struct area a = rect_area(ui, r), text = area_part(a, 1, 0, r.rows - 1, r.cols);
    char key[24];
    struct title_look look = {.number = i < 9 ? i + 1 : 0,
                              .at = pane_locked(p) ? &ui->lock.at : NULL,
                              .watched = notices_rules(ui->notices, view_scope(pane_view(p))) > 0,
                              .focused = i == pane_set_focus(ui->panes) &&
                                         !timeline_view_has_focus(ui->timeline),
                              .frozen = ui->paused,
                              .screen_key = key_first(key, keys_named("screen")),
                              .clock = pane_locked(p) ? NULL : ui->clock};

    bool drawn = pane_draw(p, text);
    if (!drawn && pane_locked(p))
        title_draw_nothing(text, p, &ui->lock.at);
    else if (!drawn)
        title_draw_waiting(text, p, waiting_task(ui, p), ui->clock);
    title_draw(area_part(a, 0, 0, 1, r.cols), p, &look);
}

static void draw_no_panes(struct ui *ui)
{
    struct area a = rect_area(ui, ui->layout.tiles[0]);

    area_repeat(a, 0, 0, a.cols, 0x2500, theme(ROLE_LINE));
    area_text(a, 0, 1, theme(ROLE_STRONG), " No output yet ");
    title_draw_waiting(area_part(a, 2, 1, a.rows - 2, a.cols - 2), NULL, waiting_task(ui, NULL),
                       ui->clock);
}

static bool is_title_line(const struct ui *ui, int row, int col)
{
    return col >= 0 && col < canvas_cols(ui->canvas) &&
           canvas_row(ui->canvas, row)[col].chars[0] == 0x2500;
}

/* Draws a vertical line, joined with the title lines that it touches. */
static void draw_bar(struct ui *ui, int col, int row, int rows)
{
    struct area a = area_all(ui->canvas);

    for (int at = row; at < row + rows; at++) {
        bool left = is_title_line(ui, at, col - 1), right = is_title_line(ui, at, col + 1);
        const char *joint = left && right ? (at == 0 ? "┬" : "┼") : left ? "┤" : "├";
        area_text(a, at, col, theme(ROLE_LINE), left || right ? joint : "│");
    }
}

static void draw_panes(struct ui *ui)
{
    const struct layout *l = &ui->layout;

    for (int i = 0; i < l->ntiles && ui->first_tile + i < pane_set_count(ui->panes); i++)
        draw_pane(ui, l->tiles[i], ui->first_tile + i);
    if (pane_set_count(ui->panes) == 0 && l->ntiles > 0)
        draw_no_panes(ui);
    for (int i = 0; i < l->ntiles; i++)
        if (l->tiles[i].col > l->body.col)
            draw_bar(ui, l->tiles[i].col - 1, l->tiles[i].row, l->tiles[i].rows);
}

static void draw_bars(struct ui *ui)
{
    const struct layout *l = &ui->layout;
    struct area bottom = rect_area(ui, l->keys.rows ? l->keys : l->status);
    struct status_look look = {.paused = ui->paused,
                               .recording = ui->hooks.control == NULL,
                               .locked = ui->lock.on ? &ui->lock.at : NULL,
                               .unseen = pane_set_unseen(ui->panes),
                               .tree_filter = treeview_filter_text(ui->tree),
                               .player = ui->player,
                               .recorder = ui->recorder};

    status_draw(rect_area(ui, l->status), &ui->status, ui->model, &look);
    if (ui->prefix[0]) {
        if (l->keys.rows)
            status_draw_seconds(area_all(ui->canvas), ui_mode(ui), ui->prefix);
        return;
    }
    if (l->keys.rows && !ui->message)
        status_draw_hints(bottom, ui_mode(ui));
    if (ui->awaiting) {
        area_fill(bottom, theme(ROLE_HINT));
        area_text(bottom, 0, 1, theme(ROLE_HINT), ui->awaiting->help);
    } else if (ui->message) {
        struct style style = theme(ui->message_bad ? ROLE_ERROR : ROLE_TEXT);
        area_fill(bottom, style);
        area_text(bottom, 0, 1, style, ui->message);
    }
}

/* While an incremental search or filter runs, a note stands below the prompt at all times if there
 * is a hint line, so that the prompt does not move up and down. */
static void draw_prompt(struct ui *ui)
{
    bool bad, live = ui->live.kind != LIVE_NONE;
    char *note = live ? live_note(ui, &bad) : NULL;

    if (live)
        prompt_set_note(ui->prompt, ui->layout.keys.rows || bad ? note : NULL, bad);
    free(note);
    int rows = prompt_rows(ui->prompt), last = canvas_rows(ui->canvas);

    prompt_draw(ui->prompt,
                rect_area(ui, (struct rect){last - rows, 0, rows, canvas_cols(ui->canvas)}));
}

/* Draws the timeline as a band, or over everything above the status bar. */
static void draw_timeline(struct ui *ui, struct area above)
{
    struct rect band = ui->layout.band;
    bool all = timeline_view_has_focus(ui->timeline) &&
               (timeline_view_is_full(ui->timeline) || band.rows == 0);

    if (all || band.rows > 0)
        timeline_view_draw(ui->timeline, all ? above : rect_area(ui, band), lock_time(ui));
}

/* True when the current pane is in the lower half: the details then cover the upper half. */
static bool is_in_lower_half(const struct ui *ui)
{
    int i = pane_set_current(ui->panes) - ui->first_tile;

    return i >= 0 && i < ui->layout.ntiles && ui->layout.tiles[i].row >= ui->layout.status.row / 2;
}

static void draw_overlays(struct ui *ui)
{
    struct area above = area_all(ui->canvas);
    struct entry line;

    above.rows = ui->layout.status.row;
    draw_timeline(ui, above);
    if (results_is_open(ui->results))
        results_draw(ui->results, above);
    if (details_line(ui, &line))
        details_draw(ui->details, above, &line, is_in_lower_half(ui));
    if (lastwords_is_open(ui->last_words))
        lastwords_draw(ui->last_words, above);
    if (summary_is_open(ui->summary))
        summary_draw(ui->summary, above);
    if (procview_is_open(ui->procview))
        procview_draw(ui->procview, above);
    if (help_is_open(ui->help))
        help_draw(ui->help, above);
    if (picker_is_open(ui->picker))
        picker_draw(ui->picker, above);
    if (prompt_is_open(ui->prompt))
        draw_prompt(ui);
}

static void draw_too_small(struct ui *ui)
{
    char text[64];
    struct area a = area_all(ui->canvas);

    snprintf(text, sizeof text, "at least %dx%d", TERM_MIN_COLS, TERM_MIN_ROWS);
    int col = (a.cols - text_width(text)) / 2;
    area_text(a, a.rows / 2, col > 0 ? col : 0, theme(ROLE_STRONG), text);
}

const struct canvas *ui_draw(struct ui *ui)
{
    int rows = canvas_rows(ui->canvas), cols = canvas_cols(ui->canvas);
    canvas_clear(ui->canvas);
    ui->dirty = false;
    ui->drawn_generation = model_generation(ui->model);
    ui->drawn_at = ui->now;
    if (rows < TERM_MIN_ROWS || cols < TERM_MIN_COLS) {
        draw_too_small(ui);
        return ui->canvas;
    }
    ui_lay_out(ui);
    lock_apply(ui);
    if (ui->layout.tree.rows)
        draw_tree(ui);
    draw_panes(ui);
    if (ui->layout.bar >= 0)
        draw_bar(ui, ui->layout.bar, 0, ui->layout.tree.rows);
    draw_bars(ui);
    draw_overlays(ui);
    if (ui->ascii)
        canvas_to_ascii(ui->canvas);
    return ui->canvas;
}
