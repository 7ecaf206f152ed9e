/* Reads streams: their counters, lines and bytes. Everything is found by binary search. */
#include "model/internal.h"

#include <string.h>

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
    return s->slot_count ? stream_slot(s, 0)->offset : s->end;
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
    return s->slot_count ? stream_slot(s, 0)->first_line - s->has_head : s->end_line;
}

uint64_t stream_end_line(const struct stream *s)
{
    return s->end_line;
}

/* The last block with first_line <= number: it holds the record of that line. */
static const struct block_slot *slot_of_line(const struct stream *s, uint64_t number)
{
    size_t low = 0, high = s->slot_count;

    if (stream_last_slot(s)->first_line <= number)
        return stream_last_slot(s);
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (stream_slot(s, mid)->first_line <= number)
            low = mid;
        else
            high = mid;
    }
    return stream_slot(s, low);
}

/* The last block that begins at `offset` or before. */
static const struct block_slot *slot_of_byte(const struct stream *s, uint64_t offset)
{
    size_t low = 0, high = s->slot_count;

    if (stream_last_slot(s)->offset <= offset)
        return stream_last_slot(s);
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (stream_slot(s, mid)->offset <= offset)
            low = mid;
        else
            high = mid;
    }
    return stream_slot(s, low);
}

/* Whether the line began in a dropped block. */
static bool is_head(const struct stream *s, uint64_t number)
{
    return s->has_head && number == stream_slot(s, 0)->first_line - 1;
}

/* The offset at which a held line begins. *slot_out: its block, NULL for the head. */
static uint64_t line_start(const struct stream *s, uint64_t number,
                           const struct block_slot **slot_out)
{
    *slot_out = NULL;
    if (is_head(s, number))
        return stream_slot(s, 0)->offset;
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
    struct moment when = at ? block_moment(at->block, rec) : s->head;
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
    return block_moment(at->block, &at->block->lines[number - at->first_line]);
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

/* Whether a line is before what is searched for. */
static bool is_before_order(const struct stream *s, uint64_t number, int64_t order)
{
    return line_moment(s, number).order < (uint64_t)order;
}

static bool is_before_time(const struct stream *s, uint64_t number, int64_t time)
{
    return line_moment(s, number).time < time;
}

static bool is_before_byte(const struct stream *s, uint64_t number, int64_t offset)
{
    const struct block_slot *at;

    return line_start(s, number, &at) <= (uint64_t)offset;
}

/* The first line that is not before what is searched for. */
static uint64_t find_line(const struct stream *s,
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
    uint64_t behind = find_line(s, is_before_byte, (int64_t)offset);
    *number = behind > first ? behind - 1 : first;
    return true;
}

uint64_t stream_find_order(const struct stream *s, uint64_t order)
{
    return find_line(s, is_before_order, (int64_t)order);
}

uint64_t stream_find_time(const struct stream *s, int64_t time)
{
    return find_line(s, is_before_time, time);
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
