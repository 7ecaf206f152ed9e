/* Notices: the action that makes rules for them, and how they are shown. */
#include "ui/action.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "ui/state.h"
#include "ui/time-parse.h"
#include "view/state-text.h"

#define SECOND ((int64_t)1000000000)
#define ANSWER_TIME (3 * SECOND / 2)

enum choice { CHOICE_MATCH, CHOICE_SILENCE, CHOICE_STDERR, CHOICE_FAILURE, CHOICE_OFF };

/* ---- showing notices ---- */

static const struct ui_watch *find_watch(const struct ui *ui, uint64_t rule)
{
    for (size_t i = 0; i < ui->watch_count; i++)
        if (ui->watches[i].rule == rule)
            return ui->watches + i;
    return NULL;
}

/* The task of a notice, for its message: "worker 200". */
static const char *task_label(char out[80], const struct task *t)
{
    if (t)
        snprintf(out, 80, "%.40s %" PRIu64, t->comm, t->tid);
    else
        snprintf(out, 80, "all of it");
    return out;
}

/* Makes the message of a notice. It replaces a message that was not shown yet. */
static void keep_text(struct ui *ui, const struct notice *n, const struct task *t)
{
    char name[80], state[FORMAT_MAX], more[48] = "";

    task_label(name, t);
    if (n->count > 1)
        snprintf(more, sizeof more, " (and %" PRIu64 " more)", n->count - 1);
    free(ui->notice_text);
    if (n->kind == NOTICE_GAVE_UP)
        ui->notice_text = xasprintf("watching for %s gave up on a line that took too many steps: "
                                    "such lines give no notice",
                                    n->text);
    else if (n->kind == NOTICE_SILENCE)
        ui->notice_text = xasprintf("%s: silent since %s", name,
                                    n->time ? format_clock(state, n->time) : "the beginning");
    else if (n->kind == NOTICE_FAILED)
        ui->notice_text = xasprintf("%s: %s%s", name, t ? format_state(state, t) : "failed", more);
    else
        ui->notice_text = xasprintf("%s%s: %s%s", n->kind == NOTICE_STDERR ? "stderr of " : "",
                                    name, n->text, more);
}

/* Shows the message of a notice. The answer to a key stays visible for a while first. */
static void show_text(struct ui *ui)
{
    bool answer = ui->message && !ui->message_notice && ui->now - ui->message_since < ANSWER_TIME;

    if (!ui->notice_text || answer)
        return;
    ui_say(ui, true, "%s", ui->notice_text);
    ui->message_notice = true;
    free(ui->notice_text);
    ui->notice_text = NULL;
}

static void run_command(struct ui *ui, const struct ui_watch *w, const struct notice *n,
                        const struct task *t)
{
    char state[FORMAT_MAX] = "";

    if (n->kind == NOTICE_FAILED && t)
        format_state(state, t);
    struct hook_run run = {.rule = n->rule,
                           .command = w->command,
                           .what = watch_name(n->kind),
                           .line = *n->text ? n->text : state,
                           .comm = t ? t->comm : "",
                           .pid = t ? t->pid : 0,
                           .tid = t ? t->tid : 0,
                           .fd = n->fd,
                           .count = n->count};
    if (ui->hooks.run)
        ui->hooks.run(ui->hooks.user, &run);
}

static void take_notice(struct ui *ui, const struct notice *n)
{
    const struct ui_watch *w = find_watch(ui, n->rule);
    const struct task *t = n->task ? model_task(ui->model, n->task) : NULL;

    if (t)
        treeview_notice(ui->tree, t);
    keep_text(ui, n, t);
    if (w && w->command && n->kind != NOTICE_GAVE_UP)
        run_command(ui, w, n, t);
    if (ui->bell && ui->now >= ui->bell_next) {
        ui_wish(ui, UI_BELL);
        ui->bell_next = ui->now + SECOND;
    }
}

void notice_tick(struct ui *ui)
{
    struct notice n;

    notices_tick(ui->notices, ui->now);
    while (notices_take(ui->notices, &n))
        take_notice(ui, &n);
    show_text(ui);
}

void notice_visit(struct ui *ui)
{
    enum mode mode = ui_mode(ui);
    const struct task *t = mode == MODE_TREE ? treeview_selected(ui->tree) : NULL;

    if (mode == MODE_PANE || mode == MODE_SCREEN)
        treeview_visit_pane(ui->tree, pane_view(ui_focused(ui)));
    else if (t)
        treeview_visit(ui->tree, t);
}

/* ---- making rules ---- */

static void keep_command(struct ui *ui, uint64_t rule, const char *command)
{
    ui->watches = xrealloc(ui->watches, (ui->watch_count + 1) * sizeof *ui->watches);
    ui->watches[ui->watch_count++] =
        (struct ui_watch){rule, command && *command ? xstrdup(command) : NULL};
}

void ui_watch(struct ui *ui, const struct watch *w)
{
    struct notice_rule rule = {.kind = w->kind,
                               .scope = scope_all(),
                               .pattern = w->pattern,
                               .silence = w->silence,
                               .all = true};
    char *cause = NULL;
    uint64_t number = notices_watch(ui->notices, &rule, ui->now, &cause);

    if (number)
        keep_command(ui, number, w->command);
    else
        ui_say(ui, true, "%s: %s", watch_name(w->kind), cause);
    free(cause);
}

/* The scope of the focused pane, or of the selected task with all below it. */
static struct scope scope_here(struct ui *ui)
{
    struct pane *p = ui_focused(ui);
    struct task *t = p ? NULL : treeview_selected(ui->tree);

    if (p)
        return view_scope(pane_view(p));
    if (t)
        return t->process ? scope_subtree(t) : scope_thread(t);
    return scope_all();
}

/* Adds a rule for the scope of ui->watch_view: that view keeps the scope valid while the prompt is
 * open. */
static bool add_rule(struct ui *ui, struct notice_rule rule)
{
    char *cause = NULL;

    rule.scope = view_scope(ui->watch_view);
    if (notices_watch(ui->notices, &rule, ui->now, &cause)) {
        ui_say(ui, false, "watched from now on: a mark in the tree, and the bell; M again ends it");
        return true;
    }
    ui_complain(ui, cause, (size_t)-1);
    return false;
}

static bool accept_pattern(struct ui *ui, const char *text)
{
    return !*text || add_rule(ui, (struct notice_rule){.kind = NOTICE_MATCH, .pattern = text});
}

static bool accept_silence(struct ui *ui, const char *text)
{
    struct notice_rule rule = {.kind = NOTICE_SILENCE};

    if (!*text)
        return true;
    if (!when_span(text, &rule.silence) || rule.silence == 0) {
        prompt_complain(ui->prompt, "a time such as 30s or 5m", 0);
        return false;
    }
    return add_rule(ui, rule);
}

static void kind_picked(struct ui *ui, uint64_t value)
{
    switch ((enum choice)value) {
    case CHOICE_MATCH:
        ui_ask(ui, 'M', "watch for lines that match: ", "", accept_pattern);
        break;
    case CHOICE_SILENCE:
        ui_ask(ui, 'N', "watch for silence longer than: ", "30s", accept_silence);
        break;
    case CHOICE_STDERR:
        add_rule(ui, (struct notice_rule){.kind = NOTICE_STDERR});
        break;
    case CHOICE_FAILURE:
        add_rule(ui, (struct notice_rule){.kind = NOTICE_FAILED});
        break;
    default:
        ui_say(ui, false, "no longer watched (%zu)",
               notices_unwatch(ui->notices, view_scope(ui->watch_view)));
    }
}

static void open_picker(struct ui *ui, struct scope scope)
{
    size_t rules = notices_rules(ui->notices, scope);

    picker_open(ui->picker, ui_focused(ui) ? "watch this pane for" : "watch this task for");
    picker_add(ui->picker, CHOICE_MATCH, "a pattern ...");
    picker_add(ui->picker, CHOICE_SILENCE, "silence ...");
    picker_add(ui->picker, CHOICE_STDERR, "the first line on stderr of each task");
    picker_add(ui->picker, CHOICE_FAILURE, "processes that fail");
    if (rules) {
        char *text = xasprintf("nothing more (now: %zu)", rules);
        picker_add(ui->picker, CHOICE_OFF, text);
        free(text);
    }
    ui->on_pick = kind_picked;
}

void action_watch(struct ui *ui, int arg, const char *text)
{
    struct scope scope = scope_here(ui);

    (void)arg;
    view_free(ui->watch_view);
    ui->watch_view = view_new(ui->model, scope, KIND_ALL);
    if (!*text) {
        open_picker(ui, scope);
        return;
    }
    ui_ask(ui, 'M', "watch for lines that match: ", text, accept_pattern);
    if (accept_pattern(ui, text))
        prompt_close(ui->prompt);
}
