/* The output of each process from the first event to the last: how many bytes it wrote in each span
 * of time, and what happened to it. There are TIMELINE_BUCKETS spans of equal length. When they no
 * longer suffice, each two are merged into one of twice the length. TIMELINE_ROWS processes have a
 * row of their own, mostly those with the most bytes. All others share one row.
 *
 * Public: other rooms read this. */
#ifndef PCAT_MODEL_TIMELINE_H
#define PCAT_MODEL_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Tests shrink both. */
#ifndef TIMELINE_BUCKETS
#define TIMELINE_BUCKETS 1024
#endif
#ifndef TIMELINE_ROWS
#define TIMELINE_ROWS 256
#endif

struct task;

/* What happened in a span, as a set of bits. */
enum {
    TIMELINE_BORN = 1,   /* a process was born */
    TIMELINE_EXEC = 2,   /* a process executed a program */
    TIMELINE_ENDED = 4,  /* a process ended and did not fail */
    TIMELINE_FAILED = 8, /* a process failed */
    TIMELINE_LOST = 16   /* bytes were lost */
};

struct timeline_row {
    uint64_t task; /* id of the process node; 0: the shared row */
    uint64_t pid;
    char comm[16];    /* its latest name */
    uint64_t bytes;   /* in all spans of this row */
    uint64_t weight;  /* all bytes of the process, also those that are in the shared row */
    unsigned members; /* the shared row: how many processes it stands for */
    uint32_t *spans;  /* bytes in each span, UINT32_MAX at most; NULL: none */
    uint8_t *marks;   /* what happened to the process in each span; NULL: nothing */
};

/* Open to read. */
struct timeline {
    int64_t start; /* of the first span, CLOCK_REALTIME ns; 0: no output yet */
    int64_t width; /* of each span, ns */
    int64_t end;   /* time of the newest event, CLOCK_REALTIME ns */
    struct timeline_row rows[TIMELINE_ROWS + 1]; /* rows[0] is the shared one */
    unsigned count;                              /* rows in use */
    uint64_t least; /* for timeline.c: no row but the shared one weighs less than this */
    uint8_t marks[TIMELINE_BUCKETS]; /* what happened to any process in each span */
};

/* The index of the span in which a time lies, clamped. */
size_t timeline_span(const struct timeline *tl, int64_t time);

/* Bytes of a row in the spans [from, to). */
uint64_t timeline_bytes(const struct timeline_row *row, size_t from, size_t to);

/* The marks of all spans in [from, to), put together. */
uint8_t timeline_marks(const uint8_t *marks, size_t from, size_t to);

/* --- for the model's own files --- */

struct timeline *timeline_new(void);
void timeline_free(struct timeline *tl); /* NULL is fine */
/* Adds bytes that the process wrote at that time. time: CLOCK_REALTIME ns, 0: not known. */
void timeline_write(struct timeline *tl, struct task *process, int64_t time, uint64_t bytes);
/* Adds a mark at that time. A process without a row gets none for this: the mark goes to the shared
 * row. */
void timeline_mark(struct timeline *tl, const struct task *process, int64_t time, uint8_t mark);
/* Call it when the name of a task has changed. */
void timeline_update_name(struct timeline *tl, const struct task *t);
/* The process goes on as node `by`, which takes over the row of `old`. */
void timeline_replace_task(struct timeline *tl, struct task *old, struct task *by);

#endif
