/* A byte buffer that grows. The struct is open: readers may look at data and
 * len, only these verbs change them. A zeroed struct is an empty buffer. */
#ifndef PCAT_BASE_BUF_H
#define PCAT_BASE_BUF_H

#include <stddef.h>

struct buf {
    unsigned char *data;
    size_t len; /* bytes in use */
    size_t cap; /* bytes allocated */
};

void buf_free(struct buf *b);
void buf_clear(struct buf *b);

/* Makes room for n more bytes and returns where they go; len does not change. */
void *buf_reserve(struct buf *b, size_t n);
void buf_add(struct buf *b, const void *data, size_t n);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Drops the first n bytes; the rest moves to the front. */
void buf_consume(struct buf *b, size_t n);

#endif
