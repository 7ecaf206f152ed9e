/* A small list to choose one line from. */
#ifndef PCAT_VIEW_PICKER_H
#define PCAT_VIEW_PICKER_H

#include <stdbool.h>
#include <stdint.h>

#include "term/canvas.h"

struct picker;

struct picker *picker_new(void);
void picker_free(struct picker *k);

/* Opens it empty. */
void picker_open(struct picker *k, const char *title);
/* Each line stands for a value. */
void picker_add(struct picker *k, uint64_t value, const char *text);
void picker_close(struct picker *k);
bool picker_is_open(const struct picker *k);

void picker_move(struct picker *k, int lines);
/* False: it is empty. */
bool picker_choice(const struct picker *k, uint64_t *value);

/* A line of the last drawing was clicked, in rows and columns of the screen. True when one
 * was hit. */
bool picker_click(struct picker *k, int row, int col);

/* Draws a box in the middle of the area. */
void picker_draw(struct picker *k, struct area a);

#endif
