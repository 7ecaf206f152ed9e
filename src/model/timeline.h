/* Output over all the time that there was: how many bytes each process wrote when, and
 * what happened to it. TIMELINE_BUCKETS spans of equal length from the first event on; when they
 * are full, each two become one of twice the length. Of more than TIMELINE_ROWS processes those
 * with the fewest bytes are one row together. */
#ifndef PCAT_MODEL_TIMELINE_H
#define PCAT_MODEL_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef TIMELINE_BUCKETS
#define TIMELINE_BUCKETS 1024
#endif
#ifndef TIMELINE_ROWS
#define TIMELINE_ROWS 256
#endif

struct task;

/* What happened in a span; bits. */
enum {
    TIMELINE_BORN = 1,   /* a process was */
    TIMELINE_EXEC = 2,   /* one ran another program */
    TIMELINE_ENDED = 4,  /* one ended, and did not fail */
    TIMELINE_FAILED = 8, /* one did */
    TIMELINE_LOST = 16   /* bytes were lost */
};

struct timeline_row {
    uint64_t task; /* id of the process node; 0: the row of the others */
    uint64_t pid;
    char comm[16];    /* its latest name */
    uint64_t bytes;   /* in all its spans */
    uint64_t weight;  /* also those that came while its process was one of the others */
    unsigned members; /* of the others: how many it has taken in */
    uint32_t *spans;  /* bytes in each, as many as fit */
    uint8_t *marks;   /* what happened to it in each */
};

/* Open to read. */
struct timeline {
    int64_t start; /* of the first span, CLOCK_REALTIME ns; 0: nothing yet */
    int64_t width; /* of each, ns */
    int64_t end;   /* time of the newest */
    struct timeline_row rows[TIMELINE_ROWS + 1]; /* the first are the others */
    unsigned count;
    uint64_t least;                  /* no row weighs less, of the model alone */
    uint8_t marks[TIMELINE_BUCKETS]; /* what happened to anybody */
};

/* The span in which that time lies, clamped. */
size_t timeline_span(const struct timeline *tl, int64_t time);

/* Bytes of a row in the spans [from, to). */
uint64_t timeline_bytes(const struct timeline_row *row, size_t from, size_t to);

/* All marks in the spans [from, to), each once. */
uint8_t timeline_marks(const uint8_t *marks, size_t from, size_t to);

/* Of the model alone. */
struct timeline *timeline_new(void);
void timeline_free(struct timeline *tl);
void timeline_write(struct timeline *tl, struct task *process, int64_t time, uint64_t bytes);
/* Something happened to it; a row is not made for that. */
void timeline_mark(struct timeline *tl, const struct task *process, int64_t time, uint8_t mark);
/* It has another name. */
void timeline_named(struct timeline *tl, const struct task *t);
/* Another node goes on as the same process. */
void timeline_replaced(struct timeline *tl, struct task *old, struct task *by);

#endif
