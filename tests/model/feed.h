/* A model with one source, and events for it. Each call makes one event and applies it to the
 * model. The event has the next seq, and a time one second after the event before.
 *
 * Texts and bytes of an event are in heap memory of exactly their size, which is freed when the
 * event was applied. So AddressSanitizer finds reads past the end and pointers that are kept. */
#ifndef PCAT_TESTS_MODEL_FEED_H
#define PCAT_TESTS_MODEL_FEED_H

#include "model/model.h"

#define FEED_SECOND INT64_C(1000000000)

struct feed {
    struct model *m;
    struct source *s;
    uint64_t seq;
    int64_t time; /* of the last event: seq seconds */
};

struct feed feed_new(size_t budget);
void feed_free(struct feed *f);

/* Sets seq and time of an event, and applies it. */
void feed_event(struct feed *f, struct event e);
/* A `task` event: a process if tid and pid are equal, else a thread. Returns its node. */
struct task *feed_task(struct feed *f, uint64_t tid, uint64_t pid, uint64_t parent,
                       enum event_how how, const char *comm);
/* An `exec` event. former: see struct ev_exec. */
void feed_exec(struct feed *f, uint64_t tid, uint64_t former, const char *exe);
void feed_exit(struct feed *f, uint64_t tid, uint64_t pid, int code, int signal);
/* A `write` event, of bytes or of a text. fd 1 is standard output, fd 2 is standard error, other
 * fds are STREAM_OTHER. */
void feed_bytes(struct feed *f, uint64_t tid, uint64_t pid, uint64_t fd, const void *data,
                size_t len);
void feed_write(struct feed *f, uint64_t tid, uint64_t pid, uint64_t fd, const char *text);
void feed_lost(struct feed *f, uint64_t tid, uint64_t pid, uint64_t fd, uint64_t bytes,
               uint64_t writes);

/* The latest node of a tid, and its stream on an fd. NULL: none. */
struct task *feed_find(struct feed *f, uint64_t tid);
struct stream *feed_stream(struct feed *f, uint64_t tid, uint64_t fd);

#endif
