/* Allocation that never returns NULL. Out of memory ends the program with exit status 1, after a
 * hook that can restore the terminal. */
#ifndef PCAT_BASE_XMALLOC_H
#define PCAT_BASE_XMALLOC_H

#include <stdarg.h>
#include <stddef.h>

/* Each returns memory that the caller frees with free(). Sizes are in bytes. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *s);
void *xmemdup(const void *data, size_t len);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* Sets the hook that is called before the program ends for lack of memory. It must not allocate. */
void xmalloc_on_death(void (*hook)(void));

#endif
