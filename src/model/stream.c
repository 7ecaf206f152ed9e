/* Fills streams, counts their lines, and drops blocks. stream-read.c reads them. */
#include "model/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

/* The first block may also be dropped when the rest of the stream takes this much memory. Without
 * this, a stream of empty lines or of marks would get a huge index but not STREAM_FLOOR bytes. */
#define FLOOR_MEMORY (64 * (size_t)STREAM_FLOOR + 16 * 1024)

struct stream *stream_new(uint64_t id, struct task *task, uint64_t fd, enum event_stream kind)
{
    struct stream *s = xcalloc(1, sizeof *s);

    s->id = id;
    s->task = task;
    s->fd = fd;
    s->kind = kind;
    s->memory = sizeof *s;
    return s;
}

static void block_free(struct block *b)
{
    free(b->data);
    free(b->lines);
    free(b->marks);
    free(b);
}

static size_t block_memory(const struct block *b)
{
    return sizeof *b + b->cap + b->line_cap * sizeof *b->lines + b->mark_cap * sizeof *b->marks;
}

void stream_free(struct stream *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->slot_count; i++)
        block_free(stream_slot(s, i)->block);
    free(s->slots);
    free(s);
}

/* --- filling --- */

static void slots_reserve(struct stream *s)
{
    if (s->slot_head + s->slot_count < s->slot_cap)
        return;
    if (s->slot_head > s->slot_cap / 2) {
        memmove(s->slots, s->slots + s->slot_head, s->slot_count * sizeof *s->slots);
        s->slot_head = 0;
        return;
    }
    size_t cap = s->slot_cap ? 2 * s->slot_cap : 1;
    s->slots = xrealloc(s->slots, cap * sizeof *s->slots);
    s->memory += (cap - s->slot_cap) * sizeof *s->slots;
    s->slot_cap = cap;
}

/* The size of a new block in bytes. The first block of a stream is small, as many streams are. */
static size_t first_cap(const struct stream *s, size_t len)
{
    size_t cap = STREAM_BLOCK_MIN < STREAM_BLOCK ? STREAM_BLOCK_MIN : STREAM_BLOCK;

    if (s->slot_count > 0)
        return STREAM_BLOCK;
    while (cap < len && cap < STREAM_BLOCK)
        cap *= 2;
    return cap < STREAM_BLOCK ? cap : STREAM_BLOCK;
}

static struct block *block_new(struct stream *s, size_t len, const struct moment *when)
{
    struct block *b = xcalloc(1, sizeof *b);

    if (s->slot_count > 0) {
        b->line_cap = stream_last_slot(s)->block->line_count;
        b->lines = b->line_cap ? xmalloc(b->line_cap * sizeof *b->lines) : NULL;
    }
    b->cap = (uint32_t)first_cap(s, len);
    b->data = xmalloc(b->cap);
    b->order = when->order;
    b->seq = when->seq;
    s->memory += block_memory(b);
    if (s->slot_count == 0 && s->open) { /* the line began before stream_rebase() */
        s->has_head = true;
        s->head = s->last;
    }
    slots_reserve(s);
    s->slots[s->slot_head + s->slot_count++] = (struct block_slot){s->end, s->end_line, b};
    return b;
}

static void block_grow(struct stream *s, struct block *b, size_t len)
{
    size_t cap = b->cap;

    while (cap < STREAM_BLOCK && cap < b->len + len)
        cap *= 2;
    if (cap > STREAM_BLOCK)
        cap = STREAM_BLOCK;
    if (cap == b->cap)
        return;
    b->data = xrealloc(b->data, cap);
    s->memory += cap - b->cap;
    b->cap = (uint32_t)cap;
}

/* The last block, if 32 bits are enough for the differences of `when` to its order and seq. */
static struct block *usable_last_block(const struct stream *s, const struct moment *when)
{
    if (s->slot_count == 0)
        return NULL;
    struct block *b = stream_last_slot(s)->block;
    bool far = when->order - b->order > UINT32_MAX ||
               (when->seq > b->seq && when->seq - b->seq > UINT32_MAX);
    return far ? NULL : b;
}

/* The last block, or a new one; it has room for one byte at least, at best for len bytes. */
static struct block *need_block_with_room(struct stream *s, size_t len, const struct moment *when)
{
    struct block *b = usable_last_block(s, when);

    if (b && b->len + len > b->cap)
        block_grow(s, b, len);
    return b && b->len < b->cap ? b : block_new(s, len, when);
}

static void begin_line(struct stream *s, struct block *b, uint32_t at, const struct moment *when)
{
    if (b->line_count == b->line_cap) {
        uint32_t cap = b->line_cap ? 2 * b->line_cap : 4;
        b->lines = xrealloc(b->lines, cap * sizeof *b->lines);
        s->memory += (cap - b->line_cap) * sizeof *b->lines;
        b->line_cap = cap;
    }
    b->lines[b->line_count++] = (struct line_rec){
        .time = when->time,
        .at = at,
        .order = (uint32_t)(when->order - b->order),
        .seq = when->seq > b->seq ? (uint32_t)(when->seq - b->seq) : 0,
        .call = when->call,
        .size = when->size,
    };
    s->end_line++;
}

/* Finds the lines in n bytes that were just copied to `at` in the block. */
static void index_bytes(struct stream *s, struct block *b, uint32_t at, size_t n,
                        const struct moment *when)
{
    const unsigned char *p = b->data + at, *end = p + n;

    while (p < end) {
        if (!s->open)
            begin_line(s, b, (uint32_t)(p - b->data), when);
        const unsigned char *newline = memchr(p, '\n', (size_t)(end - p));
        s->open = !newline;
        p = newline ? newline + 1 : end;
    }
}

void stream_append(struct stream *s, const void *data, size_t len, struct moment when)
{
    const unsigned char *p = data;

    if (len > 0)
        s->tail = LINE_TEXT;
    while (len > 0) {
        struct block *b = need_block_with_room(s, len, &when);
        size_t room = b->cap - b->len;
        size_t n = len < room ? len : room;
        uint32_t at = b->len;

        memcpy(b->data + at, p, n);
        b->len += (uint32_t)n;
        index_bytes(s, b, at, n, &when);
        s->end += n;
        p += n;
        len -= n;
    }
    s->last = when;
    s->generation++;
}

/* The last line, if it is a mark of that kind. */
static struct mark *last_mark(const struct stream *s, enum line_kind kind)
{
    if (s->slot_count == 0)
        return NULL;
    const struct block *b = stream_last_slot(s)->block;
    struct mark *m = b->mark_count ? &b->marks[b->mark_count - 1] : NULL;
    return m && m->line + 1 == s->end_line && m->kind == kind ? m : NULL;
}

static struct mark *new_mark(struct stream *s, const struct moment *when)
{
    struct block *b = usable_last_block(s, when);

    if (!b || b->mark_count >= STREAM_BLOCK_MARKS)
        b = block_new(s, 0, when);
    if (b->mark_count == b->mark_cap) {
        uint32_t cap = b->mark_cap ? 2 * b->mark_cap : 1;
        b->marks = xrealloc(b->marks, cap * sizeof *b->marks);
        s->memory += (cap - b->mark_cap) * sizeof *b->marks;
        b->mark_cap = cap;
    }
    begin_line(s, b, b->len | LINE_REC_MARK, when);
    return &b->marks[b->mark_count++];
}

void stream_mark(struct stream *s, enum line_kind kind, uint64_t bytes, uint64_t writes,
                 struct moment when)
{
    struct mark *m = last_mark(s, kind);

    if (!m) {
        m = new_mark(s, &when);
        *m = (struct mark){.line = s->end_line - 1, .kind = kind};
    }
    m->bytes += bytes;
    m->writes += writes;
    s->open = false;
    s->tail = kind;
    s->last = when;
    s->generation++;
}

/* --- counting --- */

void stream_count(struct stream *s, const void *data, size_t len, struct moment when)
{
    const unsigned char *p = data, *end = len ? p + len : p;

    if (len > 0)
        s->tail = LINE_TEXT;
    while (p < end) {
        const unsigned char *newline = memchr(p, '\n', (size_t)(end - p));
        s->end_line += !s->open;
        s->open = !newline;
        p = newline ? newline + 1 : end;
    }
    s->end += len;
    s->last = when;
    s->generation++;
}

void stream_count_mark(struct stream *s, enum line_kind kind, struct moment when)
{
    s->end_line += s->tail != kind;
    s->open = false;
    s->tail = kind;
    s->last = when;
    s->generation++;
}

void stream_rebase(struct stream *s, uint64_t end, uint64_t end_line, bool open, struct moment last)
{
    if (s->end > end || s->end_line > end_line) /* more is held than the counters allow */
        stream_drop(s);
    for (size_t i = 0; i < s->slot_count; i++) {
        struct block_slot *at = stream_slot(s, i);
        at->offset += end - s->end;
        at->first_line += end_line - s->end_line;
        for (uint32_t k = 0; k < at->block->mark_count; k++)
            at->block->marks[k].line += end_line - s->end_line;
    }
    s->end = end;
    s->end_line = end_line;
    s->open = open;
    s->last = last;
    s->generation++;
}

/* --- dropping --- */

bool stream_can_shrink(const struct stream *s)
{
    return s->slot_count > 1 &&
           (s->end - stream_slot(s, 1)->offset >= STREAM_FLOOR ||
            s->memory - block_memory(stream_slot(s, 0)->block) >= FLOOR_MEMORY);
}

/* Whether the first bytes of the block belong to a line that began in the block before. */
static bool continues_line(const struct block *b)
{
    if (b->line_count == 0)
        return b->len > 0;
    return (b->lines[0].at & ~LINE_REC_MARK) > 0;
}

struct moment block_moment(const struct block *b, const struct line_rec *rec)
{
    return (struct moment){.order = b->order + rec->order,
                           .seq = b->seq + rec->seq,
                           .time = rec->time,
                           .call = rec->call,
                           .size = rec->size};
}

void stream_shrink(struct stream *s)
{
    struct block *b = stream_slot(s, 0)->block;

    if (b->line_count > 0)
        s->head = block_moment(b, &b->lines[b->line_count - 1]);
    s->memory -= block_memory(b);
    block_free(b);
    s->slot_head++;
    s->slot_count--;
    s->has_head = s->slot_count > 0 && continues_line(stream_slot(s, 0)->block);
    if (s->slot_count == 0)
        s->open = false;
    s->generation++;
}

void stream_drop(struct stream *s)
{
    while (s->slot_count > 0)
        stream_shrink(s);
    free(s->slots);
    s->memory -= s->slot_cap * sizeof *s->slots;
    s->slots = NULL;
    s->slot_head = s->slot_cap = 0;
}
