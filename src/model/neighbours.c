#include "model/neighbours.h"

#include <string.h>

#include "model/internal.h"

/* The nearest lines of one side that were found so far, the nearest first. */
struct side {
    struct entry *list;
    size_t *count, want;
    bool behind;
};

/* Whether line a is nearer than line b. Lines of one write have the same order; then their numbers
 * decide. */
static bool is_nearer(const struct side *side, const struct line *a, const struct line *b)
{
    if (a->order != b->order)
        return side->behind ? a->order < b->order : a->order > b->order;
    return side->behind ? a->number < b->number : a->number > b->number;
}

/* Puts a line into the list. False: there is no such line, or the list is full of nearer ones. */
static bool insert_line(struct side *side, struct stream *s, uint64_t number)
{
    struct entry e = {.stream = s};
    size_t at = *side->count;

    if (!stream_line(s, number, &e.line))
        return false;
    while (at > 0 && is_nearer(side, &e.line, &side->list[at - 1].line))
        at--;
    if (at == side->want)
        return false;
    if (*side->count == side->want)
        --*side->count;
    memmove(side->list + at + 1, side->list + at, (*side->count - at) * sizeof e);
    side->list[at] = e;
    ++*side->count;
    return true;
}

/* Whether the list is full, and a line of that order would not be nearer than its last. */
static bool is_full(const struct side *side, uint64_t order)
{
    return *side->count == side->want &&
           (side->behind ? order >= side->list[side->want - 1].line.order
                         : order <= side->list[side->want - 1].line.order);
}

void neighbours_find(const struct model *m, const struct entry *e, size_t want,
                     struct neighbours *out)
{
    struct side before = {out->before, &out->nbefore, 0, false};
    struct side behind = {out->behind, &out->nbehind, 0, true};

    before.want = behind.want = want < NEIGHBOURS_MAX ? want : NEIGHBOURS_MAX;
    out->nbefore = out->nbehind = 0;
    if (want == 0)
        return;
    /* The most recently active stream comes first. As soon as the last output of a stream is
     * older than all lines that were found, so is that of all further streams. */
    for (struct stream *s = m->newest; s; s = s->older) {
        bool own = s == e->stream;
        if (s->last.order < e->line.order && is_full(&before, s->last.order) && !own)
            break;
        uint64_t at = own ? e->line.number : stream_find_order(s, e->line.order);
        for (uint64_t n = at + own; insert_line(&behind, s, n); n++)
            ;
        for (uint64_t n = at; n > stream_first_line(s) && insert_line(&before, s, n - 1); n--)
            ;
    }
}
