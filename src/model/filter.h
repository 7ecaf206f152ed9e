/* A stack of line filters: a line passes when it matches every "include" rule
 * and no "exclude" rule. An empty filter passes all. A line of which nobody knows
 * (regex.h) passes, unless filter_be_sure() says otherwise. */
#ifndef PCAT_MODEL_FILTER_H
#define PCAT_MODEL_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/regex.h"

struct filter;

struct filter *filter_new(void);
struct filter *filter_copy(const struct filter *f); /* NULL gives an empty one */
void filter_free(struct filter *f);

/* Puts a rule on top. False with *cause as regex_new() when the pattern is wrong: the filter is
 * then as before. */
bool filter_add(struct filter *f, const char *pattern, bool exclude, char **cause);
/* Takes the top rule off; does nothing when there is none. */
void filter_pop(struct filter *f);
void filter_clear(struct filter *f);

size_t filter_count(const struct filter *f);
/* Rule i, 0 is the oldest. */
const char *filter_pattern(const struct filter *f, size_t i);
bool filter_excludes(const struct filter *f, size_t i);

/* `&re &!re` as text for a title; the caller frees. */
char *filter_text(const struct filter *f);

/* For those that act on what passes: from now on what is not certain does not. */
void filter_be_sure(struct filter *f);

/* text is plain (linetext.h). REGEX_GAVE_UP: a rule did, and none of the others keeps it out. A
 * glance is regex_glance(). */
enum regex_answer filter_matches(const struct filter *f, const char *text, size_t len, bool glance);

/* Whether it passes with that answer. */
bool filter_passes(const struct filter *f, enum regex_answer answer);

/* As regex_steps(), over all rules. */
uint64_t filter_steps(const struct filter *f);

#endif
