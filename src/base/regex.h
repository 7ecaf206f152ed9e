/* Regular expressions (PCRE2, UTF-8). A pattern without upper case letters
 * ignores case ("smart case"); escapes such as \W or \pL don't count as letters.
 *
 * A match that needs too many steps is given up, so that no pattern takes longer on any line than
 * some ten milliseconds. That is a third answer beside yes and no: each caller says what it makes
 * of it. */
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

enum regex_answer {
    REGEX_NO,
    REGEX_YES,
    REGEX_GAVE_UP /* nobody knows: the limit was reached, or the library failed */
};

/* The first match in text that begins at `from` or later; *out is set with REGEX_YES alone. When
 * it gave up, the text before `from` has been told all about, the rest has not. Text need not end
 * with NUL. */
enum regex_answer regex_find(struct regex *re, const char *text, size_t len, size_t from,
                             struct match *out);
/* The same, but skips empty matches: what highlighting wants. */
enum regex_answer regex_find_visible(struct regex *re, const char *text, size_t len, size_t from,
                                     struct match *out);
/* Either of them with a hundredth of the patience: for what is asked at each drawing. */
enum regex_answer regex_glance(struct regex *re, const char *text, size_t len, size_t from,
                               bool visible, struct match *out);
enum regex_answer regex_matches(struct regex *re, const char *text, size_t len);

/* Steps that were counted in all its matches so far; about 10 ns each. Cheap matches count nothing.
 */
uint64_t regex_steps(const struct regex *re);

#endif
