/* A regex search through the entries of a view, in portions. It goes up or down from an entry
 * (inclusive) and stops at the first entry that matches. With `wrap` it continues at the other end,
 * until it is back at the start.
 *
 * Public: other rooms include this. */
#ifndef PCAT_MODEL_SEARCH_H
#define PCAT_MODEL_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/regex.h"
#include "model/view.h"

struct search;

enum search_result {
    SEARCH_MORE, /* the budget is used up: call search_step() again */
    SEARCH_FOUND,
    SEARCH_NONE /* no entry matches, or the view's numbers have started anew (view_epoch()) */
};

struct found {
    uint64_t entry;         /* its number in the view */
    struct match match;     /* bytes in the plain text of the entry's line (linetext.h) */
    size_t column, columns; /* where the match is drawn, and how wide it is, in cells */
    bool wrapped;           /* the search went past the end (or the beginning) */
};

/* Starts a search at entry number `from`. v and re belong to the caller and must live as long as
 * the search. Entries that the view has not taken in are not seen: call view_work() in between. */
struct search *search_new(struct view *v, struct regex *re, uint64_t from, bool forward, bool wrap);
void search_free(struct search *s); /* NULL is fine */

/* Looks at about `budget` bytes of text (64 more for each entry; at least one entry). Sets *out
 * only with SEARCH_FOUND. After SEARCH_FOUND or SEARCH_NONE the search is over; further calls give
 * the same answer. */
enum search_result search_step(struct search *s, size_t budget, struct found *out);

/* How many entries were looked at. */
uint64_t search_progress(const struct search *s);

/* On how many of these the regex gave up (regex.h). They count as not matching. */
uint64_t search_gave_up(const struct search *s);

/* How much of its budget the last step used. It may be more than the budget when a line is hard to
 * match. */
size_t search_spent(const struct search *s);

#endif
