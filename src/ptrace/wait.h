/* The one place that waits for tracees.
 *
 * waitpid(-1) looks at each tracee in turn until it finds one that has stopped: that costs more
 * the more there are, and gives the same one again and again while it is busy. So all that have
 * stopped are drained before the first is handed out, and with many tracees those that are likely
 * to stop next are asked one by one: who stopped lately, and whom we have just interrupted. All of
 * them are looked at now and then. */
#ifndef PCAT_PTRACE_WAIT_H
#define PCAT_PTRACE_WAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct waiter;

/* is_urgent: whether a stop is to be handed out before those that are not. */
struct waiter *waiter_new(bool (*is_urgent)(void *user, pid_t tid, int status), void *user);
void waiter_free(struct waiter *w);

/* This one will stop soon: it was interrupted. */
void waiter_expect(struct waiter *w, pid_t tid);

/* A SIGCHLD told of this one. */
void waiter_heard_of(struct waiter *w, pid_t tid);

enum wait_result { WAIT_STOP, WAIT_NOTHING, WAIT_NO_CHILDREN };

/* The next stop, if there is one by now; never blocks. tracees: about how many there are. thorough:
 * WAIT_NOTHING is to mean that none of them has stopped; otherwise only that it is not likely, and
 * one is to look again after waiter_rest(). */
enum wait_result waiter_next(struct waiter *w, size_t tracees, bool thorough, pid_t *tid,
                             int *status);

/* How long one may sleep, in ns, should no SIGCHLD come before; -1: for ever. */
int64_t waiter_rest(const struct waiter *w);

/* Waits until a child of our own, which is no tracee, ends. Its exit status, -1 when it had none.
 */
int wait_for_child(pid_t pid);

#endif
