/* The results of a search: all lines of all streams that match a pattern, as a list over the panes
 * with time, task and text. The list is filled in portions while it is open. When closed it keeps
 * its lines, takes no new ones and costs no time. */
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

/* Searches for a pattern and opens the list. An empty pattern opens the list of the previous one.
 * False: the pattern is wrong or there is no previous one; *cause says why (the caller frees it),
 * *at is the byte of the pattern with the error. */
bool results_search(struct results *r, const char *pattern, char **cause, size_t *at);
/* A preview while the user still types: shows the list for that pattern; for an empty one, the list
 * of before. results_decide() ends the preview: with keep its list stays, else the list of before
 * comes back. */
bool results_try(struct results *r, const char *pattern, char **cause, size_t *at);
void results_decide(struct results *r, bool keep);
void results_close(struct results *r);
bool results_is_open(const struct results *r);
/* The list's own. NULL: there was no search yet. */
const char *results_pattern(const struct results *r);

/* Continues the search, for about `budget` bytes (see view_work()). True: there is more to do.
 * *changed is set to true when the list must be drawn again, else left alone. */
bool results_work(struct results *r, size_t budget, bool *changed);
/* Stops the search until the list is opened again. False: no search was running. */
bool results_stop(struct results *r);

/* Moves the selection by so many lines, or half screens of the list; < 0: up. INT_MIN and INT_MAX
 * lines go to the ends. */
void results_move(struct results *r, int lines);
void results_page(struct results *r, int halves);
/* The selected line. False: there is none. */
bool results_choice(const struct results *r, struct place *out);
/* A click at a cell of the screen: selects the line drawn there. False: there is none. */
bool results_click(struct results *r, int row, int col);

void results_draw(struct results *r, struct area a);

#endif
