/* Searches and filters that show themselves while one types. A prompt begins one;
 * each edit is tried on the pane, the tree or the list of all streams; Enter takes the last try,
 * Escape puts everything back. */
#ifndef PCAT_UI_INCREMENTAL_H
#define PCAT_UI_INCREMENTAL_H

#include <stdbool.h>

struct ui;
struct pane;

enum live_kind { LIVE_NONE, LIVE_SEARCH, LIVE_FILTER, LIVE_RESULTS };

struct live {
    enum live_kind kind;
    bool forward;
    struct pane *pane; /* it is about this one, and only while that has the focus; NULL: the tree */
    char *tried;       /* the text that is shown; NULL: none was right yet */
    char *seen;        /* the text that was looked at last */
    bool missing;      /* the tree has no such task */
};

/* Begins it for the prompt that was just opened, unless the user does not want it. */
void live_begin(struct ui *ui, enum live_kind kind, bool forward);

/* After a key: tries what the prompt holds now. Without the prompt, all goes back. */
void live_check(struct ui *ui);

/* Takes the text at Enter. False: it is to be done as if nothing had been tried. */
bool live_take(struct ui *ui, const char *text);

/* Ends it and puts everything back. */
void live_cancel(struct ui *ui);

/* What the row under the prompt says. *bad: there is no match. To be freed; NULL: nothing goes on.
 */
char *live_note(struct ui *ui, bool *bad);

#endif
