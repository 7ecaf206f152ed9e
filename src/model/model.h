/* The model: all that is known from event streams. model_apply() is the only
 * way in. No I/O, no clock, no drawing.
 *
 *   source   an event stream: a capture process, a recording, a remote machine
 *   task     a node of the fork tree (tree.h)
 *   stream   what a task wrote to an fd (stream.h)
 *   transcript     what reached a terminal, by whoever wrote there (transcript.h)
 *   view     a query over streams: what a pane shows (view.h)
 *
 * Over the budget the oldest bytes of the largest stream go. Each keeps its last
 * STREAM_FLOOR bytes; only when all are down to that do the longest dead tasks
 * lose their output altogether.
 *
 * The order of everything is the order of arrival: for one source that is its
 * `seq` order; several sources interleave as their events come in.
 *
 * Pointers to tasks and streams are good until the next model_apply(); ids are
 * good for ever. Sources live as long as the model. Views follow by themselves. */
#ifndef PCAT_MODEL_MODEL_H
#define PCAT_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "model/processes.h"
#include "model/rates.h"
#include "model/stream.h"
#include "model/timeline.h"
#include "model/tree.h"
#include "model/trouble.h"

/* Dead nodes that are kept. */
#ifndef MODEL_DEAD_MAX
#define MODEL_DEAD_MAX 100000
#endif
#define MODEL_NOTES_MAX 512  /* notes that are kept, over all sources */
#define MODEL_REPLIES_MAX 16 /* replies that are kept, per source */
#define MODEL_STEPS_MAX 32   /* execs that are kept, per process */
#define MODEL_ARGV_MAX 4096  /* bytes of a command line that are kept */
#define MODEL_TEXT_MAX 4096  /* bytes of a note or of an fd's target that are kept */
#define MODEL_FDS_MAX 4096   /* fds that are kept, per process */

struct model;

struct note {
    uint64_t serial; /* from 1, over all sources */
    struct source *source;
    uint64_t pid; /* whom it is about, 0: nobody */
    int64_t time;
    char *text;
};

struct reply {
    uint64_t id; /* of the command */
    bool ok;
    char *text; /* whole */
};

/* Open to read. */
struct source {
    unsigned index; /* 0, 1, ... */
    char *name;     /* as given to model_source_add() */
    struct model *model;
    struct source *next;

    bool hello; /* the fields below are set */
    char *program, *host, *boot_id, *fds;
    char *argv; /* each argument ends with a NUL byte */
    size_t argv_len;
    uint64_t version, engine_pid;
    bool ring;

    int64_t first_time, last_time; /* of its events; 0: none yet */
    uint64_t last_seq, events;

    bool clock_known;     /* the two below are set: see model_source_clock() */
    int64_t clock_offset; /* ns by which its clock is before ours */
    int64_t clock_error;  /* and how wrong that can be */

    bool ended;           /* nothing more comes */
    bool clean;           /* by an `end` event */
    char *why;            /* "" while it runs */
    struct ev_end totals; /* of the `end` event, `why` unset; zeros without */

    struct task *first_root, *last_root;
    unsigned root_count;
    unsigned tasks_alive, tasks_dead; /* threads count too; the detached count as neither */
    unsigned processes_alive;
    unsigned failed; /* processes that did, also those that are no longer kept */
    uint64_t bytes, writes, lost_bytes, lost_writes; /* captured, dropped */

    struct reply replies[MODEL_REPLIES_MAX]; /* a ring; see source_reply() */
    uint64_t reply_count;                    /* that ever came */
    struct processes processes;              /* of its machine, when they were asked for */

    struct task *by_tid; /* of the model alone, as what follows */
    struct transcript *transcripts;
    struct task *hot;
};

/* budget: bytes of memory for the bytes and line indexes of all streams. */
struct model *model_new(size_t budget);
/* Frees all of it. Free views and searches first. NULL is fine. */
void model_free(struct model *m);

/* A new source; the model owns it. */
struct source *model_source_add(struct model *m, const char *name);
/* Nothing more comes from it: its living tasks are marked detached. Does nothing when it ended
 * before. */
void model_source_end(struct model *m, struct source *source, const char *why);

/* What its clock shows beside ours, which was measured: ns that it is before ours, give or take
 * `error`. */
void model_source_clock(struct model *m, struct source *source, int64_t offset, int64_t error);

/* What to call it in a few words: its name, as long as that is short, else its host. Belongs to the
 * source. */
const char *source_label(const struct source *source);

/* The one way in. Everything that `e` points to is copied. */
void model_apply(struct model *m, struct source *source, const struct event *e);

/* Sources are a list by `next`, in order of their making. */
struct source *model_sources(const struct model *m);
/* There are some, and all have ended. */
bool model_all_ended(const struct model *m);

/* NULL: never was, or has been dropped. */
struct task *model_task(const struct model *m, uint64_t id);
struct stream *model_stream(const struct model *m, uint64_t id);
/* The latest node of that tid, also when it is dead. */
struct task *model_find(const struct model *m, const struct source *source, uint64_t tid);

/* All nodes in display order, source by source. */
struct task *model_first_task(const struct model *m);
struct task *model_next_task(const struct model *m, const struct task *t);

/* All streams, the most recently active first. */
struct stream *model_recent_stream(const struct model *m);
struct stream *model_next_stream(const struct stream *s);

/* Counters that change when something does: anything at all; the tree (shape, names, states, fds,
 * not counters of bytes); output. */
uint64_t model_generation(const struct model *m);
uint64_t model_tree_generation(const struct model *m);
uint64_t model_output_generation(const struct model *m);

struct model_totals {
    unsigned tasks_alive, tasks_dead, processes_alive, streams;
    uint64_t bytes, writes, lost_bytes, lost_writes;
    uint64_t evicted; /* bytes that the budget took */
    uint64_t dropped; /* dead nodes that are no longer kept */
    size_t memory, budget;
};
void model_totals(const struct model *m, struct model_totals *out);

/* Output over all the time. */
const struct timeline *model_timeline(const struct model *m);

/* Notes by serial: [first, end) are kept. NULL outside. */
uint64_t model_first_note(const struct model *m);
uint64_t model_end_note(const struct model *m);
const struct note *model_note(const struct model *m, uint64_t serial);

/* The answer to a command; NULL: none yet, or no longer kept. */
const struct reply *source_reply(const struct source *source, uint64_t id);

#endif
