/* The bytes of the lines of a view, from one entry to another. They come in portions, since there
 * may be many. */
#ifndef PCAT_SOURCE_EXCERPT_H
#define PCAT_SOURCE_EXCERPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/view.h"

#define EXCERPT_ALL UINT64_MAX

struct excerpt {
    struct view *view;
    uint64_t epoch;       /* of the view at the beginning; numbers of entries hold for one epoch */
    uint64_t entry, last; /* numbers of the next entry and of the last one */
    uint64_t at;          /* offset in the stream of the entry's next byte; 0: its first byte */
    bool begun, over;
};

/* Begins an excerpt of the entries from `from` to `to`, both included. EXCERPT_ALL as `to` stands
 * for the end of the view, after it has looked through all lines of its streams. The view stays the
 * caller's and must outlive the excerpt. */
void excerpt_begin(struct excerpt *x, struct view *v, uint64_t from, uint64_t to);

/* Appends the next portion, about 64 KiB. In a view of one stream, lines have a newline only if one
 * was written; in others, each line gets one. Lines that the model no longer holds are left out.
 * Returns false, with nothing appended, after the last portion. */
bool excerpt_next(struct excerpt *x, struct buf *out);

#endif
