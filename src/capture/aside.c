#include "capture/aside.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/xmalloc.h"

enum { THREADS_MAX = 64 }; /* at a time: threads that never end must not pile up */

static atomic_int threads;

struct request {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool done;      /* work has ended */
    bool abandoned; /* the caller waits no more: the thread frees the request */
    void (*work)(void *job);
    _Alignas(max_align_t) char job[];
};

static struct request *request_new(void (*work)(void *job), const void *job, size_t size)
{
    struct request *e = xcalloc(1, sizeof *e + size);
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&e->lock, NULL);
    pthread_cond_init(&e->ended, &attr);
    pthread_condattr_destroy(&attr);
    e->work = work;
    memcpy(e->job, job, size);
    return e;
}

static void request_free(struct request *e)
{
    pthread_cond_destroy(&e->ended);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

static void *run_request(void *user)
{
    struct request *e = user;

    e->work(e->job);
    atomic_fetch_sub(&threads, 1);
    pthread_mutex_lock(&e->lock);
    e->done = true;
    bool abandoned = e->abandoned;
    pthread_cond_signal(&e->ended);
    pthread_mutex_unlock(&e->lock);
    if (abandoned)
        request_free(e);
    return NULL;
}

static bool start_thread(struct request *e)
{
    pthread_attr_t attr;
    pthread_t thread;

    if (atomic_fetch_add(&threads, 1) < THREADS_MAX) {
        pthread_attr_init(&attr);
        pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
        int error = pthread_create(&thread, &attr, run_request, e);
        pthread_attr_destroy(&attr);
        if (!error)
            return true;
    }
    atomic_fetch_sub(&threads, 1);
    return false;
}

static struct timespec in_future(int64_t ns)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    ns += t.tv_nsec;
    t.tv_sec += ns / 1000000000;
    t.tv_nsec = ns % 1000000000;
    return t;
}

/* True when work has ended: then the caller owns the request again. False: the thread owns it. */
static bool wait_until_done(struct request *e, int64_t ns)
{
    struct timespec until = in_future(ns);
    bool late = ns <= 0;

    pthread_mutex_lock(&e->lock);
    while (!e->done && !late)
        late = pthread_cond_timedwait(&e->ended, &e->lock, &until) != 0;
    bool done = e->done;
    e->abandoned = !done;
    pthread_mutex_unlock(&e->lock);
    return done;
}

bool aside_run(void (*work)(void *job), void *job, size_t size, int64_t ns)
{
    struct request *e = request_new(work, job, size);
    bool started = start_thread(e);

    if (started && !wait_until_done(e, ns))
        return false;
    if (started)
        memcpy(job, e->job, size);
    request_free(e);
    return started;
}

static void close_fd(void *job)
{
    close(*(int *)job);
}

void aside_close(int fd)
{
    aside_run(close_fd, &fd, sizeof fd, 0);
}
