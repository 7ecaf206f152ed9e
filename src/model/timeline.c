#include "model/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/tree.h"

#define WIDTH_MIN ((int64_t)1000000) /* ns of the first spans */
#define WIDTH_MAX (INT64_MAX / 4 / TIMELINE_BUCKETS)

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

static uint32_t sum(uint32_t a, uint64_t b)
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
        row->spans[i] = sum(row->spans[2 * i], row->spans[2 * i + 1]);
    memset(row->spans + TIMELINE_BUCKETS / 2, 0,
           (TIMELINE_BUCKETS - TIMELINE_BUCKETS / 2) * sizeof *row->spans);
    fold_marks(row->marks);
}

/* The span of that time, for which room is made. */
static size_t reach(struct timeline *tl, int64_t time)
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

static void need_spans(struct timeline_row *row)
{
    if (row->spans)
        return;
    row->spans = xcalloc(TIMELINE_BUCKETS, sizeof *row->spans);
    row->marks = xcalloc(TIMELINE_BUCKETS, sizeof *row->marks);
}

static struct timeline_row *least_row(struct timeline *tl)
{
    struct timeline_row *least = tl->rows + 1;

    for (unsigned i = 2; i < tl->count; i++)
        if (tl->rows[i].weight < least->weight)
            least = tl->rows + i;
    tl->least = least->weight;
    return least;
}

/* The row with the fewest bytes joins the others. Returns its place, which is empty now. */
static unsigned clear_row(struct timeline *tl)
{
    struct timeline_row *others = tl->rows, *least = least_row(tl);

    need_spans(others);
    for (size_t i = 0; i < TIMELINE_BUCKETS; i++) {
        others->spans[i] = sum(others->spans[i], least->spans[i]);
        others->marks[i] |= least->marks[i];
    }
    others->bytes += least->bytes;
    others->members++;
    memset(least->spans, 0, TIMELINE_BUCKETS * sizeof *least->spans);
    memset(least->marks, 0, TIMELINE_BUCKETS * sizeof *least->marks);
    return (unsigned)(least - tl->rows);
}

static struct timeline_row *row_of(struct timeline *tl, const struct task *process)
{
    struct timeline_row *row = tl->rows + process->timeline_row;

    return process->timeline_row && row->task == process->id ? row : NULL;
}

void timeline_named(struct timeline *tl, const struct task *t)
{
    struct timeline_row *row = row_of(tl, t);

    if (row)
        snprintf(row->comm, sizeof row->comm, "%s", t->comm);
}

/* Only twice the least takes its row, so that those who write alike don't take it in turns. What is
 * known of the least may be out of date, but it never has less. */
static bool deserves_row(struct timeline *tl, const struct task *process)
{
    uint64_t half = process->timeline_bytes / 2;

    return half > tl->least && half > least_row(tl)->weight;
}

/* Its own, or that of the others. */
static struct timeline_row *row_for(struct timeline *tl, struct task *process)
{
    struct timeline_row *row = row_of(tl, process), *others = tl->rows;
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
        process->timeline_row = clear_row(tl);
        others->members -= known;
    }
    row = tl->rows + process->timeline_row;
    *row = (struct timeline_row){
        .task = process->id, .pid = process->pid, .spans = row->spans, .marks = row->marks};
    timeline_named(tl, process);
    return row;
}

void timeline_write(struct timeline *tl, struct task *process, int64_t time, uint64_t bytes)
{
    size_t at = reach(tl, time);

    process->timeline_bytes += bytes;
    struct timeline_row *row = row_for(tl, process);
    need_spans(row);
    row->spans[at] = sum(row->spans[at], bytes);
    row->bytes += bytes;
    row->weight = process->timeline_bytes;
}

void timeline_mark(struct timeline *tl, const struct task *process, int64_t time, uint8_t mark)
{
    size_t at = reach(tl, time);
    struct timeline_row *row = row_of(tl, process);

    tl->marks[at] |= mark;
    if (!row) {
        row = tl->rows;
        need_spans(row);
    }
    row->marks[at] |= mark;
}

void timeline_replaced(struct timeline *tl, struct task *old, struct task *by)
{
    struct timeline_row *row = row_of(tl, old);

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
