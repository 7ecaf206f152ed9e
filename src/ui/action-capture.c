/* Captures one more fd of a process; and Enter in lists. */
#include "ui/action.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/format.h"
#include "base/xmalloc.h"
#include "ui/state.h"
#include "view/pane/uncaptured.h"

#define BUSY_MAX 64

static void fd_answered(void *user, uint64_t fd, bool ok, const char *text)
{
    struct ui *ui = user;

    if (ok)
        ui_say(ui, false, "fd %" PRIu64 " is captured from now on", fd);
    else
        ui_say(ui, true, "%s", text);
}

/* The fds that the user has requested for a source; NULL: none yet. */
static char **requested_fds(struct ui *ui, const struct source *source)
{
    if (source->index >= ui->nfds) {
        ui->fds = xrealloc(ui->fds, (source->index + 1) * sizeof *ui->fds);
        while (ui->nfds <= source->index)
            ui->fds[ui->nfds++] = NULL;
    }
    return &ui->fds[source->index];
}

static void capture_fd(struct ui *ui, uint64_t fd)
{
    const struct source *source = ui_source_here(ui);
    char **fds = requested_fds(ui, source);
    char *now = *fds ? *fds : xstrdup(*source->fds ? source->fds : "1,2");

    *fds = xasprintf("%s,%" PRIu64, now, fd);
    free(now);
    request_send(ui->requests, source, fd_answered, fd, "fds %s", *fds);
}

static void pick_fd(struct ui *ui, const struct uncaptured_fd *busy, size_t n)
{
    char bytes[FORMAT_MAX];

    picker_open(ui->picker, "capture which fd?");
    ui->on_pick = capture_fd;
    for (size_t i = 0; i < n; i++) {
        char *line =
            xasprintf("%3" PRIu64 " → %s  %s  %s %" PRIu64, busy[i].fd, busy[i].target,
                      format_bytes(bytes, busy[i].bytes), busy[i].task->comm, busy[i].task->tid);
        picker_add(ui->picker, busy[i].fd, line);
        free(line);
    }
}

void action_capture(struct ui *ui, int arg, const char *text)
{
    struct uncaptured_fd busy[BUSY_MAX];
    const struct task *t = ui_process_here(ui);
    size_t n = t ? uncaptured_fds(t, busy, BUSY_MAX) : 0;

    (void)arg, (void)text;
    if (n == 0)
        ui_say(ui, false, "no other fd of this process, or of those below, is busy");
    else if (n == 1)
        capture_fd(ui, busy[0].fd);
    else
        pick_fd(ui, busy, n);
}

/* ---- lists ---- */

void action_choose(struct ui *ui, int arg, const char *text)
{
    uint64_t value;

    (void)arg, (void)text;
    if (!picker_is_open(ui->picker) && details_close(ui))
        return;
    if (!picker_is_open(ui->picker) && summary_is_open(ui->summary))
        summary_close(ui->summary);
    else if (!picker_is_open(ui->picker) && lastwords_is_open(ui->last_words))
        ui_go_to_failed(ui);
    else if (!picker_is_open(ui->picker))
        ui_go_to_result(ui);
    else if (picker_choice(ui->picker, &value)) {
        picker_close(ui->picker);
        ui->on_pick(ui, value);
    }
}
