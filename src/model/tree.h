/* Tasks: the processes and threads that a source told of.
 *
 * A node is a life: one tid from its birth to its death. A tid that is used
 * again gets a new node; the dead one stays, with its status. A node's id is
 * never reused. Under a source hang the processes whose parent is not known;
 * under a process its threads and its child processes, in order of birth. The
 * thread that leads a group is the process node itself.
 *
 * The structs are open to read; only model_apply() changes them. A pointer to
 * one is good until the next model_apply(), as the oldest dead are dropped when
 * there are too many: keep ids, and ask model_task() for the node again.
 *
 * Texts are NUL-terminated copies, never NULL; what tracees chose may hold any
 * other byte. Times are CLOCK_REALTIME ns, 0: unknown. */
#ifndef PCAT_MODEL_TREE_H
#define PCAT_MODEL_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/xmalloc.h"
#include "event/event.h"

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

struct model;
struct source;
struct stream;
struct transcript;

enum task_state {
    TASK_RUNNING,
    TASK_STOPPED,  /* by job control, see `stop_signal` */
    TASK_DEAD,     /* see `code`, `signal`, `end` */
    TASK_DETACHED, /* no longer traced, see `why` */
};

/* What a process ran since when. The first is what it was found or born with (exe is "" then), each
 * further one an exec. */
struct exec_step {
    int64_t time;
    char *exe;
    char *argv; /* arguments, each ends with a NUL byte */
    size_t argv_len;
};

/* An fd of a process: where it leads, and what went through it uncaptured. */
struct fd_info {
    uint64_t fd;
    char *target; /* "/dev/pts/3", "pipe:[1155]"; "" when never told */
    uint64_t dev, ino;
    enum event_stream stream;      /* STREAM_OTHER: not captured */
    uint64_t rows, cols;           /* of a tty, else 0 */
    bool raw;                      /* of a tty, see struct ev_fd */
    struct transcript *transcript; /* of a tty (transcript.h), else NULL */
    uint64_t reader;               /* pid that reads it, 0: unknown */
    char *reader_comm;
    int64_t time;                       /* when it was told last */
    uint64_t other_writes, other_bytes; /* uncaptured */
    struct fd_info *next;               /* ascending by fd */
};

/* It is inside a write that has not come back. */
struct task_blocked {
    bool now;
    uint64_t fd;
    int64_t since;
    uint64_t reader; /* 0: not known */
    char *reader_comm;
    char *why;                /* what more is known, in words */
    struct task *prev, *next; /* of the model alone */
};

/* What it wrote, of one kind; bytes known only by number count too. */
struct task_count {
    uint64_t bytes, writes;
};

struct task {
    uint64_t id; /* of the node, from 1 */
    struct source *source;
    uint64_t tid, pid; /* pid is the thread group */
    uint64_t ppid;  /* as the task event told: process: its parent; thread: its maker; 0: unknown */
    uint64_t nspid; /* its pid in its own namespace, 0 when the same */
    uint64_t uid;
    enum event_how how; /* HOW_UNKNOWN: first seen by another event than `task` */
    bool process;       /* leads its group */
    enum task_state state;

    struct task *parent; /* NULL: directly under the source */
    struct task *first_child, *last_child, *next, *prev;
    unsigned children; /* direct ones, threads included */
    unsigned threads;  /* direct thread nodes that are not dead */
    unsigned depth;    /* 0 for those directly under the source */

    char *comm;
    char *argv; /* each argument ends with a NUL byte; "" for threads */
    size_t argv_len;
    struct exec_step *steps; /* oldest first */
    size_t step_count;
    uint64_t steps_dropped; /* older ones that are no longer kept */

    int64_t start;        /* when the kernel says it started */
    int64_t birth;        /* when we heard of it first */
    uint64_t birth_order; /* of that event, as in struct line */
    int64_t armed;        /* processes: since when nothing of it is missed */
    uint64_t armed_count; /* threads that it had then */
    int64_t end;          /* death or detachment */
    uint64_t end_order;   /* of that event */
    int64_t code;         /* exit status; -1: killed by a signal, or not known */
    uint64_t signal;      /* that killed it */
    bool core;
    bool status_known; /* false: it is gone and nobody said how */
    uint64_t failure;  /* its serial among those that failed, see trouble.h; 0: it did not */
    uint64_t stop_signal;
    char *why; /* detached: why */
    uint64_t
        successor; /* id of the node that goes on as this tid (exec from another thread), else 0 */

    struct task_count out[STREAMS]; /* by enum event_stream; this node alone */
    uint64_t lost_bytes, lost_writes;
    int64_t write_time; /* ns spent inside captured calls */
    int64_t last_time;  /* of its last output, with seq and order; 0: none */
    uint64_t last_seq, last_order;
    struct task_blocked blocked;

    struct fd_info *fds; /* processes; ask task_process() for a thread's */
    unsigned fd_count;

    struct stream **streams; /* in order of appearance */
    unsigned stream_count;

    /* Of the model alone. */
    UT_hash_handle by_id, by_tid;
    struct task *dead_next, *dead_prev;
    bool described, in_dead, dead_full;
    struct rate *rate;       /* NULL: it was quiet for long; see task_rate() */
    bool in_timeline;        /* it has a row, or is one of the others */
    unsigned timeline_row;   /* that it had last; 0: none */
    uint64_t timeline_bytes; /* that it has told the timeline */
};

/* Next node in display order (parents first) inside the subtree of `top`; NULL at its end.
 * With top NULL: inside the source. */
struct task *task_next(const struct task *t, const struct task *top);
struct task *task_prev(const struct task *t, const struct task *top);

/* The process node it belongs to; itself when it leads; NULL when that one is gone. */
struct task *task_process(const struct task *t);

/* Whether `t` is `top` or hangs below it. */
bool task_within(const struct task *t, const struct task *top);

/* What is known of an fd of its process; NULL: nothing. */
const struct fd_info *task_fd(const struct task *t, uint64_t fd);

/* Its stream on that fd, the latest when there are several kinds; NULL: none yet. */
struct stream *task_stream(const struct task *t, uint64_t fd);

/* The sums over the node and all below it, by walking. */
struct task_sum {
    unsigned tasks, alive,
        failed; /* failed: dead processes with a signal or a status other than 0 */
    uint64_t bytes[STREAMS], writes[STREAMS];
    uint64_t lost_bytes, lost_writes;
    int64_t last_time;
};
void task_sum(const struct task *t, struct task_sum *out);

/* Traced, and neither gone nor let go. */
bool task_is_alive(const struct task *t);

/* Since when it is known to run, CLOCK_REALTIME ns. */
int64_t task_began(const struct task *t);

/* Dead with a status other than 0, or by a signal. */
bool task_failed(const struct task *t);

/* The arguments with spaces in between, or the comm when there are none; the caller frees. Bytes
 * are as the tracee chose them: make them visible before drawing. */
char *task_command(const struct task *t);
/* The same of what was executed: its name when there are no arguments. */
char *step_command(const struct exec_step *step);

#endif
