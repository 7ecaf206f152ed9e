#include "feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

struct feed feed_new(size_t budget)
{
    struct feed f = {.m = model_new(budget)};

    f.s = model_source_add(f.m, "test");
    return f;
}

void feed_free(struct feed *f)
{
    model_free(f->m);
}

void feed_event(struct feed *f, struct event e)
{
    e.seq = ++f->seq;
    e.time = f->time = (int64_t)e.seq * FEED_SECOND;
    model_apply(f->m, f->s, &e);
}

static struct bytes lend(const void *data, size_t len)
{
    return (struct bytes){len ? xmemdup(data, len) : NULL, len};
}

static void take_back(struct bytes b)
{
    free((void *)b.data);
}

struct task *feed_task(struct feed *f, uint64_t tid, uint64_t pid, uint64_t parent,
                       enum event_how how, const char *comm)
{
    struct bytes name = lend(comm, strlen(comm));
    struct event e = {.type = EVENT_TASK};

    e.task = (struct ev_task){.tid = tid,
                              .pid = pid,
                              .parent = parent,
                              .how = how,
                              .comm = name,
                              .argv = tid == pid ? name : (struct bytes){NULL, 0}};
    feed_event(f, e);
    take_back(name);
    return feed_find(f, tid);
}

void feed_exec(struct feed *f, uint64_t tid, uint64_t former, const char *exe)
{
    struct bytes name = lend(exe, strlen(exe));
    struct event e = {.type = EVENT_EXEC};

    e.exec = (struct ev_exec){
        .tid = tid, .pid = tid, .former = former, .comm = name, .exe = name, .argv = name};
    feed_event(f, e);
    take_back(name);
}

void feed_exit(struct feed *f, uint64_t tid, uint64_t pid, int code, int signal)
{
    struct event e = {.type = EVENT_EXIT};

    e.exit = (struct ev_exit){.tid = tid, .pid = pid, .code = code, .signal = (uint64_t)signal};
    feed_event(f, e);
}

static enum event_stream kind_of(uint64_t fd)
{
    return fd == 1 ? STREAM_STDOUT : fd == 2 ? STREAM_STDERR : STREAM_OTHER;
}

void feed_bytes(struct feed *f, uint64_t tid, uint64_t pid, uint64_t fd, const void *data,
                size_t len)
{
    struct event e = {.type = EVENT_WRITE};

    e.write = (struct ev_write){.tid = tid,
                                .pid = pid,
                                .fd = fd,
                                .stream = kind_of(fd),
                                .total = len,
                                .len = len,
                                .duration = 10,
                                .data = lend(data, len)};
    feed_event(f, e);
    take_back(e.write.data);
}

void feed_write(struct feed *f, uint64_t tid, uint64_t pid, uint64_t fd, const char *text)
{
    feed_bytes(f, tid, pid, fd, text, strlen(text));
}

void feed_lost(struct feed *f, uint64_t tid, uint64_t pid, uint64_t fd, uint64_t bytes,
               uint64_t writes)
{
    struct event e = {.type = EVENT_LOST};

    e.lost = (struct ev_lost){
        .tid = tid, .pid = pid, .fd = fd, .stream = kind_of(fd), .writes = writes, .bytes = bytes};
    feed_event(f, e);
}

struct task *feed_find(struct feed *f, uint64_t tid)
{
    return model_find(f->m, f->s, tid);
}

struct stream *feed_stream(struct feed *f, uint64_t tid, uint64_t fd)
{
    return task_stream(feed_find(f, tid), fd);
}
