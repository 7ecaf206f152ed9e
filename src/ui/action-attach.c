/* The list of processes, and attaching to them. The list is requested again and again while it is
 * open. It shows whether an attach is likely to work; the capture side decides. */
#include <inttypes.h>
#include <stdlib.h>

#include "ui/action.h"
#include "ui/state.h"

#define LIST_PAUSE ((int64_t)2000000000) /* ns from the end of a list to the next request */

/* ---- the list ---- */

/* A list is complete. value: the index of its source. */
static void list_answered(void *user, uint64_t value, bool ok, const char *text)
{
    struct ui *ui = user;

    if (!ui->list_source || ui->list_source->index != value)
        return; /* the user has changed to another machine */
    ui->list_pending = false;
    ui->list_next = ui->now + LIST_PAUSE;
    ui->dirty = true;
    if (!ok)
        procview_complain(ui->procview, text);
}

void attach_tick(struct ui *ui)
{
    if (!procview_is_open(ui->procview) || ui->list_pending || ui->now < ui->list_next)
        return;
    ui->list_pending = true;
    request_send(ui->requests, ui->list_source, list_answered, ui->list_source->index, "list");
}

/* Opens the list; with several machines its title names the machine. */
static void open_list(struct ui *ui, const struct source *source)
{
    bool several = model_sources(ui->model)->next;

    ui->list_source = source;
    ui->list_pending = false;
    ui->list_next = ui->now;
    procview_open(ui->procview, &source->processes, several ? source_label(source) : NULL);
}

void action_attach(struct ui *ui, int arg, const char *text)
{
    const struct source *source = ui_source_here(ui);
    char *end;
    uint64_t pid = strtoull(text, &end, 10);

    (void)arg;
    if (!ui->hooks.control || !source || source->ended) {
        ui_say(ui, true,
               ui->hooks.control ? "nothing is being captured any more"
                                 : "this is a recording: there is nothing to attach to");
        return;
    }
    if (*text && (*end || pid == 0)) {
        ui_say(ui, true, "attach to a PID, not to %s", text);
        return;
    }
    if (ui->attach.pending == 0)
        ui->attach = (struct attach_state){0};
    if (pid) {
        attach_send(ui, source, pid);
        return;
    }
    open_list(ui, source);
}

/* ---- attaching ---- */

/* All requested attaches were answered. */
static void attach_done(struct ui *ui)
{
    struct attach_state *a = &ui->attach;

    if (a->failed == 0) {
        procview_close(ui->procview);
        if (a->attached == 1)
            ui_say(ui, false, "attached to %" PRIu64, a->last);
        else
            ui_say(ui, false, "attached to %u processes", a->attached);
    } else if (a->attached > 0) {
        ui_say(ui, false, "attached to %u of %u", a->attached, a->attached + a->failed);
    }
    ui->list_next = ui->now;
}

static void attach_answered(void *user, uint64_t pid, bool ok, const char *text)
{
    struct ui *ui = user;
    struct attach_state *a = &ui->attach;

    ui->dirty = true;
    if (ok) {
        a->attached++;
        a->last = pid;
        procview_untag(ui->procview, pid);
    } else if (a->failed++ == 0 && procview_is_open(ui->procview)) {
        procview_complain(ui->procview, text);
    } else if (!procview_is_open(ui->procview)) {
        ui_say(ui, true, "%s", text);
    }
    if (--a->pending == 0)
        attach_done(ui);
}

void attach_send(struct ui *ui, const struct source *source, uint64_t pid)
{
    ui->attach.pending++;
    request_send(ui->requests, source, attach_answered, pid, "attach %" PRIu64, pid);
}

void action_attach_chosen(struct ui *ui, int arg, const char *text)
{
    size_t n;
    uint64_t *pids = ui->attach.pending ? NULL : procview_chosen(ui->procview, &n);

    (void)arg, (void)text;
    if (!pids)
        return;
    ui->attach = (struct attach_state){.pending = 1}; /* until all are sent */
    procview_complain(ui->procview, NULL);
    for (size_t i = 0; i < n; i++)
        attach_send(ui, ui->list_source, pids[i]);
    if (--ui->attach.pending == 0)
        attach_done(ui);
    free(pids);
}

/* ---- keys in the list ---- */

void action_list_tag(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    procview_toggle_tag(ui->procview);
}

void action_list_tree(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_say(ui, false, procview_toggle_tree(ui->procview) ? "below their parents" : "a flat list");
}

/* Shows the next machine on which the capture runs. */
void action_list_machine(struct ui *ui, int arg, const char *text)
{
    const struct source *next = ui->list_source;

    (void)arg, (void)text;
    do
        next = next->next ? next->next : model_sources(ui->model);
    while (next->ended && next != ui->list_source);
    if (next == ui->list_source)
        ui_say(ui, false, "there is only one machine");
    else if (ui->attach.pending == 0)
        open_list(ui, next);
}

void action_list_order(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_say(ui, false, "by %s", procview_next_order(ui->procview));
}

void action_list_kernel(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    ui_say(ui, false,
           procview_toggle_kernel(ui->procview) ? "kernel threads are shown"
                                                : "kernel threads are hidden");
}

void action_list_erase(struct ui *ui, int arg, const char *text)
{
    (void)text;
    if (arg < 0)
        procview_erase(ui->procview);
    else
        procview_forget(ui->procview);
}

static bool has_tasks(const struct ui *ui)
{
    for (const struct source *s = model_sources(ui->model); s; s = s->next)
        if (s->first_root)
            return true;
    return false;
}

/* Closes the list. The viewer quits when nothing is attached: it was started for the list. */
static void leave_list(struct ui *ui)
{
    procview_close(ui->procview);
    if (!has_tasks(ui))
        ui_wish(ui, UI_QUIT);
}

void action_list_leave(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (!procview_forget(ui->procview))
        leave_list(ui);
}

void action_list_quit(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    leave_list(ui);
}
