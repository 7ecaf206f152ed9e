/* The set of all panes: their order, the focus, and which panes open and close by themselves.
 *
 * A slot is the place of a pane in the order, from 0. Panes open for streams that become active,
 * and replace those whose streams are quiet. No such change happens while the set is frozen or
 * within PANE_SET_HOLD of the last one. A pane is never replaced while it has the focus, is pinned,
 * scrolled, filtered or searched, or shows more than one stream. */
#ifndef PCAT_VIEW_PANE_PANE_SET_H
#define PCAT_VIEW_PANE_PANE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/view.h"
#include "view/pane/pane.h"

#define PANE_SET_HOLD ((int64_t)2000000000) /* least ns between two changes by itself */

struct pane_set;

struct pane_set *pane_set_new(struct model *m);
void pane_set_free(struct pane_set *d);

/* The look of all panes that open from now on. */
void pane_set_set_look(struct pane_set *d, const struct pane_look *look);

/* Opens and closes panes for the streams that are active now. now: CLOCK_MONOTONIC ns. capacity:
 * how many panes fit. grow: the number of panes may change, which moves the others. True: something
 * changed. */
bool pane_set_arrange(struct pane_set *d, int64_t now, int capacity, bool grow);

int pane_set_count(const struct pane_set *d);
/* The pane in slot i. NULL: there is none. */
struct pane *pane_set_pane(const struct pane_set *d, int i);

/* Whether p is one of the panes. p may have been freed. */
bool pane_set_holds(const struct pane_set *d, const struct pane *p);

/* The slot of the pane that has the focus; -1: no pane has it. */
int pane_set_focus(const struct pane_set *d);
/* Gives slot i the focus; -1: no pane. */
void pane_set_set_focus(struct pane_set *d, int i);
/* The pane that has the focus; NULL: no pane has it. */
struct pane *pane_set_focused(const struct pane_set *d);

/* The first of n slots to draw, so that the current one is among them. */
int pane_set_first(const struct pane_set *d, int n);
/* The current slot: the one that has the focus or had it last; -1: there is no pane. */
int pane_set_current(const struct pane_set *d);

/* Opens a pane for the user: finds the one that shows exactly this scope, else makes a new, pinned
 * one. When there is no room, that one replaces another, even a pane in use. Returns its slot. */
int pane_set_open(struct pane_set *d, struct scope scope, unsigned kinds, int capacity);
/* Inserts a pane at slot i and pins it; the panes from there on move one slot further. The set owns
 * it from then on. There must be fewer than LAYOUT_TILES panes. */
void pane_set_insert(struct pane_set *d, int i, struct pane *p);
/* Moves a pane to another slot; it keeps the focus. */
void pane_set_move(struct pane_set *d, int from, int to);
/* Swaps two panes; they keep the focus. */
void pane_set_swap(struct pane_set *d, int i, int j);
/* The slot of the pane that had the focus before the current one; -1: there is none (any more). */
int pane_set_previous(const struct pane_set *d);
/* Closes and frees the pane in slot i. No pane opens for its stream by itself any more. */
void pane_set_close(struct pane_set *d, int i);

/* The number of recently active streams that no pane shows, without those that the user closed. */
int pane_set_unseen(const struct pane_set *d);

/* For a jump within a recording: forgets up to which order output was seen. */
void pane_set_forget_order(struct pane_set *d);

/* Does the work of all panes, for about `budget` bytes. True: there is more to do. */
bool pane_set_work(struct pane_set *d, size_t budget);
/* Freezes all panes, and their number: nothing moves by itself. */
void pane_set_freeze(struct pane_set *d, bool frozen);

#endif
