/* The inside of a view; see view.h for what a view is.
 *
 *   member   a stream in scope; `next` is its first line that has not been looked at
 *   queue    heap of the members that have such a line, by the order of that line
 *   waiting  members whose line `next` is unfinished, if there is a filter: whether
 *            the line passes is final only when it is finished
 *   tail     the waiting members whose unfinished line passes as it is now; these
 *            lines are shown behind the settled entries
 *
 * A view of one stream without a filter has none of these ("direct"): its entries are the lines of
 * the stream, with the same numbers.
 *
 * Inner: only the files of the view (view.c, view-work.c, view-read.c) include this. */
#ifndef PCAT_MODEL_VIEW_STATE_H
#define PCAT_MODEL_VIEW_STATE_H

#include "model/entries.h"
#include "model/internal.h"
#include "model/view.h"

struct member {
    uint64_t id;           /* of the stream */
    struct stream *stream; /* NULL: it was dropped */
    uint32_t index;        /* in view.members */
    uint64_t next;         /* number of the first line that has not been looked at */
    uint64_t taken; /* lines with lower numbers are entries, or can't become context any more */
    unsigned after; /* how many of the next lines are context */
    uint64_t key;   /* order of line `next` while queued or waiting */
    bool queued, waiting, shown; /* in the queue; waiting; in the tail */
    uint64_t decided;            /* the stream's generation when `shown` was decided */
    UT_hash_handle hh;           /* by id */
};

struct view {
    struct model *model;
    struct watcher watcher;
    struct scope scope;
    unsigned kinds;         /* mask, see KIND_ALL */
    struct filter *filter;  /* NULL: none */
    unsigned before, after; /* lines of context */
    bool no_marks;          /* loss marks don't pass the filter */
    uint64_t stream_id,
        task_id; /* ids of the scope's stream or task, as long as the model is brought
                    to another instant and they don't exist there yet; 0: none */
    bool skip;   /* members start behind their finished lines: see view_skip() */
    bool hollow; /* the model has been cleared and is not restored yet */
    struct linetext *text;

    struct member **members; /* by index */
    size_t member_count, member_cap;
    struct member *by_id; /* hash */
    struct member **queue;
    size_t queue_count, queue_cap;
    struct member **waiting; /* in no order */
    size_t waiting_count, waiting_cap;
    size_t waiting_at;    /* the waiting member that was decided last */
    struct member **tail; /* by key */
    size_t tail_count, tail_cap;

    struct entries entries;
    bool scrubbing;             /* a pass of entries_scrub() is going on */
    uint64_t scrubbed;          /* the model's evicted_lines when the last pass began */
    uint64_t seen;              /* the model's order when its active streams were last looked at */
    uint64_t seen_output;       /* the model's output_generation at that time */
    uint64_t looked;            /* lines that were looked at */
    uint64_t gave_up;           /* finished lines on which the filter gave up */
    uint64_t generation, epoch; /* see view_generation(), view_epoch() */
};

static inline bool has_filter(const struct view *v)
{
    return filter_count(v->filter) > 0;
}

static inline bool is_direct(const struct view *v)
{
    return v->scope.kind == SCOPE_STREAM && !has_filter(v);
}

/* Restores the heap after the key of the queue's first member has changed. mb: that member, or the
 * one that takes its place. */
void view_queue_sift(struct view *v, struct member *mb);

/* Removes the first member of the queue. */
void view_queue_pop(struct view *v);

/* Adds a member to the waiting ones. */
void view_wait_add(struct view *v, struct member *mb);
/* Removes a member from the tail; does nothing when it is not there. */
void view_tail_remove(struct view *v, struct member *mb);

/* Adds a member to the tail, by its key. */
void view_tail_add(struct view *v, struct member *mb);
/* Removes a member from the waiting ones, and from the tail. */
void view_wait_remove(struct view *v, struct member *mb);
/* The member of a stream. NULL: the stream is not in scope. */
struct member *view_find_member(const struct view *v, const struct stream *s);

/* Puts a member into the queue if it has a line to look at and is not queued or waiting. */
void view_schedule(struct view *v, struct member *mb);
/* Whether the line of an entry is no longer held. user: the view. An entries_gone function. */
bool view_is_gone(const void *user, const struct stored *entry);

#endif
