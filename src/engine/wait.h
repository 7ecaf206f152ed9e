/* The one place that waits for tracees. It drains all that have stopped before
 * it hands out the first, so that no busy thread starves the others: waitpid(-1)
 * scans its list in order and would give the same one again and again. */
#ifndef PCAT_ENGINE_WAIT_H
#define PCAT_ENGINE_WAIT_H

#include <sys/types.h>

struct waiter;

struct waiter *waiter_new(void);
void waiter_free(struct waiter *w);

enum wait_result { WAIT_STOP, WAIT_NOTHING, WAIT_NO_CHILDREN };

/* The next stop, if there is one by now; never blocks. */
enum wait_result waiter_next(struct waiter *w, pid_t *tid, int *status);

#endif
