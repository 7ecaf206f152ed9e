/* A heap holds all rings that are not empty, and the control queue, in the order of the seq of
 * their first event. So the writer finds the next event at its top. One lock protects everything,
 * the rings too; the functions of the section "under the lock" are called with it held. */
#include "capture/backlog.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "capture/ring.h"
#include "event/wire.h"

enum {
    EVENT_OVERHEAD = 512,    /* bytes of a write event beyond its payload, at the most */
    WAKE_EARLY = 256 * 1024, /* bytes in the rings that end the writer's nap */
    NAP_NS = 1000000,
    SPARES = 16 /* buffers kept for reuse */
};

struct backlog {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    size_t ring_size, total; /* limits in bytes, see backlog.h */
    size_t used;             /* bytes in all payload rings */
    bool ring_mode, discard, closed;
    bool held;     /* the tracer was told "no room" and waits for wake_fd */
    bool sleeping; /* the writer sleeps until anything comes */
    bool napping;  /* the writer sleeps for NAP_NS, or until WAKE_EARLY bytes have come */
    bool busy;     /* events came during the writer's last nap */
    bool wake;     /* unlock() must wake the writer */
    int wake_fd;
    struct ring control;
    struct ring **heap; /* rings that are not empty, the smallest next seq on top */
    size_t heap_len, heap_cap;
    uint64_t lost_writes, lost_bytes;
    struct buf spares[SPARES]; /* empty buffers for large payloads: new memory costs page faults */
    size_t nspares;
};

/* --- the heap --- */

static uint64_t next_seq(const struct ring *r)
{
    return r->lost_writes ? r->lost_seq : ring_peek(r).seq;
}

static void heap_set(struct backlog *b, size_t i, struct ring *r)
{
    b->heap[i] = r;
    r->heap_at = i;
}

static void heap_up(struct backlog *b, size_t i)
{
    struct ring *r = b->heap[i];

    while (i > 0 && next_seq(b->heap[(i - 1) / 2]) > next_seq(r)) {
        heap_set(b, i, b->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    heap_set(b, i, r);
}

static void heap_down(struct backlog *b, size_t i)
{
    struct ring *r = b->heap[i];

    for (size_t child; (child = 2 * i + 1) < b->heap_len; i = child) {
        if (child + 1 < b->heap_len && next_seq(b->heap[child + 1]) < next_seq(b->heap[child]))
            child++;
        if (next_seq(b->heap[child]) >= next_seq(r))
            break;
        heap_set(b, i, b->heap[child]);
    }
    heap_set(b, i, r);
}

static void heap_add(struct backlog *b, struct ring *r)
{
    if (b->heap_len == b->heap_cap) {
        b->heap_cap = b->heap_cap ? 2 * b->heap_cap : 16;
        b->heap = xrealloc(b->heap, b->heap_cap * sizeof *b->heap);
    }
    b->heap[b->heap_len] = r;
    heap_up(b, b->heap_len++);
}

static void heap_remove(struct backlog *b, struct ring *r)
{
    size_t i = r->heap_at;

    r->heap_at = NOT_IN_HEAP;
    if (i == --b->heap_len)
        return;
    heap_set(b, i, b->heap[b->heap_len]);
    heap_up(b, i);
    heap_down(b, b->heap[i]->heap_at);
}

/* --- under the lock --- */

/* Wakes the writer only after the lock is free: it may run at once, and would find the lock taken.
 */
static void unlock(struct backlog *b)
{
    bool wake = b->wake;

    b->wake = false;
    pthread_mutex_unlock(&b->lock);
    if (wake)
        pthread_cond_signal(&b->filled);
}

/* Keeps the buffer for reuse, or frees it. */
static void keep_spare(struct backlog *b, struct buf *buf)
{
    if (!buf->cap)
        return;
    if (b->nspares < SPARES) {
        b->spares[b->nspares] = *buf;
        b->spares[b->nspares++].len = 0;
        *buf = (struct buf){0};
    } else {
        buf_free(buf);
    }
}

static void free_spares(struct backlog *b)
{
    while (b->nspares)
        buf_free(&b->spares[--b->nspares]);
}

/* Removes the first record, whose header is *rec. Returns its large payload, which the caller owns.
 */
static struct buf skip_record(struct backlog *b, struct ring *r, const struct record *rec)
{
    struct buf large = {0};

    if (rec->large) {
        ring_copy_out(r, record_size(rec->len) - sizeof large, &large, sizeof large);
        r->outside -= rec->payload;
    }
    ring_skip(r, record_size(rec->len));
    if (r != &b->control)
        b->used -= record_weight(rec);
    return large;
}

static void wake_tracer(struct backlog *b)
{
    uint64_t one = 1;

    if (b->held && b->wake_fd >= 0 && write(b->wake_fd, &one, sizeof one) == sizeof one)
        b->held = false;
}

static void store(struct backlog *b, struct ring *r, struct record rec, struct bytes head,
                  struct bytes payload)
{
    ring_grow(r, record_size(rec.len));
    ring_append(r, &rec, sizeof rec);
    ring_append(r, head.data, head.len);
    ring_append(r, payload.data, payload.len);
    if (r->heap_at == NOT_IN_HEAP)
        heap_add(b, r);
    if (rec.large)
        r->outside += rec.payload;
    if (r != &b->control)
        b->used += record_weight(&rec);
    if (b->sleeping || (b->napping && b->used >= WAKE_EARLY)) {
        b->sleeping = b->napping = false;
        b->wake = true;
    }
}

static void drop_oldest(struct backlog *b, struct ring *r)
{
    struct record rec = ring_peek(r);
    struct buf large = skip_record(b, r, &rec);

    buf_free(&large);
    r->lost_writes++;
    r->lost_bytes += rec.payload;
    r->lost_seq = rec.seq;
    r->lost_time = rec.time;
    b->lost_writes++;
    b->lost_bytes += rec.payload;
    heap_down(b, r->heap_at);
}

static struct ring *fullest(struct backlog *b)
{
    struct ring *best = NULL;

    for (size_t i = 0; i < b->heap_len; i++)
        if (b->heap[i] != &b->control && (!best || ring_weight(b->heap[i]) > ring_weight(best)))
            best = b->heap[i];
    return best;
}

/* Ring mode: drops records until n more bytes fit into r. If the total is reached, an eighth of the
 * fullest ring is dropped at once, so that the search for that ring stays rare. */
static void make_room(struct backlog *b, struct ring *r, size_t n)
{
    while (r->used && ring_weight(r) + n > b->ring_size)
        drop_oldest(b, r);
    while (b->used && b->used + n > b->total) {
        struct ring *victim = fullest(b);
        size_t goal = ring_weight(victim) - ring_weight(victim) / 8;
        while (victim->used && (ring_weight(victim) >= goal || b->used + n > b->total))
            drop_oldest(b, victim);
    }
}

/* Frees a payload ring with everything in it. */
static void free_ring(struct backlog *b, struct ring *r)
{
    if (r->heap_at != NOT_IN_HEAP)
        heap_remove(b, r);
    while (r->used) {
        struct record rec = ring_peek(r);
        struct buf large = skip_record(b, r, &rec);
        buf_free(&large);
    }
    free(r->data);
    free(r);
}

/* After the first record of r was removed: restores the order of the heap; takes an empty ring out
 * of it, and frees that if nothing more will be added. */
static void settle(struct backlog *b, struct ring *r)
{
    if (!ring_is_empty(r)) {
        heap_down(b, r->heap_at);
        return;
    }
    heap_remove(b, r);
    if (r->done)
        free_ring(b, r);
}

static void take_lost(struct ring *r, struct buf *out)
{
    struct event ev = {.type = EVENT_LOST, .seq = r->lost_seq, .time = r->lost_time};

    ev.lost = (struct ev_lost){.tid = (uint64_t)r->tid,
                               .pid = (uint64_t)r->pid,
                               .fd = (uint64_t)r->fd,
                               .stream = r->stream,
                               .writes = r->lost_writes,
                               .bytes = r->lost_bytes,
                               .why = bytes_of("slow reader")};
    r->lost_writes = r->lost_bytes = 0;
    wire_encode(out, &ev);
}

static void take_record(struct backlog *b, struct ring *r, struct buf *out, struct buf *large)
{
    struct record rec = ring_peek(r);

    size_t n = rec.large ? rec.len - sizeof *large : rec.len;

    ring_copy_out(r, sizeof rec, buf_reserve(out, n), n);
    out->len = n;
    *large = skip_record(b, r, &rec);
    if (ring_weight(r) <= b->ring_size / 2 && b->used <= b->total / 2)
        wake_tracer(b);
}

/* --- public functions --- */

struct backlog *backlog_new(size_t ring_size, size_t total, bool ring_mode, int wake_fd)
{
    struct backlog *b = xcalloc(1, sizeof *b);
    pthread_condattr_t attr;

    pthread_mutex_init(&b->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&b->filled, &attr);
    pthread_condattr_destroy(&attr);
    b->ring_size = ring_size;
    b->total = total > ring_size ? total : ring_size;
    b->ring_mode = ring_mode;
    b->wake_fd = wake_fd;
    b->control.heap_at = NOT_IN_HEAP;
    return b;
}

void backlog_free(struct backlog *b)
{
    if (!b)
        return;
    while (b->heap_len) {
        struct ring *r = b->heap[0];
        heap_remove(b, r);
        if (r != &b->control)
            free_ring(b, r);
    }
    free_spares(b);
    free(b->control.data);
    free(b->heap);
    pthread_cond_destroy(&b->filled);
    pthread_mutex_destroy(&b->lock);
    free(b);
}

struct ring *backlog_ring(struct backlog *b, pid_t tid, pid_t pid, int fd, enum event_stream stream)
{
    struct ring *r = xcalloc(1, sizeof *r);

    (void)b;
    r->tid = tid;
    r->pid = pid;
    r->fd = fd;
    r->stream = stream;
    r->heap_at = NOT_IN_HEAP;
    return r;
}

void backlog_ring_done(struct backlog *b, struct ring *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&b->lock);
    r->done = true;
    if (ring_is_empty(r))
        free_ring(b, r);
    pthread_mutex_unlock(&b->lock);
}

size_t backlog_piece_max(const struct backlog *b)
{
    size_t max = b->ring_size / 2;

    return max < EVENT_CHUNK_MAX ? max : EVENT_CHUNK_MAX;
}

bool backlog_has_room(struct backlog *b, const struct ring *r, size_t n)
{
    size_t need = record_size(n + EVENT_OVERHEAD);

    pthread_mutex_lock(&b->lock);
    bool room = b->ring_mode || b->discard ||
                (ring_weight(r) + need <= b->ring_size && b->used + need <= b->total);
    b->held |= !room;
    if (!room && b->napping) {
        b->napping = false;
        b->wake = true;
    }
    unlock(b);
    return room;
}

void backlog_put(struct backlog *b, struct ring *r, uint64_t seq, int64_t time, struct bytes head,
                 struct bytes payload)
{
    struct record rec = {.seq = seq,
                         .time = time,
                         .len = (uint32_t)(head.len + payload.len),
                         .payload = (uint32_t)payload.len};

    pthread_mutex_lock(&b->lock);
    if (b->discard) {
        b->lost_writes++;
        b->lost_bytes += payload.len;
    } else {
        if (b->ring_mode)
            make_room(b, r, record_size(rec.len));
        store(b, r, rec, head, payload);
    }
    unlock(b);
}

void backlog_put_large(struct backlog *b, struct ring *r, uint64_t seq, int64_t time,
                       struct bytes head, struct buf *payload)
{
    struct record rec = {.seq = seq,
                         .time = time,
                         .len = (uint32_t)(head.len + sizeof *payload),
                         .payload = (uint32_t)payload->len,
                         .large = true};

    pthread_mutex_lock(&b->lock);
    if (b->discard) {
        b->lost_writes++;
        b->lost_bytes += payload->len;
        buf_free(payload);
    } else {
        if (b->ring_mode)
            make_room(b, r, record_weight(&rec));
        store(b, r, rec, head, (struct bytes){payload, sizeof *payload});
        *payload = b->nspares ? b->spares[--b->nspares] : (struct buf){0};
    }
    unlock(b);
}

void backlog_put_control(struct backlog *b, uint64_t seq, struct bytes wire)
{
    struct record rec = {.seq = seq, .len = (uint32_t)wire.len};

    pthread_mutex_lock(&b->lock);
    if (!b->discard)
        store(b, &b->control, rec, wire, (struct bytes){0});
    unlock(b);
}

void backlog_close(struct backlog *b)
{
    pthread_mutex_lock(&b->lock);
    b->closed = true;
    pthread_cond_signal(&b->filled);
    pthread_mutex_unlock(&b->lock);
}

enum backlog_result backlog_take(struct backlog *b, struct buf *out, struct buf *large)
{
    enum backlog_result result = BACKLOG_EVENT;

    buf_clear(out);
    pthread_mutex_lock(&b->lock);
    keep_spare(b, large);
    if (b->heap_len == 0) {
        result = b->closed ? BACKLOG_END : BACKLOG_EMPTY;
        wake_tracer(b);
    } else {
        struct ring *r = b->heap[0];
        if (r->lost_writes) {
            take_lost(r, out);
        } else {
            take_record(b, r, out, large);
            result = r == &b->control ? BACKLOG_EVENT : BACKLOG_PIECE;
        }
        settle(b, r);
    }
    pthread_mutex_unlock(&b->lock);
    return result;
}

static void nap(struct backlog *b)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += NAP_NS;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    b->napping = true;
    pthread_cond_timedwait(&b->filled, &b->lock, &until);
    b->napping = false;
}

void backlog_wait(struct backlog *b)
{
    pthread_mutex_lock(&b->lock);
    /* If events came during the last nap, more are likely to come: nap again, so that the tracer
     * need not wake us. */
    if (b->busy && !b->closed && b->used < WAKE_EARLY)
        nap(b);
    b->busy = b->heap_len > 0;
    if (!b->busy) {
        free_spares(b);
        while (b->heap_len == 0 && !b->closed) {
            b->sleeping = true;
            pthread_cond_wait(&b->filled, &b->lock);
        }
        b->sleeping = false;
        b->busy = true;
        if (!b->closed && b->used < WAKE_EARLY)
            nap(b);
    }
    pthread_mutex_unlock(&b->lock);
}

bool backlog_is_idle(struct backlog *b)
{
    pthread_mutex_lock(&b->lock);
    bool idle = b->heap_len == 0 && b->sleeping;
    pthread_mutex_unlock(&b->lock);
    return idle;
}

void backlog_discard(struct backlog *b)
{
    pthread_mutex_lock(&b->lock);
    b->discard = true;
    while (b->heap_len) {
        struct ring *r = b->heap[0];
        for (; r != &b->control && r->used; heap_down(b, r->heap_at))
            drop_oldest(b, r);
        r->lost_writes = 0;
        r->used = 0;
        settle(b, r);
    }
    wake_tracer(b);
    pthread_mutex_unlock(&b->lock);
}

void backlog_lost(struct backlog *b, uint64_t *writes, uint64_t *bytes)
{
    pthread_mutex_lock(&b->lock);
    *writes = b->lost_writes;
    *bytes = b->lost_bytes;
    pthread_mutex_unlock(&b->lock);
}
