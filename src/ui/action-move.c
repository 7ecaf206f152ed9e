/* Actions that move in panes, the tree, the help and lists. */
#include "ui/action.h"

#include "ui/state.h"

#define SIDE_COLS 8

void ui_move_in_list(struct ui *ui, int lines)
{
    struct entry unused;

    if (picker_is_open(ui->picker))
        picker_move(ui->picker, lines);
    else if (details_line(ui, &unused))
        details_move(ui, lines);
    else if (summary_is_open(ui->summary))
        summary_scroll(ui->summary, lines);
    else if (lastwords_is_open(ui->last_words))
        lastwords_move(ui->last_words, lines);
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
    else if (lastwords_is_open(ui->last_words))
        lastwords_page(ui->last_words, halves);
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

static void follow_pane(struct ui *ui)
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
        follow_pane(ui);
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
        follow_pane(ui);
    else if (treeview_toggle_follow(ui->tree))
        ui_say(ui, false, "the tree follows the newest output");
    else
        ui_say(ui, false, "the tree stays where it is");
}
