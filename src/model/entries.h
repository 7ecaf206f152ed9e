/* The entries of a view that merges or filters: (member, line) pairs under
 * ascending absolute numbers. They are added at the end and dropped anywhere;
 * the numbers of the others stay. Positions are good until the next change. */
#ifndef PCAT_MODEL_ENTRIES_H
#define PCAT_MODEL_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Entries in a chunk. Tests shrink it. */
#ifndef ENTRIES_CHUNK
#define ENTRIES_CHUNK 4096
#endif

struct stored {
    uint64_t line;
    uint32_t member;
    uint32_t rel; /* number, counted from the chunk's */
};

struct chunk {
    uint64_t base;  /* number of its first entry when it was new */
    uint64_t order; /* the highest before its end of all entries so far; see entries_find_order() */
    int64_t time;
    struct stored *all;
    uint32_t count;
};

struct entries {
    struct chunk *chunks; /* [head, head + count) are in use */
    size_t head, count, cap;
    uint64_t next;   /* number of the next one */
    uint64_t stored; /* entries that are here */
    size_t scrub;    /* chunk that the pass of entries_scrub() comes to next */
};

struct position {
    size_t chunk, index;
};

void entries_clear(struct entries *e); /* numbers start at 0 again */

void entries_add(struct entries *e, uint32_t member, uint64_t line, uint64_t order, int64_t time);

/* The first entry with that number or a higher one. False: there is none. */
bool entries_find(const struct entries *e, uint64_t number, struct position *out);
/* The last one of all, and the first. False: there is none. */
bool entries_last(const struct entries *e, struct position *out);
bool entries_first(const struct entries *e, struct position *out);
bool entries_forward(const struct entries *e, struct position *p);
bool entries_back(const struct entries *e, struct position *p);

const struct stored *entries_at(const struct entries *e, struct position p);
uint64_t entries_number(const struct entries *e, struct position p);

/* A position from where to look for the first entry of that order or time: it and what follows in
 * at most a chunk or two. */
bool entries_near_order(const struct entries *e, uint64_t order, struct position *out);
bool entries_near_time(const struct entries *e, int64_t time, struct position *out);

typedef bool entries_gone(const void *user, const struct stored *entry);

/* Drops gone entries: those at the front; those anywhere, a pass in portions. Each entry looked at
 * takes one from *budget. entries_scrub: true when the pass is through. */
void entries_trim(struct entries *e, entries_gone *gone, const void *user, size_t *budget);
bool entries_scrub(struct entries *e, entries_gone *gone, const void *user, size_t *budget);

#endif
