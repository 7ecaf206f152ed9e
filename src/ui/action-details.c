/* The details of a line, and who else prints it; see action.c. */
#include "ui/action.h"

#include <limits.h>
#include <stdlib.h>

#include "base/regex.h"
#include "base/xmalloc.h"
#include "ui/state.h"

/* Of a longer line the beginning is looked for. */
#define LITERAL_MAX 512

bool details_line(const struct ui *ui, struct entry *out)
{
    return ui->detailed && pane_set_holds(ui->panes, ui->detailed) &&
           pane_cursor(ui->detailed, out);
}

void details_check(struct ui *ui)
{
    struct entry unused;

    if (!details_line(ui, &unused))
        ui->detailed = NULL;
}

void details_move(struct ui *ui, int lines)
{
    pane_stand(ui->detailed, lines);
}

bool details_close(struct ui *ui)
{
    struct entry e;
    bool open = details_line(ui, &e);

    if (open && !ui->detailed_chosen)
        pane_select_end(ui->detailed);
    ui->detailed = NULL;
    return open;
}

void action_details(struct ui *ui, int arg, const char *text)
{
    struct pane *p = ui_focused(ui);

    (void)arg, (void)text;
    ui->detailed_chosen = pane_selects(p);
    if (pane_stand(p, 0))
        ui->detailed = p;
    else
        ui_say(ui, true, "there is no line");
}

/* The plain text of a line, as much of it as is looked for; to be freed. */
static char *literal(struct pane *p, size_t *len)
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

static void look_for(struct ui *ui, const char *line, size_t len)
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
    struct entry line_of_details;
    bool details = details_line(ui, &line_of_details);
    struct pane *p = details ? ui->detailed : ui_focused(ui);
    size_t len;

    (void)arg, (void)text;
    if (ui_mode(ui) == MODE_PICKER && !details)
        return;
    char *line = literal(p, &len);
    if (len == 0)
        ui_say(ui, true, "the line is empty");
    else
        look_for(ui, line, len);
    free(line);
}
