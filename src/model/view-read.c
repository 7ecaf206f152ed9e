/* Reads the entries of a view by their numbers. */
#include <string.h>

#include "model/view-state.h"

/* Step over entries whose lines are gone. False: no more entries. */
static bool skip_gone_forward(const struct view *v, struct position *p)
{
    while (view_is_gone(v, entries_at(&v->entries, *p)))
        if (!entries_forward(&v->entries, p))
            return false;
    return true;
}

static bool skip_gone_back(const struct view *v, struct position *p)
{
    while (view_is_gone(v, entries_at(&v->entries, *p)))
        if (!entries_back(&v->entries, p))
            return false;
    return true;
}

uint64_t view_settled(const struct view *v)
{
    if (!is_direct(v))
        return v->entries.next;
    return v->scope.stream ? stream_end_line(v->scope.stream) : 0;
}

uint64_t view_end(const struct view *v)
{
    return view_settled(v) + (is_direct(v) ? 0 : v->tail_count);
}

uint64_t view_first(const struct view *v)
{
    struct position p;

    if (is_direct(v))
        return v->scope.stream ? stream_first_line(v->scope.stream) : 0;
    if (entries_first(&v->entries, &p) && skip_gone_forward(v, &p))
        return entries_number(&v->entries, p);
    return view_settled(v);
}

bool view_empty(const struct view *v)
{
    return view_first(v) == view_end(v);
}

static bool fill_entry(uint64_t number, struct stream *s, uint64_t line, struct entry *out)
{
    out->number = number;
    out->stream = s;
    return s && stream_line(s, line, &out->line);
}

bool view_entry(const struct view *v, uint64_t number, struct entry *out)
{
    struct position p;

    if (is_direct(v))
        return fill_entry(number, v->scope.stream, number, out);
    if (number >= v->entries.next) {
        uint64_t i = number - v->entries.next;
        return i < v->tail_count && fill_entry(number, v->tail[i]->stream, v->tail[i]->next, out);
    }
    if (!entries_find(&v->entries, number, &p) || entries_number(&v->entries, p) != number)
        return false;
    const struct stored *entry = entries_at(&v->entries, p);
    return fill_entry(number, v->members[entry->member]->stream, entry->line, out);
}

static uint64_t max(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The first entry with that number or a higher one. *out is left alone when there is none. */
static bool find_at_or_after(const struct view *v, uint64_t number, uint64_t *out)
{
    uint64_t settled = view_settled(v), found;
    struct position p;

    if (is_direct(v))
        found = max(number, view_first(v));
    else if (number < settled && entries_find(&v->entries, number, &p) && skip_gone_forward(v, &p))
        found = entries_number(&v->entries, p);
    else
        found = max(number, settled);
    if (found >= view_end(v))
        return false;
    *out = found;
    return true;
}

/* The last entry with a lower number. *out is left alone when there is none. */
static bool find_before(const struct view *v, uint64_t number, uint64_t *out)
{
    uint64_t end = view_end(v);
    struct position p;

    if (number > end)
        number = end;
    if (is_direct(v) || number > view_settled(v)) {
        if (number <= view_first(v))
            return false;
        *out = number - 1;
        return true;
    }
    if (!entries_find(&v->entries, number, &p))
        p = (struct position){v->entries.count, 0};
    if (!entries_back(&v->entries, &p) || !skip_gone_back(v, &p))
        return false;
    *out = entries_number(&v->entries, p);
    return true;
}

bool view_next(const struct view *v, uint64_t number, uint64_t *out)
{
    return number < UINT64_MAX && find_at_or_after(v, number + 1, out);
}

bool view_prev(const struct view *v, uint64_t number, uint64_t *out)
{
    return find_before(v, number, out);
}

bool view_clamp(const struct view *v, uint64_t number, uint64_t *out)
{
    return find_at_or_after(v, number, out) || find_before(v, UINT64_MAX, out);
}

uint64_t view_move(const struct view *v, uint64_t number, int64_t n, int64_t *moved)
{
    int64_t steps = 0;
    uint64_t at = number;

    if (view_clamp(v, number, &at))
        while (steps != n && (n > 0 ? view_next(v, at, &at) : view_prev(v, at, &at)))
            steps += n > 0 ? 1 : -1;
    else
        at = number;
    if (moved)
        *moved = steps;
    return at;
}

uint64_t view_count_behind(const struct view *v, uint64_t number)
{
    uint64_t end = view_end(v);

    return number + 1 < end ? end - number - 1 : 0;
}

static bool line_of(const struct view *v, struct position p, struct line *out)
{
    const struct stored *entry = entries_at(&v->entries, p);
    const struct stream *s = v->members[entry->member]->stream;

    return s && stream_line(s, entry->line, out);
}

uint64_t view_find_order(const struct view *v, uint64_t order)
{
    struct position p;
    struct line line;

    if (is_direct(v))
        return v->scope.stream ? stream_find_order(v->scope.stream, order) : 0;
    bool more = entries_near_order(&v->entries, order, &p);
    for (; more; more = entries_forward(&v->entries, &p))
        if (line_of(v, p, &line) && line.order >= order)
            return entries_number(&v->entries, p);
    for (size_t i = 0; i < v->tail_count; i++)
        if (v->tail[i]->key >= order)
            return v->entries.next + i;
    return view_end(v);
}

uint64_t view_find_time(const struct view *v, int64_t time)
{
    struct position p;
    struct line line;

    if (is_direct(v))
        return v->scope.stream ? stream_find_time(v->scope.stream, time) : 0;
    bool more = entries_near_time(&v->entries, time, &p);
    for (; more; more = entries_forward(&v->entries, &p))
        if (line_of(v, p, &line) && line.time >= time)
            return entries_number(&v->entries, p);
    for (size_t i = 0; i < v->tail_count; i++)
        if (stream_line(v->tail[i]->stream, v->tail[i]->next, &line) && line.time >= time)
            return v->entries.next + i;
    return view_end(v);
}

bool view_has(const struct view *v, const struct stream *s)
{
    return view_find_member(v, s);
}

size_t view_stream_count(const struct view *v)
{
    return v->member_count;
}

struct stream *view_stream(const struct view *v, size_t i)
{
    return v->members[i]->stream;
}
