/* A byte buffer that grows. Callers may read data and len, and change them by these functions or
 * by buf_reserve() followed by an increase of len. A zeroed struct is an empty buffer. */
#ifndef PCAT_BASE_BUF_H
#define PCAT_BASE_BUF_H

#include <stddef.h>

struct buf {
    unsigned char *data;
    size_t len; /* bytes in use */
    size_t cap; /* bytes allocated */
};

/* Frees the memory; the buffer is empty and can be used again. */
void buf_free(struct buf *b);

/* Sets len to 0 and keeps the memory. */
void buf_clear(struct buf *b);

/* Makes room for n more bytes and returns their place; len does not change. The pointer is valid
 * until the next call that adds or frees. */
void *buf_reserve(struct buf *b, size_t n);

/* These append n bytes, one character, a string without its final NUL, formatted text. */
void buf_add(struct buf *b, const void *data, size_t n);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Drops the first n bytes (n <= len) and moves the rest to the front. */
void buf_consume(struct buf *b, size_t n);

#endif
