#include "model/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

/* A block whose index is this much larger than the floor may go too: a stream of
 * empty lines or of marks must not live under the floor for ever. */
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

static struct block_slot *slot(const struct stream *s, size_t i)
{
    return &s->slots[s->slot_head + i];
}

static struct block_slot *last_slot(const struct stream *s)
{
    return slot(s, s->slot_count - 1);
}

void stream_free(struct stream *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->slot_count; i++)
        block_free(slot(s, i)->block);
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

/* What a new block starts with: the first of a stream is as small as what comes. */
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
        b->line_cap = last_slot(s)->block->line_count;
        b->lines = b->line_cap ? xmalloc(b->line_cap * sizeof *b->lines) : NULL;
    }
    b->cap = (uint32_t)first_cap(s, len);
    b->data = xmalloc(b->cap);
    b->order = when->order;
    b->seq = when->seq;
    s->memory += block_memory(b);
    if (s->slot_count == 0 && s->open) { /* see stream_rebase() */
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

/* The last block, when it can still count from its order and seq to these. */
static struct block *tail(const struct stream *s, const struct moment *when)
{
    if (s->slot_count == 0)
        return NULL;
    struct block *b = last_slot(s)->block;
    bool far = when->order - b->order > UINT32_MAX ||
               (when->seq > b->seq && when->seq - b->seq > UINT32_MAX);
    return far ? NULL : b;
}

/* A block that takes at least one of len more bytes. */
static struct block *tail_with_room(struct stream *s, size_t len, const struct moment *when)
{
    struct block *b = tail(s, when);

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

/* Finds the lines in n bytes that were just put at `at` of the block. */
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
        struct block *b = tail_with_room(s, len, &when);
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

/* The mark that is the very last line, when there is one of that kind. */
static struct mark *last_mark(const struct stream *s, enum line_kind kind)
{
    if (s->slot_count == 0)
        return NULL;
    const struct block *b = last_slot(s)->block;
    struct mark *m = b->mark_count ? &b->marks[b->mark_count - 1] : NULL;
    return m && m->line + 1 == s->end_line && m->kind == kind ? m : NULL;
}

static struct mark *new_mark(struct stream *s, const struct moment *when)
{
    struct block *b = tail(s, when);

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
    if (s->end > end || s->end_line > end_line) /* it can't be the end of that */
        stream_drop(s);
    for (size_t i = 0; i < s->slot_count; i++) {
        struct block_slot *at = slot(s, i);
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
    return s->slot_count > 1 && (s->end - slot(s, 1)->offset >= STREAM_FLOOR ||
                                 s->memory - block_memory(slot(s, 0)->block) >= FLOOR_MEMORY);
}

/* Whether the block's first bytes belong to a line that began before it. */
static bool continues_line(const struct block *b)
{
    if (b->line_count == 0)
        return b->len > 0;
    return (b->lines[0].at & ~LINE_REC_MARK) > 0;
}

static struct moment rec_moment(const struct block *b, const struct line_rec *rec)
{
    return (struct moment){.order = b->order + rec->order,
                           .seq = b->seq + rec->seq,
                           .time = rec->time,
                           .call = rec->call,
                           .size = rec->size};
}

void stream_shrink(struct stream *s)
{
    struct block *b = slot(s, 0)->block;

    if (b->line_count > 0)
        s->head = rec_moment(b, &b->lines[b->line_count - 1]);
    s->memory -= block_memory(b);
    block_free(b);
    s->slot_head++;
    s->slot_count--;
    s->has_head = s->slot_count > 0 && continues_line(slot(s, 0)->block);
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

/* --- reading --- */

uint64_t stream_id(const struct stream *s)
{
    return s->id;
}

struct task *stream_task(const struct stream *s)
{
    return s->task;
}

uint64_t stream_fd(const struct stream *s)
{
    return s->fd;
}

enum event_stream stream_kind(const struct stream *s)
{
    return s->kind;
}

uint64_t stream_first(const struct stream *s)
{
    return s->slot_count ? slot(s, 0)->offset : s->end;
}

uint64_t stream_end(const struct stream *s)
{
    return s->end;
}

uint64_t stream_writes(const struct stream *s)
{
    return s->writes;
}

uint64_t stream_lost_writes(const struct stream *s)
{
    return s->lost_writes;
}

uint64_t stream_lost_bytes(const struct stream *s)
{
    return s->lost_bytes;
}

uint64_t stream_unavailable_bytes(const struct stream *s)
{
    return s->unavailable_bytes;
}

int64_t stream_last_time(const struct stream *s)
{
    return s->last.time;
}

uint64_t stream_last_seq(const struct stream *s)
{
    return s->last.seq;
}

uint64_t stream_last_order(const struct stream *s)
{
    return s->last.order;
}

uint64_t stream_generation(const struct stream *s)
{
    return s->generation;
}

size_t stream_memory(const struct stream *s)
{
    return s->memory;
}

uint64_t stream_first_line(const struct stream *s)
{
    return s->slot_count ? slot(s, 0)->first_line - s->has_head : s->end_line;
}

uint64_t stream_end_line(const struct stream *s)
{
    return s->end_line;
}

/* The last block with first_line <= number: it holds the record of that line. */
static const struct block_slot *slot_of_line(const struct stream *s, uint64_t number)
{
    size_t low = 0, high = s->slot_count;

    if (last_slot(s)->first_line <= number)
        return last_slot(s);
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (slot(s, mid)->first_line <= number)
            low = mid;
        else
            high = mid;
    }
    return slot(s, low);
}

/* The last block that begins at `offset` or before. */
static const struct block_slot *slot_of_byte(const struct stream *s, uint64_t offset)
{
    size_t low = 0, high = s->slot_count;

    if (last_slot(s)->offset <= offset)
        return last_slot(s);
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (slot(s, mid)->offset <= offset)
            low = mid;
        else
            high = mid;
    }
    return slot(s, low);
}

static bool is_head(const struct stream *s, uint64_t number)
{
    return s->has_head && number == slot(s, 0)->first_line - 1;
}

/* Where a line that is held begins, as an offset; *slot_out is its block, NULL for the head. */
static uint64_t line_start(const struct stream *s, uint64_t number,
                           const struct block_slot **slot_out)
{
    *slot_out = NULL;
    if (is_head(s, number))
        return slot(s, 0)->offset;
    const struct block_slot *at = slot_of_line(s, number);
    *slot_out = at;
    return at->offset + (at->block->lines[number - at->first_line].at & ~LINE_REC_MARK);
}

static void fill_mark(const struct block *b, struct line *out)
{
    uint32_t low = 0, high = b->mark_count;

    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;
        if (b->marks[mid].line <= out->number)
            low = mid;
        else
            high = mid;
    }
    out->kind = b->marks[low].kind;
    out->bytes = b->marks[low].bytes;
    out->writes = b->marks[low].writes;
}

static unsigned char byte_at(const struct stream *s, uint64_t offset)
{
    const struct block_slot *at = slot_of_byte(s, offset);

    return at->block->data[offset - at->offset];
}

static void fill_text(const struct stream *s, struct line *out)
{
    const struct block_slot *unused;
    bool last = out->number + 1 == s->end_line;
    uint64_t end = last ? s->end : line_start(s, out->number + 1, &unused);

    out->kind = LINE_TEXT;
    out->open = last && s->open;
    out->len = end - out->offset;
    if (out->len > 0 && !out->open && byte_at(s, end - 1) == '\n')
        out->len--;
}

static bool is_held(const struct stream *s, uint64_t number)
{
    return number >= stream_first_line(s) && number < s->end_line;
}

bool stream_line(const struct stream *s, uint64_t number, struct line *out)
{
    const struct block_slot *at;

    if (!is_held(s, number))
        return false;
    *out = (struct line){.number = number};
    out->offset = line_start(s, number, &at);
    out->cut = !at;
    const struct line_rec *rec = at ? &at->block->lines[number - at->first_line] : NULL;
    struct moment when = at ? rec_moment(at->block, rec) : s->head;
    out->order = when.order;
    out->seq = when.seq;
    out->time = when.time;
    if (rec && rec->at & LINE_REC_MARK)
        fill_mark(at->block, out);
    else
        fill_text(s, out);
    return true;
}

static struct moment line_moment(const struct stream *s, uint64_t number)
{
    if (is_head(s, number))
        return s->head;
    const struct block_slot *at = slot_of_line(s, number);
    return rec_moment(at->block, &at->block->lines[number - at->first_line]);
}

bool stream_moment(const struct stream *s, uint64_t number, struct moment *out)
{
    if (!is_held(s, number))
        return false;
    *out = line_moment(s, number);
    return true;
}

bool stream_line_call(const struct stream *s, uint64_t number, struct line_call *out)
{
    struct moment when;

    if (!stream_moment(s, number, &when))
        return false;
    *out = (struct line_call){.syscall = calls_name(&s->task->source->model->calls, when.call),
                              .duration = calls_duration(when.call),
                              .bytes = when.size};
    return true;
}

void stream_count_time(struct stream *s, int64_t duration)
{
    uint64_t us = duration >= 2000 ? (uint64_t)duration / 1000 : 1;
    unsigned i = 63 - (unsigned)__builtin_clzll(us);

    if (i >= STREAM_TIMES)
        i = STREAM_TIMES - 1;
    if (s->times[i] < UINT32_MAX)
        s->times[i]++;
}

const uint32_t *stream_times(const struct stream *s)
{
    return s->times;
}

/* How a line compares with what is sought. */
static bool before_order(const struct stream *s, uint64_t number, int64_t order)
{
    return line_moment(s, number).order < (uint64_t)order;
}

static bool before_time(const struct stream *s, uint64_t number, int64_t time)
{
    return line_moment(s, number).time < time;
}

static bool before_byte(const struct stream *s, uint64_t number, int64_t offset)
{
    const struct block_slot *at;

    return line_start(s, number, &at) <= (uint64_t)offset;
}

/* The first line that is not before what is sought. */
static uint64_t find(const struct stream *s,
                     bool (*before)(const struct stream *, uint64_t, int64_t), int64_t what)
{
    uint64_t low = stream_first_line(s), high = s->end_line;

    while (low < high) {
        uint64_t mid = low + (high - low) / 2;
        if (before(s, mid, what))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

bool stream_line_at(const struct stream *s, uint64_t offset, uint64_t *number)
{
    uint64_t first = stream_first_line(s);

    if (first == s->end_line)
        return false;
    if (offset > s->end)
        offset = s->end;
    uint64_t behind = find(s, before_byte, (int64_t)offset);
    *number = behind > first ? behind - 1 : first;
    return true;
}

uint64_t stream_find_order(const struct stream *s, uint64_t order)
{
    return find(s, before_order, (int64_t)order);
}

uint64_t stream_find_time(const struct stream *s, int64_t time)
{
    return find(s, before_time, time);
}

struct bytes stream_run(const struct stream *s, uint64_t offset)
{
    if (offset < stream_first(s) || offset >= s->end)
        return (struct bytes){NULL, 0};
    const struct block_slot *at = slot_of_byte(s, offset);
    size_t skip = (size_t)(offset - at->offset);
    return (struct bytes){at->block->data + skip, at->block->len - skip};
}

size_t stream_copy(const struct stream *s, uint64_t offset, void *buf, size_t n)
{
    size_t done = 0;

    while (done < n) {
        struct bytes run = stream_run(s, offset + done);
        if (run.len == 0)
            break;
        size_t part = run.len < n - done ? run.len : n - done;
        memcpy((char *)buf + done, run.data, part);
        done += part;
    }
    return done;
}
