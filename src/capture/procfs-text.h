/* What the files that read /proc share: its small files as text. */
#ifndef PCAT_CAPTURE_PROCFS_TEXT_H
#define PCAT_CAPTURE_PROCFS_TEXT_H

#include <stddef.h>
#include <sys/types.h>

/* A whole small file into text, NUL-terminated. Bytes read, or -1. */
ssize_t procfs_slurp(const char *path, char *text, size_t size);

/* The value of "Key:\t..." in such a text, or NULL. */
const char *procfs_value(const char *text, const char *key);

#endif
