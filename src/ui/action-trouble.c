/* The keys that lead to what went wrong; see action.c. */
#include "ui/action.h"

#include <inttypes.h>
#include <stdlib.h>

#include "ui/blocked.h"
#include "ui/state.h"

/* The pane of what it writes to, also before its first byte is there. */
static void show_blocked(struct ui *ui, struct task *t)
{
    struct stream *s = task_stream(t, t->blocked.fd);

    treeview_select(ui->tree, t);
    desk_set_focus(ui->desk, ui_open(ui, s ? scope_stream(s) : scope_thread(t)));
}

void action_blocked(struct ui *ui, int arg, const char *text)
{
    unsigned rank, count;
    struct task *t = blocked_next(ui->model, ui->blocked_seen, &rank, &count);

    (void)arg, (void)text;
    if (!t) {
        ui_say(ui, false, "nothing is blocked");
        return;
    }
    lock_end(ui, false);
    ui->blocked_seen = t->id;
    show_blocked(ui, t);
    char *words = blocked_words(t, ui->clock);
    if (count > 1)
        ui_say(ui, false, "%" PRIu64 " %s: %s (%u of %u)", t->tid, t->comm, words, rank, count);
    else
        ui_say(ui, false, "%" PRIu64 " %s: %s", t->tid, t->comm, words);
    free(words);
}
