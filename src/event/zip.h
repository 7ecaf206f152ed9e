/* A compressed stream (zstd), written and read in pieces. */
#ifndef PCAT_EVENT_ZIP_H
#define PCAT_EVENT_ZIP_H

#include <stdbool.h>
#include <stddef.h>

/* Gets what comes out. 0, or -1: no more of it. */
typedef int zip_fn(void *user, const void *data, size_t n);

struct zip;

struct zip *zip_new(zip_fn *fn, void *user);
void zip_free(struct zip *z);
void zip_add(struct zip *z, const void *data, size_t n);

/* What was added so far comes out, so that a reader of what came out has it all. */
void zip_flush(struct zip *z);

/* The same, and the mark that nothing follows. A later zip_add() begins another stream behind it.
 */
void zip_end(struct zip *z);

struct unzip;

/* Whether a stream that begins with this byte can be a compressed one. No event begins so. */
bool unzip_knows(unsigned char first);

struct unzip *unzip_new(zip_fn *fn, void *user);
void unzip_free(struct unzip *u);

/* Takes n more bytes. 0, or -1: they are damaged, see unzip_error(), or fn said so. */
int unzip_add(struct unzip *u, const void *data, size_t n);

/* NULL: nothing is wrong with the bytes. */
const char *unzip_error(const struct unzip *u);

/* The end of the stream has been seen, and nothing behind it. */
bool unzip_is_whole(const struct unzip *u);

#endif
