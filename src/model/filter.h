/* A stack of line filters. A line passes when it matches every "include" rule and no "exclude"
 * rule. An empty filter passes every line. When a regex gave up on a line (regex.h), the line
 * passes, unless filter_be_sure() was called.
 *
 * Public: other rooms include this. */
#ifndef PCAT_MODEL_FILTER_H
#define PCAT_MODEL_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/regex.h"

struct filter;

struct filter *filter_new(void);
/* A copy, to be freed; NULL gives an empty one. */
struct filter *filter_copy(const struct filter *f);
void filter_free(struct filter *f); /* NULL is fine */

/* Puts a rule on top. False: the pattern is wrong; *cause tells why (the caller frees), and the
 * filter is unchanged. */
bool filter_add(struct filter *f, const char *pattern, bool exclude, char **cause);
/* Removes the top rule; does nothing when there is none. */
void filter_pop(struct filter *f);
void filter_clear(struct filter *f);

/* Number of rules; NULL has 0. */
size_t filter_count(const struct filter *f);
/* Rule i: its pattern, and whether it excludes. 0 is the oldest rule. */
const char *filter_pattern(const struct filter *f, size_t i);
bool filter_excludes(const struct filter *f, size_t i);

/* `&re &!re` as text for a title; the caller frees. */
char *filter_text(const struct filter *f);

/* From now on a line on which a regex gave up does not pass. For callers that act on a match. */
void filter_be_sure(struct filter *f);

/* Applies the rules to the plain text of a line (linetext.h). REGEX_GAVE_UP: a rule gave up, and no
 * other rule keeps the line out. glance: give up much sooner, as regex_glance() does. */
enum regex_answer filter_matches(const struct filter *f, const char *text, size_t len, bool glance);

/* Whether a line passes for which filter_matches() gave that answer. */
bool filter_passes(const struct filter *f, enum regex_answer answer);

/* The sum of regex_steps() over all rules. */
uint64_t filter_steps(const struct filter *f);

#endif
