/* What the files of the view share; see view.h for what a view is.
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
#ifndef PCAT_MODEL_VIEW_STATE_H
#define PCAT_MODEL_VIEW_STATE_H

#include "model/entries.h"
#include "model/internal.h"
#include "model/view.h"

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

static inline bool has_filter(const struct view *v)
{
    return filter_count(v->filter) > 0;
}

static inline bool is_direct(const struct view *v)
{
    return v->scope.kind == SCOPE_STREAM && !has_filter(v);
}

/* The first of the queue has a new key, or is replaced by mb. */
void view_queue_sift(struct view *v, struct member *mb);

/* Takes away its first. */
void view_queue_pop(struct view *v);

/* The members that wait for the end of a line. */
void view_wait_add(struct view *v, struct member *mb);
void view_tail_remove(struct view *v, struct member *mb);

/* The ones of those that are shown. */
void view_tail_add(struct view *v, struct member *mb);
void view_wait_remove(struct view *v, struct member *mb);
struct member *view_find_member(const struct view *v, const struct stream *s);

/* Puts it where it belongs when there is a line to look at. */
void view_schedule(struct view *v, struct member *mb);
bool view_is_gone(const void *user, const struct stored *entry);

#endif
