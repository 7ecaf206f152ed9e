/* The help screen: a scrollable list of all actions with their keys, made from the action table. */
#ifndef PCAT_UI_HELP_H
#define PCAT_UI_HELP_H

#include <stdbool.h>

#include "term/canvas.h"

struct help;

/* Closed at first; help_free() frees it. */
struct help *help_new(void);
void help_free(struct help *h);

void help_open(struct help *h);
void help_close(struct help *h);
bool help_is_open(const struct help *h);

/* Scroll by lines (INT_MIN and INT_MAX: to the ends), and by half pages; negative: up. */
void help_scroll(struct help *h, int lines);
void help_page(struct help *h, int halves);

/* Draws the help over the whole area. */
void help_draw(struct help *h, struct area a);

#endif
