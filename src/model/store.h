/* The inside of a stream, for those who fill it: stream.c, budget.c, model.c.
 *
 * Bytes lie in blocks. A block also holds the records of the lines that begin in
 * it and the marks among them, so that dropping the front block takes bytes and
 * index together. A line that began in a dropped block and reaches into the next
 * one lives on as `head`. */
#ifndef PCAT_MODEL_STORE_H
#define PCAT_MODEL_STORE_H

#include "model/stream.h"
#include "model/tree.h"

/* Bytes of a full block, and of the first one of a stream that has printed little. Tests shrink
 * them. */
#ifndef STREAM_BLOCK
#define STREAM_BLOCK (32 * 1024)
#endif
#ifndef STREAM_BLOCK_MIN
#define STREAM_BLOCK_MIN 256
#endif
/* Marks in a block: they take memory but no bytes. */
#define STREAM_BLOCK_MARKS 1024

/* Where in all that happened something stands. */
struct moment {
    uint64_t order, seq;
    int64_t time;
    uint32_t call, size; /* of the write: see calls_pack(); its bytes, UINT32_MAX at the most */
};

/* There is one for each line: every byte counts. */
struct line_rec {
    int64_t time;
    uint32_t at;    /* first byte in the block; with LINE_REC_MARK set a mark */
    uint32_t order; /* counted from the block's */
    uint32_t seq;   /* and so is this */
    uint32_t call, size;
} __attribute__((packed, aligned(4)));
#define LINE_REC_MARK 0x80000000u

struct mark {
    uint64_t line;
    uint64_t bytes, writes;
    enum line_kind kind;
};

struct block {
    unsigned char *data;
    struct line_rec *lines;
    struct mark *marks;
    uint64_t order, seq; /* what those of its lines count from */
    uint32_t len, cap;
    uint32_t line_count, line_cap;
    uint32_t mark_count, mark_cap;
};

/* Here, so that finding a block touches no block. */
struct block_slot {
    uint64_t offset;     /* of its first byte */
    uint64_t first_line; /* the next that begins at its first byte or later */
    struct block *block;
};

struct stream {
    uint64_t id, fd;
    struct task *task;
    struct transcript *transcript; /* of the terminal that it goes to, NULL: none */
    enum event_stream kind;

    struct block_slot *slots; /* [slot_head, slot_head + slot_count) are in use */
    size_t slot_head, slot_count, slot_cap;
    uint64_t end, end_line;
    bool open; /* the last line may still grow */
    bool has_head;
    struct moment head; /* of line first_line when it began in a block that is gone */

    uint64_t writes, lost_writes, lost_bytes, unavailable_bytes;
    uint32_t times[STREAM_TIMES];
    int64_t duration;    /* ns inside its calls */
    enum line_kind tail; /* of what came last */
    struct moment last;
    uint64_t generation;

    size_t memory;
    size_t heap_at; /* budget.c: its place, plus one; 0: not there */
    size_t weight;
    struct stream *newer, *older; /* by activity */
    UT_hash_handle hh;            /* by id */
};

/* Its blocks: the i-th, the last. */
static inline struct block_slot *stream_slot(const struct stream *s, size_t i)
{
    return &s->slots[s->slot_head + i];
}

static inline struct block_slot *stream_last_slot(const struct stream *s)
{
    return stream_slot(s, s->slot_count - 1);
}

struct stream *stream_new(uint64_t id, struct task *task, uint64_t fd, enum event_stream kind);
void stream_free(struct stream *s);

void stream_append(struct stream *s, const void *data, size_t len, struct moment when);
void stream_mark(struct stream *s, enum line_kind kind, uint64_t bytes, uint64_t writes,
                 struct moment when);

/* A call took so many ns. */
void stream_count_time(struct stream *s, int64_t duration);

/* The same without keeping anything: their bytes and lines count. */
void stream_count(struct stream *s, const void *data, size_t len, struct moment when);
void stream_count_mark(struct stream *s, enum line_kind kind, struct moment when);

/* What it holds is the end of a stream of so many bytes and lines. last: of its last event. */
void stream_rebase(struct stream *s, uint64_t end, uint64_t end_line, bool open,
                   struct moment last);

/* The moment of a line alone, quicker than stream_line(). False when the line is not held. */
bool stream_moment(const struct stream *s, uint64_t number, struct moment *out);

/* Whether the front block can go and the floor remains. */
bool stream_can_shrink(const struct stream *s);
/* Drops the front block. There must be one. */
void stream_shrink(struct stream *s);
/* Drops all bytes and lines. */
void stream_drop(struct stream *s);

/* The moment of a line of that block. */
struct moment block_moment(const struct block *b, const struct line_rec *rec);

#endif
