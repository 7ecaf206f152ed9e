/* Mouse input: clicks, the wheel, dragging of borders and over lines. */
#ifndef PCAT_UI_MOUSE_H
#define PCAT_UI_MOUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "term/input.h"

struct ui;
struct pane;

/* What the mouse drags while its button is down. */
struct drag {
    enum { DRAG_NONE, DRAG_TREE, DRAG_COLUMN, DRAG_ROW, DRAG_LINES } what;
    int tile;          /* DRAG_COLUMN: left of the border; DRAG_ROW: above the border */
    struct pane *pane; /* DRAG_LINES: only compared with others, as it may have been freed */
    uint64_t entry;    /* DRAG_LINES: the line where the drag began */
};

/* Handles an event of kind INPUT_MOUSE. */
void mouse_input(struct ui *ui, const struct input_event *ev);

#endif
