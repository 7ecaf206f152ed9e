/* Tells from the output of a program whether it draws a full screen: by a few escape sequences,
 * which switch to the alternate screen or move the cursor. */
#ifndef PCAT_VIEW_PANE_TUI_DETECT_H
#define PCAT_VIEW_PANE_TUI_DETECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/stream.h"

/* What was found so far. All zero: nothing was examined. */
struct tui_detect {
    uint64_t stream;     /* id */
    uint64_t at;         /* bytes of the stream before this offset were examined */
    bool alternate;      /* the program is on the alternate screen */
    unsigned moves, ups; /* cursor moves: to a position; up */
};

/* Examines the new bytes of a stream; of more than `budget` bytes, the last ones. Another stream
 * than last time begins from zero. */
void tui_detect_look(struct tui_detect *g, const struct stream *s, size_t budget);

bool tui_detect_is_screen(const struct tui_detect *g);

#endif
