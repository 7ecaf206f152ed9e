/* Whether bytes look like those of a full-screen program, from a few of its sequences: it switches
 * to the alternate screen, or puts the cursor here and there. */
#ifndef PCAT_UI_GUESS_H
#define PCAT_UI_GUESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/stream.h"

/* Zeroed: nothing was looked at. */
struct guess {
    uint64_t stream; /* id */
    uint64_t at;     /* looked at up to here */
    bool alternate;
    unsigned moves, ups;
};

/* Looks at what is new, at about `budget` bytes; when there is more, at the newest of it. */
void guess_look(struct guess *g, const struct stream *s, size_t budget);

bool guess_is_screen(const struct guess *g);

#endif
