/* Detaches from processes and sends signals to them. Both act on the processes that are tagged in
 * the tree, else on the process of the focused pane or of the selected task. No single key sends a
 * signal: a prompt asks first. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/signame.h"
#include "base/xmalloc.h"
#include "ui/action.h"
#include "ui/state.h"

static const char *const signals[] = {"TERM", "INT",  "HUP",  "QUIT", "KILL",  "STOP", "CONT",
                                      "TSTP", "USR1", "USR2", "ALRM", "WINCH", "PIPE", "ABRT"};

/* ---- the targets ---- */

static bool is_live_process(const struct task *t)
{
    return t->process && task_is_alive(t);
}

static void add_target(struct ui *ui, const struct task *t)
{
    struct targets *to = &ui->targets;

    to->all = xrealloc(to->all, (to->count + 1) * sizeof *to->all);
    to->all[to->count++] = (struct target){t->source, t->pid};
    to->first = t->id;
}

static int compare_targets(const void *a, const void *b)
{
    const struct target *x = a, *y = b;

    if (x->source != y->source)
        return x->source->index < y->source->index ? -1 : 1;
    return x->pid < y->pid ? -1 : x->pid > y->pid;
}

/* Removes duplicates: a process and its threads may all be tagged. */
static void drop_duplicates(struct targets *to)
{
    size_t n = 0;

    qsort(to->all, to->count, sizeof *to->all, compare_targets);
    for (size_t i = 0; i < to->count; i++)
        if (n == 0 || compare_targets(&to->all[n - 1], &to->all[i]) != 0)
            to->all[n++] = to->all[i];
    to->count = n;
}

static void add_tagged(struct ui *ui)
{
    struct task_set *set = treeview_tagged(ui->tree);

    for (const struct task *t = set ? model_first_task(ui->model) : NULL; t;
         t = model_next_task(ui->model, t)) {
        const struct task *p = task_process(t);
        if (p && is_live_process(p) && task_set_holds(set, t))
            add_target(ui, p);
    }
    task_set_unref(set);
    if (ui->targets.count > 0)
        drop_duplicates(&ui->targets);
}

/* Sets ui->targets. False, with a message: there is no process to act on. */
static bool find_targets(struct ui *ui)
{
    bool tags = !ui_focused(ui) && treeview_tags(ui->tree) > 0;
    const struct task *here = tags ? NULL : ui_process_here(ui);

    ui->targets.count = 0;
    if (!ui->hooks.control)
        ui_say(ui, true, "this is a recording");
    else if (tags)
        add_tagged(ui);
    else if (here && is_live_process(here))
        add_target(ui, here);
    if (ui->hooks.control && ui->targets.count == 0)
        ui_say(ui, true, here ? "%s %" PRIu64 " is not traced any more" : "no process is selected",
               here ? here->comm : "", here ? here->pid : 0);
    return ui->targets.count > 0;
}

/* "nginx 815" or "3 processes". The caller frees it. */
static char *name_targets(const struct ui *ui)
{
    const struct task *t = model_task(ui->model, ui->targets.first);

    if (ui->targets.count > 1)
        return xasprintf("%zu processes", ui->targets.count);
    return xasprintf("%s %" PRIu64, t ? t->comm : "process", ui->targets.all[0].pid);
}

/* ---- detaching ---- */

static void detach_answered(void *user, uint64_t pid, bool ok, const char *text)
{
    struct ui *ui = user;

    if (ok)
        ui_say(ui, false, "detached from %" PRIu64 ", which runs on", pid);
    else
        ui_say(ui, true, "%s", text);
}

void action_detach(struct ui *ui, int arg, const char *text)
{
    (void)arg, (void)text;
    if (!find_targets(ui))
        return;
    for (size_t i = 0; i < ui->targets.count; i++) {
        const struct target *to = &ui->targets.all[i];
        request_send(ui->requests, to->source, detach_answered, to->pid, "detach %" PRIu64,
                     to->pid);
    }
}

/* ---- signals ---- */

static void signal_answered(void *user, uint64_t pid, bool ok, const char *text)
{
    struct ui *ui = user;

    if (ok)
        ui_say(ui, false, "%s was sent to %" PRIu64, ui->signal, pid);
    else
        ui_say(ui, true, "%s", text);
}

static bool accept_signal(struct ui *ui, const char *text)
{
    if (strcmp(text, "y") != 0 && strcmp(text, "yes") != 0) {
        ui_say(ui, false, "no signal was sent");
        return true;
    }
    for (size_t i = 0; i < ui->targets.count; i++) {
        const struct target *to = &ui->targets.all[i];
        request_send(ui->requests, to->source, signal_answered, to->pid, "signal %" PRIu64 " %s",
                     to->pid, ui->signal + strlen("SIG"));
    }
    return true;
}

static void ask_to_send(struct ui *ui, uint64_t number)
{
    char *target_text = name_targets(ui);

    signame_of(number, ui->signal);
    char *label = xasprintf("send %s to %s (yes/no)? ", ui->signal, target_text);
    ui_ask(ui, 'y', label, "", accept_signal);
    free(label);
    free(target_text);
}

static void open_menu(struct ui *ui)
{
    char name[SIGNAME_MAX];
    char *target_text = name_targets(ui), *title = xasprintf("which signal for %s?", target_text);

    picker_open(ui->picker, title);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        uint64_t number = (uint64_t)signame_number(signals[i]);
        char *line = xasprintf("%2" PRIu64 "  %s", number, signame_of(number, name));
        picker_add(ui->picker, number, line);
        free(line);
    }
    ui->on_pick = ask_to_send;
    free(title);
    free(target_text);
}

void action_signal(struct ui *ui, int arg, const char *text)
{
    int number = signame_number(text);

    (void)arg;
    if (*text && number <= 0)
        ui_say(ui, true, "there is no signal %s", text);
    else if (find_targets(ui) && *text)
        ask_to_send(ui, (uint64_t)number);
    else if (ui->targets.count > 0)
        open_menu(ui);
}
