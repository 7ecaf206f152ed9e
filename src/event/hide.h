/* What matches a regular expression is hidden before anybody stores, sends or draws it: each byte
 * of it becomes a `*`.
 *
 * Output is looked at by lines, of each thread and place where its fds lead for itself, so that it
 * does not matter how a line was cut into writes, or that a shell moved its fds in between: an
 * event waits until all its lines have ended (by newline or carriage return, or since nothing can
 * follow). Of a line longer than HIDE_LINE_MAX what has come is looked at, and goes. A pattern that
 * gives up hides the rest of its line, and `to` is told. The text of other events (command lines,
 * names) is looked at as it is.
 *
 * Events are numbered anew, in the order in which they go on. */
#ifndef PCAT_EVENT_HIDE_H
#define PCAT_EVENT_HIDE_H

#include "event/gaveup.h"
#include "event/sink.h"

#ifndef HIDE_LINE_MAX
#define HIDE_LINE_MAX (64 * 1024) /* bytes */
#endif

/* A sink before inner. list, its n patterns and inner stay the caller's, who also finishes inner.
 */
struct sink *hide_new(struct regex *const *list, size_t n, struct gave_up_to to,
                      struct sink *inner);

#endif
