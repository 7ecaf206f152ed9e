/* What the mouse does: clicks, the wheel, dragging of borders and over lines. */
#ifndef PCAT_UI_MOUSE_H
#define PCAT_UI_MOUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "term/input.h"

struct ui;
struct pane;

/* What is held while a button is down. */
struct drag {
    enum { DRAG_NONE, DRAG_TREE, DRAG_COLUMN, DRAG_ROW, DRAG_LINES } what;
    int tile;          /* the one at the left of the border, or above it */
    struct pane *pane; /* of the lines; compared only, as it may be gone */
    uint64_t entry;    /* where it began */
};

void mouse_input(struct ui *ui, const struct input_event *ev);

#endif
