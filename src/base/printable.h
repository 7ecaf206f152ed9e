/* Text that somebody else chose (a tracee's name, its command line, a file's name) on its way to a
 * terminal or into a line of ours. All of it passes here, so that no terminal obeys it and one line
 * stays one line. */
#ifndef PCAT_BASE_PRINTABLE_H
#define PCAT_BASE_PRINTABLE_H

#include <stdarg.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/bytes.h"

/* Adds the text to the buffer, and in place of what has no picture of its own (control characters,
 * newlines, invalid bytes, marks that turn the writing direction) what utf8_visible() makes of it.
 * tabs: they stay as they are. */
void printable_add(struct buf *to, struct bytes text, bool tabs);

/* "PROGRAM: text", made printable, as one line on standard error. */
void complain(const char *program, const char *format, ...) __attribute__((format(printf, 2, 3)));
void complain_args(const char *program, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* The text alone as a line there: somebody's who has said already who he is. */
void complain_line(const char *text);

#endif
