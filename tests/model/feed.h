/* Events for tests of the model. Each call makes one event, with the next seq and a time one second
 * later, and applies it. Texts are handed over in memory of exactly their size that is freed
 * right afterwards, so that reading past the end or keeping a pointer is seen. */
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

void feed_event(struct feed *f, struct event e);
struct task *feed_task(struct feed *f, uint64_t tid, uint64_t pid, uint64_t parent,
                       enum event_how how, const char *comm);
void feed_exec(struct feed *f, uint64_t tid, uint64_t former, const char *exe);
void feed_exit(struct feed *f, uint64_t tid, uint64_t pid, int code, int signal);
/* On fd 1 as stdout, on 2 as stderr, on others as other. */
void feed_bytes(struct feed *f, uint64_t tid, uint64_t pid, uint64_t fd, const void *data,
                size_t len);
void feed_write(struct feed *f, uint64_t tid, uint64_t pid, uint64_t fd, const char *text);
void feed_lost(struct feed *f, uint64_t tid, uint64_t pid, uint64_t fd, uint64_t bytes,
               uint64_t writes);

/* The latest node of the tid. */
struct task *feed_find(struct feed *f, uint64_t tid);
struct stream *feed_stream(struct feed *f, uint64_t tid, uint64_t fd);

#endif
