/* The panes: which there are, in which order, which has the focus, and which
 * come and go by themselves.
 *
 * By itself nothing changes while `still` is asked for or within PANE_SET_HOLD of the last
 * change; a pane that has the focus, is pinned, scrolled, filtered or zoomed never goes. */
#ifndef PCAT_VIEW_PANE_PANE_SET_H
#define PCAT_VIEW_PANE_PANE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/view.h"
#include "view/pane/pane.h"

#define PANE_SET_HOLD ((int64_t)2000000000) /* ns between changes by itself */

struct pane_set;

struct pane_set *pane_set_new(struct model *m);
void pane_set_free(struct pane_set *d);

/* How panes look that come from now on. */
void pane_set_set_look(struct pane_set *d, const struct pane_look *look);

/* now: CLOCK_MONOTONIC ns. capacity: panes that fit. grow: panes may be added, which moves
 * the others. Returns true when something changed. */
bool pane_set_arrange(struct pane_set *d, int64_t now, int capacity, bool grow);

int pane_set_count(const struct pane_set *d);
struct pane *pane_set_pane(const struct pane_set *d, int i);

/* The pane is still there. */
bool pane_set_holds(const struct pane_set *d, const struct pane *p);

/* -1: no pane has it. */
int pane_set_focus(const struct pane_set *d);
void pane_set_set_focus(struct pane_set *d, int i);
struct pane *pane_set_focused(const struct pane_set *d);

/* The first of n panes to draw, so that the one that was focused last is among them. */
int pane_set_first(const struct pane_set *d, int n);
/* The pane that has the focus, or had it last; -1: there is none. */
int pane_set_current(const struct pane_set *d);

/* Opens a pane at the user's wish: the one that shows just this, else a new one, in the place
 * of another when there is no room. Returns its index. */
int pane_set_open(struct pane_set *d, struct scope scope, unsigned kinds, int capacity);
/* Puts a pane of the user's before slot i (the set's own from then on); those behind move up.
 * There must be room: fewer than LAYOUT_TILES. */
void pane_set_insert(struct pane_set *d, int i, struct pane *p);
/* Takes a pane to another slot; the focus goes with it. */
void pane_set_move(struct pane_set *d, int from, int to);
/* Two change places, the focus goes with them. */
void pane_set_swap(struct pane_set *d, int i, int j);
/* The pane that had the focus before the one that has it or had it last; -1: none, or it is gone.
 */
int pane_set_before(const struct pane_set *d);
/* Closes it; its stream does not come back by itself. */
void pane_set_close(struct pane_set *d, int i);

/* Streams with output of which no pane shows anything. */
int pane_set_unseen(const struct pane_set *d);

/* Orders begin anew, as another instant of a recording is shown. */
void pane_set_forget_order(struct pane_set *d);

/* Work of all panes. True: there is more. */
bool pane_set_work(struct pane_set *d, size_t budget);
void pane_set_freeze(struct pane_set *d, bool frozen);

#endif
