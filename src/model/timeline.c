/* rows[0] is shared by the processes without a row of their own. When all rows are taken and
 * another process has written twice as much as the one with the least bytes, it takes over that
 * row, and the old contents are added to the shared row. */
#include "model/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/tree.h"

#define WIDTH_MIN ((int64_t)1000000)                 /* of a span at first, ns */
#define WIDTH_MAX (INT64_MAX / 4 / TIMELINE_BUCKETS) /* beyond this the last span takes all */

struct timeline *timeline_new(void)
{
    struct timeline *tl = xcalloc(1, sizeof *tl);

    tl->width = WIDTH_MIN;
    tl->count = 1;
    return tl;
}

void timeline_free(struct timeline *tl)
{
    if (!tl)
        return;
    for (unsigned i = 0; i < tl->count; i++) {
        free(tl->rows[i].spans);
        free(tl->rows[i].marks);
    }
    free(tl);
}

size_t timeline_span(const struct timeline *tl, int64_t time)
{
    int64_t n = time > tl->start ? (time - tl->start) / tl->width : 0;

    return n < TIMELINE_BUCKETS ? (size_t)n : TIMELINE_BUCKETS - 1;
}

static uint32_t add_saturating(uint32_t a, uint64_t b)
{
    return b < UINT32_MAX - a ? a + (uint32_t)b : UINT32_MAX;
}

static void fold_marks(uint8_t *marks)
{
    for (size_t i = 0; i < TIMELINE_BUCKETS / 2; i++)
        marks[i] = marks[2 * i] | marks[2 * i + 1];
    memset(marks + TIMELINE_BUCKETS / 2, 0, TIMELINE_BUCKETS - TIMELINE_BUCKETS / 2);
}

static void fold_row(struct timeline_row *row)
{
    if (!row->spans)
        return;
    for (size_t i = 0; i < TIMELINE_BUCKETS / 2; i++)
        row->spans[i] = add_saturating(row->spans[2 * i], row->spans[2 * i + 1]);
    memset(row->spans + TIMELINE_BUCKETS / 2, 0,
           (TIMELINE_BUCKETS - TIMELINE_BUCKETS / 2) * sizeof *row->spans);
    fold_marks(row->marks);
}

/* The index of the span of a time. If it lies behind the last span, spans are merged in pairs. */
static size_t need_span(struct timeline *tl, int64_t time)
{
    if (time <= 0) /* not known */
        time = tl->end ? tl->end : 1;
    if (tl->start == 0)
        tl->start = time;
    if (time > tl->end)
        tl->end = time;
    int64_t n;
    while ((n = (time - tl->start) / tl->width) >= TIMELINE_BUCKETS && tl->width < WIDTH_MAX) {
        for (unsigned i = 0; i < tl->count; i++)
            fold_row(tl->rows + i);
        fold_marks(tl->marks);
        tl->width *= 2;
    }
    return n < 0 ? 0 : n < TIMELINE_BUCKETS ? (size_t)n : TIMELINE_BUCKETS - 1;
}

/* Makes the row's arrays when it has none. */
static void need_spans(struct timeline_row *row)
{
    if (row->spans)
        return;
    row->spans = xcalloc(TIMELINE_BUCKETS, sizeof *row->spans);
    row->marks = xcalloc(TIMELINE_BUCKETS, sizeof *row->marks);
}

/* The row with the least weight; tl->least is brought up to date. */
static struct timeline_row *find_least_row(struct timeline *tl)
{
    struct timeline_row *least = tl->rows + 1;

    for (unsigned i = 2; i < tl->count; i++)
        if (tl->rows[i].weight < least->weight)
            least = tl->rows + i;
    tl->least = least->weight;
    return least;
}

/* Adds the row with the least weight to the shared row and empties it. Returns its index. */
static unsigned empty_least_row(struct timeline *tl)
{
    struct timeline_row *others = tl->rows, *least = find_least_row(tl);

    need_spans(others);
    for (size_t i = 0; i < TIMELINE_BUCKETS; i++) {
        others->spans[i] = add_saturating(others->spans[i], least->spans[i]);
        others->marks[i] |= least->marks[i];
    }
    others->bytes += least->bytes;
    others->members++;
    memset(least->spans, 0, TIMELINE_BUCKETS * sizeof *least->spans);
    memset(least->marks, 0, TIMELINE_BUCKETS * sizeof *least->marks);
    return (unsigned)(least - tl->rows);
}

/* The row of a process; NULL: it has none of its own (any more). */
static struct timeline_row *find_row(struct timeline *tl, const struct task *process)
{
    struct timeline_row *row = tl->rows + process->timeline_row;

    return process->timeline_row && row->task == process->id ? row : NULL;
}

void timeline_update_name(struct timeline *tl, const struct task *t)
{
    struct timeline_row *row = find_row(tl, t);

    if (row)
        snprintf(row->comm, sizeof row->comm, "%s", t->comm);
}

/* Whether the process takes over the row with the least weight. It must have more than twice that
 * weight; else processes that write equally much would take the row from each other all the time.
 * tl->least may be out of date, but is never too high, so it is checked first. */
static bool deserves_row(struct timeline *tl, const struct task *process)
{
    uint64_t half = process->timeline_bytes / 2;

    return half > tl->least && half > find_least_row(tl)->weight;
}

/* The row for a write of the process: its own, or the shared one. */
static struct timeline_row *need_row(struct timeline *tl, struct task *process)
{
    struct timeline_row *row = find_row(tl, process), *others = tl->rows;
    bool known = process->in_timeline;

    process->in_timeline = true;
    if (row)
        return row;
    if (tl->count <= TIMELINE_ROWS) {
        process->timeline_row = tl->count++;
    } else if (!deserves_row(tl, process)) {
        others->members += !known;
        return others;
    } else {
        process->timeline_row = empty_least_row(tl);
        others->members -= known;
    }
    row = tl->rows + process->timeline_row;
    *row = (struct timeline_row){
        .task = process->id, .pid = process->pid, .spans = row->spans, .marks = row->marks};
    timeline_update_name(tl, process);
    return row;
}

void timeline_write(struct timeline *tl, struct task *process, int64_t time, uint64_t bytes)
{
    size_t at = need_span(tl, time);

    process->timeline_bytes += bytes;
    struct timeline_row *row = need_row(tl, process);
    need_spans(row);
    row->spans[at] = add_saturating(row->spans[at], bytes);
    row->bytes += bytes;
    row->weight = process->timeline_bytes;
}

void timeline_mark(struct timeline *tl, const struct task *process, int64_t time, uint8_t mark)
{
    size_t at = need_span(tl, time);
    struct timeline_row *row = find_row(tl, process);

    tl->marks[at] |= mark;
    if (!row) {
        row = tl->rows;
        need_spans(row);
    }
    row->marks[at] |= mark;
}

void timeline_replace_task(struct timeline *tl, struct task *old, struct task *by)
{
    struct timeline_row *row = find_row(tl, old);

    by->in_timeline = old->in_timeline;
    by->timeline_bytes = old->timeline_bytes;
    if (!row)
        return;
    row->task = by->id;
    by->timeline_row = old->timeline_row;
}

uint64_t timeline_bytes(const struct timeline_row *row, size_t from, size_t to)
{
    uint64_t bytes = 0;

    for (size_t i = from; row->spans && i < to && i < TIMELINE_BUCKETS; i++)
        bytes += row->spans[i];
    return bytes;
}

uint8_t timeline_marks(const uint8_t *marks, size_t from, size_t to)
{
    uint8_t all = 0;

    for (size_t i = from; marks && i < to && i < TIMELINE_BUCKETS; i++)
        all |= marks[i];
    return all;
}
