/* The processes that failed, with their last words: a list over the panes, the newest first. Below
 * it stands for the selected process how it ended, its ancestors, what it executed, and the last
 * lines that it printed on stderr and stdout. The list grows while it is open. */
#ifndef PCAT_VIEW_LIST_LASTWORDS_H
#define PCAT_VIEW_LIST_LASTWORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"
#include "term/canvas.h"

struct lastwords;

struct lastwords *lastwords_new(struct model *m);
void lastwords_free(struct lastwords *w);

/* Opens the list with the task `at` selected; with the newest when that is NULL or did not fail.
 * False: no process has failed, and the list stays closed. */
bool lastwords_open(struct lastwords *w, const struct task *at);
void lastwords_close(struct lastwords *w);
bool lastwords_is_open(const struct lastwords *w);

/* Moves the selection by so many lines, or half screens of the list; < 0: up. INT_MIN and INT_MAX
 * lines go to the ends. */
void lastwords_move(struct lastwords *w, int lines);
void lastwords_page(struct lastwords *w, int halves);
/* The selected process. NULL: the model no longer keeps it. */
struct task *lastwords_choice(struct lastwords *w);
/* A click at a cell of the screen: selects the process drawn there. False: there is none. */
bool lastwords_click(struct lastwords *w, int row, int col);

void lastwords_draw(struct lastwords *w, struct area a);

/* The streams with the newest lines of a process and its threads: *err on stderr, *out on stdout.
 * NULL: it printed nothing there, or the model no longer holds it. */
void lastwords_streams(const struct task *process, struct stream **err, struct stream **out);

#endif
