#include "capture/lister.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/xmalloc.h"
#include "event/fields.h"

enum {
    PORTION = 32,   /* events per lister_take(); to encode one takes some 2 us */
    STOP_WAIT_S = 1 /* how long lister_free() waits for the thread */
};

/* A queued event, with copies of all texts that it points to. */
struct kept {
    struct kept *next;
    struct event ev;
    char bytes[];
};

struct lister {
    struct list_options options;
    atomic_bool stop;
    int wake_fd;
    pthread_t thread;
    bool running; /* from lister_start() until lister_take() has returned true */

    pthread_mutex_t lock;
    struct kept *first, **end;
    unsigned ready; /* events since the last wake-up */
    bool done;      /* the thread adds no more events */
};

struct lister *lister_new(const struct list_options *o, int wake_fd)
{
    struct lister *l = xcalloc(1, sizeof *l);

    l->options = *o;
    l->options.stop = &l->stop;
    l->wake_fd = wake_fd;
    l->end = &l->first;
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

static void wake(struct lister *l)
{
    uint64_t one = 1;

    if (!atomic_load(&l->stop) && write(l->wake_fd, &one, sizeof one) < 0)
        log_line(LOG_TRACER, "lister: the tracer is awake");
}

static bool has_bytes(const struct field *f)
{
    return f->kind == FIELD_TEXT || f->kind == FIELD_ARGV;
}

static struct kept *copy_event(const struct event *ev)
{
    struct fields fields = fields_of(ev->type);
    size_t len = 0;

    for (size_t i = 0; i < fields.count; i++)
        if (has_bytes(&fields.list[i]))
            len += ((const struct bytes *)field_get(&fields.list[i], ev))->len;
    struct kept *k = xmalloc(sizeof *k + len);
    char *to = k->bytes;
    *k = (struct kept){.ev = *ev};
    for (size_t i = 0; i < fields.count; i++) {
        if (!has_bytes(&fields.list[i]))
            continue;
        struct bytes *b = field_at(&fields.list[i], &k->ev);
        if (b->len)
            b->data = memcpy(to, b->data, b->len);
        to += b->len;
    }
    return k;
}

static void on_process(void *user, struct event *ev)
{
    struct lister *l = user;
    struct kept *k = copy_event(ev);

    pthread_mutex_lock(&l->lock);
    *l->end = k;
    l->end = &k->next;
    if (++l->ready == PORTION) {
        l->ready = 0;
        wake(l);
    }
    pthread_mutex_unlock(&l->lock);
}

static void *run(void *user)
{
    struct lister *l = user;

    list_processes(&l->options, on_process, l);
    pthread_mutex_lock(&l->lock);
    l->done = true;
    wake(l);
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

bool lister_start(struct lister *l)
{
    if (l->running)
        return false;
    l->done = false;
    l->ready = 0;
    l->running = pthread_create(&l->thread, NULL, run, l) == 0;
    return l->running;
}

/* Removes the first event from the queue; NULL: it is empty. */
static struct kept *take_one(struct lister *l)
{
    pthread_mutex_lock(&l->lock);
    struct kept *k = l->first;
    if (k && !(l->first = k->next))
        l->end = &l->first;
    pthread_mutex_unlock(&l->lock);
    return k;
}

/* True when the list is complete and all events are taken. If some are left, wakes the tracer
 * again. */
static bool at_end(struct lister *l)
{
    pthread_mutex_lock(&l->lock);
    bool ended = l->done && !l->first;
    if (l->first)
        wake(l);
    pthread_mutex_unlock(&l->lock);
    return ended;
}

bool lister_take(struct lister *l, void (*fn)(void *user, struct event *ev), void *user)
{
    struct kept *k;

    if (!l->running)
        return false;
    for (int i = 0; i < PORTION && (k = take_one(l)); i++) {
        fn(user, &k->ev);
        free(k);
    }
    if (!at_end(l))
        return false;
    pthread_join(l->thread, NULL);
    l->running = false;
    return true;
}

/* Ends the thread: true if it has ended. It stops after the process that it reads at the moment.
 * But it may hang there: a command line is memory of that process. */
static bool stop_thread(struct lister *l)
{
    struct timespec until;

    atomic_store(&l->stop, true);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += STOP_WAIT_S;
    return pthread_timedjoin_np(l->thread, NULL, &until) == 0;
}

void lister_free(struct lister *l)
{
    if (!l)
        return;
    if (l->running && !stop_thread(l))
        return; /* the thread is left behind, and uses *l */
    for (struct kept *k; (k = take_one(l));)
        free(k);
    pthread_mutex_destroy(&l->lock);
    free(l);
}
