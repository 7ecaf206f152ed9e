/* The only file that calls waitpid(2).
 *
 * waitpid(-1) checks the tracees in turn until it finds one that has stopped. That takes longer the
 * more tracees there are, and while one of them is busy it finds that one again and again. So:
 * - Stops are collected into a queue before the first is handed out; urgent ones go first.
 * - With many tracees, waitpid(tid) asks those that are likely to stop next: those that stopped
 *   recently, those that were just interrupted, those that a SIGCHLD named. waitpid(-1) asks all of
 *   them (a scan) only now and then. */
#ifndef PCAT_PTRACE_WAIT_H
#define PCAT_PTRACE_WAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct waiter;

/* is_urgent: tells whether a stop is handed out before others; user is its first argument.
 * waiter_free() frees the waiter. */
struct waiter *waiter_new(bool (*is_urgent)(void *user, pid_t tid, int status), void *user);
void waiter_free(struct waiter *w);

/* This tracee will stop soon, for example because it was interrupted: ask it often. */
void waiter_expect(struct waiter *w, pid_t tid);

/* A SIGCHLD named this tracee. */
void waiter_heard_of(struct waiter *w, pid_t tid);

enum wait_result { WAIT_STOP, WAIT_NOTHING, WAIT_NO_CHILDREN };

/* Takes the next stop into *tid and *status (a wait status); never blocks. tracees: about how many
 * there are. WAIT_NOTHING means, if thorough, that no tracee has stopped; otherwise only that
 * it is unlikely: then call again after waiter_rest(). */
enum wait_result waiter_next(struct waiter *w, size_t tracees, bool thorough, pid_t *tid,
                             int *status);

/* How long the caller may sleep until the next call, in ns, unless a SIGCHLD comes before; -1: for
 * ever. */
int64_t waiter_rest(const struct waiter *w);

/* Blocks until a child that is not traced ends. Returns its exit status, -1 when a signal killed
 * it.
 */
int wait_for_child(pid_t pid);

#endif
