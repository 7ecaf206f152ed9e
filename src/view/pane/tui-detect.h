/* Whether bytes look like those of a full-screen program, from a few of its sequences: it switches
 * to the alternate screen, or puts the cursor here and there. */
#ifndef PCAT_VIEW_PANE_TUI_DETECT_H
#define PCAT_VIEW_PANE_TUI_DETECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/stream.h"

/* Zeroed: nothing was looked at. */
struct tui_detect {
    uint64_t stream; /* id */
    uint64_t at;     /* looked at up to here */
    bool alternate;
    unsigned moves, ups;
};

/* Looks at what is new, at about `budget` bytes; when there is more, at the newest of it. */
void tui_detect_look(struct tui_detect *g, const struct stream *s, size_t budget);

bool tui_detect_is_screen(const struct tui_detect *g);

#endif
