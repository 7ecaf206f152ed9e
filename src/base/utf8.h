/* Decodes and encodes strict UTF-8: overlong forms, surrogates and anything above U+10FFFF are
 * invalid bytes, not characters. Also the width of characters, and visible text for unprintable
 * ones. Nothing here depends on the locale. */
#ifndef PCAT_BASE_UTF8_H
#define PCAT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True when all len bytes are whole, valid UTF-8. NUL bytes are valid. */
bool utf8_valid(const void *data, size_t len);

/* Decodes the first character. Returns how many bytes it took and sets *cp:
 *   1..4  *cp is the code point;
 *   1     *cp is -1: this byte is not part of any valid character;
 *   0     *cp is -1: the len bytes (possibly none) are an unfinished character; more bytes may
 *         complete it. At the end of the text treat them as invalid bytes. */
size_t utf8_decode(const void *data, size_t len, int32_t *cp);

/* Writes cp to out (not terminated); returns the bytes written, 0 when cp is no code point. */
size_t utf8_encode(int32_t cp, char out[4]);

/* The columns that cp takes on a terminal: 0 (combining marks, joiners), 1 or 2. Only meaningful
 * for a printable cp, for which utf8_visible() returns 0. */
int utf8_width(int32_t cp);

/* The most characters that utf8_visible writes. */
#define UTF8_VISIBLE_MAX 10

/* Writes visible ASCII text for a result of utf8_decode() that is unprintable:
 *   control characters  ^A ^J ^[ ^?     (tab and newline too: the caller handles those before)
 *   invalid bytes       <9B>            (cp < 0; `byte` is used only here)
 *   other unprintables  <U+200B>        (C1 controls, bidi and format marks, unassigned)
 * Returns the number of characters in out (not NUL-terminated), one column each; 0 when cp is
 * printable. */
size_t utf8_visible(int32_t cp, unsigned char byte, char out[UTF8_VISIBLE_MAX]);

#endif
