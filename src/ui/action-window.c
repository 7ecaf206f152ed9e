/* Actions of the keys after Ctrl-W, as in vim; the tree is the window at the left. An action that
 * changes the size or place of a pane copies the layout on the screen to ui->plan and changes it
 * there. From then on this plan is the layout, and panes stay where they are. */
#include "ui/action.h"

#include <string.h>

#include "ui/state.h"

#define ROWS_STEP 2
#define COLS_STEP 4
#define TREE_MIN_COLS 20

bool ui_take_plan(struct ui *ui, int *tile)
{
    ui->zoomed = false;
    ui_lay_out(ui);
    plan_take(&ui->plan, &ui->layout);
    *tile = pane_set_focus(ui->panes) - ui->first_tile;
    return ui->layout.ntiles > 0;
}

/* True when there is room on the screen for the plan. */
static bool plan_fits(const struct ui *ui)
{
    struct layout l = {.body = ui->layout.body};

    return plan_cut(&ui->plan, &l);
}

/* arg: 1 side by side, 0 one above the other. */
void action_split(struct ui *ui, int arg, const char *text)
{
    struct pane *p = ui_focused(ui);
    bool room = pane_set_count(ui->panes) < LAYOUT_TILES;
    int tile, to = -1;

    (void)text;
    if (ui_take_plan(ui, &tile) && room)
        to = plan_split(&ui->plan, tile, arg > 0);
    if (to < 0 || !plan_fits(ui)) {
        plan_take(&ui->plan, &ui->layout);
        ui_say(ui, true, "there is no room");
        return;
    }
    pane_set_insert(ui->panes, ui->first_tile + to, pane_copy(p));
    pane_set_set_focus(ui->panes, ui->first_tile + to);
}

void action_only_pane(struct ui *ui, int arg, const char *text)
{
    int tile;

    (void)arg, (void)text;
    for (int i = pane_set_count(ui->panes) - 1; i >= 0; i--)
        if (i != pane_set_focus(ui->panes))
            pane_set_close(ui->panes, i);
    ui_take_plan(ui, &tile);
}

void action_equalise(struct ui *ui, int arg, const char *text)
{
    int tile;

    (void)arg, (void)text;
    if (pane_set_count(ui->panes) > 0 && ui_take_plan(ui, &tile))
        plan_equalise(&ui->plan);
}

void action_auto_layout(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui->plan.ncolumns = 0;
    ui->tree_cols = 0;
    ui_say(ui, false, "panes come and go by themselves");
}

void ui_widen_tree(struct ui *ui, int width)
{
    int most = canvas_cols(ui->canvas) - TILE_MIN_COLS;

    if (ui->layout.bar >= 0 && width >= TREE_MIN_COLS && width < most)
        ui->tree_cols = width;
}

/* arg: -2, 2: lower, higher; -1, 1: narrower, wider. */
void action_resize(struct ui *ui, int arg, const char *text)
{
    int rows = arg % 2 ? 0 : arg / 2 * ROWS_STEP, cols = arg % 2 * COLS_STEP, tile;

    (void)text;
    if (!ui_focused(ui)) {
        ui_widen_tree(ui, ui->layout.tree.cols + cols);
        return;
    }
    if (!ui_take_plan(ui, &tile) || !plan_resize(&ui->plan, tile, rows, cols))
        ui_say(ui, false, "there is no room to resize it");
}

void action_move_pane(struct ui *ui, int arg, const char *text)
{
    int from, to;

    (void)text;
    if (!ui_take_plan(ui, &from))
        return;
    to = plan_move(&ui->plan, from, (enum direction)arg);
    if (!plan_fits(ui)) {
        plan_take(&ui->plan, &ui->layout);
        ui_say(ui, true, "there is no room");
        return;
    }
    pane_set_move(ui->panes, ui->first_tile + from, ui->first_tile + to);
}

void action_window(struct ui *ui, int arg, const char *text)
{
    int focus = pane_set_focus(ui->panes);

    (void)text;
    ui->zoomed = false;
    ui_lay_out(ui);
    if (focus < 0) {
        if (arg == RIGHT && pane_set_count(ui->panes) > 0)
            pane_set_set_focus(ui->panes, pane_set_current(ui->panes));
        return;
    }
    if (ui->layout.ntiles == 0)
        return;
    int to = layout_neighbour(&ui->layout, focus - ui->first_tile, (enum direction)arg);
    if (to >= 0 && ui->first_tile + to < pane_set_count(ui->panes))
        pane_set_set_focus(ui->panes, ui->first_tile + to);
    else if (arg == LEFT && ui->tree_shown)
        pane_set_set_focus(ui->panes, -1);
}

/* arg: 1 as wide, 0 as high as possible. */
void action_maximise(struct ui *ui, int arg, const char *text)
{
    int tile;

    (void)text;
    if (ui_take_plan(ui, &tile))
        plan_maximise(&ui->plan, tile, arg > 0);
}

void action_exchange(struct ui *ui, int arg, const char *text)
{
    int i = pane_set_focus(ui->panes), other = i + 1 < pane_set_count(ui->panes) ? i + 1 : i - 1;

    (void)arg, (void)text;
    if (other >= 0)
        pane_set_swap(ui->panes, i, other);
}

/* Moves the panes of the focused column. arg: 1 down, -1 up. */
void action_rotate(struct ui *ui, int arg, const char *text)
{
    int tile, first, n;

    (void)text;
    if (!ui_take_plan(ui, &tile))
        return;
    plan_column_of(&ui->plan, tile, &first, &n);
    first += ui->first_tile;
    for (int i = 1; i < n; i++) {
        int at = arg > 0 ? first + n - i : first + i;
        pane_set_swap(ui->panes, at, at - 1);
    }
}

/* arg: 1 the last pane, -1 the first, 0 the pane that had the focus before. */
void action_focus_end(struct ui *ui, int arg, const char *text)
{
    bool tree = pane_set_focus(ui->panes) < 0;
    int count = pane_set_count(ui->panes);
    int to = arg > 0   ? count - 1
             : arg < 0 ? 0
             : tree    ? pane_set_current(ui->panes)
                       : pane_set_previous(ui->panes);

    (void)text;
    if (to >= 0 && to < count)
        pane_set_set_focus(ui->panes, to);
}
