/* Buffered output to an fd that may be slow or gone. The first error sticks. */
#ifndef PCAT_BASE_OUT_H
#define PCAT_BASE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct out;

/* fd stays the caller's. */
struct out *out_new(int fd);
void out_free(struct out *o);

/* Called before each write(2) that could block (pipes, ttys, sockets); returns when the fd
 * takes bytes (true), or false when waiting makes no sense any more: what is unwritten is then
 * dropped. */
void out_set_wait(struct out *o, bool (*wait)(void *user, int fd), void *user);

/* Adds n bytes; writes when the buffer is full. */
void out_put(struct out *o, const void *data, size_t n);

/* Writes all that is buffered. 0, or -1 with errno: the first error there was (ECANCELED: wait gave
 * up). */
int out_flush(struct out *o);

/* Bytes that were put but never written, because of an error. */
uint64_t out_dropped(const struct out *o);

#endif
