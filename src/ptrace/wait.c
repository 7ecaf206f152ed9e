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
    QUEUE_MAX = 256,          /* stops in the queue at the most */
    FEW = 64,                 /* up to so many tracees, each call scans all of them */
    RECENT = 8,               /* remembered tids of tracees that stopped recently */
    STREAK = 16,              /* after so many stops of one tracee in a row, the others are asked
                                 at every so many stops only */
    EXPECT_NS = 50 * 1000000, /* how long a tracee stays in the list of expected ones */
    EXPECT_PORTION = 64,      /* expected tracees that are asked at one call */
    SCAN_NS = 1000 * 1000,    /* the least time between two scans, unless they pay off */
    SCAN_SHARE = 9            /* and so many times as long as the scan took */
};

struct expected {
    pid_t tid;
    int64_t until; /* then it is dropped from the list, CLOCK_MONOTONIC ns */
};

struct queued_stop {
    pid_t tid;
    int status;
};

struct waiter {
    struct queued_stop queue[QUEUE_MAX]; /* valid from head to count; urgent ones come first */
    int head, urgent, count;             /* urgent: where the urgent ones end */

    bool (*is_urgent)(void *user, pid_t tid, int status);
    void *user;

    pid_t recent[RECENT]; /* tids, 0: none */
    int last, other; /* indices of recent: the tracee that was handed out last; the other one that
                        is asked in this turn */
    struct expected *expected;
    size_t nexpected, expected_cap, turn; /* turn: index at which the next portion begins */
    unsigned streak; /* stops in a row of the tracee that was handed out last */
    int64_t pause;   /* ns from one scan to the next */
    int64_t scan_at; /* the next scan, CLOCK_MONOTONIC ns; 0: none is planned, as the last one found
                        nothing and no stop, SIGCHLD or interrupt has come since */
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

/* Queues an urgent stop behind the urgent ones, any other behind all. */
static void enqueue(struct waiter *w, struct queued_stop s)
{
    int at = w->count++;

    if (w->is_urgent(w->user, s.tid, s.status)) {
        at = w->urgent++;
        memmove(&w->queue[at + 1], &w->queue[at], (size_t)(w->count - 1 - at) * sizeof s);
    }
    w->queue[at] = s;
}

/* One waitpid() of one tracee, or of all (which is -1). 1: a stop was queued; 0: none has stopped;
 * -1: there is no such child. */
static int collect(struct waiter *w, pid_t which)
{
    int status;
    pid_t tid;

    do
        tid = waitpid(which, &status, __WALL | WNOHANG);
    while (tid < 0 && errno == EINTR);
    if (tid <= 0)
        return tid;
    enqueue(w, (struct queued_stop){tid, status});
    return 1;
}

/* --- scans: all tracees --- */

/* Only one tracee has stopped lately. The scan may end with it: asking for others would mostly find
 * nothing. At every STREAK-th stop the others are asked all the same, or it would hide them. */
static bool is_sole_busy(const struct waiter *w)
{
    return w->count == 1 && w->queue[0].tid == w->recent[w->last] && w->streak >= STREAK &&
           w->streak % STREAK;
}

/* Queues stops until there is none left, or the queue is full. 1: some are queued, 0: none, -1:
 * there are no children. */
static int scan(struct waiter *w)
{
    int found;

    do
        found = collect(w, -1);
    while (found > 0 && w->count < QUEUE_MAX && !is_sole_busy(w));
    return w->count ? 1 : found;
}

/* --- tracees that are likely to stop next --- */

static int find_recent(const struct waiter *w, pid_t tid)
{
    for (int i = 0; i < RECENT; i++)
        if (w->recent[i] == tid)
            return i;
    return -1;
}

/* Notes which tracee was handed out. A new one takes the place of `other`. */
static void note_recent(struct waiter *w, pid_t tid)
{
    int at = find_recent(w, tid);

    w->streak = at == w->last ? w->streak + 1 : 0;
    if (at < 0) {
        at = w->other;
        w->other = (w->other + 1) % RECENT;
        w->recent[at] = tid;
    }
    w->last = at;
}

static void ask_recent(struct waiter *w, int i)
{
    if (w->recent[i] && collect(w, w->recent[i]) < 0)
        w->recent[i] = 0;
}

/* Asks the tracee that stopped last, as that is the likeliest, and one of the others in turn. */
static void ask_two_recent(struct waiter *w)
{
    w->other = (w->other + 1) % RECENT;
    ask_recent(w, w->last);
    if (w->other != w->last)
        ask_recent(w, w->other);
}

/* Plans a scan, unless there is one. */
static void plan_scan(struct waiter *w)
{
    if (!w->scan_at)
        w->scan_at = monotonic_now() + w->pause;
}

void waiter_expect(struct waiter *w, pid_t tid)
{
    plan_scan(w);
    if (w->nexpected == w->expected_cap) {
        w->expected_cap = w->expected_cap ? 2 * w->expected_cap : 16;
        w->expected = xrealloc(w->expected, w->expected_cap * sizeof *w->expected);
    }
    w->expected[w->nexpected++] = (struct expected){tid, monotonic_now() + EXPECT_NS};
}

void waiter_heard_of(struct waiter *w, pid_t tid)
{
    if (find_recent(w, tid) < 0)
        waiter_expect(w, tid);
    else
        plan_scan(w); /* one SIGCHLD may stand for the stops of several tracees */
}

/* Asks the next EXPECT_PORTION expected tracees. One that has stopped, is gone or is overdue leaves
 * the list: the last entry takes its place. */
static void ask_expected(struct waiter *w, int64_t now)
{
    size_t portion = w->nexpected < EXPECT_PORTION ? w->nexpected : EXPECT_PORTION;

    for (; portion && w->nexpected && w->count < QUEUE_MAX; portion--) {
        if (w->turn >= w->nexpected)
            w->turn = 0;
        struct expected *e = &w->expected[w->turn];
        if (collect(w, e->tid) == 0 && now < e->until)
            w->turn++;
        else
            *e = w->expected[--w->nexpected];
    }
}

/* Scans, and then sets the time of the next scan, scan_at:
 * - the queue is empty: 0, none is planned (plan_scan() will do it when something happens);
 * - usually: after `pause`, nine times as long as this scan took, at least SCAN_NS; so scans take a
 *   tenth of the time at the most;
 * - the scan has paid off: it found a tracee that is not among the recent ones, and the list of
 *   expected ones is empty: after only as long as this scan took. */
static int timed_scan(struct waiter *w, int64_t now)
{
    int before = w->count, found = scan(w);
    int64_t end = monotonic_now(), took = end - now;
    bool paid = false;

    w->pause = SCAN_SHARE * took < SCAN_NS ? SCAN_NS : SCAN_SHARE * took;
    for (int i = before; i < w->count; i++)
        paid |= find_recent(w, w->queue[i].tid) < 0;
    w->scan_at = w->count == 0 ? 0 : end + (paid && w->nexpected == 0 ? took : w->pause);
    return found;
}

/* --- the queue --- */

/* Fills the empty queue. <0: there are no children. */
static int fill_queue(struct waiter *w, size_t tracees, bool thorough)
{
    if (tracees <= FEW) {
        w->nexpected = 0;
        w->scan_at = 0;
        return scan(w);
    }
    int64_t now = monotonic_now();
    ask_two_recent(w);
    ask_expected(w, now);
    if (w->count < QUEUE_MAX && ((w->scan_at && now >= w->scan_at) || (thorough && w->count == 0)))
        return timed_scan(w, now);
    if (w->count)
        plan_scan(w);
    return w->count > 0;
}

/* The next stop is not urgent: an urgent one that has come meanwhile is to go before it. */
static void collect_urgent(struct waiter *w, size_t tracees)
{
    if (tracees > FEW || w->urgent > w->head || w->count - w->head < 2)
        return;
    while (w->count < QUEUE_MAX && collect(w, -1) > 0)
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
        int found = fill_queue(w, tracees, thorough);
        if (w->count == 0)
            return found < 0 ? WAIT_NO_CHILDREN : WAIT_NOTHING;
    }
    collect_urgent(w, tracees);
    *tid = w->queue[w->head].tid;
    *status = w->queue[w->head++].status;
    if (w->urgent < w->head)
        w->urgent = w->head;
    note_recent(w, *tid);
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
