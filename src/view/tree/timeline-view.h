/* The timeline on the screen: a row of bars for each of the processes that printed most, over all
 * the time that there was, with what happened below. A column is a whole number of the model's
 * spans, so that what was drawn stays where it is while more comes. */
#ifndef PCAT_VIEW_TREE_TIMELINE_VIEW_H
#define PCAT_VIEW_TREE_TIMELINE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"
#include "term/canvas.h"

struct timeline_view;

struct timeline_view *timeline_view_new(struct model *m);
void timeline_view_free(struct timeline_view *s);

/* It is a band above the status bar, or all of the screen above that. */
void timeline_view_open(struct timeline_view *s);
void timeline_view_close(struct timeline_view *s);
bool timeline_view_is_open(const struct timeline_view *s);
bool timeline_view_toggle_full(struct timeline_view *s);
bool timeline_view_is_full(const struct timeline_view *s);
/* Whether it has the keys. */
void timeline_view_focus(struct timeline_view *s, bool focused);
bool timeline_view_has_focus(const struct timeline_view *s);

/* Rows of the band on a screen of so many; 0: only all of the screen will do. */
int timeline_view_rows(int screen_rows);

/* Times are CLOCK_REALTIME ns, the last one of a column. `at`: 0 for the end. */
int64_t timeline_view_move(const struct timeline_view *s, int64_t at, int columns);
/* The next span, or the one before, in which a process failed or bytes were lost. False: there is
 * none. */
bool timeline_view_trouble(const struct timeline_view *s, int64_t at, bool forward, int64_t *out);
/* That place of the screen, in the last drawing. False: it is no column. */
bool timeline_view_click(const struct timeline_view *s, int row, int col, int64_t *out);
/* Looks closer at what is around that time, or less close. False: that is all. */
bool timeline_view_zoom(struct timeline_view *s, bool closer, int64_t at);

/* at: the instant that is shown elsewhere, 0: none. */
void timeline_view_draw(struct timeline_view *s, struct area a, int64_t at);

#endif
