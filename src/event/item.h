/* One CBOR data item at a time, out of bytes that nobody vouches for.
 *
 * An item is what one head announces: a number, a whole string, or the beginning
 * of a container (array, map, tag, string in pieces) whose parts are items of
 * their own. The head's length is checked here before libcbor sees it. */
#ifndef PCAT_EVENT_ITEM_H
#define PCAT_EVENT_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "event/event.h"

enum item_kind {
    ITEM_UINT,         /* number */
    ITEM_NEGINT,       /* -1 - number */
    ITEM_BYTES,        /* string */
    ITEM_TEXT,         /* string */
    ITEM_ARRAY,        /* number: how many items, or ITEM_OPEN */
    ITEM_MAP,          /* number: how many pairs, or ITEM_OPEN */
    ITEM_TAG,          /* of the one item that follows */
    ITEM_BOOL,         /* number: 0 or 1 */
    ITEM_SIMPLE,       /* float, null, undefined and the like: of no interest */
    ITEM_PIECES_BYTES, /* the beginning of a byte string in pieces */
    ITEM_PIECES_TEXT,
    ITEM_BREAK, /* the end of a container of open length */
};

/* The length of a container that ends with ITEM_BREAK. */
#define ITEM_OPEN UINT64_MAX

struct item {
    enum item_kind kind;
    uint64_t number;
    struct bytes string; /* inside the buffer */
};

/* A place in a buffer. */
struct cursor {
    const unsigned char *at, *end;
};

enum item_result {
    ITEM_OK,      /* and the cursor is behind it */
    ITEM_PARTIAL, /* more bytes are needed; the cursor has not moved */
    ITEM_DAMAGED, /* no CBOR, or longer than EVENT_WIRE_MAX */
};

enum item_result item_next(struct cursor *c, struct item *it);

/* Finds the end of a data item with all that it contains, across any split of the
 * input: keep the struct and go on with more bytes. A zeroed struct is ready to begin. */
struct scan {
    unsigned depth;
    bool begun;
    struct scan_level {
        uint64_t left;       /* items to come, or ITEM_OPEN */
        enum item_kind kind; /* of the container */
        bool odd;            /* an open map has a key without its value */
    } level[EVENT_DEPTH_MAX];
};

/* ITEM_OK: the cursor is behind the whole. ITEM_PARTIAL: it is behind the last item that was
 * there. ITEM_DAMAGED: also for a nesting deeper than EVENT_DEPTH_MAX. */
enum item_result scan_more(struct scan *s, struct cursor *c);

#endif
