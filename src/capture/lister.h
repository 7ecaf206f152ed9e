/* Makes lists of processes (list.h) in a thread of its own, so that no tracee waits while /proc is
 * read. The tracer takes over the results in small portions. */
#ifndef PCAT_CAPTURE_LISTER_H
#define PCAT_CAPTURE_LISTER_H

#include <stdbool.h>

#include "capture/list.h"

struct lister;

/* wake_fd: an eventfd that is written when there are results to take. */
struct lister *lister_new(const struct list_options *o, int wake_fd);
/* Stops a list that is being made; results that were not taken are dropped. */
void lister_free(struct lister *l);

/* Starts a list. False when the previous list is not finished, or no thread can be started. */
bool lister_start(struct lister *l);

/* Calls fn for the results that are ready, but only for a small portion; if there are more, wake_fd
 * is written again. True when the list is complete. */
bool lister_take(struct lister *l, void (*fn)(void *user, struct event *ev), void *user);

#endif
