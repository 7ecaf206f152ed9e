/* Regular expressions (PCRE2, UTF-8). A pattern without upper case letters
 * ignores case ("smart case"); escapes such as \W or \pL don't count as letters.
 * A match that needs too many steps counts as no match: no pattern on no line takes longer
 * than some ten milliseconds. */
#ifndef PCAT_BASE_REGEX_H
#define PCAT_BASE_REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct regex;

/* NULL with *cause ("bad regex at 5: missing closing parenthesis"; the caller frees) when the
 * pattern is wrong. *offset, unless NULL, is the byte in the pattern then. */
struct regex *regex_new(const char *pattern, char **cause, size_t *offset);
void regex_free(struct regex *re);

/* A pattern that matches this text and nothing else, but for what smart case allows. To be freed.
 */
char *regex_quote(const char *text, size_t len);

const char *regex_pattern(const struct regex *re);

struct match {
    size_t start, end; /* bytes; end is behind the last */
};

/* The first match in text that begins at `from` or later. Text need not end with NUL. */
bool regex_find(struct regex *re, const char *text, size_t len, size_t from, struct match *out);
/* The same, but skips empty matches: what highlighting wants. */
bool regex_find_visible(struct regex *re, const char *text, size_t len, size_t from,
                        struct match *out);
bool regex_matches(struct regex *re, const char *text, size_t len);

/* The last search ended without an answer: it took too many steps. */
bool regex_gave_up(const struct regex *re);

/* Steps that were counted in all its matches so far; about 5 ns each. Cheap matches count nothing.
 */
uint64_t regex_steps(const struct regex *re);

#endif
