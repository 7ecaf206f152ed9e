/* Compresses and decompresses a stream with zstd. The bytes may come in any pieces. */
#ifndef PCAT_EVENT_ZIP_H
#define PCAT_EVENT_ZIP_H

#include <stdbool.h>
#include <stddef.h>

/* Called with each piece of the result. Returns 0, or -1 to end the decompression with an error;
 * the compressor does not look at it. */
typedef int zip_fn(void *user, const void *data, size_t n);

/* A compressor. */
struct zip;

struct zip *zip_new(zip_fn *fn, void *user);
void zip_free(struct zip *z);

/* Compresses n more bytes. Some of the result may come later. */
void zip_add(struct zip *z, const void *data, size_t n);

/* Hands all of the result so far to fn, so that everything added so far can be read. */
void zip_flush(struct zip *z);

/* The same, and writes the end mark of the stream. A later zip_add() begins another stream, which
 * follows the first. */
void zip_end(struct zip *z);

/* A decompressor. */
struct unzip;

/* Whether compressed streams begin with this byte. No event begins with it. */
bool unzip_knows(unsigned char first);

struct unzip *unzip_new(zip_fn *fn, void *user);
void unzip_free(struct unzip *u);

/* Decompresses n more bytes. Returns 0, or -1: they are damaged (see unzip_error()), or fn returned
 * -1. */
int unzip_add(struct unzip *u, const void *data, size_t n);

/* What is wrong with the bytes, NULL: nothing. A static string. */
const char *unzip_error(const struct unzip *u);

/* Whether the bytes so far end where a stream ends. */
bool unzip_is_whole(const struct unzip *u);

#endif
