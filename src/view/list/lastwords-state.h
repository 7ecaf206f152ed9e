/* The state of the list; private to lastwords.c and lastwords-draw.c.
 *
 * A failure is known by its serial (model/trouble.h). Newer failures have higher serials and stand
 * further up in the list. */
#ifndef PCAT_VIEW_LIST_LASTWORDS_STATE_H
#define PCAT_VIEW_LIST_LASTWORDS_STATE_H

#include "model/linetext.h"
#include "view/layout.h"
#include "view/list/lastwords.h"

struct lastwords {
    struct model *model;
    struct linetext *lt;
    bool open;
    uint64_t at, top;  /* serials: of the selected failure, of the one in the first row */
    uint64_t end;      /* model_end_failure() at the last update */
    struct rect drawn; /* where the list is on the screen */
};

/* Adds the processes that failed since the last update. */
void lastwords_update(struct lastwords *w);

#endif
