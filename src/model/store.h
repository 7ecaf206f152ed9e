/* The inside of a stream, and the functions that fill it.
 *
 * The bytes lie in blocks. A block also holds the records of the lines that begin in it, and its
 * marks. So dropping the first block drops bytes and index together. When a line began in a dropped
 * block and reaches into the next one, that rest is kept as `head`.
 *
 * Inner: only files of src/model and their tests use this. (restore.h includes it for struct
 * moment.) */
#ifndef PCAT_MODEL_STORE_H
#define PCAT_MODEL_STORE_H

#include "model/stream.h"
#include "model/tree.h"

/* Bytes that a block has room for, and the least that the first block of a stream starts with.
 * Tests shrink them. */
#ifndef STREAM_BLOCK
#define STREAM_BLOCK (32 * 1024)
#endif
#ifndef STREAM_BLOCK_MIN
#define STREAM_BLOCK_MIN 256
#endif
/* Marks that a block has room for. Marks have no bytes, so bytes alone would not limit them. */
#define STREAM_BLOCK_MARKS 1024

/* When a line began, and by which write. */
struct moment {
    uint64_t order, seq; /* as in struct line */
    int64_t time;        /* CLOCK_REALTIME ns */
    uint32_t call;       /* name and duration of the syscall, see calls_pack() */
    uint32_t size;       /* bytes that the syscall wrote, UINT32_MAX at most */
};

/* The record of a line. There is one for each line, so every byte counts. */
struct line_rec {
    int64_t time;
    uint32_t at;    /* where in the block the line begins; with LINE_REC_MARK set, it is a mark */
    uint32_t order; /* less the order of the block */
    uint32_t seq;   /* less the seq of the block */
    uint32_t call, size;
} __attribute__((packed, aligned(4)));
#define LINE_REC_MARK 0x80000000u

struct mark {
    uint64_t line; /* its line number */
    uint64_t bytes, writes;
    enum line_kind kind;
};

struct block {
    unsigned char *data;
    struct line_rec *lines;
    struct mark *marks;
    uint64_t order, seq; /* the records' order and seq are relative to these */
    uint32_t len, cap;   /* bytes */
    uint32_t line_count, line_cap;
    uint32_t mark_count, mark_cap;
};

/* A block and where it begins. This is kept outside of the block, so that a search for a block
 * reads the slots alone. */
struct block_slot {
    uint64_t offset;     /* of its first byte */
    uint64_t first_line; /* number of the first line that begins in this block or later */
    struct block *block;
};

struct stream {
    uint64_t id, fd;
    struct task *task;
    struct transcript *transcript; /* of the terminal that the fd leads to, NULL: none */
    enum event_stream kind;

    struct block_slot *slots; /* [slot_head, slot_head + slot_count) are in use */
    size_t slot_head, slot_count, slot_cap;
    uint64_t end, end_line; /* offset of the next byte, number of the next line */
    bool open;              /* the last line may still grow */
    bool has_head;      /* the first bytes held are the rest of a line whose beginning is gone */
    struct moment head; /* of that line */

    uint64_t writes, lost_writes, lost_bytes, unavailable_bytes;
    uint32_t times[STREAM_TIMES]; /* see stream_times() */
    int64_t duration;             /* time inside its write calls, ns */
    enum line_kind tail;          /* what came last: text, or which mark */
    struct moment last;           /* of the event that came last */
    uint64_t generation;

    size_t memory;                /* bytes, with the index and this struct */
    size_t heap_at;               /* for budget.c: its place in the heap plus one; 0: not there */
    size_t weight;                /* for budget.c: memory if the stream can shrink, else 0 */
    struct stream *newer, *older; /* by activity */
    UT_hash_handle hh;            /* by id */
};

/* The slot of the i-th block that is held. */
static inline struct block_slot *stream_slot(const struct stream *s, size_t i)
{
    return &s->slots[s->slot_head + i];
}

/* The slot of the last block. There must be one. */
static inline struct block_slot *stream_last_slot(const struct stream *s)
{
    return stream_slot(s, s->slot_count - 1);
}

struct stream *stream_new(uint64_t id, struct task *task, uint64_t fd, enum event_stream kind);
void stream_free(struct stream *s); /* NULL is fine */

/* Adds bytes at the end. */
void stream_append(struct stream *s, const void *data, size_t len, struct moment when);
/* Adds a mark at the end, or adds to the mark of that kind which is there. */
void stream_mark(struct stream *s, enum line_kind kind, uint64_t bytes, uint64_t writes,
                 struct moment when);

/* Adds the duration of a call, in ns, to stream_times(). */
void stream_count_time(struct stream *s, int64_t duration);

/* The same as stream_append() and stream_mark(), but only bytes and lines are counted: nothing is
 * kept. */
void stream_count(struct stream *s, const void *data, size_t len, struct moment when);
void stream_count_mark(struct stream *s, enum line_kind kind, struct moment when);

/* Makes the bytes and lines that are held the last ones of a stream of `end` bytes and `end_line`
 * lines: their offsets and numbers are shifted. last: the moment of its last event. */
void stream_rebase(struct stream *s, uint64_t end, uint64_t end_line, bool open,
                   struct moment last);

/* The moment of a line, faster than stream_line(). False: the line is not held. */
bool stream_moment(const struct stream *s, uint64_t number, struct moment *out);

/* Whether the first block may be dropped: at least STREAM_FLOOR bytes remain then, or what remains
 * has a large index. */
bool stream_can_shrink(const struct stream *s);
/* Drops the first block. There must be one. */
void stream_shrink(struct stream *s);
/* Drops all bytes and lines. */
void stream_drop(struct stream *s);

/* The moment of a line, by its block and its record. */
struct moment block_moment(const struct block *b, const struct line_rec *rec);

#endif
