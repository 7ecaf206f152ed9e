/* The processes that failed, with their last words: a list over the panes, the newest
 * first, and below it of the selected one how it ended, who started it, what it ran, and the last
 * lines that it printed on stderr, or else on stdout. It grows while it is open. */
#ifndef PCAT_VIEW_LIST_LASTWORDS_H
#define PCAT_VIEW_LIST_LASTWORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"
#include "term/canvas.h"

struct lastwords;

struct lastwords *lastwords_new(struct model *m);
void lastwords_free(struct lastwords *w);

/* Opens it at that task; at the newest when it is NULL or has not failed. False: nothing has
 * failed. */
bool lastwords_open(struct lastwords *w, const struct task *at);
void lastwords_close(struct lastwords *w);
bool lastwords_is_open(const struct lastwords *w);

/* Lines down or up; INT_MIN and INT_MAX go to the ends. */
void lastwords_move(struct lastwords *w, int lines);
void lastwords_page(struct lastwords *w, int halves);
/* The selected one. NULL: it is no longer kept. */
struct task *lastwords_choice(struct lastwords *w);
/* A line of the last drawing was clicked. True when one was hit. */
bool lastwords_click(struct lastwords *w, int row, int col);

void lastwords_draw(struct lastwords *w, struct area a);

/* Where a process, with its threads, said its last: the streams with its newest lines on stderr and
 * on stdout. NULL: it printed nothing there that is still held. */
void lastwords_streams(const struct task *process, struct stream **err, struct stream **out);

#endif
