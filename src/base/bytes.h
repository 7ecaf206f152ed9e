/* A pointer to bytes that another object owns, and their number. `data` is NULL for "no value",
 * which differs from a value of no bytes. */
#ifndef PCAT_BASE_BYTES_H
#define PCAT_BASE_BYTES_H

#include <stddef.h>
#include <string.h>

struct bytes {
    const void *data;
    size_t len; /* bytes */
};

/* The characters of a string, without the final NUL. NULL gives "no value". */
static inline struct bytes bytes_of(const char *s)
{
    return (struct bytes){s, s ? strlen(s) : 0};
}

#endif
