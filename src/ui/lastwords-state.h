/* What lastwords.c and lastwords-draw.c share, and nobody else looks at. */
#ifndef PCAT_UI_LASTWORDS_STATE_H
#define PCAT_UI_LASTWORDS_STATE_H

#include "model/linetext.h"
#include "ui/lastwords.h"
#include "ui/layout.h"

struct lastwords {
    struct model *model;
    struct linetext *lt;
    bool open;
    uint64_t *ids; /* of those that failed and are kept, the newest first */
    size_t count, cap;
    size_t failures, dropped; /* of the model, when that was made */
    uint64_t selected;        /* id */
    size_t at, top;           /* its line, and the first that is seen */
    struct rect drawn;        /* the list, on the screen */
};

/* Takes in who failed since. */
void lastwords_update(struct lastwords *w);

#endif
