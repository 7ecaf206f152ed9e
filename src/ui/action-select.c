/* What is done with lines: selecting, copying, saving and piping them; see action.c. */
#include "ui/action.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "ui/format.h"
#include "ui/state.h"

void action_select(struct ui *ui, int arg, const char *text)
{
    struct pane *p = ui_focused(ui);

    (void)arg, (void)text;
    if (pane_selects(p))
        pane_select_end(p);
    else if (pane_select(p))
        ui_say(ui, false,
               "moving selects more lines; y copies them, s saves, | pipes, Escape ends");
    else
        ui_say(ui, true, "there is no line to select");
}

/* ---- piping ---- */

/* The lines that a command would get. */
static void take_lines(struct ui *ui, struct pane *p)
{
    uint64_t from, to;

    if (pane_selection(p, &from, &to))
        excerpt_begin(&ui->excerpt, pane_view(p), from, to);
    else
        excerpt_begin(&ui->excerpt, pane_view(p), view_first(pane_view(p)), EXCERPT_ALL);
}

static bool accept_pipe(struct ui *ui, const char *text)
{
    struct pane *p = ui_focused(ui);

    if (!*text || !p) {
        ui_say(ui, false, "nothing was run");
        return true;
    }
    free(ui->command);
    ui->command = xstrdup(text);
    take_lines(ui, p);
    pane_select_end(p);
    ui_wish(ui, UI_PIPE);
    return true;
}

void action_pipe(struct ui *ui, int arg, const char *text)
{
    struct pane *p = ui_focused(ui);
    char count[FORMAT_MAX];
    uint64_t n = pane_selected(p);
    char *label = n ? xasprintf("pipe %s line%s into: ", format_count(count, n), n == 1 ? "" : "s")
                    : xstrdup("pipe all of the pane into: ");

    (void)arg;
    if (view_empty(pane_view(p)))
        ui_say(ui, true, "there is no line to pipe");
    else {
        ui_ask(ui, '|', label, "", accept_pipe);
        if (*text && accept_pipe(ui, text))
            prompt_close(ui->prompt);
    }
    free(label);
}

const char *ui_pipe_command(const struct ui *ui)
{
    return ui->command;
}

bool ui_pipe_next(struct ui *ui, struct buf *out)
{
    return excerpt_next(&ui->excerpt, out);
}
