/* The panes: which there are, in which order, which has the focus, and which
 * come and go by themselves.
 *
 * By itself nothing changes while `still` is asked for or within DESK_HOLD of the last
 * change; a pane that has the focus, is pinned, scrolled, filtered or zoomed never goes. */
#ifndef PCAT_UI_DESK_H
#define PCAT_UI_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/view.h"
#include "ui/pane.h"

#define DESK_HOLD ((int64_t)2000000000) /* ns between changes by itself */

struct desk;

struct desk *desk_new(struct model *m);
void desk_free(struct desk *d);

/* How panes look that come from now on. */
void desk_set_look(struct desk *d, const struct pane_look *look);

/* now: CLOCK_MONOTONIC ns. capacity: panes that fit. grow: panes may be added, which moves
 * the others. Returns true when something changed. */
bool desk_arrange(struct desk *d, int64_t now, int capacity, bool grow);

int desk_count(const struct desk *d);
struct pane *desk_pane(const struct desk *d, int i);

/* The pane is still there. */
bool desk_holds(const struct desk *d, const struct pane *p);

/* -1: no pane has it. */
int desk_focus(const struct desk *d);
void desk_set_focus(struct desk *d, int i);
struct pane *desk_focused(const struct desk *d);

/* The first of n panes to draw, so that the one that was focused last is among them. */
int desk_first(const struct desk *d, int n);
/* The pane that has the focus, or had it last; -1: there is none. */
int desk_current(const struct desk *d);

/* Opens a pane at the user's wish: the one that shows just this, else a new one, in the place
 * of another when there is no room. Returns its index. */
int desk_open(struct desk *d, struct scope scope, unsigned kinds, int capacity);
/* Puts a pane of the user's before slot i (the desk's own from then on); those behind move up.
 * There must be room: fewer than LAYOUT_TILES. */
void desk_insert(struct desk *d, int i, struct pane *p);
/* Takes a pane to another slot; the focus goes with it. */
void desk_move(struct desk *d, int from, int to);
/* Two change places, the focus goes with them. */
void desk_swap(struct desk *d, int i, int j);
/* The pane that had the focus before the one that has it or had it last; -1: none, or it is gone.
 */
int desk_before(const struct desk *d);
/* Closes it; its stream does not come back by itself. */
void desk_close(struct desk *d, int i);

/* Streams with output of which no pane shows anything. */
int desk_unseen(const struct desk *d);

/* Orders begin anew, as another instant of a recording is shown. */
void desk_forget_order(struct desk *d);

/* Work of all panes. True: there is more. */
bool desk_work(struct desk *d, size_t budget);
void desk_freeze(struct desk *d, bool frozen);

#endif
