/* The help screen, printed from the action table. */
#ifndef PCAT_UI_HELP_H
#define PCAT_UI_HELP_H

#include <stdbool.h>

#include "term/canvas.h"

struct help;

struct help *help_new(void);
void help_free(struct help *h);

void help_open(struct help *h);
void help_close(struct help *h);
bool help_is_open(const struct help *h);

/* INT_MIN and INT_MAX go to the ends. */
void help_scroll(struct help *h, int lines);
void help_page(struct help *h, int halves);

void help_draw(struct help *h, struct area a);

#endif
