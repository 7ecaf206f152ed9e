/* The lines of all streams that match a pattern, as a list over the panes: who,
 * when, what. It is filled in portions while it is open; closed it costs nothing
 * and keeps what it has. */
#ifndef PCAT_VIEW_LIST_RESULTS_H
#define PCAT_VIEW_LIST_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"
#include "term/canvas.h"
#include "view/pane/pane.h"

struct results;

struct results *results_new(struct model *m);
void results_free(struct results *r);

/* Looks for a pattern anew and opens the list. An empty one opens the list of the pattern before.
 * False with *cause (to be freed) and *at when it is wrong, or there was none. */
bool results_search(struct results *r, const char *pattern, char **cause, size_t *at);
/* The same while one still types: the list as it would be; an empty pattern: as it was before.
 * results_decide() ends it: with keep the last try stands, else all is as it was. */
bool results_try(struct results *r, const char *pattern, char **cause, size_t *at);
void results_decide(struct results *r, bool keep);
void results_close(struct results *r);
bool results_is_open(const struct results *r);
/* NULL: nothing was looked for yet. */
const char *results_pattern(const struct results *r);

/* Goes on looking. True: there is more to do. *changed is set when the list must be drawn anew. */
bool results_work(struct results *r, size_t budget, bool *changed);
/* Takes no more in until the list is opened again. False: it was not looking. */
bool results_stop(struct results *r);

/* Lines down or up; INT_MIN and INT_MAX go to the ends. */
void results_move(struct results *r, int lines);
void results_page(struct results *r, int halves);
/* The selected line. False: there is none. */
bool results_choice(const struct results *r, struct place *out);
/* A line of the last drawing was clicked. True when one was hit. */
bool results_click(struct results *r, int row, int col);

void results_draw(struct results *r, struct area a);

#endif
