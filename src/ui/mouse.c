/* A press on a border or a line begins a drag (ui->drag); the release ends it. */
#include "ui/mouse.h"

#include "ui/state.h"

#define WHEEL_ROWS 3

/* The index of the pane at that cell of the screen, -1: none. */
static int pane_at(const struct ui *ui, int row, int col)
{
    for (int i = 0; i < ui->layout.ntiles; i++)
        if (rect_holds(ui->layout.tiles[i], row, col))
            return ui->first_tile + i < pane_set_count(ui->panes) ? ui->first_tile + i : -1;
    return -1;
}

/* True when the mouse is over the timeline. */
static bool is_over_timeline(const struct ui *ui, const struct input_event *ev)
{
    bool full = timeline_view_is_full(ui->timeline) || ui->layout.band.rows == 0;

    return (full && timeline_view_has_focus(ui->timeline)) ||
           rect_holds(ui->layout.band, ev->row, ev->col);
}

static void handle_wheel(struct ui *ui, const struct input_event *ev)
{
    int rows = ev->mouse == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS;
    int i = pane_at(ui, ev->row, ev->col);

    if (help_is_open(ui->help))
        help_scroll(ui->help, rows);
    else if (picker_is_open(ui->picker))
        picker_move(ui->picker, rows < 0 ? -1 : 1);
    else if (procview_is_open(ui->procview))
        procview_move(ui->procview, rows);
    else if (ui_mode(ui) == MODE_PICKER)
        ui_move_in_list(ui, rows);
    else if (is_over_timeline(ui, ev))
        timeline_view_zoom(ui->timeline, rows < 0, lock_time(ui));
    else if (rect_holds(ui->layout.tree, ev->row, ev->col))
        treeview_wheel(ui->tree, rows);
    else if (i >= 0)
        pane_scroll(pane_set_pane(ui->panes, i), rows);
}

/* ---- borders ---- */

/* The tile with its right border at that cell, -1: none. */
static int tile_left_of(const struct layout *l, int row, int col)
{
    for (int i = 0; i < l->ntiles; i++)
        if (l->tiles[i].col + l->tiles[i].cols == col && col < l->body.col + l->body.cols &&
            row >= l->tiles[i].row && row < l->tiles[i].row + l->tiles[i].rows)
            return i;
    return -1;
}

/* The tile above the title at that cell, which is its lower border; -1: none. */
static int tile_above(const struct layout *l, int row, int col)
{
    for (int i = 1; i < l->ntiles; i++)
        if (l->tiles[i].row == row && row > l->body.row && rect_holds(l->tiles[i], row, col))
            return i - 1;
    return -1;
}

static void grab_border(struct ui *ui, const struct input_event *ev)
{
    const struct layout *l = &ui->layout;
    int left = tile_left_of(l, ev->row, ev->col), above = tile_above(l, ev->row, ev->col);

    if (l->bar >= 0 && ev->col == l->bar && ev->row < l->tree.rows)
        ui->drag = (struct drag){.what = DRAG_TREE};
    else if (left >= 0)
        ui->drag = (struct drag){.what = DRAG_COLUMN, .tile = left};
    else if (above >= 0)
        ui->drag = (struct drag){.what = DRAG_ROW, .tile = above};
}

/* Moves the border, as far as there is room. */
static void move_border(struct ui *ui, int rows, int cols)
{
    int tile = ui->drag.tile;

    while ((rows || cols) && !plan_resize(&ui->plan, tile, rows, cols)) {
        rows -= (rows > 0) - (rows < 0);
        cols -= (cols > 0) - (cols < 0);
    }
}

static void drag_border(struct ui *ui, const struct input_event *ev)
{
    int focused, tile = ui->drag.tile;

    if (ui->zoomed || !ui_take_plan(ui, &focused) || tile >= ui->layout.ntiles)
        return;
    struct rect r = ui->layout.tiles[tile];
    if (ui->drag.what == DRAG_COLUMN)
        move_border(ui, 0, ev->col - r.col - r.cols);
    else
        move_border(ui, ev->row - r.row - r.rows, 0);
}

/* ---- lines ---- */

static void grab_line(struct ui *ui, const struct input_event *ev, int i)
{
    struct pane *p = pane_set_pane(ui->panes, i);
    struct rect r = ui->layout.tiles[i - ui->first_tile];
    uint64_t entry;

    pane_select_end(p);
    if (pane_is_screen(p))
        return;
    if (ev->row > r.row && pane_entry_at(p, ev->row - r.row - 1, &entry))
        ui->drag = (struct drag){.what = DRAG_LINES, .pane = p, .entry = entry};
}

static void drag_lines(struct ui *ui, const struct input_event *ev)
{
    struct pane *p = ui_focused(ui);
    int tile = pane_set_focus(ui->panes) - ui->first_tile;
    uint64_t entry;

    if (!p || p != ui->drag.pane || tile < 0 || tile >= ui->layout.ntiles)
        return;
    struct rect r = ui->layout.tiles[tile];
    int row = ev->row - r.row - 1, last = r.rows - 2;
    if (!pane_selects(p) && pane_select_at(p, ui->drag.entry))
        ui_say(ui, false, "y copies the selected lines, s saves, | pipes them, Escape ends");
    if (pane_entry_at(p, row < 0 ? 0 : row < last ? row : last, &entry))
        pane_select_to(p, entry);
    if (row < 0 || row > last)
        pane_select_move(p, row < 0 ? -1 : 1);
}

/* ---- the button ---- */

static void press_on_panes(struct ui *ui, const struct input_event *ev)
{
    int i = pane_at(ui, ev->row, ev->col);

    timeline_view_focus(ui->timeline, false);
    grab_border(ui, ev);
    if (ui->drag.what == DRAG_NONE && rect_holds(ui->layout.tree, ev->row, ev->col)) {
        pane_set_set_focus(ui->panes, -1);
        if (treeview_click(ui->tree, ev->row - ui->layout.tree.row - 1))
            ui_run(ui, keys_named("open"), "");
    } else if (i >= 0) {
        pane_set_set_focus(ui->panes, i);
        if (ui->drag.what == DRAG_NONE)
            grab_line(ui, ev, i);
    }
}

static void handle_press(struct ui *ui, const struct input_event *ev)
{
    int64_t time;

    if (prompt_is_open(ui->prompt))
        return; /* the prompt is about the focused pane, so the focus must not change */
    if (picker_is_open(ui->picker)) {
        if (picker_click(ui->picker, ev->row, ev->col))
            ui_run(ui, keys_named("choose"), "");
    } else if (help_is_open(ui->help)) {
        help_close(ui->help);
    } else if (procview_is_open(ui->procview)) {
        if (procview_click(ui->procview, ev->row, ev->col))
            ui_run(ui, keys_named("attach-chosen"), "");
    } else if (details_close(ui)) {
        /* any click closes the details */
    } else if (summary_is_open(ui->summary)) {
        summary_close(ui->summary);
    } else if (lastwords_is_open(ui->last_words)) {
        if (lastwords_click(ui->last_words, ev->row, ev->col))
            ui_run(ui, keys_named("choose"), "");
    } else if (results_is_open(ui->results)) {
        if (results_click(ui->results, ev->row, ev->col))
            ui_run(ui, keys_named("choose"), "");
    } else if (is_over_timeline(ui, ev)) {
        timeline_view_focus(ui->timeline, true);
        if (timeline_view_click(ui->timeline, ev->row, ev->col, &time))
            ui_go_to_time(ui, time);
    } else
        press_on_panes(ui, ev);
}

static void handle_drag(struct ui *ui, const struct input_event *ev)
{
    if (!(ui_mode(ui) & (MODE_PANE | MODE_SCREEN | MODE_TREE)))
        return;
    ui_lay_out(ui);
    if (ui->drag.what == DRAG_TREE)
        ui_widen_tree(ui, ev->col);
    else if (ui->drag.what == DRAG_LINES)
        drag_lines(ui, ev);
    else if (ui->drag.what != DRAG_NONE)
        drag_border(ui, ev);
}

void mouse_input(struct ui *ui, const struct input_event *ev)
{
    if (ev->mouse >= MOUSE_WHEEL_UP)
        handle_wheel(ui, ev);
    else if (ev->mouse == MOUSE_DRAG)
        handle_drag(ui, ev);
    else {
        ui->drag.what = DRAG_NONE;
        if (ev->mouse == MOUSE_PRESS && ev->button == 1)
            handle_press(ui, ev);
    }
}
