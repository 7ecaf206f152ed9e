/* Makes lists of processes in a thread of their own, so that the tracer never spends a
 * tracee's time in /proc. It takes over what is ready in small portions, at its leisure. */
#ifndef PCAT_CAPTURE_LISTER_H
#define PCAT_CAPTURE_LISTER_H

#include <stdbool.h>

#include "capture/list.h"

struct lister;

/* wake_fd: an eventfd that is written when there is something to take. */
struct lister *lister_new(const struct list_options *o, int wake_fd);
/* Also while a list is being made: what was not taken is lost. */
void lister_free(struct lister *l);

/* False when the list before is not finished, or no thread can be started. */
bool lister_start(struct lister *l);

/* Hands over what is ready, but only so much that it takes no time to speak of; wake_fd is written
 * again when there is more. True when this was the end of the list. */
bool lister_take(struct lister *l, void (*fn)(void *user, struct event *ev), void *user);

#endif
