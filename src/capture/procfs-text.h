/* Reads small text files of /proc. Shared by the files procfs*.c only. */
#ifndef PCAT_CAPTURE_PROCFS_TEXT_H
#define PCAT_CAPTURE_PROCFS_TEXT_H

#include <stddef.h>
#include <sys/types.h>

/* Reads a file into text, at most size - 1 bytes, and NUL-terminates it. Returns the bytes read, or
 * -1 if it can't be opened. */
ssize_t procfs_slurp(const char *path, char *text, size_t size);

/* The value of the line "Key:\t..." in such a text, up to the end of the text; NULL: no such line.
 */
const char *procfs_value(const char *text, const char *key);

#endif
