/* A search through a view, in portions. It looks at one entry after the other,
 * from `from` (inclusive) up or down, and stops at the first that matches. With
 * wrap it goes on at the other end until it is back where it began. */
#ifndef PCAT_MODEL_SEARCH_H
#define PCAT_MODEL_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/regex.h"
#include "model/view.h"

struct search;

enum search_result {
    SEARCH_MORE, /* the budget is used up, go on */
    SEARCH_FOUND,
    SEARCH_NONE /* not there; also when the view's scope or filter has changed meanwhile */
};

struct found {
    uint64_t entry;
    struct match match;     /* bytes in the plain text of the entry's line (linetext.h) */
    size_t column, columns; /* where that is when drawn, and how wide */
    bool wrapped;           /* it went past the end (or the beginning) */
};

/* v and re stay the caller's and must live as long as the search. Entries that the view has not
 * taken in yet are not seen: call view_work() in between. */
struct search *search_new(struct view *v, struct regex *re, uint64_t from, bool forward, bool wrap);
void search_free(struct search *s);

/* Looks at about `budget` bytes of text (64 more for each entry; at least one entry). *out is
 * filled with SEARCH_FOUND. After FOUND or NONE the search is over and answers the same again. */
enum search_result search_step(struct search *s, size_t budget, struct found *out);

/* Entries that were looked at. */
uint64_t search_progress(const struct search *s);

/* Those of them on which the pattern gave up (regex.h): they count as not matching. */
uint64_t search_gave_up(const struct search *s);

/* What the last step took of its budget; one line that is hard to match can take more. */
size_t search_spent(const struct search *s);

#endif
