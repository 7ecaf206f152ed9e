/* Copies of texts and command lines of events, which are limited in size. */
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/internal.h"

bool copy_text(char **field, struct bytes from, size_t max)
{
    size_t len = from.data ? strnlen(from.data, from.len < max ? from.len : max) : 0;

    if (*field && strncmp(*field, len ? from.data : "", len) == 0 && (*field)[len] == '\0')
        return false;
    free(*field);
    *field = xmalloc(len + 1);
    if (len)
        memcpy(*field, from.data, len);
    (*field)[len] = '\0';
    return true;
}

bool copy_argv(char **field, size_t *len, struct bytes from)
{
    *len = from.len < MODEL_ARGV_MAX ? from.len : MODEL_ARGV_MAX;
    free(*field);
    *field = xmalloc(*len + 1);
    if (*len)
        memcpy(*field, from.data, *len);
    (*field)[*len] = '\0';
    return true;
}
