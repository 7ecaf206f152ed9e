/* The tracee's own record of its writes: which bytes the kernel has taken from which call. A test
 * compares it with what pcat has captured. The record is in a file ($TRUTH) that the tracee maps:
 * it is written without a syscall, which the tracer would see. An entry is begun before the call,
 * because another thread may overwrite the buffer soon, and completed with the call's result.
 *
 * tests/capture/truth.py reads the file. */
#ifndef PCAT_TESTS_TRUTH_H
#define PCAT_TESTS_TRUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { TRUTH_WRITE = 1, TRUTH_EXIT, TRUTH_EXEC };
enum { TRUTH_OUT = 1, TRUTH_ERR, TRUTH_IN };
enum { TRUTH_REREAD = 1, TRUTH_UNAVAILABLE = 2 };

struct truth {
    uint32_t magic, go, ready, full;
    uint64_t size, used; /* of the records, which begin at TRUTH_START */
};

struct record {
    uint32_t size, done; /* done: the value is there */
    uint32_t kind, flags;
    int32_t tid, fd;
    uint32_t stream, room; /* room: payload bytes behind it */
    int64_t value;         /* bytes that went, a wait status, a former tid */
};

#define TRUTH_MAGIC 0x68747274
#define TRUTH_START 64

/* Maps $TRUTH; ends the program when there is none. */
void truth_open(void);

/* Tells the test that we are ready and waits until it says go. */
void truth_ready(void);
void truth_wait(void);
bool truth_going(void);

/* Entries of this thread get that tid from now on: in a pid namespace gettid(2) returns another
 * one. */
void truth_call_me(pid_t tid);
pid_t truth_outer_tid(void);

/* Notes a call that is about to write bytes[0..n); and its result. */
struct record *truth_begin(int fd, int stream, const void *bytes, size_t n);
void truth_end(struct record *r, ssize_t result);

/* Notes a call that has already written n bytes. flags: TRUTH_REREAD and the like. */
void truth_add(int fd, int stream, const void *bytes, size_t n, int flags);

/* write(2); the stream is fd 2's or fd 1's. */
ssize_t truth_write(int fd, const void *bytes, size_t n);
ssize_t truth_write_as(int fd, int stream, const void *bytes, size_t n);
void truth_say(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Notes processes: how they were made, and how they ended. */
void truth_exit(pid_t pid, int status);
void truth_exec(pid_t pid, pid_t former);
int truth_reap(pid_t pid); /* waits for it and notes its end */

#endif
