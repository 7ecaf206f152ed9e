#include "base/xmalloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*death_hook)(void);

void xmalloc_on_death(void (*hook)(void))
{
    death_hook = hook;
}

/* Returns p; ends the program if it is NULL. */
static void *check_memory(void *p)
{
    static const char message[] = "pcat: out of memory\n";

    if (p)
        return p;
    if (death_hook)
        death_hook();
    if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
        abort();
    _exit(1);
}

void *xmalloc(size_t size)
{
    return check_memory(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
    return check_memory(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *old, size_t size)
{
    return check_memory(realloc(old, size ? size : 1));
}

char *xstrdup(const char *s)
{
    return check_memory(strdup(s));
}

void *xmemdup(const void *data, size_t len)
{
    void *copy = xmalloc(len);

    if (len)
        memcpy(copy, data, len);
    return copy;
}

char *xvasprintf(const char *format, va_list args)
{
    char *text = NULL;
    int n = vasprintf(&text, format, args);

    return check_memory(n < 0 ? NULL : text);
}

char *xasprintf(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *text = xvasprintf(format, args);
    va_end(args);
    return text;
}
