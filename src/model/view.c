/* See view.h for what a view is.
 *
 *   member   a stream in scope; `next` is its first line that was not looked at
 *   queue    heap of the members that have such lines, by order of that line
 *   waiting  members whose line `next` is unfinished while there is a filter:
 *            it is decided when it is finished
 *   tail     those of the waiting that match as they are now; they are shown
 *            behind the settled entries
 *
 * A view of one stream without a filter has none of this ("direct"): its entries
 * are the lines of the stream, by the same numbers. */
#include "model/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/entries.h"
#include "model/internal.h"
#include "model/linetext.h"

#define LINE_COST 64  /* budget that a line takes besides its bytes */
#define MERGE_COST 64 /* all that a line takes without a filter */
#define STEP_COST 2   /* of a counted step of a regex */

struct member {
    uint64_t id;           /* of the stream */
    struct stream *stream; /* NULL: dropped */
    uint32_t index;
    uint64_t next;
    uint64_t taken; /* lines below were taken in, or are no context any more */
    unsigned after; /* lines of context to come */
    uint64_t key;   /* order of line `next` while queued or waiting */
    bool queued, waiting, shown;
    uint64_t decided; /* stream's generation when `shown` was decided */
    UT_hash_handle hh;
};

struct view {
    struct model *model;
    struct watcher watcher;
    struct scope scope;
    unsigned kinds;
    struct filter *filter;
    unsigned before, after;      /* lines of context */
    bool no_marks;               /* loss marks don't pass it */
    uint64_t stream_id, task_id; /* of the scope, while the model is being restored, and after it
                                    while they are not there; 0: none */
    bool skip;                   /* finished lines are left out, just now */
    bool hollow;                 /* the model is being restored */
    struct linetext *text;

    struct member **members; /* by index */
    size_t member_count, member_cap;
    struct member *by_id;
    struct member **queue;
    size_t queue_count, queue_cap;
    struct member **waiting; /* no order */
    size_t waiting_count, waiting_cap, waiting_at;
    struct member **tail; /* by key */
    size_t tail_count, tail_cap;

    struct entries entries;
    bool scrubbing;
    uint64_t scrubbed;    /* the model's evicted lines when the last pass began */
    uint64_t seen;        /* order up to which the model's streams were looked at */
    uint64_t seen_output; /* the model's output generation at that time */
    uint64_t looked, gave_up, generation, epoch;
};

/* --- small lists --- */

static struct member **member_room(struct member **list, size_t *cap, size_t count)
{
    if (count < *cap)
        return list;
    *cap = *cap ? 2 * *cap : 8;
    return xrealloc(list, *cap * sizeof(struct member *));
}

static void queue_push(struct view *v, struct member *mb)
{
    v->queue = member_room(v->queue, &v->queue_cap, v->queue_count);
    size_t i = v->queue_count++;

    for (; i > 0 && v->queue[(i - 1) / 2]->key > mb->key; i = (i - 1) / 2)
        v->queue[i] = v->queue[(i - 1) / 2];
    v->queue[i] = mb;
    mb->queued = true;
}

/* The first of the queue has a new key, or is replaced by mb. */
static void queue_sift(struct view *v, struct member *mb)
{
    size_t i = 0;

    for (;;) {
        size_t child = 2 * i + 1;
        if (child + 1 < v->queue_count && v->queue[child + 1]->key < v->queue[child]->key)
            child++;
        if (child >= v->queue_count || v->queue[child]->key >= mb->key)
            break;
        v->queue[i] = v->queue[child];
        i = child;
    }
    v->queue[i] = mb;
}

static void queue_pop(struct view *v)
{
    v->queue[0]->queued = false;
    if (--v->queue_count > 0)
        queue_sift(v, v->queue[v->queue_count]);
}

static void wait_add(struct view *v, struct member *mb)
{
    v->waiting = member_room(v->waiting, &v->waiting_cap, v->waiting_count);
    v->waiting[v->waiting_count++] = mb;
    mb->waiting = true;
    mb->shown = false;
    mb->decided = UINT64_MAX;
}

static void tail_remove(struct view *v, struct member *mb)
{
    size_t i = 0;

    while (i < v->tail_count && v->tail[i] != mb)
        i++;
    if (i == v->tail_count)
        return;
    v->tail_count--;
    memmove(v->tail + i, v->tail + i + 1, (v->tail_count - i) * sizeof(struct member *));
}

static void tail_add(struct view *v, struct member *mb)
{
    v->tail = member_room(v->tail, &v->tail_cap, v->tail_count);
    size_t i = v->tail_count++;

    for (; i > 0 && v->tail[i - 1]->key > mb->key; i--)
        v->tail[i] = v->tail[i - 1];
    v->tail[i] = mb;
}

static void wait_remove(struct view *v, struct member *mb)
{
    size_t i = 0;

    while (v->waiting[i] != mb)
        i++;
    v->waiting[i] = v->waiting[--v->waiting_count];
    mb->waiting = false;
    if (mb->shown)
        tail_remove(v, mb);
    mb->shown = false;
}

/* --- members --- */

static bool has_filter(const struct view *v)
{
    return filter_count(v->filter) > 0;
}

static bool is_direct(const struct view *v)
{
    return v->scope.kind == SCOPE_STREAM && !has_filter(v);
}

static bool in_scope(const struct view *v, const struct stream *s)
{
    const struct task *t = stream_task(s);

    if (v->scope.kind == SCOPE_STREAM)
        return s == v->scope.stream;
    if (!(v->kinds & 1u << stream_kind(s)))
        return false;
    switch (v->scope.kind) {
    case SCOPE_THREAD:
        return t == v->scope.task;
    case SCOPE_PROCESS:
        return v->scope.task && task_process(t) == v->scope.task;
    case SCOPE_SUBTREE:
        return v->scope.task && task_within(t, v->scope.task);
    case SCOPE_SET:
        return task_set_holds(v->scope.set, t);
    case SCOPE_SOURCE:
        return t->source == v->scope.source;
    default:
        return true;
    }
}

static struct member *find_member(const struct view *v, const struct stream *s)
{
    uint64_t id = stream_id(s);
    struct member *mb;

    HASH_FIND(hh, v->by_id, &id, sizeof id, mb);
    return mb;
}

/* Puts it where it belongs when there is a line to look at. */
static void schedule(struct view *v, struct member *mb)
{
    struct moment when;

    if (mb->queued || mb->waiting || !mb->stream)
        return;
    if (mb->next < stream_first_line(mb->stream))
        mb->next = stream_first_line(mb->stream);
    if (!stream_moment(mb->stream, mb->next, &when))
        return;
    mb->key = when.order;
    queue_push(v, mb);
}

static void add_member(struct view *v, struct stream *s)
{
    struct member *mb = xcalloc(1, sizeof *mb);

    mb->id = stream_id(s);
    mb->stream = s;
    mb->index = (uint32_t)v->member_count;
    mb->next = v->skip ? s->end_line - s->open : stream_first_line(s);
    v->members = member_room(v->members, &v->member_cap, v->member_count);
    v->members[v->member_count++] = mb;
    HASH_ADD(hh, v->by_id, id, sizeof mb->id, mb);
    schedule(v, mb);
}

static void add_if_in_scope(struct view *v, struct stream *s)
{
    if (in_scope(v, s) && !find_member(v, s))
        add_member(v, s);
}

static void clear(struct view *v)
{
    HASH_CLEAR(hh, v->by_id);
    for (size_t i = 0; i < v->member_count; i++)
        free(v->members[i]);
    v->member_count = v->queue_count = v->waiting_count = v->tail_count = 0;
    v->waiting_at = 0;
    entries_clear(&v->entries);
    v->scrubbing = false;
    v->looked = v->gave_up = 0;
}

/* The query has changed. */
static void restart(struct view *v)
{
    clear(v);
    for (struct stream *s = model_recent_stream(v->model); s; s = model_next_stream(s))
        add_if_in_scope(v, s);
    v->seen = v->model->order;
    v->seen_output = UINT64_MAX;
    v->scrubbed = v->model->evicted_lines;
    v->epoch++;
    v->generation++;
}

/* --- what the model tells --- */

/* What the view looked at before the model was restored, as soon as it is there. */
static void find_scope(struct view *v)
{
    if (v->stream_id && !v->scope.stream)
        v->scope.stream = model_stream(v->model, v->stream_id);
    if (v->task_id && !v->scope.task)
        v->scope.task = model_task(v->model, v->task_id);
}

static void on_cleared(void *user)
{
    struct view *v = user;

    if (v->scope.stream)
        v->stream_id = v->scope.stream->id;
    if (v->scope.task)
        v->task_id = v->scope.task->id;
    v->scope.stream = NULL;
    v->scope.task = NULL;
    v->hollow = true;
    clear(v);
}

static void on_restored(void *user)
{
    struct view *v = user;

    v->hollow = false;
    find_scope(v);
    restart(v);
}

static void on_stream_added(void *user, struct stream *s)
{
    struct view *v = user;

    if (v->hollow)
        return;
    find_scope(v);
    add_if_in_scope(v, s);
}

static void on_stream_removed(void *user, struct stream *s)
{
    struct view *v = user;
    struct member *mb = find_member(v, s);

    if (v->scope.stream == s)
        v->scope.stream = NULL;
    if (!mb)
        return;
    if (mb->waiting)
        wait_remove(v, mb);
    HASH_DEL(v->by_id, mb);
    mb->stream = NULL;
    v->generation++;
}

static void on_task_removed(void *user, struct task *t)
{
    struct view *v = user;

    if (v->scope.task == t)
        v->scope.task = NULL;
}

static void on_task_moved(void *user, struct task *top)
{
    struct view *v = user;

    for (struct task *t = v->hollow ? NULL : top; t; t = task_next(t, top))
        for (unsigned i = 0; i < t->stream_count; i++)
            add_if_in_scope(v, t->streams[i]);
}

static void on_task_replaced(void *user, struct task *old, struct task *by)
{
    struct view *v = user;

    if (v->scope.kind == SCOPE_SET)
        task_set_replace(v->scope.set, old->id, by->id);
    if (v->scope.task == old && v->scope.kind != SCOPE_THREAD)
        v->scope.task = by;
}

/* --- life --- */

struct view *view_new(struct model *m, struct scope scope, unsigned kinds)
{
    struct view *v = xcalloc(1, sizeof *v);

    v->model = m;
    v->scope = scope;
    task_set_ref(scope.set);
    v->kinds = kinds;
    v->text = linetext_new();
    v->watcher = (struct watcher){.stream_added = on_stream_added,
                                  .stream_removed = on_stream_removed,
                                  .task_removed = on_task_removed,
                                  .task_moved = on_task_moved,
                                  .task_replaced = on_task_replaced,
                                  .cleared = on_cleared,
                                  .restored = on_restored,
                                  .user = v};
    model_watch(m, &v->watcher);
    restart(v);
    return v;
}

void view_free(struct view *v)
{
    if (!v)
        return;
    model_unwatch(v->model, &v->watcher);
    clear(v);
    free(v->members);
    free(v->queue);
    free(v->waiting);
    free(v->tail);
    task_set_unref(v->scope.set);
    filter_free(v->filter);
    linetext_free(v->text);
    free(v);
}

void view_set_scope(struct view *v, struct scope scope)
{
    task_set_ref(scope.set);
    task_set_unref(v->scope.set);
    v->scope = scope;
    v->stream_id = v->task_id = 0;
    restart(v);
}

void view_set_kinds(struct view *v, unsigned kinds)
{
    v->kinds = kinds;
    restart(v);
}

void view_set_filter(struct view *v, struct filter *f)
{
    filter_free(v->filter);
    v->filter = f;
    restart(v);
}

void view_set_context(struct view *v, unsigned before, unsigned after)
{
    bool same = v->before == before && v->after == after;

    v->before = before;
    v->after = after;
    if (!same && has_filter(v))
        restart(v);
}

unsigned view_context_before(const struct view *v)
{
    return v->before;
}

unsigned view_context_after(const struct view *v)
{
    return v->after;
}

bool view_is_context(struct view *v, const struct entry *e)
{
    if (!has_filter(v) || e->line.kind != LINE_TEXT || (v->before == 0 && v->after == 0))
        return false;
    struct bytes plain = linetext_plain(v->text, e->stream, &e->line);
    return filter_matches(v->filter, plain.data, plain.len, true) == REGEX_NO;
}

void view_set_marks(struct view *v, bool pass)
{
    if (v->no_marks == !pass)
        return;
    v->no_marks = !pass;
    restart(v);
}

void view_skip(struct view *v)
{
    v->skip = true;
    restart(v);
    v->skip = false;
}

struct model *view_model(const struct view *v)
{
    return v->model;
}

struct scope view_scope(const struct view *v)
{
    return v->scope;
}

bool view_is_early(const struct view *v)
{
    return (v->stream_id && !v->scope.stream) || (v->task_id && !v->scope.task);
}

unsigned view_kinds(const struct view *v)
{
    return v->kinds;
}

uint64_t view_gave_up(const struct view *v)
{
    return v->gave_up;
}

const struct filter *view_filter(const struct view *v)
{
    return v->filter;
}

/* --- work --- */

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
            queue_pop(v);
            wait_add(v, mb);
            return;
        }
        mb->next++;
        v->looked++;
    }
    if (mb->stream && stream_moment(mb->stream, mb->next, &when)) {
        mb->key = when.order;
        queue_sift(v, mb);
    } else {
        queue_pop(v);
    }
}

static bool finished(const struct member *mb)
{
    return mb->next + 1 < stream_end_line(mb->stream) || mb->next < stream_first_line(mb->stream) ||
           !mb->stream->open;
}

static void notice(struct view *v, struct stream *s)
{
    struct member *mb = find_member(v, s);

    if (!mb)
        return;
    if (mb->waiting && finished(mb))
        wait_remove(v, mb);
    schedule(v, mb);
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
        tail_add(v, mb);
    else
        tail_remove(v, mb);
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

static bool is_gone(const void *user, const struct stored *entry)
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

    entries_trim(&v->entries, is_gone, v, &entries);
    if (!v->scrubbing && evicted > ENTRIES_CHUNK && evicted > v->entries.stored / 4) {
        v->scrubbing = true;
        v->scrubbed = v->model->evicted_lines;
    }
    if (v->scrubbing)
        v->scrubbing = !entries_scrub(&v->entries, is_gone, v, &entries);
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

/* --- entries --- */

/* Steps over gone ones. */
static bool alive_forward(const struct view *v, struct position *p)
{
    while (is_gone(v, entries_at(&v->entries, *p)))
        if (!entries_forward(&v->entries, p))
            return false;
    return true;
}

static bool alive_back(const struct view *v, struct position *p)
{
    while (is_gone(v, entries_at(&v->entries, *p)))
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
    if (entries_first(&v->entries, &p) && alive_forward(v, &p))
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
static bool at_or_after(const struct view *v, uint64_t number, uint64_t *out)
{
    uint64_t settled = view_settled(v), found;
    struct position p;

    if (is_direct(v))
        found = max(number, view_first(v));
    else if (number < settled && entries_find(&v->entries, number, &p) && alive_forward(v, &p))
        found = entries_number(&v->entries, p);
    else
        found = max(number, settled);
    if (found >= view_end(v))
        return false;
    *out = found;
    return true;
}

/* The last entry with a lower number. *out is left alone when there is none. */
static bool before(const struct view *v, uint64_t number, uint64_t *out)
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
    if (!entries_back(&v->entries, &p) || !alive_back(v, &p))
        return false;
    *out = entries_number(&v->entries, p);
    return true;
}

bool view_next(const struct view *v, uint64_t number, uint64_t *out)
{
    return number < UINT64_MAX && at_or_after(v, number + 1, out);
}

bool view_prev(const struct view *v, uint64_t number, uint64_t *out)
{
    return before(v, number, out);
}

bool view_clamp(const struct view *v, uint64_t number, uint64_t *out)
{
    return at_or_after(v, number, out) || before(v, UINT64_MAX, out);
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

uint64_t view_behind(const struct view *v, uint64_t number)
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
    return find_member(v, s);
}

size_t view_stream_count(const struct view *v)
{
    return v->member_count;
}

struct stream *view_stream(const struct view *v, size_t i)
{
    return v->members[i]->stream;
}
