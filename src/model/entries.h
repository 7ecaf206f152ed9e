/* The entries of a view that merges several streams or has a filter. An entry is a pair (member,
 * line): which stream of the view, and which line of that stream. Entries have absolute, ascending
 * numbers. New ones are added at the end. Any may be dropped; the numbers of the others stay.
 * Entries lie in chunks. A position is valid until the entries change.
 *
 * Inner: only files of src/model include this. */
#ifndef PCAT_MODEL_ENTRIES_H
#define PCAT_MODEL_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Entries in a chunk. Tests shrink it. */
#ifndef ENTRIES_CHUNK
#define ENTRIES_CHUNK 4096
#endif

/* An entry. */
struct stored {
    uint64_t line;   /* its number in the stream */
    uint32_t member; /* index of the stream in the view */
    uint32_t rel;    /* number of the entry, less the chunk's base */
};

struct chunk {
    uint64_t base;      /* number of its first entry when the chunk was made */
    uint64_t order;     /* the highest order of all entries in this chunk and in those before it */
    int64_t time;       /* the same for time; both are for entries_near_*() */
    struct stored *all; /* ascending by number */
    uint32_t count;
};

/* A zeroed struct is empty. */
struct entries {
    struct chunk *chunks; /* [head, head + count) are in use */
    size_t head, count, cap;
    uint64_t next;   /* number that the next entry gets */
    uint64_t stored; /* how many entries there are */
    size_t scrub;    /* the chunk at which entries_scrub() goes on */
};

struct position {
    size_t chunk, index;
};

/* Drops all entries and frees the memory. Numbers start at 0 again. */
void entries_clear(struct entries *e);

/* Adds an entry at the end. order, time: those of the line. */
void entries_add(struct entries *e, uint32_t member, uint64_t line, uint64_t order, int64_t time);

/* Finds the entry with that number, or else the next higher one. False: there is none. */
bool entries_find(const struct entries *e, uint64_t number, struct position *out);
/* The last entry; the first entry. False: there are no entries. */
bool entries_last(const struct entries *e, struct position *out);
bool entries_first(const struct entries *e, struct position *out);
/* Steps to the next entry, or to the one before. False: there is none. */
bool entries_forward(const struct entries *e, struct position *p);
bool entries_back(const struct entries *e, struct position *p);

/* The entry at a valid position, and its number. */
const struct stored *entries_at(const struct entries *e, struct position p);
uint64_t entries_number(const struct entries *e, struct position p);

/* A position from which to search forward for the first entry of at least that order, or time. All
 * entries before it are lower. The entry sought is in the same chunk or soon after. False: all
 * entries are lower. */
bool entries_near_order(const struct entries *e, uint64_t order, struct position *out);
bool entries_near_time(const struct entries *e, int64_t time, struct position *out);

/* Tells whether the line of an entry is no longer held. */
typedef bool entries_gone(const void *user, const struct stored *entry);

/* Drops the gone entries at the front. Each entry that is looked at takes 1 from *budget; it stops
 * when *budget is 0. */
void entries_trim(struct entries *e, entries_gone *gone, const void *user, size_t *budget);
/* Drops gone entries anywhere but in the last chunk, with the same budget. Each call goes on where
 * the call before stopped. True: the pass through all chunks is complete. */
bool entries_scrub(struct entries *e, entries_gone *gone, const void *user, size_t *budget);

#endif
