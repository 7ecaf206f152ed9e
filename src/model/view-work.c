/* A view looks through the lines of its streams, in portions: which of them are its entries. */
#include <string.h>

#include "model/linetext.h"
#include "model/view-state.h"

#define LINE_COST 64  /* budget that a line takes besides its bytes */
#define MERGE_COST 64 /* all that a line takes without a filter */
#define STEP_COST 2   /* of a counted step of a regex */

static void spend(size_t *budget, uint64_t cost)
{
    *budget -= cost < *budget ? (size_t)cost : *budget;
}

/* A mark passes the filter, but a run of them is shown once. */
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

/* The lines before `next` that belong to its context. */
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

/* A finished line under a filter. */
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

/* Looks at line `next`. False: it must be finished first. */
static bool look(struct view *v, struct member *mb, size_t *budget)
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

/* The line that is next in order: takes it in, or lets it wait. */
static void take_first(struct view *v, size_t *budget)
{
    struct member *mb = v->queue[0];
    struct moment when;

    if (mb->stream && mb->next < stream_first_line(mb->stream)) {
        mb->next = stream_first_line(mb->stream);
    } else if (mb->stream) {
        if (!look(v, mb, budget)) {
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

static bool finished(const struct member *mb)
{
    return mb->next + 1 < stream_end_line(mb->stream) || mb->next < stream_first_line(mb->stream) ||
           !mb->stream->open;
}

static void notice(struct view *v, struct stream *s)
{
    struct member *mb = view_find_member(v, s);

    if (!mb)
        return;
    if (mb->waiting && finished(mb))
        view_wait_remove(v, mb);
    view_schedule(v, mb);
    v->generation++;
}

/* Looks at the streams that were active since the last time. */
static void notice_all(struct view *v)
{
    if (v->seen_output == v->model->output_generation)
        return;
    for (struct stream *s = v->model->newest; s && s->last.order > v->seen; s = s->older)
        notice(v, s);
    v->seen = v->model->order;
    v->seen_output = v->model->output_generation;
}

/* Whether an unfinished line is shown; at the end of the queue. */
static void decide(struct view *v, struct member *mb, size_t *budget)
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

/* True when not all could be decided. */
static bool decide_waiting(struct view *v, size_t *budget)
{
    for (size_t i = 0; i < v->waiting_count; i++) {
        if (*budget == 0)
            return true;
        v->waiting_at = v->waiting_at + 1 < v->waiting_count ? v->waiting_at + 1 : 0;
        decide(v, v->waiting[v->waiting_at], budget);
    }
    return false;
}

bool view_is_gone(const void *user, const struct stored *entry)
{
    const struct view *v = user;
    const struct stream *s = v->members[entry->member]->stream;

    return !s || entry->line < stream_first_line(s);
}

/* Drops what the budget took: the front always, the rest once a quarter may be gone. */
static void tidy(struct view *v, size_t *budget)
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
    tidy(v, &budget);
    notice_all(v);
    while (v->queue_count > 0 && budget > 0)
        take_first(v, &budget);
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
