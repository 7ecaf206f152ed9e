/* What lastwords.c and lastwords-draw.c share, and nobody else looks at. */
#ifndef PCAT_VIEW_LIST_LASTWORDS_STATE_H
#define PCAT_VIEW_LIST_LASTWORDS_STATE_H

#include "model/linetext.h"
#include "view/layout.h"
#include "view/list/lastwords.h"

struct lastwords {
    struct model *model;
    struct linetext *lt;
    bool open;
    uint64_t at, top;  /* serials of the selected one, and of the first that is seen: newer ones
                          stand above */
    uint64_t end;      /* the model's, when that was last so */
    struct rect drawn; /* the list, on the screen */
};

/* Takes in who failed since. */
void lastwords_update(struct lastwords *w);

#endif
