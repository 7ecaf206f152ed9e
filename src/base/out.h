/* Buffered output to an fd that may be slow or gone. The first error sticks: everything after it is
 * dropped and counted. */
#ifndef PCAT_BASE_OUT_H
#define PCAT_BASE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct out;

/* The caller keeps fd, and closes it after out_free(). out_free() does not flush. */
struct out *out_new(int fd);
void out_free(struct out *o);

/* Sets a function that waits before each write(2) that could block (pipes, terminals, sockets). It
 * returns true when the fd takes bytes. False means "stop waiting": that is an error (ECANCELED),
 * and the rest is dropped. */
void out_set_wait(struct out *o, bool (*wait)(void *user, int fd), void *user);

/* Appends n bytes; writes the buffer out when it is full. */
void out_put(struct out *o, const void *data, size_t n);

/* Writes the whole buffer. Returns 0, or -1 with errno: the first error since out_new(). */
int out_flush(struct out *o);

/* The number of bytes that were put but, because of an error, never written. */
uint64_t out_dropped(const struct out *o);

#endif
