/* Records the capture to a file: the action, and the recorder's work while it runs. */
#include "ui/action.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "ui/state.h"

enum { FLUSH_NS = 1000000000 };

static void stop_recording(struct ui *ui)
{
    bool failed;
    char *said = recorder_end(ui->recorder, &failed);

    ui->recorder = NULL;
    ui_say(ui, failed, "%s", said);
    free(said);
}

/* The only source. NULL, with a message: there is none yet, or there are several. */
static struct source *only_source(struct ui *ui)
{
    struct source *source = model_sources(ui->model);

    if (!source || !source->hello)
        ui_say(ui, true, "there is nothing to record yet");
    else if (source->next)
        ui_say(ui, true, "a recording is of one source, and there are several");
    else
        return source;
    return NULL;
}

/* Starts recording. *said: the error of SAVE_FAILED, to be freed; NULL when a message was shown. */
static enum save_result start_recording(struct ui *ui, const char *path, bool overwrite,
                                        char **said)
{
    struct source *source = only_source(ui);
    enum save_result result = SAVE_FAILED;

    *said = NULL;
    if (source)
        result = recorder_new(&ui->recorder, ui->model, source, path, overwrite, said);
    if (result == SAVE_DONE)
        ui_say(ui, false, "recording to %s", path);
    ui->flush_next = ui->now + FLUSH_NS;
    return result;
}

static bool accept_overwrite(struct ui *ui, const char *text)
{
    char *said;

    if (strcmp(text, "y") != 0 && strcmp(text, "yes") != 0) {
        ui_say(ui, false, "nothing is recorded");
        return true;
    }
    if (start_recording(ui, ui->save_path, true, &said) == SAVE_DONE || !said)
        return true;
    ui_complain(ui, said, (size_t)-1);
    return false;
}

static bool accept_record(struct ui *ui, const char *path)
{
    char *said;

    if (!*path) {
        ui_say(ui, false, "nothing is recorded");
        return true;
    }
    switch (start_recording(ui, path, false, &said)) {
    case SAVE_DONE:
        return true;
    case SAVE_EXISTS:
        free(ui->save_path);
        ui->save_path = xstrdup(path);
        said = xasprintf("%s exists. Overwrite it (yes/no)? ", path);
        ui_ask(ui, 'y', said, "", accept_overwrite);
        free(said);
        return false;
    default:
        if (said)
            ui_complain(ui, said, (size_t)-1);
        return !said;
    }
}

void action_record(struct ui *ui, int arg, const char *text)
{
    struct source *source;

    (void)arg;
    if (ui->recorder) {
        stop_recording(ui);
        return;
    }
    if (!(source = only_source(ui)))
        return;
    const struct task *root = source->first_root;
    char *name = root ? xasprintf("%" PRIu64 ".pcat.zst", root->tid) : xstrdup("pcat.zst");
    ui_ask(ui, 's', "record to: ", *text ? text : name, accept_record);
    free(name);
}

void ui_record(struct ui *ui, const char *path)
{
    char *said;

    if (start_recording(ui, path, true, &said) == SAVE_DONE || !said)
        return;
    ui_say(ui, true, "%s", said);
    free(said);
}

void ui_event(struct ui *ui, const struct event *ev, struct bytes wire)
{
    if (ui->recorder && recorder_event(ui->recorder, ev, wire) < 0)
        stop_recording(ui);
}

void record_tick(struct ui *ui)
{
    if (!ui->recorder || ui->now < ui->flush_next)
        return;
    ui->flush_next = ui->now + FLUSH_NS;
    if (recorder_flush(ui->recorder) < 0)
        stop_recording(ui);
}
