/* The fork tree: the processes and threads that a source has told of.
 *
 * A node stands for one life of a tid, from birth to death. When the kernel uses a tid again, there
 * is a new node, and the dead one stays, with its exit status. A node's id is never reused. The
 * roots of a source are the processes whose parent is not known. The children of a process are its
 * threads and its child processes, in order of birth. The leader of a thread group is the process
 * node itself.
 *
 * The structs are open to read; only model_apply() changes them. A pointer to a node is valid until
 * the next model_apply(), as the oldest dead nodes are dropped when there are too many. Keep ids,
 * and ask model_task() for the node.
 *
 * Texts are NUL-terminated copies, never NULL. Texts that come from tracees may hold any byte but
 * NUL. Times are CLOCK_REALTIME ns, 0: not known.
 *
 * Public: other rooms include this. */
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

/* A program that a process executed, and when. The first step is what the process ran when it was
 * first seen (its `exe` is ""). Each further step is an exec. */
struct exec_step {
    int64_t time;
    char *exe;
    char *argv; /* each argument ends with a NUL byte */
    size_t argv_len;
};

/* An fd of a process: where it leads, and how much uncaptured output went through it. */
struct fd_info {
    uint64_t fd;
    char *target; /* "/dev/pts/3", "pipe:[1155]"; "": not known */
    uint64_t dev, ino;
    enum event_stream stream;      /* STREAM_OTHER: not captured */
    uint64_t rows, cols;           /* of a terminal, else 0 */
    bool raw;                      /* of a terminal, see struct ev_fd */
    struct transcript *transcript; /* of a terminal (transcript.h), else NULL */
    uint64_t reader;               /* pid of a process that reads it, 0: not known */
    char *reader_comm;
    int64_t time;                       /* of the last event about it */
    uint64_t other_writes, other_bytes; /* writes that were not captured, and their bytes */
    struct fd_info *next;               /* ascending by fd */
};

/* The write that a task is inside of, while that write does not return. */
struct task_blocked {
    bool now; /* false: the task is not blocked, and the rest is out of date */
    uint64_t fd;
    int64_t since;
    uint64_t reader; /* pid of the process that does not read, 0: not known */
    char *reader_comm;
    char *why;                /* what else is known, in words */
    struct task *prev, *next; /* for the model's own files */
};

/* Output of a task of one kind. Bytes of which only the number is known count too. */
struct task_count {
    uint64_t bytes, writes;
};

struct task {
    uint64_t id; /* of the node, from 1 */
    struct source *source;
    uint64_t tid, pid;  /* pid is that of the thread group */
    uint64_t ppid;      /* as the `task` event told. A process: its parent's pid; a thread: the tid
                           that made it; 0: not known */
    uint64_t nspid;     /* its pid in its own pid namespace, 0: the same */
    uint64_t uid;       /* of the user */
    enum event_how how; /* HOW_UNKNOWN: no `task` event told it */
    bool process;       /* leads its thread group */
    enum task_state state;

    struct task *parent; /* NULL: a root of the source */
    struct task *first_child, *last_child, *next, *prev;
    unsigned children; /* direct children, threads included */
    unsigned threads;  /* direct children that are threads and not dead */
    unsigned depth;    /* 0 for a root */

    char *comm;
    char *argv; /* each argument ends with a NUL byte; "" for threads */
    size_t argv_len;
    struct exec_step *steps; /* oldest first */
    size_t step_count;
    uint64_t steps_dropped; /* older steps that are no longer kept */

    int64_t start;        /* when it started, as the kernel says */
    int64_t birth;        /* time of the first event about it */
    uint64_t birth_order; /* order of that event, as in struct line */
    int64_t armed;        /* a process: since when all its threads are traced */
    uint64_t armed_count; /* threads that it had then */
    int64_t end;          /* when it died or was detached */
    uint64_t end_order;   /* order of that event */
    int64_t code;         /* exit status; -1: killed by a signal, or not known */
    uint64_t signal;      /* the signal that killed it, 0: none */
    bool core;            /* it dumped core */
    bool status_known;    /* false: `code` and `signal` are not known */
    uint64_t failure;     /* its serial among the processes that failed (trouble.h); 0: none */
    uint64_t stop_signal; /* the signal that stopped it, 0: not stopped */
    char *why;            /* why it was detached */
    uint64_t successor;   /* id of the node that goes on with this tid (a thread that was not the
                             leader called execve), else 0 */

    struct task_count out[STREAMS]; /* by enum event_stream; this node alone */
    uint64_t lost_bytes, lost_writes;
    int64_t write_time; /* time spent inside captured calls, ns */
    int64_t last_time;  /* of its last output; 0: none */
    uint64_t last_seq, last_order;
    struct task_blocked blocked;

    struct fd_info *fds; /* of a process; for a thread, ask task_process() first */
    unsigned fd_count;

    struct stream **streams; /* in order of appearance */
    unsigned stream_count;

    /* For the model's own files. */
    UT_hash_handle by_id, by_tid;
    struct task *dead_next, *dead_prev;
    bool described;          /* a `task` event has come */
    bool in_dead, dead_full; /* it is in a list of the dead; in the one of those with output */
    struct rate *rate;       /* see rates.h; NULL: none */
    bool in_timeline;        /* it has a row, or is counted in the shared row */
    unsigned timeline_row;   /* the row that it had last; 0: none */
    uint64_t timeline_bytes; /* all bytes that were added to the timeline for it */
};

/* The next node, or the one before, in display order (parents first) within the subtree of `top`;
 * NULL: no more. top NULL: within the source. */
struct task *task_next(const struct task *t, const struct task *top);
struct task *task_prev(const struct task *t, const struct task *top);

/* The process of a task; a process is its own. NULL: it is no longer in the tree. */
struct task *task_process(const struct task *t);

/* Whether `t` is `top` or a descendant of it. */
bool task_within(const struct task *t, const struct task *top);

/* What is known of an fd of the task's process. NULL: nothing. */
const struct fd_info *task_fd(const struct task *t, uint64_t fd);

/* The task's stream on that fd; the most recently active one if there are several kinds. NULL:
 * none. */
struct stream *task_stream(const struct task *t, uint64_t fd);

/* Sums over a node and its descendants. The call walks through all of them. */
struct task_sum {
    unsigned tasks, alive, failed; /* failed: processes only, see task_failed() */
    uint64_t bytes[STREAMS], writes[STREAMS];
    uint64_t lost_bytes, lost_writes;
    int64_t last_time;
};
void task_sum(const struct task *t, struct task_sum *out);

/* Whether it is running or stopped: neither dead nor detached. */
bool task_is_alive(const struct task *t);

/* When it started; if that is not known, when it was first seen. CLOCK_REALTIME ns. */
int64_t task_began(const struct task *t);

/* Whether it died by a signal, or with a status other than 0. */
bool task_failed(const struct task *t);

/* The arguments with spaces in between, or the comm when there are none; the caller frees. The
 * bytes are raw: make control characters visible before drawing. */
char *task_command(const struct task *t);
/* The same for an exec; without arguments, its `exe`, or "?". */
char *step_command(const struct exec_step *step);

#endif
