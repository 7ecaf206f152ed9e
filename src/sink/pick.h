/* Which lines are printed, and when it was enough: --include, --exclude, --limit and --until.
 *
 * A sink that is made here stands before another, which it owns and frees with itself. */
#ifndef PCAT_SINK_PICK_H
#define PCAT_SINK_PICK_H

#include "event/gaveup.h"
#include "event/sink.h"
#include "sink/lines.h"

struct pick;

struct pick *pick_new(void);
void pick_free(struct pick *p);

/* A line is wanted when it matches one of the included patterns, if there are any, and none of the
 * excluded ones. Where a pattern gives up and no other one decides, the line is wanted. 0, or -1
 * with *cause (the caller frees it) for a bad pattern. */
int pick_include(struct pick *p, const char *pattern, char **cause);
int pick_exclude(struct pick *p, const char *pattern, char **cause);

/* No more than n (at least 1) are wanted. */
void pick_limit(struct pick *p, uint64_t n);

/* Who is told of lines that are wanted since a pattern gave up. */
void pick_tell(struct pick *p, struct gave_up_to to);

/* There is something to include or to exclude. */
bool pick_has_patterns(const struct pick *p);

/* Nothing was said: all are wanted. */
bool pick_is_empty(const struct pick *p);

/* Whether a line is printed; counts it if so. As prefix_options.wants. */
bool pick_wants(void *pick, const struct line *line);

/* As many as pick_limit() said have been printed. */
bool pick_is_full(const struct pick *p);

/* Hands on payload as one event for each wanted line, once that is whole, and all other events as
 * they are. For sinks that print bytes. */
struct sink *sink_pick_lines_new(struct pick *p, struct sink *inner);

/* Hands on the payload events in which some line is wanted, unaltered, and all other events. An
 * event counts as one. For sinks that print events. */
struct sink *sink_pick_events_new(struct pick *p, struct sink *inner);

/* Hands on everything until a line has matched; from then on everything but payload. The event that
 * completes the line still goes through. A line on which re gives up has not matched: `to` is told.
 * re stays the caller's. */
struct sink *sink_until_new(struct regex *re, struct gave_up_to to, struct sink *inner);
bool sink_until_met(const struct sink *until);

#endif
