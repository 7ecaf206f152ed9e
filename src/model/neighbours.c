#include "model/neighbours.h"

#include "model/internal.h"

/* The streams come with the most recent activity first: those whose last event is no newer than
 * what was found can't have anything nearer. */

static void take(struct entry *out, struct stream *s, uint64_t number)
{
    out->number = 0;
    out->stream = s;
    stream_line(s, number, &out->line);
}

bool neighbour_before(const struct model *m, const struct entry *of, struct entry *out)
{
    const struct entry e = *of; /* out may be the same */
    struct moment when;
    uint64_t best = 0;
    bool any = e.line.number > stream_first_line(e.stream);

    if (any) {
        take(out, e.stream, e.line.number - 1);
        best = out->line.order;
    }
    for (struct stream *s = m->newest; s && s->last.order > best; s = s->older) {
        uint64_t n = s == e.stream ? 0 : stream_find_order(s, e.line.order);
        if (n <= stream_first_line(s) || !stream_moment(s, n - 1, &when) || when.order <= best)
            continue;
        take(out, s, n - 1);
        best = when.order;
        any = true;
    }
    return any;
}

bool neighbour_behind(const struct model *m, const struct entry *of, struct entry *out)
{
    const struct entry e = *of; /* out may be the same */
    struct moment when;
    uint64_t best = UINT64_MAX;
    bool any = e.line.number + 1 < stream_end_line(e.stream);

    if (any) {
        take(out, e.stream, e.line.number + 1);
        best = out->line.order;
    }
    for (struct stream *s = m->newest; s && s->last.order > e.line.order; s = s->older) {
        if (s == e.stream || !stream_moment(s, stream_find_order(s, e.line.order + 1), &when) ||
            when.order >= best)
            continue;
        take(out, s, stream_find_order(s, e.line.order + 1));
        best = when.order;
        any = true;
    }
    return any;
}
