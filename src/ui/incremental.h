/* Incremental searches and filters: they take effect while the user types. live_begin() starts one
 * when its prompt opens. Each edit of the text is tried on the pane, the tree or the list of
 * results. Enter keeps the last try; Escape restores the state from before. */
#ifndef PCAT_UI_INCREMENTAL_H
#define PCAT_UI_INCREMENTAL_H

#include <stdbool.h>

struct ui;
struct pane;

enum live_kind { LIVE_NONE, LIVE_SEARCH, LIVE_FILTER, LIVE_RESULTS };

struct live {
    enum live_kind kind;
    bool forward;
    struct pane *pane; /* searched or filtered, and ended when it loses the focus; NULL: the tree */
    char *tried;       /* the last valid text, whose effect is shown; NULL: none was valid yet */
    char *seen;        /* the text of the prompt at the last check */
    bool missing;      /* the search found no task in the tree */
};

/* Begins a search or filter for the prompt that has just been opened. Nothing happens when the user
 * has switched it off, or when the tree is too large. forward: the direction of the search. */
void live_begin(struct ui *ui, enum live_kind kind, bool forward);

/* Called after each input event: tries the text of the prompt. When the prompt is closed, the state
 * from before is restored. */
void live_check(struct ui *ui);

/* At Enter: keeps the last try. False: the text was not tried, and the caller must search or filter
 * itself. */
bool live_take(struct ui *ui, const char *text);

/* Ends the try and restores the state from before. */
void live_cancel(struct ui *ui);

/* The text for the row below the prompt, which the caller frees. *bad: nothing matches. NULL: no
 * search or filter is being tried. */
char *live_note(struct ui *ui, bool *bad);

#endif
