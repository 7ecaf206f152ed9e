/* The list of all processes of a machine, from which the user chooses those to attach to. It fills
 * the screen while it is open. What the user types is searched for: only matching processes are
 * shown. Processes can be tagged. */
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

/* Opens it. list: stays the caller's, may change while this is open. machine: the name of the
 * machine, copied; NULL: there is only one machine. */
void procview_open(struct procview *pv, const struct processes *list, const char *machine);
void procview_close(struct procview *pv);
bool procview_is_open(const struct procview *pv);

/* Moves the selection by so many lines, or half screens of the list; < 0: up. INT_MIN and INT_MAX
 * lines go to the ends. */
void procview_move(struct procview *pv, int lines);
void procview_page(struct procview *pv, int halves);

/* Edits the text that is searched for, part of a PID, user, name or command line: appends a
 * character, removes the last one. */
void procview_type(struct procview *pv, int32_t cp);
void procview_erase(struct procview *pv);
/* Clears the text. False: it was empty. */
bool procview_forget(struct procview *pv);

/* Sets or removes the tag of the selected process and moves a line down. */
void procview_toggle_tag(struct procview *pv);
void procview_untag(struct procview *pv, uint64_t pid);

/* Switches between a tree and a flat list. True: it is a tree from now on. */
bool procview_toggle_tree(struct procview *pv);
/* Shows or hides the threads of the kernel. True: they are shown from now on. */
bool procview_toggle_kernel(struct procview *pv);
/* Sorts by the next of the orders. Returns its name, a constant. */
const char *procview_next_order(struct procview *pv);

/* The PIDs of all tagged processes, else of the selected one. The caller frees the array. NULL:
 * there is no process. */
uint64_t *procview_chosen(struct procview *pv, size_t *count);

/* Shows an error until the user moves or types. NULL removes it. */
void procview_complain(struct procview *pv, const char *text);

/* A click at a cell of the screen: selects the process drawn there. True: it was selected before.
 */
bool procview_click(struct procview *pv, int row, int col);

void procview_draw(struct procview *pv, struct area a);

#endif
