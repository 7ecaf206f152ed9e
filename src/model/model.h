/* The model: everything that is known from event streams. Events go in by model_apply() alone. The
 * model does no I/O, reads no clock and draws nothing.
 *
 *   source      an event stream: of a capture process, a recording, a remote machine
 *   task        a node of the fork tree (tree.h)
 *   stream      what a task wrote to an fd (stream.h)
 *   transcript  what reached a terminal, from all writers (transcript.h)
 *   view        a query over streams: what a pane shows (view.h)
 *
 * When the streams take more memory than the budget, the largest stream loses its oldest bytes.
 * Each stream keeps its last STREAM_FLOOR bytes. When no stream has more than that, the longest
 * dead tasks lose all of their output.
 *
 * Everything is in the order of arrival. For one source that is the order of `seq`. Events of
 * several sources interleave as they come in.
 *
 * Pointers to tasks and streams are valid until the next model_apply(). Ids are never reused.
 * Sources live as long as the model. Views keep themselves up to date.
 *
 * Public: other rooms include this. */
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

/* Dead nodes that are kept. Tests shrink it. */
#ifndef MODEL_DEAD_MAX
#define MODEL_DEAD_MAX 100000
#endif
#define MODEL_NOTES_MAX 512  /* notes that are kept, of all sources together */
#define MODEL_REPLIES_MAX 16 /* replies that are kept, per source */
#define MODEL_STEPS_MAX 32   /* execs that are kept, per process */
#define MODEL_ARGV_MAX 4096  /* bytes of a command line that are kept */
#define MODEL_TEXT_MAX 4096  /* bytes of a note or of an fd's target that are kept */
#define MODEL_FDS_MAX 4096   /* fds that are kept, per process */

struct model;

/* A message of the capture process to the user. */
struct note {
    uint64_t serial; /* from 1, over all sources */
    struct source *source;
    uint64_t pid; /* the process that the note is about, 0: none */
    int64_t time;
    char *text;
};

/* The answer to a command on the control channel. */
struct reply {
    uint64_t id; /* of the command */
    bool ok;
    char *text; /* never cut */
};

/* Open to read. */
struct source {
    unsigned index; /* 0, 1, ... */
    char *name;     /* as given to model_source_add() */
    struct model *model;
    struct source *next;

    bool hello; /* a `hello` event has come: the fields down to `ring` are set */
    char *program, *host, *boot_id, *fds;
    char *argv; /* each argument ends with a NUL byte */
    size_t argv_len;
    uint64_t version, engine_pid;
    bool ring;

    int64_t first_time, last_time; /* of its events; 0: none yet */
    uint64_t last_seq, events;     /* seq of its last event; number of events */

    bool clock_known;     /* the next two are set: see model_source_clock() */
    int64_t clock_offset; /* its clock minus ours, ns */
    int64_t clock_error;  /* how wrong clock_offset may be, ns */

    bool ended;           /* no more events come */
    bool clean;           /* an `end` event came */
    char *why;            /* why it ended; "" while it runs */
    struct ev_end totals; /* of the `end` event, without `why`; zeros when none came */

    struct task *first_root, *last_root; /* nodes without a parent */
    unsigned root_count;
    unsigned tasks_alive, tasks_dead; /* threads count too; detached tasks count as neither */
    unsigned processes_alive;
    unsigned failed; /* processes that failed, also those that are no longer kept */
    uint64_t bytes, writes, lost_bytes, lost_writes; /* captured; lost */

    struct reply replies[MODEL_REPLIES_MAX]; /* a ring; see source_reply() */
    uint64_t reply_count;                    /* replies that ever came */
    struct processes processes;              /* the last list of all processes of its machine */

    /* For the model's own files. */
    struct task *by_tid;            /* hash: the latest node of each tid */
    struct transcript *transcripts; /* by next */
    struct task *hot;               /* the node that was looked up last, or NULL */
};

/* budget: bytes of memory for the bytes and line indexes of all streams. */
struct model *model_new(size_t budget);
/* Frees the model and its sources. Free views and searches first. NULL is fine. */
void model_free(struct model *m);

/* Adds a source. The model owns it. */
struct source *model_source_add(struct model *m, const char *name);
/* Ends a source: its living tasks become detached, for the reason `why`. Does nothing when it has
 * ended already. */
void model_source_end(struct model *m, struct source *source, const char *why);

/* Sets what was measured of the source's clock. offset: its clock minus ours, ns. error: how wrong
 * that may be, ns. */
void model_source_clock(struct model *m, struct source *source, int64_t offset, int64_t error);

/* A short label: the last component of its name, or its host when that is too long. Belongs to the
 * source. */
const char *source_label(const struct source *source);

/* Applies an event of the source. All texts and bytes in it are copied. */
void model_apply(struct model *m, struct source *source, const struct event *e);

/* The first source; the others follow by `next`, in the order in which they were added. */
struct source *model_sources(const struct model *m);
/* Whether there are sources, and all have ended. */
bool model_all_ended(const struct model *m);

/* The node or stream of an id. NULL: there never was one, or it has been dropped. */
struct task *model_task(const struct model *m, uint64_t id);
struct stream *model_stream(const struct model *m, uint64_t id);
/* The latest node of a tid, dead or alive. NULL: none. */
struct task *model_find(const struct model *m, const struct source *source, uint64_t tid);

/* All nodes in display order, source by source. NULL: no more. */
struct task *model_first_task(const struct model *m);
struct task *model_next_task(const struct model *m, const struct task *t);

/* All streams, the most recently active first. NULL: no more. */
struct stream *model_recent_stream(const struct model *m);
struct stream *model_next_stream(const struct stream *s);

/* Counters that show whether anything has changed: anything at all; the tree (its shape, names,
 * states and fds, but not the counters of bytes); the output. */
uint64_t model_generation(const struct model *m);
uint64_t model_tree_generation(const struct model *m);
uint64_t model_output_generation(const struct model *m);

/* Sums over all sources. */
struct model_totals {
    unsigned tasks_alive, tasks_dead, processes_alive, streams;
    uint64_t bytes, writes, lost_bytes, lost_writes;
    uint64_t evicted;      /* bytes that are no longer held */
    uint64_t dropped;      /* dead nodes that are no longer kept */
    size_t memory, budget; /* of all streams, in bytes */
};
void model_totals(const struct model *m, struct model_totals *out);

/* The output of each process over time (timeline.h). Belongs to the model. */
const struct timeline *model_timeline(const struct model *m);

/* Notes by serial. Those in [first, end) are kept. NULL: not one of these. */
uint64_t model_first_note(const struct model *m);
uint64_t model_end_note(const struct model *m);
const struct note *model_note(const struct model *m, uint64_t serial);

/* The reply to the command `id`. NULL: it has not come, or is no longer kept. */
const struct reply *source_reply(const struct source *source, uint64_t id);

#endif
