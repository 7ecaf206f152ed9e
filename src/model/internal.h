/* The model's own struct, and the functions that its files call in each other.
 *
 * Inner: only files of src/model include this. */
#ifndef PCAT_MODEL_INTERNAL_H
#define PCAT_MODEL_INTERNAL_H

#include "model/budget.h"
#include "model/calls.h"
#include "model/model.h"
#include "model/rates.h"
#include "model/store.h"
#include "model/transcript.h"
#include "model/timeline.h"
#include "model/trouble.h"

struct task_set;

/* The callbacks of a view. A view keeps pointers to streams and tasks, so it must be told when they
 * come and go. Callbacks for the end are called before the stream or the task is freed. */
struct watcher {
    void (*stream_added)(void *user, struct stream *s);
    void (*stream_removed)(void *user, struct stream *s);
    void (*task_removed)(void *user, struct task *t);
    /* The node, with the whole subtree below it, has a new parent. */
    void (*task_moved)(void *user, struct task *t);
    /* The process goes on as node `by`: a thread has called execve and is the leader now. */
    void (*task_replaced)(void *user, struct task *old, struct task *by);
    /* All streams and tasks are about to be freed. */
    void (*cleared)(void *user);
    /* After `cleared`: the model holds a complete state again. */
    void (*restored)(void *user);
    void *user;
    struct watcher *next, *prev;
};

/* Dead nodes in the order of their deaths, by dead_next. */
struct dead_list {
    struct task *first, *last;
};

struct model {
    struct budget budget;
    bool counts_only; /* the model counts output but keeps none: see model_new_counter() */
    struct source *sources, *last_source; /* by next */
    unsigned source_count;

    struct task *by_id;          /* hash of all nodes */
    struct stream *stream_by_id; /* hash of all streams */
    struct stream *newest;       /* all streams by `older`, the most recently active first */
    uint64_t last_task_id, last_stream_id;
    struct dead_list dead_full, dead_bare; /* dead nodes that hold output, and the others */

    struct task *first_blocked, *last_blocked; /* in the order in which their events came */
    uint64_t *failures; /* ids of processes that failed, in the order of their ends */
    size_t failure_count, failure_cap;
    uint64_t first_failure; /* how many older ones were dropped from `failures` */

    struct watcher *watchers; /* by next */

    struct calls calls; /* names of syscalls */
    struct rates rates;
    struct timeline *timeline;
    const struct timeline *borrowed; /* what model_timeline() returns instead; NULL: none */

    struct note notes[MODEL_NOTES_MAX]; /* a ring */
    uint64_t note_count;                /* notes that ever came; serials start at 1 */

    uint64_t order; /* of the event that is being applied: how many events have come, with it */
    uint64_t generation, tree_generation, output_generation; /* see model_generation() */
    uint64_t evicted, evicted_lines; /* bytes and lines that are no longer held */
    uint64_t dropped;                /* dead nodes that are no longer kept */
};

/* --- registry.c --- */

/* Adds or removes a watcher. It belongs to the caller. */
void model_watch(struct model *m, struct watcher *w);
void model_unwatch(struct model *m, struct watcher *w);

/* The task's stream of that fd and kind. It is made when there is none yet. */
struct stream *model_need_stream(struct model *m, struct task *t, uint64_t fd,
                                 enum event_stream kind);
/* Call it after bytes or a mark were added to a stream. The stream becomes the most recently active
 * one, and the memory budget is enforced. before: the stream's memory before, in bytes. */
void model_stream_fed(struct model *m, struct stream *s, size_t before);
/* The moment of the write, read or loss that is being applied. */
struct moment model_moment(struct model *m, const struct event *e);
/* Removes a stream from the model and frees it. */
void model_free_stream(struct model *m, struct stream *s);

/* --- tree.c --- */

/* The latest node of a tid. When there is none, it is made, and so is its process. */
struct task *tree_need(struct model *m, struct source *source, uint64_t tid, uint64_t pid);

/* The handlers of events that change the tree; tree_stop() handles `stop` and `cont`. */
void tree_task(struct model *m, struct source *source, const struct event *e);
void tree_exec(struct model *m, struct source *source, const struct event *e);
void tree_exit(struct model *m, struct source *source, const struct event *e);
void tree_detached(struct model *m, struct source *source, const struct event *e);
void tree_stop(struct model *m, struct source *source, const struct event *e);
void tree_armed(struct model *m, struct source *source, const struct event *e);

/* Marks all living tasks of a source as detached, for the reason `why`. */
void tree_detach_all(struct model *m, struct source *source, const char *why, int64_t time);

/* Call it when the output that a node holds may have become empty, or no longer is: a dead node
 * then goes to the other list of the dead. */
void tree_output_changed(struct model *m, struct task *t);

/* Drops all output of the longest dead node that holds any. False: no dead node holds output. */
bool tree_forget_output(struct model *m);

/* Frees all nodes of a source. Their streams must have been freed before. */
void tree_free(struct source *source);

/* --- trouble.c --- */

/* Notes that a task is inside a write that has not returned. */
void trouble_block(struct model *m, struct task *t, const struct ev_blocked *e);
/* Notes that the write has returned, or that the task is dead. */
void trouble_unblock(struct model *m, struct task *t);
/* Call it when a task has exited: a process that failed is added to the failures. */
void trouble_note_failure(struct model *m, struct task *t);

/* --- scope.c --- */

/* Replaces the id of a task in the set by that of another. */
void task_set_replace(struct task_set *set, uint64_t old, uint64_t by);

/* --- transcript.c --- */

/* Call it when the record of a process's fd has changed. It decides whether the fd leads to a
 * terminal, and joins the streams of the fd to the transcript of that terminal. */
void transcript_update_fd(struct task *process, struct fd_info *fd);

/* From now on the stream's bytes are on that transcript; NULL: on none. */
void transcript_join(struct stream *s, struct transcript *transcript);

/* Adds bytes of the stream to its transcript, or the note that bytes are missing at this point.
 * Both do nothing when the stream has no transcript. */
void transcript_add_bytes(struct stream *s, uint64_t offset, uint64_t len);
void transcript_add_gap(struct stream *s);

/* For a stream that was restored: adds all bytes that it holds. Their order relative to other
 * streams is not known, so a gap follows. */
void transcript_restore(struct stream *s);

/* Empties all transcripts of a source, but keeps them. */
void transcripts_clear(struct source *source);
/* Frees all transcripts of a source. */
void transcripts_free(struct source *source);

/* --- copy-text.c --- */

/* Sets *field to a NUL-terminated copy of at most max bytes of a text, up to its first NUL. Frees
 * the old one. False: the text was the same already. */
bool copy_text(char **field, struct bytes from, size_t max);
/* Sets *field to a copy of a command line, of MODEL_ARGV_MAX bytes at most, and *len to its bytes.
 * A NUL follows the copy, beyond *len. Always returns true. */
bool copy_argv(char **field, size_t *len, struct bytes from);

#endif
