/* When threads are interrupted (PTRACE_INTERRUPT): seized ones for their first stop, a few at a
 * time; and those of a process that is being detached.
 *
 * A thread that waits for a seccomp supervisor (SECCOMP_RET_USER_NOTIF) is not interrupted until
 * that wait is over: its call would start again, and the supervisor would be asked a second time
 * for what it may have done already. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/monotonic.h"
#include "base/xmalloc.h"
#include "capture/procfs.h"
#include "ptrace/tracer.h"

/* Threads that are interrupted at once. Few, because a kill -9 of pcat does harm to a thread that
 * is interrupted and not served yet. */
enum { PORTION = 8 };

/* ns between two tries to interrupt a postponed thread; the first RETRY_OFTEN tries are quick ones,
 * as it may be out of its wait for only a moment. */
#define RETRY_NS INT64_C(1000000)
#define RETRY_SLOWLY_NS INT64_C(10000000)
#define RETRY_OFTEN 200

static void tids_add(struct tids *list, pid_t tid)
{
    if (list->count == list->cap) {
        list->cap = list->cap ? 2 * list->cap : 64;
        list->tids = xrealloc(list->tids, list->cap * sizeof *list->tids);
    }
    list->tids[list->count++] = tid;
}

void tids_free(struct tids *list)
{
    free(list->tids);
    *list = (struct tids){0};
}

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Asks the kernel, if it is built to tell, for the name of the function that the thread sleeps in.
 * Compilers may add a suffix to the name, or inline the function into its caller. */
static bool waits_for_supervisor(pid_t tid)
{
    char where[64];

    return procfs_wchan(tid, where, sizeof where) == 0 &&
           (begins_with(where, "seccomp_do_user_notification") ||
            begins_with(where, "__seccomp_filter"));
}

static void postpone(struct tracer *t, pid_t tid)
{
    if (!t->postponed.count) {
        t->retries = 0;
        t->retry_at = monotonic_now() + RETRY_NS;
    }
    tids_add(&t->postponed, tid);
}

void tracer_interrupt(struct tracer *t, struct task *task)
{
    if (tracee_of(task)->interrupted)
        return;
    if (waits_for_supervisor(task->tid)) {
        log_line(LOG_TRACER, "%d: waits for a seccomp supervisor", (int)task->tid);
        postpone(t, task->tid);
    } else if (ptrace_interrupt(task->tid) == 0) {
        tracee_of(task)->interrupted = true;
        waiter_expect(t->waiter, task->tid);
    }
}

/* The interrupt is still needed: the thread has not come to a stop without it. */
static bool needs_interrupt(const struct task *task)
{
    return tracee_of(task)->state == TASK_NEW ||
           (task->proc->detaching &&
            (tracee_of(task)->state == TASK_RUNNING || tracee_of(task)->state == TASK_LISTENING));
}

void tracer_retry_interrupts(struct tracer *t)
{
    struct tids again = t->postponed;
    unsigned retries = t->retries + 1;

    t->postponed = (struct tids){0};
    t->retry_at = 0;
    for (size_t i = 0; i < again.count; i++) {
        struct task *task = tasks_find(&t->session->tasks, again.tids[i]);
        if (task && needs_interrupt(task))
            tracer_interrupt(t, task);
    }
    tids_free(&again);
    if (!t->postponed.count)
        return;
    t->retries = retries;
    if (retries > RETRY_OFTEN)
        t->retry_at = monotonic_now() + RETRY_SLOWLY_NS;
}

/* A thread is not interrupted here, but by tracer_arm_some() when no stops wait to be served: so it
 * stands in its first stop for a short time only. */
void tracer_arm_later(struct tracer *t, pid_t tid)
{
    tids_add(&t->arm, tid);
}

bool tracer_arm_some(struct tracer *t)
{
    for (int n = 0; n < PORTION && t->arm_at < t->arm.count; t->arm_at++) {
        struct task *task = tasks_find(&t->session->tasks, t->arm.tids[t->arm_at]);
        if (!task || tracee_of(task)->state != TASK_NEW || tracee_of(task)->interrupted)
            continue;
        tracer_interrupt(t, task);
        n++;
    }
    if (t->arm_at < t->arm.count)
        return true;
    bool any = t->arm.count > 0;
    tids_free(&t->arm);
    t->arm_at = 0;
    return any;
}
