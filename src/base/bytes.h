/* A run of bytes that belongs to somebody else. `data` is NULL when there is
 * none, which is not the same as an empty one. */
#ifndef PCAT_BASE_BYTES_H
#define PCAT_BASE_BYTES_H

#include <stddef.h>
#include <string.h>

struct bytes {
    const void *data;
    size_t len; /* bytes */
};

/* The characters of a string, without the final NUL. NULL gives "none". */
static inline struct bytes bytes_of(const char *s)
{
    return (struct bytes){s, s ? strlen(s) : 0};
}

#endif
