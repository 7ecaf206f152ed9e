/* A view: a query over the model, what a pane shows. Scope × kinds × filter.
 *
 * Entries are the lines of all streams in scope, merged by order, that pass the
 * filter. An entry has an absolute number that stays the same until the scope,
 * the kinds or the filter change. Numbers ascend, but may have gaps where lines
 * were dropped by the budget: step with view_next(), view_prev(), view_move(),
 * don't add. Entries at view_settled() and above are unfinished lines under a
 * filter, decided anew as they grow: their numbers may change.
 *
 * Work is done in portions: view_work() takes in what is new, bounded by a
 * budget; the rest of the functions answer at once from what was taken in.
 * A view of one stream without a filter needs no work at all.
 *
 * Loss marks pass every filter (unless view_set_marks() says otherwise); of a run of marks of a
 * stream with nothing in between, a filtered view shows the first. */
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
    SCOPE_THREAD,  /* one node's streams */
    SCOPE_PROCESS, /* a process with its threads */
    SCOPE_SUBTREE, /* a node and all below it */
    SCOPE_SET,     /* tasks chosen one by one */
    SCOPE_SOURCE,
    SCOPE_ALL
};

/* Tasks by id, also those that are gone. The threads of a process belong to it; what else is below
 * a task only when that was said. Freed with its last reference. */
struct task_set;
struct task_set *task_set_new(void); /* with one reference */
struct task_set *task_set_ref(struct task_set *set);
void task_set_unref(struct task_set *set); /* NULL is fine */
/* before the first view sees it */
void task_set_add(struct task_set *set, const struct task *t, bool below);
size_t task_set_count(const struct task_set *set);
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
struct scope scope_process(struct task *t); /* any thread of it will do */
struct scope scope_subtree(struct task *t);
struct scope scope_source(struct source *s);
struct scope scope_all(void);
struct scope scope_set(struct task_set *set);

/* One step wider; one step narrower around the stream that the cursor is on. At the last step the
 * scope itself. A scope whose task or stream was dropped stays as it is. */
struct scope scope_wider(struct scope scope);
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
    uint64_t number;
    struct stream *stream;
    struct line line;
};

/* SCOPE_STREAM ignores kinds. The view starts without a filter. */
struct view *view_new(struct model *m, struct scope scope, unsigned kinds);
/* Free its searches first. NULL is fine. */
void view_free(struct view *v);

/* Change the query: the filter stays when scope or kinds change, entries start anew. */
void view_set_scope(struct view *v, struct scope scope);
void view_set_kinds(struct view *v, unsigned kinds);
/* Takes f over (NULL: none); the one before is freed. */
void view_set_filter(struct view *v, struct filter *f);
/* With a filter: so many lines of the same stream before and behind each that passes are shown too.
 * At the start 0 and 0. */
void view_set_context(struct view *v, unsigned before, unsigned after);
unsigned view_context_before(const struct view *v);
unsigned view_context_after(const struct view *v);
/* The line is seen only for the sake of one near it. */
bool view_is_context(struct view *v, const struct entry *e);
/* Whether loss marks pass the filter; at the start they do. */
void view_set_marks(struct view *v, bool pass);

/* All lines that have come and are finished are left out, as if they had never been. */
void view_skip(struct view *v);

struct model *view_model(const struct view *v);
/* What it was asked for; .task or .stream is NULL when that was dropped from the model meanwhile.
 */
struct scope view_scope(const struct view *v);
/* That is not dropped but not there yet, at the instant of a recording that the model was brought
 * to.
 */
bool view_is_early(const struct view *v);
unsigned view_kinds(const struct view *v);
/* NULL or the filter; to change it: filter_copy(), filter_add(), view_set_filter(). */
const struct filter *view_filter(const struct view *v);

/* Lines on which the filter gave up since the query changed. */
uint64_t view_gave_up(const struct view *v);

/* Takes in new lines for about `budget` bytes of text (64 more for each line looked at; at least
 * one line). 1 MiB costs about 3 ms. True: there is more to do. */
bool view_work(struct view *v, size_t budget);
/* Lines that were looked at since the query changed, and those that there are. */
void view_progress(const struct view *v, uint64_t *done, uint64_t *total);

/* Changes with each change of the entries or of what an unfinished one holds (after view_work()).
 */
uint64_t view_generation(const struct view *v);
/* Changes when the numbers start anew. */
uint64_t view_epoch(const struct view *v);

/* [first, end): first is the oldest that is held; end is behind the newest. Empty: first == end. */
uint64_t view_first(const struct view *v);
uint64_t view_end(const struct view *v);
uint64_t view_settled(const struct view *v);
bool view_empty(const struct view *v);

/* False when there is no such entry (any more). */
bool view_entry(const struct view *v, uint64_t number, struct entry *out);

/* The nearest entry after, or before `number`. False: there is none. */
bool view_next(const struct view *v, uint64_t number, uint64_t *out);
bool view_prev(const struct view *v, uint64_t number, uint64_t *out);
/* `number` itself when it is held, else the next one, else the last. False: the view is empty. */
bool view_clamp(const struct view *v, uint64_t number, uint64_t *out);
/* |n| entries further down (n > 0) or up, stopping at the ends. Returns where it stands; *moved,
 * unless NULL, is by how many. An empty view gives `number`. */
uint64_t view_move(const struct view *v, uint64_t number, int64_t n, int64_t *moved);
/* How many entries lie behind `number` (the `+N lines` of a title). Gaps may count. */
uint64_t view_behind(const struct view *v, uint64_t number);

/* The first entry of that order (struct line) or time, or later; view_end() when there is none.
 * Under a filter, lines that took long to finish stand where they were finished. */
uint64_t view_find_order(const struct view *v, uint64_t order);
uint64_t view_find_time(const struct view *v, int64_t time);

/* The streams in scope, 0 <= i < view_stream_count(); NULL: it was dropped. */
size_t view_stream_count(const struct view *v);
struct stream *view_stream(const struct view *v, size_t i);
/* Whether it is one of them. */
bool view_has(const struct view *v, const struct stream *s);

#endif
