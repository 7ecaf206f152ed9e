/* The events that the capture engine sends, and that the viewer and other programs read.
 *
 * An event is a value. Its texts and byte strings belong to the caller that made the event. A
 * function that gets an event may use them only until it returns.
 *
 * The table of fields in fields.c serves the CBOR encoder, the CBOR decoder and the JSON sink, so a
 * field has the same name in all of them.
 *
 * Times are nanoseconds of CLOCK_REALTIME. The engine reads that clock once and then adds what
 * CLOCK_MONOTONIC counts, so times never go back. */
#ifndef PCAT_EVENT_EVENT_H
#define PCAT_EVENT_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

#define EVENT_MAGIC "pcat-stream"
#define EVENT_VERSION 1
#define EVENT_CHUNK_MAX (256 * 1024) /* the most payload bytes of one write event */
#define EVENT_WIRE_MAX (1024 * 1024) /* the most bytes of one encoded event */
#define EVENT_DEPTH_MAX 8            /* the deepest nesting of items in an encoded event */

enum event_type {
    EVENT_UNKNOWN, /* a type that a newer version has added: readers skip the event */
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

/* How the engine came to know a task. */
enum event_how { HOW_UNKNOWN, HOW_ATTACHED, HOW_SPAWNED, HOW_FORK, HOW_VFORK, HOW_THREAD, HOWS };

enum event_stream { STREAM_OTHER, STREAM_STDIN, STREAM_STDOUT, STREAM_STDERR, STREAMS };

/* The first event of a stream. */
struct ev_hello {
    struct bytes magic;   /* EVENT_MAGIC */
    uint64_t version;     /* EVENT_VERSION */
    struct bytes program; /* the program that wrote the stream: "pcat 0.1.0" */
    struct bytes host;    /* nodename of uname(2) */
    struct bytes boot_id; /* /proc/sys/kernel/random/boot_id */
    uint64_t pid;         /* of the engine */
    struct bytes fds;     /* the fds that are captured: "1,2", "all", ... */
    struct bytes argv;    /* the engine's command line */
    int64_t monotonic;    /* CLOCK_MONOTONIC ns at this event's `time` */
    bool ring;            /* if the reader is slow, bytes are dropped; false: tracees wait */
};

struct ev_task {
    uint64_t tid, pid; /* pid: the tgid */
    uint64_t parent;   /* of a process: its parent's pid; of a thread: the tid of the thread that
                          made it; 0: unknown */
    enum event_how how;
    uint64_t nspid; /* its pid in its own PID namespace, 0: the same as pid */
    uint64_t uid;
    struct bytes comm;
    struct bytes argv; /* each argument ends with a NUL byte; empty for threads */
    int64_t start;     /* when it started, CLOCK_REALTIME ns, 0: unknown */
};

/* All threads of the process are traced now: from here on no output of it is missed. */
struct ev_armed {
    uint64_t pid;
    uint64_t threads;
};

struct ev_exec {
    uint64_t tid, pid;
    uint64_t former; /* its tid before, if a thread other than the leader called execve, else 0 */
    struct bytes comm, exe, argv;
};

struct ev_exit {
    uint64_t tid, pid;
    int64_t code;    /* exit status, -1: a signal killed it */
    uint64_t signal; /* the signal that killed it, 0: it exited */
    bool core;       /* it dumped core */
};

struct ev_detached {
    uint64_t tid, pid;
    struct bytes why;
};

/* A thread entered a group-stop (EVENT_STOP), or left it (EVENT_CONT). */
struct ev_stop {
    uint64_t tid, pid;
    uint64_t signal; /* that stopped it; 0 for EVENT_CONT */
};

/* The file that an fd of a process refers to from here on. */
struct ev_fd {
    uint64_t pid, fd;
    struct bytes target; /* the link in /proc/PID/fd: "/dev/pts/3", "pipe:[1155]" */
    uint64_t dev, ino;
    enum event_stream stream; /* the stream that writes to it belong to; STREAM_OTHER: none, they
                                 are not captured */
    uint64_t rows, cols;      /* the size of a terminal, else 0 */
    bool raw;                 /* a terminal on which a newline does not return to column 1 */
    uint64_t reader;          /* pid of the process that reads the other end, 0: unknown */
    struct bytes reader_comm;
};

/* Bytes that one call wrote or read: all of them, or one of several pieces. */
struct ev_write {
    uint64_t tid, pid, fd;
    struct bytes comm;
    enum event_stream stream;
    struct bytes syscall; /* its name */
    int64_t duration;     /* ns from entry to exit of the call */
    uint64_t total;       /* bytes that the whole call moved: the result of the syscall */
    uint64_t offset;      /* of this piece, in bytes from the beginning of the call's data */
    uint64_t len;         /* bytes of this piece, also if `data` is empty */
    struct bytes data;    /* the bytes; empty if they are unavailable */
    bool more;            /* another piece of the same call follows */
    bool unavailable;     /* the bytes could not be read: only `len` is known */
    bool reread;          /* the bytes were read later, from the call's source file */
    bool hidden;          /* read from a terminal without echo: neither bytes nor len are told */
};

/* A thread has been inside a write for a while: the call does not return. */
struct ev_blocked {
    uint64_t tid, pid, fd;
    int64_t since;
    uint64_t reader; /* pid of the process that does not read, 0: unknown */
    struct bytes reader_comm;
    struct bytes why; /* what else is known, in words: "the terminal is stopped" */
    bool over;        /* the call has returned, and no write event follows, since the call failed or
                         is not captured */
};

/* Counts writes to an fd that is not captured, since the last such event of this pid and fd. */
struct ev_other {
    uint64_t pid, fd;
    struct bytes target;
    uint64_t writes, bytes;
};

struct ev_lost {
    uint64_t tid, pid, fd;
    enum event_stream stream;
    uint64_t writes, bytes; /* pieces and bytes that are missing at this point of the stream */
    struct bytes why;
};

struct ev_note {
    uint64_t pid; /* the process that it is about, 0: none */
    struct bytes text;
};

struct ev_reply {
    uint64_t id; /* number of the command on the control channel, from 1 */
    bool ok;
    struct bytes text;
};

/* One process of a list of all processes. The reply to the command `list` ends the list. */
struct ev_process {
    uint64_t id; /* number of the command `list`, 0: pcat --list */
    uint64_t pid, parent;
    uint64_t uid;
    struct bytes user; /* name of uid, empty: unknown */
    struct bytes comm;
    struct bytes argv; /* each argument ends with a NUL byte; empty for kernel threads */
    bool kernel;       /* a kernel thread */
    uint64_t threads;
    int64_t cpu;                   /* CPU time of all its threads, ns */
    int64_t start;                 /* when it started, CLOCK_REALTIME ns */
    struct bytes stdout_, stderr_; /* links of fds 1 and 2; empty: closed, or we may not see them */
    bool traced;                   /* this engine traces it already */
    struct bytes refused;          /* why it can't be attached to, empty: it can */
};

/* The last event of a stream. */
struct ev_end {
    struct bytes why;
    uint64_t writes, bytes;           /* captured in all */
    uint64_t lost_writes, lost_bytes; /* dropped in all */
};

struct event {
    enum event_type type;
    uint64_t seq; /* the event's place in the order of all events, from 1; there may be gaps */
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

/* Names as the stream and JSON spell them. "unknown" for a value outside the enum. */
const char *event_type_name(enum event_type type);
const char *event_how_name(enum event_how how);
const char *event_stream_name(enum event_stream stream);

#endif
