/* Reads CBOR data items, one at a time, from bytes that may be damaged or hostile.
 *
 * An item here is a number, a whole string, or the beginning of a container: array, map, tag, or a
 * string in pieces. The elements of a container are items of their own. The length that an item
 * announces is checked before libcbor sees it. */
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
    ITEM_ARRAY,        /* number: the count of items, or ITEM_OPEN */
    ITEM_MAP,          /* number: the count of pairs, or ITEM_OPEN */
    ITEM_TAG,          /* a container of one item */
    ITEM_BOOL,         /* number: 0 or 1 */
    ITEM_SIMPLE,       /* float, null, undefined and other simple values: no event uses them */
    ITEM_PIECES_BYTES, /* the beginning of a byte string in pieces */
    ITEM_PIECES_TEXT,  /* the beginning of a text string in pieces */
    ITEM_BREAK,        /* the end of a container of open length */
};

/* The length of a container that ends with ITEM_BREAK. */
#define ITEM_OPEN UINT64_MAX

struct item {
    enum item_kind kind;
    uint64_t number;
    struct bytes string; /* inside the buffer */
};

/* The bytes of a buffer that have not been read yet: at <= end. */
struct cursor {
    const unsigned char *at, *end;
};

enum item_result {
    ITEM_OK,      /* the cursor stands behind the item */
    ITEM_PARTIAL, /* more bytes are needed; the cursor has not moved */
    ITEM_DAMAGED, /* not CBOR, or the item is longer than EVENT_WIRE_MAX */
};

/* Reads the next item into *it. */
enum item_result item_next(struct cursor *c, struct item *it);

/* The state of a search for the end of an item, including all that a container contains. Set it to
 * zero before the search. The bytes may come in any pieces: keep the struct from call to call. */
struct scan {
    unsigned depth; /* of containers that are open now */
    bool begun;     /* the first item has been read */
    struct scan_level {
        uint64_t left;       /* items that are still to come, or ITEM_OPEN */
        enum item_kind kind; /* of the container */
        bool odd;            /* in an open map: the last key has no value yet */
    } level[EVENT_DEPTH_MAX];
};

/* Goes on with the search. ITEM_OK: the cursor stands at the end that was searched. ITEM_PARTIAL:
 * the cursor stands behind the last whole item; call again with the bytes from there on, and more.
 * ITEM_DAMAGED: as for item_next(), also when the nesting is deeper than EVENT_DEPTH_MAX. */
enum item_result scan_more(struct scan *s, struct cursor *c);

#endif
