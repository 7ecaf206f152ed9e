/* The lines of a view, from one entry to another, as the bytes that were written:
 * in portions, as they may be many. */
#ifndef PCAT_SOURCE_EXCERPT_H
#define PCAT_SOURCE_EXCERPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/view.h"

#define EXCERPT_ALL UINT64_MAX

struct excerpt {
    struct view *view;
    uint64_t epoch;       /* of the view: the numbers mean nothing in another one */
    uint64_t entry, last; /* that comes next; that is the last one */
    uint64_t at;          /* the offset in its stream up to which it was given */
    bool begun, over;
};

/* All of these entries; to: EXCERPT_ALL for the end of the view as it is once it has taken in what
 * there is. The view stays the caller's and must live as long. */
void excerpt_begin(struct excerpt *x, struct view *v, uint64_t from, uint64_t to);

/* Appends the next portion: some ten KiB. Lines of one stream come with the newline that they had,
 * merged ones each with one. Lines that are no longer held are left out. False, with nothing added:
 * that was all. */
bool excerpt_next(struct excerpt *x, struct buf *out);

#endif
