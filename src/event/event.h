/* The contract between the capture engine and everybody who looks at what it
 * saw. An event is a value; every text and byte string in it belongs to whoever
 * made the event and is valid only during the call that hands it over.
 *
 * The same table of fields (fields.c) drives the CBOR encoder, the CBOR decoder
 * and the JSON sink, so that a field has one name everywhere.
 *
 * Times are CLOCK_REALTIME nanoseconds, taken once and continued with
 * CLOCK_MONOTONIC, so that they never go back. */
#ifndef PCAT_EVENT_EVENT_H
#define PCAT_EVENT_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

#define EVENT_MAGIC "pcat-stream"
#define EVENT_VERSION 1
#define EVENT_CHUNK_MAX (256 * 1024) /* payload bytes of one write event at the most */
#define EVENT_WIRE_MAX (1024 * 1024) /* bytes of one item on the wire at the most */
#define EVENT_DEPTH_MAX 8            /* nesting of one event on the wire at the most */

enum event_type {
    EVENT_UNKNOWN, /* a type from a newer version: readers skip it */
    EVENT_HELLO,
    EVENT_TASK,
    EVENT_ARMED,
    EVENT_EXEC,
    EVENT_EXIT,
    EVENT_DETACHED,
    EVENT_STOP,
    EVENT_CONT,
    EVENT_FD,
    EVENT_WRITE,
    EVENT_READ,
    EVENT_BLOCKED,
    EVENT_OTHER,
    EVENT_LOST,
    EVENT_NOTE,
    EVENT_REPLY,
    EVENT_PROCESS,
    EVENT_END,
    EVENT_TYPES
};

/* How a task came to be known. */
enum event_how { HOW_UNKNOWN, HOW_ATTACHED, HOW_SPAWNED, HOW_FORK, HOW_VFORK, HOW_THREAD, HOWS };

enum event_stream { STREAM_OTHER, STREAM_STDIN, STREAM_STDOUT, STREAM_STDERR, STREAMS };

/* The first event of a stream. */
struct ev_hello {
    struct bytes magic;   /* EVENT_MAGIC */
    uint64_t version;     /* EVENT_VERSION */
    struct bytes program; /* who wrote it: "pcat 0.1.0" */
    struct bytes host;    /* nodename */
    struct bytes boot_id; /* /proc/sys/kernel/random/boot_id */
    uint64_t pid;         /* of the engine */
    struct bytes fds;     /* what is captured: "1,2", "all", ... */
    struct bytes argv;    /* the engine's command line */
    int64_t monotonic;    /* CLOCK_MONOTONIC ns at this event's `time` */
    bool ring;            /* a slow reader loses bytes instead of holding tracees */
};

struct ev_task {
    uint64_t tid, pid; /* pid is the thread group */
    uint64_t parent;   /* a process: its parent's pid; a thread: the tid that made it. 0: unknown */
    enum event_how how;
    uint64_t nspid; /* its pid in its own namespace, 0 when the same */
    uint64_t uid;
    struct bytes comm;
    struct bytes argv; /* each argument ends with a NUL byte; none for threads */
    int64_t start;     /* when it started, CLOCK_REALTIME ns, 0: unknown */
};

/* Every thread of the process is traced: from here on nothing of it is missed. */
struct ev_armed {
    uint64_t pid;
    uint64_t threads;
};

struct ev_exec {
    uint64_t tid, pid;
    uint64_t former; /* the tid before, when a thread that did not lead its group exec'd, else 0 */
    struct bytes comm, exe, argv;
};

struct ev_exit {
    uint64_t tid, pid;
    int64_t code;    /* exit status, -1 when a signal killed it */
    uint64_t signal; /* number, 0 when it exited */
    bool core;       /* a core was dumped */
};

struct ev_detached {
    uint64_t tid, pid;
    struct bytes why;
};

/* Job control: stop and cont. */
struct ev_stop {
    uint64_t tid, pid;
    uint64_t signal;
};

/* What an fd of a process points to, from here on. */
struct ev_fd {
    uint64_t pid, fd;
    struct bytes target; /* as readlink tells: "/dev/pts/3", "pipe:[1155]" */
    uint64_t dev, ino;
    enum event_stream stream; /* what writes on it are captured as; STREAM_OTHER: not captured */
    uint64_t rows, cols;      /* of a tty, else 0 */
    bool raw;                 /* a tty on which a newline does not return to column 1 */
    uint64_t reader;          /* pid that reads it, 0: unknown */
    struct bytes reader_comm;
};

/* One piece of one call: write and read. */
struct ev_write {
    uint64_t tid, pid, fd;
    struct bytes comm;
    enum event_stream stream;
    struct bytes syscall; /* name */
    int64_t duration;     /* ns from entry to exit of the call */
    uint64_t total;       /* bytes that the whole call moved: what the kernel returned */
    uint64_t offset;      /* of this piece in the call */
    uint64_t len;         /* bytes of this piece, also when they are not here */
    struct bytes data;    /* the bytes; none when unavailable */
    bool more;            /* another piece of the same call follows */
    bool unavailable;     /* the bytes can't be had, only their number */
    bool reread;          /* read again from the file that they came from */
    bool hidden;          /* read from a terminal that did not echo: neither bytes nor number */
};

/* It entered a write and has not come back. */
struct ev_blocked {
    uint64_t tid, pid, fd;
    int64_t since;
    uint64_t reader; /* who does not read, 0: not known */
    struct bytes reader_comm;
    struct bytes why; /* in words, what else is known of it */
    bool over;        /* it came back, and no write event tells: it failed, or is not captured */
};

/* Writes on an fd that is not captured, since the event before of its kind. */
struct ev_other {
    uint64_t pid, fd;
    struct bytes target;
    uint64_t writes, bytes;
};

struct ev_lost {
    uint64_t tid, pid, fd;
    enum event_stream stream;
    uint64_t writes, bytes; /* pieces and bytes that were dropped here */
    struct bytes why;
};

struct ev_note {
    uint64_t pid; /* whom it is about, 0: nobody */
    struct bytes text;
};

struct ev_reply {
    uint64_t id; /* the command's number on the control channel, from 1 */
    bool ok;
    struct bytes text;
};

/* One line of a list of all processes, which ends with the reply to the command `list`. */
struct ev_process {
    uint64_t id; /* of that command, 0: pcat --list */
    uint64_t pid, parent;
    uint64_t uid;
    struct bytes user; /* its name, none: not known */
    struct bytes comm;
    struct bytes argv; /* each argument ends with a NUL byte; none for kernel threads */
    bool kernel;       /* a kernel thread */
    uint64_t threads;
    int64_t cpu;                   /* ns that it has run so far, all threads together */
    int64_t start;                 /* when it started, CLOCK_REALTIME ns */
    struct bytes stdout_, stderr_; /* where fds 1 and 2 lead; none: not ours to see, or closed */
    bool traced;                   /* by us already */
    struct bytes refused; /* why it can't be attached to, none: nothing speaks against it */
};

struct ev_end {
    struct bytes why;
    uint64_t writes, bytes;           /* captured */
    uint64_t lost_writes, lost_bytes; /* dropped */
};

struct event {
    enum event_type type;
    uint64_t seq; /* one order over everything that an engine saw, from 1 */
    int64_t time;
    union {
        struct ev_hello hello;
        struct ev_task task;
        struct ev_armed armed;
        struct ev_exec exec;
        struct ev_exit exit;
        struct ev_detached detached;
        struct ev_stop stop; /* also EVENT_CONT */
        struct ev_fd fd;
        struct ev_write write; /* also EVENT_READ */
        struct ev_blocked blocked;
        struct ev_other other;
        struct ev_lost lost;
        struct ev_note note;
        struct ev_reply reply;
        struct ev_process process;
        struct ev_end end;
    };
};

/* Names as the stream and JSON spell them; "unknown" outside the range. */
const char *event_type_name(enum event_type type);
const char *event_how_name(enum event_how how);
const char *event_stream_name(enum event_stream stream);

#endif
