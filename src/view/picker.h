/* A box with a list of lines; the user chooses one. */
#ifndef PCAT_VIEW_PICKER_H
#define PCAT_VIEW_PICKER_H

#include <stdbool.h>
#include <stdint.h>

#include "term/canvas.h"

struct picker;

struct picker *picker_new(void);
void picker_free(struct picker *k);

/* Opens it with a title and no lines. */
void picker_open(struct picker *k, const char *title);
/* Adds a line; picker_choice() returns its value. Title and text are copied. */
void picker_add(struct picker *k, uint64_t value, const char *text);
/* Closes it and removes its lines. */
void picker_close(struct picker *k);
bool picker_is_open(const struct picker *k);

/* Moves the selection down, or up (lines < 0). */
void picker_move(struct picker *k, int lines);
/* The value of the selected line. False: there are no lines. */
bool picker_choice(const struct picker *k, uint64_t *value);

/* A click at a cell of the screen: selects the line drawn there. False: there is none. */
bool picker_click(struct picker *k, int row, int col);

/* Draws a box in the middle of the area. */
void picker_draw(struct picker *k, struct area a);

#endif
