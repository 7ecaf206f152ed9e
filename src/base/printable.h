/* Makes text from outside (a tracee's name, its command line, a file's name) safe to print. All
 * such text passes here before it goes to a terminal or into a line of ours. So the terminal can't
 * mistake it for an escape sequence, and one line stays one line. */
#ifndef PCAT_BASE_PRINTABLE_H
#define PCAT_BASE_PRINTABLE_H

#include <stdarg.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/bytes.h"

/* Appends the text to the buffer. Unprintable characters (control characters, newlines, invalid
 * bytes, marks that turn the writing direction) are replaced by what utf8_visible() writes for
 * them. tabs: true keeps tabs as they are. */
void printable_add(struct buf *to, struct bytes text, bool tabs);

/* Writes "PROGRAM: text" as one line to standard error; the text is made printable. */
void complain(const char *program, const char *format, ...) __attribute__((format(printf, 2, 3)));
void complain_args(const char *program, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* The same without the program's name: for a message that another program has already begun with
 * its own. */
void complain_line(const char *text);

#endif
