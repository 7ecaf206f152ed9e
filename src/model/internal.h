/* What the files of the model share. Nobody else includes this. */
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

/* Somebody who holds on to streams and tasks (a view) and must hear of their end. */
struct watcher {
    void (*stream_added)(void *user, struct stream *s);
    void (*stream_removed)(void *user, struct stream *s);
    void (*task_removed)(void *user, struct task *t);
    /* The node has a new place in the tree, all below it with it. */
    void (*task_moved)(void *user, struct task *t);
    /* Another node goes on in its place as the process. */
    void (*task_replaced)(void *user, struct task *old, struct task *by);
    /* All streams and tasks are about to go; a state that may have them is there again. */
    void (*cleared)(void *user);
    void (*restored)(void *user);
    void *user;
    struct watcher *next, *prev;
};

/* Dead nodes, the longest dead first. */
struct dead_list {
    struct task *first, *last;
};

struct model {
    struct budget budget;
    bool counts_only; /* see restore.h */
    struct source *sources, *last_source;
    unsigned source_count;

    struct task *by_id;
    struct stream *stream_by_id;
    struct stream *newest; /* streams by activity */
    uint64_t last_task_id, last_stream_id;
    struct dead_list dead_full, dead_bare; /* with output, and without */

    struct task *first_blocked, *last_blocked; /* in the order in which they were told of */
    uint64_t *failures;                        /* ids of processes, in the order of their ends */
    size_t failure_count, failure_cap;
    uint64_t first_failure; /* those before them, that were dropped */

    struct watcher *watchers;

    struct calls calls; /* names of syscalls */
    struct rates rates;
    struct timeline *timeline;
    const struct timeline *borrowed; /* is shown in its place; NULL: none */

    struct note notes[MODEL_NOTES_MAX]; /* a ring */
    uint64_t note_count;                /* that ever came: serials are from 1 */

    uint64_t order; /* of the event that is being applied: the number of those so far */
    uint64_t generation, tree_generation, output_generation;
    uint64_t evicted, evicted_lines, dropped;
};

/* --- registry.c --- */

void model_watch(struct model *m, struct watcher *w);
void model_unwatch(struct model *m, struct watcher *w);

/* The task's stream, made when there is none yet. */
struct stream *model_need_stream(struct model *m, struct task *t, uint64_t fd,
                                 enum event_stream kind);
/* Something was put into it: puts it in front and lets the budget act. before: its memory then. */
void model_stream_fed(struct model *m, struct stream *s, size_t before);
/* Of a write, a read or a loss that is being applied. */
struct moment model_moment(struct model *m, const struct event *e);
void model_free_stream(struct model *m, struct stream *s);

/* --- tree.c --- */

/* The latest node of that tid; when there is none it is made, and its process with it. */
struct task *tree_need(struct model *m, struct source *source, uint64_t tid, uint64_t pid);

void tree_task(struct model *m, struct source *source, const struct event *e);
void tree_exec(struct model *m, struct source *source, const struct event *e);
void tree_exit(struct model *m, struct source *source, const struct event *e);
void tree_detached(struct model *m, struct source *source, const struct event *e);
void tree_stop(struct model *m, struct source *source, const struct event *e);
void tree_armed(struct model *m, struct source *source, const struct event *e);

/* All that live in it are let go. */
void tree_end(struct model *m, struct source *source, const char *why, int64_t time);

/* Whether a dead node holds output has changed. */
void tree_output_changed(struct model *m, struct task *t);

/* The longest dead node loses its output. False: no dead node has any. */
bool tree_forget_output(struct model *m);

/* Frees all nodes of a source; their streams must be gone. */
void tree_free(struct source *source);

/* --- trouble.c --- */

void trouble_block(struct model *m, struct task *t, const struct ev_blocked *e);
/* Its write came back, or it is gone. */
void trouble_unblock(struct model *m, struct task *t);
/* It has ended: noted when it has failed. */
void trouble_failed(struct model *m, struct task *t);

/* --- scope.c --- */

/* Another node goes on in place of that one. */
void task_set_replace(struct task_set *set, uint64_t old, uint64_t by);

/* --- transcript.c --- */

/* The process' fd leads to what the record now says. */
void transcript_fd(struct task *process, struct fd_info *fd);

/* What the stream says is on that transcript from now on; NULL: on none. */
void transcript_join(struct stream *s, struct transcript *transcript);

/* Bytes came; some are missing here. */
void transcript_bytes(struct stream *s, uint64_t offset, uint64_t len);
void transcript_gap(struct stream *s);

/* What the stream holds is its end, of an order with others that is not known. */
void transcript_restore(struct stream *s);

/* All are as if nothing had come; they stay. */
void transcripts_clear(struct source *source);
void transcripts_free(struct source *source);

/* --- copy-text.c --- */

/* *field becomes a NUL-terminated copy of at most max bytes; false when it was the same already. */
bool copy_text(char **field, struct bytes from, size_t max);
bool copy_argv(char **field, size_t *len, struct bytes from);

#endif
