#include "ptrace/wait.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "base/monotonic.h"
#include "base/xmalloc.h"

enum {
    BATCH = 256,
    FEW = 64,   /* so many are all looked at, each time */
    HOT = 8,    /* who stopped last */
    ALONE = 16, /* stops of one in a row: then the others are asked at every so many stops only */
    EXPECT_NS =
        50 * 1000 * 1000,  /* that one is expected; then it may be found like everybody else */
    EXPECT_PORTION = 64,   /* looked at in one turn */
    SCAN_NS = 1000 * 1000, /* between two looks at all, at the least, unless they pay */
    SCAN_SHARE = 9         /* and so many times what such a look takes */
};

struct expected {
    pid_t tid;
    int64_t until; /* CLOCK_MONOTONIC ns */
};

struct stopped_one {
    pid_t tid;
    int status;
};

struct waiter {
    struct stopped_one queue[BATCH]; /* from head to count; those that are urgent come first */
    int head, urgent, count;         /* urgent: where they end */

    bool (*is_urgent)(void *user, pid_t tid, int status);
    void *user;

    pid_t hot[HOT];  /* 0: none */
    int last, other; /* of hot: who was handed out last; whom to look at besides */
    struct expected *expected;
    size_t nexpected, expected_cap, turn; /* turn: where the next portion begins */
    unsigned streak; /* stops of the one that was handed out last, since it was seen with another */
    int64_t pause;   /* ns from one scan to the next */
    int64_t scan_at; /* CLOCK_MONOTONIC ns, 0: not needed, for nobody has stopped since the last */
};

struct waiter *waiter_new(bool (*is_urgent)(void *user, pid_t tid, int status), void *user)
{
    struct waiter *w = xcalloc(1, sizeof *w);

    w->pause = SCAN_NS;
    w->is_urgent = is_urgent;
    w->user = user;
    return w;
}

void waiter_free(struct waiter *w)
{
    if (!w)
        return;
    free(w->expected);
    free(w);
}

/* Behind the last urgent one if it is urgent, else behind all. */
static void put(struct waiter *w, struct stopped_one s)
{
    int at = w->count++;

    if (w->is_urgent(w->user, s.tid, s.status)) {
        at = w->urgent++;
        memmove(&w->queue[at + 1], &w->queue[at], (size_t)(w->count - 1 - at) * sizeof s);
    }
    w->queue[at] = s;
}

/* One waitpid, of all (-1) or one: 1 when something was put into the queue, 0 when nothing has
 * stopped, -1 when there is no such child. */
static int collect(struct waiter *w, pid_t which)
{
    int status;
    pid_t tid;

    do
        tid = waitpid(which, &status, __WALL | WNOHANG);
    while (tid < 0 && errno == EINTR);
    if (tid <= 0)
        return tid;
    put(w, (struct stopped_one){tid, status});
    return 1;
}

/* --- all --- */

/* The one that was just found is alone at work: who else has stopped is asked now and then, for it
 * would be found for ever before the others. */
static bool is_alone(const struct waiter *w)
{
    return w->count == 1 && w->queue[0].tid == w->hot[w->last] && w->streak >= ALONE &&
           w->streak % ALONE;
}

/* Until nobody is left who has stopped, or the queue is full. -1 when there are no children. */
static int scan(struct waiter *w)
{
    int found;

    do
        found = collect(w, -1);
    while (found > 0 && w->count < BATCH && !is_alone(w));
    return w->count ? 1 : found;
}

/* --- the likely ones --- */

static int find_hot(const struct waiter *w, pid_t tid)
{
    for (int i = 0; i < HOT; i++)
        if (w->hot[i] == tid)
            return i;
    return -1;
}

/* A new one takes the place that was looked at the longest ago. */
static void note_hot(struct waiter *w, pid_t tid)
{
    int at = find_hot(w, tid);

    w->streak = at == w->last ? w->streak + 1 : 0;
    if (at < 0) {
        at = w->other;
        w->other = (w->other + 1) % HOT;
        w->hot[at] = tid;
    }
    w->last = at;
}

static void look_at_one(struct waiter *w, int i)
{
    if (w->hot[i] && collect(w, w->hot[i]) < 0)
        w->hot[i] = 0;
}

/* The last one always, for most often it is alone; the others in turn. */
static void look_at_hot(struct waiter *w)
{
    w->other = (w->other + 1) % HOT;
    look_at_one(w, w->last);
    if (w->other != w->last)
        look_at_one(w, w->other);
}

static void look_later(struct waiter *w)
{
    if (!w->scan_at)
        w->scan_at = monotonic_now() + w->pause;
}

void waiter_expect(struct waiter *w, pid_t tid)
{
    look_later(w);
    if (w->nexpected == w->expected_cap) {
        w->expected_cap = w->expected_cap ? 2 * w->expected_cap : 16;
        w->expected = xrealloc(w->expected, w->expected_cap * sizeof *w->expected);
    }
    w->expected[w->nexpected++] = (struct expected){tid, monotonic_now() + EXPECT_NS};
}

void waiter_heard_of(struct waiter *w, pid_t tid)
{
    if (find_hot(w, tid) < 0)
        waiter_expect(w, tid);
    else
        look_later(w); /* at the others: one SIGCHLD may stand for many */
}

/* A portion of them, from where the last one ended. The last of the list takes the place of one
 * that is done with. */
static void look_at_expected(struct waiter *w, int64_t now)
{
    size_t portion = w->nexpected < EXPECT_PORTION ? w->nexpected : EXPECT_PORTION;

    for (; portion && w->nexpected && w->count < BATCH; portion--) {
        if (w->turn >= w->nexpected)
            w->turn = 0;
        struct expected *e = &w->expected[w->turn];
        if (collect(w, e->tid) == 0 && now < e->until)
            w->turn++;
        else
            *e = w->expected[--w->nexpected];
    }
}

/* The same, and when to do so again. Where it found somebody whom nobody thought of, it is worth
 * more of the time. */
static int timed_scan(struct waiter *w, int64_t now)
{
    int before = w->count, found = scan(w);
    int64_t end = monotonic_now(), took = end - now;
    bool paid = false;

    w->pause = SCAN_SHARE * took < SCAN_NS ? SCAN_NS : SCAN_SHARE * took;
    for (int i = before; i < w->count; i++)
        paid |= find_hot(w, w->queue[i].tid) < 0;
    w->scan_at = w->count == 0 ? 0 : end + (paid && w->nexpected == 0 ? took : w->pause);
    return found;
}

/* --- what to look at --- */

static int fill(struct waiter *w, size_t tracees, bool thorough)
{
    if (tracees <= FEW) {
        w->nexpected = 0;
        w->scan_at = 0;
        return scan(w);
    }
    int64_t now = monotonic_now();
    look_at_hot(w);
    look_at_expected(w, now);
    if (w->count < BATCH && ((w->scan_at && now >= w->scan_at) || (thorough && w->count == 0)))
        return timed_scan(w, now);
    if (w->count)
        look_later(w);
    return w->count > 0;
}

/* Those that are not urgent wait for those that have come meanwhile and are. */
static void look_for_urgent(struct waiter *w, size_t tracees)
{
    if (tracees > FEW || w->urgent > w->head || w->count - w->head < 2)
        return;
    while (w->count < BATCH && collect(w, -1) > 0)
        ;
}

int64_t waiter_rest(const struct waiter *w)
{
    int64_t now = monotonic_now();

    if (!w->scan_at)
        return -1;
    return w->scan_at > now ? w->scan_at - now : 0;
}

enum wait_result waiter_next(struct waiter *w, size_t tracees, bool thorough, pid_t *tid,
                             int *status)
{
    if (w->head == w->count) {
        w->head = w->urgent = w->count = 0;
        int found = fill(w, tracees, thorough);
        if (w->count == 0)
            return found < 0 ? WAIT_NO_CHILDREN : WAIT_NOTHING;
    }
    look_for_urgent(w, tracees);
    *tid = w->queue[w->head].tid;
    *status = w->queue[w->head++].status;
    if (w->urgent < w->head)
        w->urgent = w->head;
    note_hot(w, *tid);
    return WAIT_STOP;
}

int wait_for_child(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
