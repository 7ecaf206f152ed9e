/* Regular expressions (PCRE2, UTF-8). A pattern without upper case letters
 * ignores case ("smart case"); escapes such as \W or \pL don't count as letters.
 *
 * A match that needs too many steps is given up after some ten milliseconds, whatever the pattern
 * and the text. "Gave up" is a third answer beside yes and no, and each caller must handle it. */
#ifndef PCAT_BASE_REGEX_H
#define PCAT_BASE_REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct regex;

/* Compiles a pattern. If it is wrong, returns NULL and sets *cause ("bad regex at 5: missing
 * closing parenthesis"; the caller frees it) and, unless offset is NULL, *offset: the byte of the
 * pattern where the error is. */
struct regex *regex_new(const char *pattern, char **cause, size_t *offset);
void regex_free(struct regex *re);

/* A pattern that matches exactly this text (and, by smart case, perhaps other cases of its
 * letters). The caller frees it. */
char *regex_quote(const char *text, size_t len);

/* The pattern that regex_new() was given; valid as long as re. */
const char *regex_pattern(const struct regex *re);

struct match {
    size_t start, end; /* byte offsets in the text; end is behind the last byte */
};

enum regex_answer {
    REGEX_NO,
    REGEX_YES,
    REGEX_GAVE_UP /* not known: the step limit was reached, or the library failed */
};

/* Finds the first match that begins at byte `from` of text or later. *out is set only with
 * REGEX_YES. text need not end with NUL. */
enum regex_answer regex_find(struct regex *re, const char *text, size_t len, size_t from,
                             struct match *out);
/* The same, but skips empty matches, as highlighting needs it. */
enum regex_answer regex_find_visible(struct regex *re, const char *text, size_t len, size_t from,
                                     struct match *out);
/* Like regex_find(), or with visible like regex_find_visible(), but gives up much earlier: for
 * matches that are needed each time the screen is drawn. */
enum regex_answer regex_glance(struct regex *re, const char *text, size_t len, size_t from,
                               bool visible, struct match *out);
/* Whether the text contains a match. */
enum regex_answer regex_matches(struct regex *re, const char *text, size_t len);

/* The steps of all matches so far: a measure of the time that they took, about 10 ns a step. Cheap
 * matches count as 0. */
uint64_t regex_steps(const struct regex *re);

#endif
