/* Actions of the details of a line, and the search for other lines with its text. */
#include "ui/action.h"

#include <limits.h>
#include <stdlib.h>

#include "base/regex.h"
#include "base/xmalloc.h"
#include "ui/state.h"

/* Bytes; of a longer line only the beginning is searched for. */
#define LITERAL_MAX 512

bool details_line(const struct ui *ui, struct entry *out)
{
    return ui->details_pane && pane_set_holds(ui->panes, ui->details_pane) &&
           pane_cursor(ui->details_pane, out);
}

void details_check(struct ui *ui)
{
    struct entry unused;

    if (!details_line(ui, &unused))
        ui->details_pane = NULL;
}

void details_move(struct ui *ui, int lines)
{
    pane_select_one(ui->details_pane, lines);
}

bool details_close(struct ui *ui)
{
    struct entry e;
    bool open = details_line(ui, &e);

    if (open && !ui->selected_before_details)
        pane_select_end(ui->details_pane);
    ui->details_pane = NULL;
    return open;
}

void action_details(struct ui *ui, int arg, const char *text)
{
    struct pane *p = ui_focused(ui);

    (void)arg, (void)text;
    ui->selected_before_details = pane_selects(p);
    if (pane_select_one(p, 0))
        ui->details_pane = p;
    else
        ui_say(ui, true, "there is no line");
}

/* The plain text of the current line, at most LITERAL_MAX bytes; the caller frees it. */
static char *current_text(struct pane *p, size_t *len)
{
    struct buf line = {0};
    size_t end;

    pane_copy_line(p, &line);
    end = line.len ? line.len - 1 : 0;
    if (end > LITERAL_MAX)
        for (end = LITERAL_MAX; end > 0 && (line.data[end] & 0xc0) == 0x80; end--)
            ;
    *len = end;
    buf_addc(&line, '\0');
    return (char *)line.data;
}

static void search_text(struct ui *ui, const char *line, size_t len)
{
    char *pattern = regex_quote(line, len), *cause;
    size_t at;

    details_close(ui);
    if (!results_search(ui->results, pattern, &cause, &at)) {
        ui_say(ui, true, "%s", cause);
        free(cause);
    }
    free(pattern);
}

void action_who_else(struct ui *ui, int arg, const char *text)
{
    struct entry unused;
    bool details = details_line(ui, &unused);
    struct pane *p = details ? ui->details_pane : ui_focused(ui);
    size_t len;

    (void)arg, (void)text;
    if (ui_mode(ui) == MODE_PICKER && !details)
        return;
    char *line = current_text(p, &len);
    if (len == 0)
        ui_say(ui, true, "the line is empty");
    else
        search_text(ui, line, len);
    free(line);
}
