/* The viewer's face: takes input and time, draws the model into a canvas. It
 * knows no terminal, no clock and no fd, so that tests run it as it is. */
#ifndef PCAT_UI_UI_H
#define PCAT_UI_UI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "model/model.h"
#include "source/hook.h"
#include "term/canvas.h"
#include "term/input.h"
#include "ui/config.h"
#include "ui/watch.h"

struct ui;

struct ui_hooks {
    void *user;
    /* Sends a command to the capture side of a source. Returns its number, 0: nobody listens. NULL:
     * there is no capture side (a recording). */
    uint64_t (*control)(void *user, const struct source *source, const char *command);
    /* Runs a command, see struct hook_run. NULL: nothing is run. */
    void (*run)(void *user, const struct hook_run *run);
};

/* What the user wants of the program. */
enum ui_wish {
    UI_NOTHING,
    UI_QUIT,
    UI_SUSPEND,
    UI_REDRAW,
    UI_MOUSE_ON,
    UI_MOUSE_OFF,
    UI_COPY,
    UI_BELL,
    UI_PIPE
};

/* The model stays the caller's. ascii: no other characters may be drawn. */
struct ui *ui_new(struct model *m, const struct ui_hooks *hooks, bool ascii);
void ui_free(struct ui *ui);

void ui_resize(struct ui *ui, int rows, int cols);

/* What it looks like at first. */
void ui_set(struct ui *ui, const struct config *c);

/* Begins with the list of processes: there is no target yet. */
void ui_choose_process(struct ui *ui);

/* Tells the time, CLOCK_MONOTONIC ns, after model_apply() and before ui_draw(): panes come
 * and go, messages fade. */
void ui_tick(struct ui *ui, int64_t now);

/* An event that was applied to the model, as its bytes on the wire: it is recorded when one does.
 */
void ui_event(struct ui *ui, const struct event *ev, struct bytes wire);

/* Shows everything as it was at that time, CLOCK_REALTIME ns, until the user ends it. */
void ui_go_to_time(struct ui *ui, int64_t time);

/* Tells when this is noticed anywhere, also in what came before. w stays the caller's. */
void ui_watch(struct ui *ui, const struct watch *w);

/* Records to a file, which is overwritten. */
void ui_record(struct ui *ui, const char *path);

/* Of a recording in a file: its position can be moved. It stays the caller's. */
struct player;
void ui_set_player(struct ui *ui, struct player *player);

/* It plays: ui_tick() is to be called soon. */
bool ui_is_playing(const struct ui *ui);

/* Wishes are to be taken after each: while one is to pipe lines, no input is taken. */
void ui_input(struct ui *ui, const struct input_event *ev);

/* Goes on with what takes time. True: there is more to do. */
bool ui_work(struct ui *ui, size_t budget);

/* Something is to be seen that was not drawn yet. */
bool ui_is_dirty(const struct ui *ui);

/* The frame; belongs to the ui. */
const struct canvas *ui_draw(struct ui *ui);

/* The oldest wish not yet asked for. */
enum ui_wish ui_take_wish(struct ui *ui);

/* What is to be put into the clipboard, for UI_COPY; belongs to the ui. */
struct bytes ui_clipboard(const struct ui *ui);

/* For UI_PIPE: a shell command that the user typed, to be run on the terminal; belongs to the ui.
 * And the bytes that it is to get: ui_pipe_next() appends some, false: that was all. Between them
 * no input may come, and no ui_tick(). */
const char *ui_pipe_command(const struct ui *ui);
bool ui_pipe_next(struct ui *ui, struct buf *out);

/* A line for the user, for some seconds. */
void ui_say(struct ui *ui, bool bad, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
