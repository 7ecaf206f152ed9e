/* The timeline on the screen: a row of bars for each of the processes that printed most, over all
 * the time that there was, with what happened below. A column is a whole number of the model's
 * spans, so that what was drawn stays where it is while more comes. */
#ifndef PCAT_UI_STRIP_H
#define PCAT_UI_STRIP_H

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"
#include "ui/canvas.h"

struct strip;

struct strip *strip_new(struct model *m);
void strip_free(struct strip *s);

/* It is a band above the status bar, or all of the screen above that. */
void strip_open(struct strip *s);
void strip_close(struct strip *s);
bool strip_is_open(const struct strip *s);
bool strip_toggle_full(struct strip *s);
bool strip_is_full(const struct strip *s);
/* Whether it has the keys. */
void strip_focus(struct strip *s, bool focused);
bool strip_has_focus(const struct strip *s);

/* Rows of the band on a screen of so many; 0: only all of the screen will do. */
int strip_rows(int screen_rows);

/* Times are CLOCK_REALTIME ns, the last one of a column. `at`: 0 for the end. */
int64_t strip_move(const struct strip *s, int64_t at, int columns);
/* The next span, or the one before, in which a process failed or bytes were lost. False: there is
 * none. */
bool strip_trouble(const struct strip *s, int64_t at, bool forward, int64_t *out);
/* That place of the screen, in the last drawing. False: it is no column. */
bool strip_click(const struct strip *s, int row, int col, int64_t *out);
/* Looks closer at what is around that time, or less close. False: that is all. */
bool strip_zoom(struct strip *s, bool closer, int64_t at);

/* at: the instant that is shown elsewhere, 0: none. */
void strip_draw(struct strip *s, struct area a, int64_t at);

#endif
