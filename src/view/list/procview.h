/* The processes of a machine as lines, to choose from: what is found, tagged and selected. It
 * fills the screen while it is open; letters go into what is looked for. */
#ifndef PCAT_VIEW_LIST_PROCVIEW_H
#define PCAT_VIEW_LIST_PROCVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/processes.h"
#include "term/canvas.h"

struct procview;

struct procview *procview_new(void);
void procview_free(struct procview *pv);

/* The list stays the caller's and may change under way. machine: whose processes they are, NULL:
 * there is only one. */
void procview_open(struct procview *pv, const struct processes *list, const char *machine);
void procview_close(struct procview *pv);
bool procview_is_open(const struct procview *pv);

/* Lines down, or up; INT_MIN, INT_MAX: to the first, the last. */
void procview_move(struct procview *pv, int lines);
void procview_page(struct procview *pv, int halves);

/* What is looked for: part of a PID, user, name or command line. */
void procview_type(struct procview *pv, int32_t cp);
void procview_erase(struct procview *pv);
/* False: nothing was looked for. */
bool procview_forget(struct procview *pv);

/* Tags the selected one, or takes its tag, and goes a line down. */
void procview_toggle_tag(struct procview *pv);
void procview_untag(struct procview *pv, uint64_t pid);

/* By parents, or all alike. Each returns what holds from now on. */
bool procview_toggle_tree(struct procview *pv);
bool procview_toggle_kernel(struct procview *pv);
/* The next order, by its name. */
const char *procview_next_order(struct procview *pv);

/* Those with tags, else the selected one. The array is to be freed; NULL: there is none. */
uint64_t *procview_chosen(struct procview *pv, size_t *count);

/* A line for the user that stays until he does something. NULL takes it away. */
void procview_complain(struct procview *pv, const char *text);

/* A click, in rows and columns of the screen, selects. True when that line was selected before. */
bool procview_click(struct procview *pv, int row, int col);

void procview_draw(struct procview *pv, struct area a);

#endif
