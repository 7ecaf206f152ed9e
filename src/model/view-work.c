/* Takes new lines into a view, in portions. The queue gives the line that is next in order. A line
 * that passes the filter becomes an entry. An unfinished line waits until it is finished. */
#include <string.h>

#include "model/linetext.h"
#include "model/view-state.h"

#define LINE_COST 64  /* budget that a line takes besides its bytes */
#define MERGE_COST 64 /* budget that a line takes without a filter */
#define STEP_COST 2   /* budget that a counted step of a regex takes */

static void spend(size_t *budget, uint64_t cost)
{
    *budget -= cost < *budget ? (size_t)cost : *budget;
}

/* A mark passes the filter, unless the last entry is a mark of the same stream. */
static bool mark_passes(const struct view *v, const struct member *mb)
{
    struct position last;
    struct line line;

    if (!entries_last(&v->entries, &last))
        return true;
    const struct stored *entry = entries_at(&v->entries, last);
    return entry->member != mb->index || !stream_line(mb->stream, entry->line, &line) ||
           line.kind == LINE_TEXT;
}

static bool passes(struct view *v, const struct member *mb, const struct line *line, size_t *budget)
{
    if (line->kind != LINE_TEXT) {
        spend(budget, LINE_COST);
        return !v->no_marks && mark_passes(v, mb);
    }
    uint64_t steps = filter_steps(v->filter);
    struct bytes plain = linetext_plain(v->text, mb->stream, line);
    enum regex_answer answer = filter_matches(v->filter, plain.data, plain.len, false);
    v->gave_up += answer == REGEX_GAVE_UP && !line->open;
    spend(budget, LINE_COST + (line->len < TEXT_MAX ? line->len : TEXT_MAX) +
                      STEP_COST * (filter_steps(v->filter) - steps));
    return filter_passes(v->filter, answer);
}

static void take_in(struct view *v, struct member *mb, uint64_t line, uint64_t order, int64_t time)
{
    entries_add(&v->entries, mb->index, line, order, time);
    mb->taken = line + 1;
    v->generation++;
}

/* Takes in the context before line `next`. */
static void take_before(struct view *v, struct member *mb, size_t *budget)
{
    uint64_t line = mb->next > v->before ? mb->next - v->before : 0;
    struct moment when;

    for (line = line > mb->taken ? line : mb->taken; line < mb->next; line++)
        if (stream_moment(mb->stream, line, &when)) {
            spend(budget, LINE_COST);
            take_in(v, mb, line, when.order, when.time);
        }
}

/* Takes in a finished line, and its context, if it passes the filter. */
static void take_filtered(struct view *v, struct member *mb, const struct line *line,
                          size_t *budget)
{
    if (passes(v, mb, line, budget)) {
        if (line->kind == LINE_TEXT) {
            take_before(v, mb, budget);
            mb->after = v->after;
        }
        take_in(v, mb, mb->next, line->order, line->time);
    } else if (mb->after > 0) {
        mb->after--;
        take_in(v, mb, mb->next, line->order, line->time);
    }
}

/* Looks at line `next` of a member. False: the line is unfinished, and there is a filter. */
static bool examine_next(struct view *v, struct member *mb, size_t *budget)
{
    struct moment when;
    struct line line;

    if (!has_filter(v)) {
        spend(budget, MERGE_COST);
        if (stream_moment(mb->stream, mb->next, &when))
            take_in(v, mb, mb->next, when.order, when.time);
        return true;
    }
    if (!stream_line(mb->stream, mb->next, &line))
        return true;
    if (line.open)
        return false;
    take_filtered(v, mb, &line, budget);
    return true;
}

/* Looks at the line that is next in order: takes it in, or lets its member wait. */
static void process_first(struct view *v, size_t *budget)
{
    struct member *mb = v->queue[0];
    struct moment when;

    if (mb->stream && mb->next < stream_first_line(mb->stream)) {
        mb->next = stream_first_line(mb->stream);
    } else if (mb->stream) {
        if (!examine_next(v, mb, budget)) {
            view_queue_pop(v);
            view_wait_add(v, mb);
            return;
        }
        mb->next++;
        v->looked++;
    }
    if (mb->stream && stream_moment(mb->stream, mb->next, &when)) {
        mb->key = when.order;
        view_queue_sift(v, mb);
    } else {
        view_queue_pop(v);
    }
}

static bool is_next_finished(const struct member *mb)
{
    return mb->next + 1 < stream_end_line(mb->stream) || mb->next < stream_first_line(mb->stream) ||
           !mb->stream->open;
}

static void update_member(struct view *v, struct stream *s)
{
    struct member *mb = view_find_member(v, s);

    if (!mb)
        return;
    if (mb->waiting && is_next_finished(mb))
        view_wait_remove(v, mb);
    view_schedule(v, mb);
    v->generation++;
}

/* Puts all members with new lines into the queue. */
static void update_active_members(struct view *v)
{
    if (v->seen_output == v->model->output_generation)
        return;
    for (struct stream *s = v->model->newest; s && s->last.order > v->seen; s = s->older)
        update_member(v, s);
    v->seen = v->model->order;
    v->seen_output = v->model->output_generation;
}

/* Decides whether the unfinished line of a waiting member is shown. */
static void decide_unfinished(struct view *v, struct member *mb, size_t *budget)
{
    struct line line;
    uint64_t generation = stream_generation(mb->stream);

    if (mb->decided == generation)
        return;
    mb->decided = generation;
    bool shown =
        stream_line(mb->stream, mb->next, &line) && (passes(v, mb, &line, budget) || mb->after > 0);
    if (shown == mb->shown)
        return;
    mb->shown = shown;
    if (shown)
        view_tail_add(v, mb);
    else
        view_tail_remove(v, mb);
    v->generation++;
}

/* Decides about all waiting members. True: the budget was used up before. */
static bool decide_waiting(struct view *v, size_t *budget)
{
    for (size_t i = 0; i < v->waiting_count; i++) {
        if (*budget == 0)
            return true;
        v->waiting_at = v->waiting_at + 1 < v->waiting_count ? v->waiting_at + 1 : 0;
        decide_unfinished(v, v->waiting[v->waiting_at], budget);
    }
    return false;
}

bool view_is_gone(const void *user, const struct stored *entry)
{
    const struct view *v = user;
    const struct stream *s = v->members[entry->member]->stream;

    return !s || entry->line < stream_first_line(s);
}

/* Drops entries whose lines were evicted. Those at the front are dropped each time, the others only
 * when a quarter of all entries may be gone. */
static void drop_evicted(struct view *v, size_t *budget)
{
    size_t entries = 1 + *budget / 4;
    uint64_t evicted = v->model->evicted_lines - v->scrubbed;

    entries_trim(&v->entries, view_is_gone, v, &entries);
    if (!v->scrubbing && evicted > ENTRIES_CHUNK && evicted > v->entries.stored / 4) {
        v->scrubbing = true;
        v->scrubbed = v->model->evicted_lines;
    }
    if (v->scrubbing)
        v->scrubbing = !entries_scrub(&v->entries, view_is_gone, v, &entries);
}

bool view_work(struct view *v, size_t budget)
{
    if (is_direct(v)) {
        if (v->seen_output != v->model->output_generation)
            v->generation++;
        v->seen_output = v->model->output_generation;
        return false;
    }
    budget += budget == 0;
    drop_evicted(v, &budget);
    update_active_members(v);
    while (v->queue_count > 0 && budget > 0)
        process_first(v, &budget);
    return v->queue_count > 0 || decide_waiting(v, &budget);
}

void view_progress(const struct view *v, uint64_t *done, uint64_t *total)
{
    *done = *total = v->looked;
    if (is_direct(v)) {
        *done = *total = view_end(v) - view_first(v);
        return;
    }
    for (size_t i = 0; i < v->queue_count; i++) {
        const struct member *mb = v->queue[i];
        if (mb->stream && stream_end_line(mb->stream) > mb->next)
            *total += stream_end_line(mb->stream) - mb->next;
    }
}

uint64_t view_generation(const struct view *v)
{
    return v->generation;
}

uint64_t view_epoch(const struct view *v)
{
    return v->epoch;
}
