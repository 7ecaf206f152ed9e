/* Chooses which lines are printed, and when the capture ends: --include, --exclude, --limit and
 * --until.
 *
 * The sinks made here filter events and pass the rest on to another sink, `inner`. A filter owns
 * its inner sink and frees it. */
#ifndef PCAT_SINK_PICK_H
#define PCAT_SINK_PICK_H

#include "event/gaveup.h"
#include "event/sink.h"
#include "sink/lines.h"

struct pick;

struct pick *pick_new(void);
void pick_free(struct pick *p);

/* Add a pattern. A line is wanted if it matches one of the included patterns (or there are none),
 * and none of the excluded ones. If a pattern gives up and no other one decides, the line is
 * wanted. Returns 0, or -1 for an invalid pattern: *cause says why, the caller frees it. */
int pick_include(struct pick *p, const char *pattern, char **cause);
int pick_exclude(struct pick *p, const char *pattern, char **cause);

/* Only the first n wanted lines are printed; n is at least 1. */
void pick_limit(struct pick *p, uint64_t n);

/* Sets the receiver of reports about lines that are wanted because a pattern gave up. */
void pick_tell(struct pick *p, struct gave_up_to to);

/* Whether a pattern was added. */
bool pick_has_patterns(const struct pick *p);

/* Whether there is neither a pattern nor a limit: all lines are printed. */
bool pick_is_empty(const struct pick *p);

/* Whether to print a line. Counts it if so. Has the type of prefix_options.wants. */
bool pick_wants(void *pick, const struct line *line);

/* Whether as many lines were printed as the limit allows. */
bool pick_is_full(const struct pick *p);

/* Makes a filter for sinks that print bytes. It passes on each wanted line as an event of its own,
 * when the line is whole or can't be completed. All other events are passed on unchanged. p stays
 * the caller's. */
struct sink *sink_pick_lines_new(struct pick *p, struct sink *inner);

/* Makes a filter for sinks that print events. It passes on, unchanged, the write and read events
 * that contain a wanted line, and all other events. The limit counts write and read events. p stays
 * the caller's. */
struct sink *sink_pick_events_new(struct pick *p, struct sink *inner);

/* Makes the filter for --until. It passes on all events up to and including the one that completes
 * a line that matches re. After that it passes on all but write and read events. If re gives up on
 * a line, the line does not match, and `to` gets a report. re stays the caller's. */
struct sink *sink_until_new(struct regex *re, struct gave_up_to to, struct sink *inner);

/* Whether a line has matched. */
bool sink_until_met(const struct sink *until);

#endif
