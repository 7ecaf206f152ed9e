/* Actions that select, save, copy and pipe lines. */
#include "ui/action.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/xmalloc.h"
#include "source/save.h"
#include "term/term.h"
#include "ui/state.h"
#include "view/pane/pane-title.h"

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

/* ---- saving ---- */

static void ask_overwrite(struct ui *ui);

static bool save(struct ui *ui, const char *path, bool overwrite)
{
    struct pane *p = ui_current(ui);
    uint64_t from, to;
    char *said;

    if (!p)
        return true;
    bool lines = pane_selection(p, &from, &to);
    switch (lines ? save_lines(pane_view(p), from, to, path, overwrite, &said)
                  : save_view(pane_view(p), path, overwrite, &said)) {
    case SAVE_EXISTS:
        free(ui->save_path);
        ui->save_path = xstrdup(path);
        ask_overwrite(ui);
        return false;
    case SAVE_FAILED:
        ui_complain(ui, said, (size_t)-1);
        return false;
    default:
        ui_say(ui, false, "%s", said);
        pane_select_end(p);
        free(said);
        return true;
    }
}

static bool accept_overwrite(struct ui *ui, const char *text)
{
    if (strcmp(text, "y") == 0 || strcmp(text, "yes") == 0)
        return save(ui, ui->save_path, true);
    ui_say(ui, false, "nothing was saved");
    return true;
}

static void ask_overwrite(struct ui *ui)
{
    char *label = xasprintf("%s exists. Overwrite it (yes/no)? ", ui->save_path);

    ui_ask(ui, 'y', label, "", accept_overwrite);
    free(label);
}

static bool accept_save(struct ui *ui, const char *text)
{
    if (!*text) {
        ui_say(ui, false, "nothing was saved");
        return true;
    }
    return save(ui, text, false);
}

void action_save(struct ui *ui, int arg, const char *text)
{
    if (!ui_focused(ui))
        ui_open_tagged(ui);
    struct pane *p = ui_current(ui);

    (void)arg;
    if (!p) {
        ui_say(ui, true, "there is no pane to save");
        return;
    }
    char *name = title_file_name(p);
    ui_ask(ui, 's',
           pane_selects(p) ? "save the selected lines to: " : "save to: ", *text ? text : name,
           accept_save);
    free(name);
}

/* ---- copying ---- */

/* Sends ui->clipboard to the terminal; `what` describes it for the message. */
static void send_clipboard(struct ui *ui, const char *what)
{
    char bytes[FORMAT_MAX];
    size_t len = ui->clipboard.len;

    ui_wish(ui, UI_COPY);
    if (len > TERM_COPY_MAX)
        ui_say(ui, false, "copied the first %s of %s", format_bytes(bytes, TERM_COPY_MAX), what);
    else
        ui_say(ui, false, "copied %s", what);
}

static void copy_selection(struct ui *ui)
{
    struct pane *p = ui_focused(ui);
    uint64_t n = pane_selected(p);
    char count[FORMAT_MAX], what[FORMAT_MAX + 8];

    pane_copy_selection(p, &ui->clipboard, TERM_COPY_MAX);
    snprintf(what, sizeof what, "%s line%s", format_count(count, n), n == 1 ? "" : "s");
    pane_select_end(p);
    send_clipboard(ui, what);
}

static void copy_from_pane(struct ui *ui, bool line)
{
    struct pane *p = ui_focused(ui);
    size_t n = line ? pane_copy_line(p, &ui->clipboard) : pane_copy_seen(p, &ui->clipboard);
    char what[64];

    if (n == 0) {
        ui_say(ui, true, "there is no line to copy");
        return;
    }
    snprintf(what, sizeof what, "%zu line%s", n, n == 1 ? "" : "s");
    if (line)
        ui->clipboard.len--; /* one line alone goes without its newline */
    send_clipboard(ui, what);
}

static void copy_from_tree(struct ui *ui, bool command)
{
    const struct task *t = treeview_selected(ui->tree);
    char *text = command ? treeview_command(ui->tree) : NULL;

    if (!t)
        return;
    if (command)
        buf_adds(&ui->clipboard, text);
    else
        buf_addf(&ui->clipboard, "%" PRIu64, t->tid);
    free(text);
    send_clipboard(ui, command ? "the command line" : "the number of the task");
}

void action_copy(struct ui *ui, int arg, const char *text)
{
    (void)text;
    buf_clear(&ui->clipboard);
    if (ui_focused(ui) && arg == 0 && pane_selects(ui_focused(ui)))
        copy_selection(ui);
    else if (ui_focused(ui))
        copy_from_pane(ui, arg == 0);
    else
        copy_from_tree(ui, arg == 0);
}

/* ---- piping ---- */

/* Takes the lines for the command's input: the selection, or all of the pane. */
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
