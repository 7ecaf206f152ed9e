/* The user interface of the viewer: takes input events and the time, draws the model into a canvas.
 * It uses no terminal, no clock and no fd, so tests can run all of it. */
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
    /* Sends a command to the capture side of a source. Returns the command's number; 0: it can't be
     * sent. NULL: there is no capture side (a recording). */
    uint64_t (*control)(void *user, const struct source *source, const char *command);
    /* Runs the command of a notice, see struct hook_run. NULL: commands are not run. */
    void (*run)(void *user, const struct hook_run *run);
};

/* A request of the user that the main program carries out. */
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

/* The model stays the caller's. ascii: only ASCII characters are drawn. ui_free() frees it. */
struct ui *ui_new(struct model *m, const struct ui_hooks *hooks, bool ascii);
void ui_free(struct ui *ui);

/* Sets the size of the screen, in cells. */
void ui_resize(struct ui *ui, int rows, int cols);

/* Applies the options of the configuration; called once, at the start. */
void ui_set(struct ui *ui, const struct config *c);

/* Opens the list of processes, for a start without a target. */
void ui_choose_process(struct ui *ui);

/* Sets the time, CLOCK_MONOTONIC ns, and does all that depends on time: panes open and close by
 * themselves, messages disappear. Called after model_apply() and before ui_draw(). */
void ui_tick(struct ui *ui, int64_t now);

/* Takes an event that was applied to the model, and its bytes on the wire. When the user records,
 * the event is written to the file. */
void ui_event(struct ui *ui, const struct event *ev, struct bytes wire);

/* Shows everything as it was at that time, CLOCK_REALTIME ns, until the user ends it. 0 does
 * nothing. */
void ui_go_to_time(struct ui *ui, int64_t time);

/* Adds a rule for notices about all tasks; output that has come before counts, too. w stays the
 * caller's. */
void ui_watch(struct ui *ui, const struct watch *w);

/* Starts recording to a file; an existing file is overwritten. */
void ui_record(struct ui *ui, const char *path);

/* Sets the player of a recording, whose position the user can then move. It stays the caller's. */
struct player;
void ui_set_player(struct ui *ui, struct player *player);

/* True while a recording plays: ui_tick() must then be called soon. */
bool ui_is_playing(const struct ui *ui);

/* Handles an input event. The caller takes the wishes after each: until UI_PIPE is taken, input is
 * ignored. */
void ui_input(struct ui *ui, const struct input_event *ev);

/* Continues searches, filters and the like, within a budget of work for each. True: work is left.
 */
bool ui_work(struct ui *ui, size_t budget);

/* True when the screen has changed since the last ui_draw(). */
bool ui_is_dirty(const struct ui *ui);

/* Draws the frame. The canvas belongs to the ui. */
const struct canvas *ui_draw(struct ui *ui);

/* Takes the oldest wish; UI_NOTHING: there is none. */
enum ui_wish ui_take_wish(struct ui *ui);

/* For UI_COPY: the bytes for the clipboard; they belong to the ui. */
struct bytes ui_clipboard(const struct ui *ui);

/* For UI_PIPE: the shell command that the caller runs on the terminal; it belongs to the ui. For
 * the command's standard input, ui_pipe_next() appends the next bytes to *out; false: that was all.
 * ui_input() and ui_tick() must not be called before that. */
const char *ui_pipe_command(const struct ui *ui);
bool ui_pipe_next(struct ui *ui, struct buf *out);

/* Shows a message at the bottom of the screen for some seconds. bad: it is drawn as an error. */
void ui_say(struct ui *ui, bool bad, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
