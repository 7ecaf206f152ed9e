/* The sink for --hide. It replaces each byte that matches a pattern by `*`, before another sink
 * stores, sends or draws the event.
 *
 * Patterns are matched against whole lines of output. A line may come in several writes, and a
 * shell may move its fds between two of them. So lines are put together for each thread and file
 * (device and inode), not for each fd. A write event is held back until all its lines have ended:
 * by a newline, by a carriage return, or because no more bytes can follow. A line longer than
 * HIDE_LINE_MAX is matched and passed on as far as it has come. If a pattern gives up, the rest of
 * its line is hidden and `to` gets a report. The texts of other events (command lines, names) are
 * matched as they are.
 *
 * Events get new numbers (seq), in the order in which they are passed on. */
#ifndef PCAT_EVENT_HIDE_H
#define PCAT_EVENT_HIDE_H

#include "event/gaveup.h"
#include "event/sink.h"

#ifndef HIDE_LINE_MAX
#define HIDE_LINE_MAX (64 * 1024) /* bytes */
#endif

/* Makes a sink that passes events on to inner. list holds n patterns. The caller keeps list, the
 * patterns and inner, and calls sink_finish() and sink_free() for inner itself. */
struct sink *hide_new(struct regex *const *list, size_t n, struct gave_up_to to,
                      struct sink *inner);

#endif
