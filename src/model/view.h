/* A view: a query over the model. It is what a pane shows. The query has a scope (which streams),
 * kinds (standard output, error, ...) and a filter (which lines).
 *
 * The entries of a view are the lines of all streams in scope that pass the filter, merged by
 * order. An entry has an absolute number, which stays the same until the scope, the kinds or the
 * filter change. Numbers ascend but may have gaps, where lines were evicted. So use view_next(),
 * view_prev() and view_move() for steps; don't add to numbers. Entries from view_settled() on are
 * unfinished lines under a filter. Whether such a line passes may change as it grows, and so may
 * the numbers.
 *
 * view_work() takes in new lines, in portions. All other functions answer at once, from what was
 * taken in. A view of one stream without a filter needs no work.
 *
 * Loss marks pass every filter (see view_set_marks()). When a stream has several marks and no entry
 * comes between them, a filtered view shows only the first.
 *
 * Public: other rooms include this. */
#ifndef PCAT_MODEL_VIEW_H
#define PCAT_MODEL_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/filter.h"
#include "model/model.h"

struct view;

enum scope_kind {
    SCOPE_STREAM,  /* one stream */
    SCOPE_THREAD,  /* the streams of one node */
    SCOPE_PROCESS, /* a process with its threads */
    SCOPE_SUBTREE, /* a node and its descendants */
    SCOPE_SET,     /* tasks chosen one by one */
    SCOPE_SOURCE,  /* one source */
    SCOPE_ALL      /* the whole model */
};

/* A set of tasks, by id; they may be gone from the model. The threads of a chosen process belong to
 * the set. Its other descendants belong to it only if it was added with `below`. The set has a
 * reference count and is freed with its last reference. */
struct task_set;
struct task_set *task_set_new(void); /* with one reference */
/* Adds a reference and returns the set; removes a reference. NULL is fine for both. */
struct task_set *task_set_ref(struct task_set *set);
void task_set_unref(struct task_set *set);
/* Adds a task. Only before a view uses the set. */
void task_set_add(struct task_set *set, const struct task *t, bool below);
/* How many tasks were added. */
size_t task_set_count(const struct task_set *set);
/* Whether the task belongs to the set. */
bool task_set_holds(const struct task_set *set, const struct task *t);

struct scope {
    enum scope_kind kind;
    struct stream *stream; /* SCOPE_STREAM */
    struct task *task;     /* SCOPE_THREAD, SCOPE_PROCESS (its process node), SCOPE_SUBTREE */
    struct source *source; /* SCOPE_SOURCE */
    struct task_set *set;  /* SCOPE_SET; a view holds a reference to it */
};

struct scope scope_stream(struct stream *s);
struct scope scope_thread(struct task *t);
struct scope scope_process(struct task *t); /* t may be any thread of the process */
struct scope scope_subtree(struct task *t);
struct scope scope_source(struct source *s);
struct scope scope_all(void);
struct scope scope_set(struct task_set *set);

/* The next wider scope. The same scope when there is none, or its task or stream was dropped. */
struct scope scope_wider(struct scope scope);
/* The next narrower scope that holds the stream `at`. at NULL: the same scope. */
struct scope scope_narrower(struct scope scope, struct stream *at);
bool scope_equal(struct scope a, struct scope b);

/* Kinds of streams, as a mask. */
enum {
    KIND_OTHER = 1 << STREAM_OTHER,
    KIND_IN = 1 << STREAM_STDIN,
    KIND_OUT = 1 << STREAM_STDOUT,
    KIND_ERR = 1 << STREAM_STDERR,
    KIND_ALL = KIND_OTHER | KIND_IN | KIND_OUT | KIND_ERR
};

struct entry {
    uint64_t number; /* in the view */
    struct stream *stream;
    struct line line;
};

/* A new view without a filter. SCOPE_STREAM ignores kinds. */
struct view *view_new(struct model *m, struct scope scope, unsigned kinds);
/* Free its searches first. NULL is fine. */
void view_free(struct view *v);

/* These change the query. The entries start anew. The filter stays when scope or kinds change. */
void view_set_scope(struct view *v, struct scope scope);
void view_set_kinds(struct view *v, unsigned kinds);
/* The view owns f from now on and frees its previous filter. NULL: no filter. */
void view_set_filter(struct view *v, struct filter *f);
/* How many lines of context a filtered view shows before and after each line that passes. They are
 * lines of the same stream. At first 0 and 0. */
void view_set_context(struct view *v, unsigned before, unsigned after);
unsigned view_context_before(const struct view *v);
unsigned view_context_after(const struct view *v);
/* Whether the line of an entry is context: it does not match the filter itself. */
bool view_is_context(struct view *v, const struct entry *e);
/* Whether loss marks pass the filter; at first they do. */
void view_set_marks(struct view *v, bool pass);

/* Starts the entries anew, without all lines that are finished by now. */
void view_skip(struct view *v);

struct model *view_model(const struct view *v);
/* The scope that was set. Its .task or .stream is NULL when it was dropped from the model. */
struct scope view_scope(const struct view *v);
/* Whether the scope's task or stream does not exist yet at the instant of a recording that the
 * model shows. */
bool view_is_early(const struct view *v);
unsigned view_kinds(const struct view *v);
/* The filter, or NULL. To change it: filter_copy(), filter_add(), view_set_filter(). */
const struct filter *view_filter(const struct view *v);

/* Finished lines on which the filter gave up (regex.h) since the query changed. */
uint64_t view_gave_up(const struct view *v);

/* Takes in new lines for about `budget` bytes of text (64 more for each line; at least one line).
 * 1 MiB costs about 3 ms. True: there is more to do. */
bool view_work(struct view *v, size_t budget);
/* How many lines were looked at since the query changed, and how many there are. */
void view_progress(const struct view *v, uint64_t *done, uint64_t *total);

/* A counter that changes when view_work() changes the entries, or finds that an unfinished one has
 * grown. */
uint64_t view_generation(const struct view *v);
/* A counter that changes when the numbers start anew. */
uint64_t view_epoch(const struct view *v);

/* Entries have numbers in [first, end): `first` is that of the oldest, `end` is behind the newest.
 * In an empty view both are equal. Entries below `settled` are final. */
uint64_t view_first(const struct view *v);
uint64_t view_end(const struct view *v);
uint64_t view_settled(const struct view *v);
bool view_empty(const struct view *v);

/* Fills *out. False: there is no entry of that number (any more). */
bool view_entry(const struct view *v, uint64_t number, struct entry *out);

/* The nearest entry after, or before `number`. False: there is none. */
bool view_next(const struct view *v, uint64_t number, uint64_t *out);
bool view_prev(const struct view *v, uint64_t number, uint64_t *out);
/* `number` itself when there is such an entry, else the next one, else the last. False: the view is
 * empty. */
bool view_clamp(const struct view *v, uint64_t number, uint64_t *out);
/* The number of the entry that is |n| entries further down (n > 0) or up, but not past the ends.
 * *moved, unless NULL: by how many entries. An empty view gives `number`. */
uint64_t view_move(const struct view *v, uint64_t number, int64_t n, int64_t *moved);
/* How many entries come after `number` (the `+N lines` of a title). Gaps may count. */
uint64_t view_count_behind(const struct view *v, uint64_t number);

/* The first entry of at least that order (struct line), or time; view_end() when there is none.
 * Under a filter, a line that took long to finish stands at the place where it was finished. */
uint64_t view_find_order(const struct view *v, uint64_t order);
uint64_t view_find_time(const struct view *v, int64_t time);

/* The streams in scope, 0 <= i < view_stream_count(). NULL: it was dropped. */
size_t view_stream_count(const struct view *v);
struct stream *view_stream(const struct view *v, size_t i);
/* Whether a stream is in scope. */
bool view_has(const struct view *v, const struct stream *s);

#endif
