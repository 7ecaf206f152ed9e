/* The timeline: a row of bars for each of the processes that printed most, over the whole time of
 * the capture, and below them a row with events (processes that started, ended, failed, ...). A
 * column stands for a whole number of the model's spans (model/timeline.h), so that bars keep their
 * places while more output comes. */
#ifndef PCAT_VIEW_TREE_TIMELINE_VIEW_H
#define PCAT_VIEW_TREE_TIMELINE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"
#include "term/canvas.h"

struct timeline_view;

struct timeline_view *timeline_view_new(struct model *m);
void timeline_view_free(struct timeline_view *s);

/* Opens it, with the focus. It is a band above the status bar, or (full) it fills the screen above
 * that. */
void timeline_view_open(struct timeline_view *s);
void timeline_view_close(struct timeline_view *s);
bool timeline_view_is_open(const struct timeline_view *s);
/* Switches between both. True: it is full from now on. */
bool timeline_view_toggle_full(struct timeline_view *s);
bool timeline_view_is_full(const struct timeline_view *s);
/* Gives it the focus or takes it away; closed, it never has it. */
void timeline_view_focus(struct timeline_view *s, bool focused);
bool timeline_view_has_focus(const struct timeline_view *s);

/* The height of the band on a screen of so many rows; 0: the screen is too low for a band. */
int timeline_view_rows(int screen_rows);

/* Times are CLOCK_REALTIME ns. A column stands for its last instant. `at`: a time, 0: the end. */

/* The time so many columns after `at` (< 0: before). */
int64_t timeline_view_move(const struct timeline_view *s, int64_t at, int columns);
/* *out: the end of the next span after `at` (or of the previous one) in which a process failed or
 * bytes were lost. False: there is none. */
bool timeline_view_trouble(const struct timeline_view *s, int64_t at, bool forward, int64_t *out);
/* *out: the time of the column at that cell of the screen. False: there is no column. */
bool timeline_view_click(const struct timeline_view *s, int row, int col, int64_t *out);
/* Zooms in around `at` (closer), or out. False: it can't be zoomed further. */
bool timeline_view_zoom(struct timeline_view *s, bool closer, int64_t at);

/* Draws it. at: the instant that the other views show; its column is highlighted. 0: none. */
void timeline_view_draw(struct timeline_view *s, struct area a, int64_t at);

#endif
