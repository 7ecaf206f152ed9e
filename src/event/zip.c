/* Both directions hand out what libzstd produces in pieces of ROOM bytes at most. Running out of
 * memory ends the program. */
#include "event/zip.h"

#include <stdlib.h>

#include <zstd.h>

#include "base/xmalloc.h"

enum { LEVEL = 3, ROOM = 64 * 1024 };

struct zip {
    zip_fn *fn;
    void *user;
    ZSTD_CCtx *context;
    char room[ROOM];
};

struct unzip {
    zip_fn *fn;
    void *user;
    ZSTD_DCtx *context;
    const char *error;
    size_t wanted; /* bytes that libzstd needs for its next step; 0: a stream has just ended */
    bool begun;    /* the first byte has come */
    char room[ROOM];
};

static void *check_context(void *context)
{
    if (!context)
        abort();
    return context;
}

struct zip *zip_new(zip_fn *fn, void *user)
{
    struct zip *z = xcalloc(1, sizeof *z);

    z->fn = fn;
    z->user = user;
    z->context = check_context(ZSTD_createCCtx());
    ZSTD_CCtx_setParameter(z->context, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(z->context, ZSTD_c_checksumFlag, 1);
    return z;
}

void zip_free(struct zip *z)
{
    if (!z)
        return;
    ZSTD_freeCCtx(z->context);
    free(z);
}

static void compress(struct zip *z, const void *data, size_t n, ZSTD_EndDirective how)
{
    ZSTD_inBuffer in = {data, n, 0};
    size_t left;

    do {
        ZSTD_outBuffer out = {z->room, ROOM, 0};
        left = ZSTD_compressStream2(z->context, &out, &in, how);
        if (ZSTD_isError(left))
            abort(); /* no memory */
        if (out.pos)
            z->fn(z->user, z->room, out.pos);
    } while (how == ZSTD_e_continue ? in.pos < in.size : left > 0);
}

void zip_add(struct zip *z, const void *data, size_t n)
{
    compress(z, data, n, ZSTD_e_continue);
}

void zip_flush(struct zip *z)
{
    compress(z, NULL, 0, ZSTD_e_flush);
}

void zip_end(struct zip *z)
{
    compress(z, NULL, 0, ZSTD_e_end);
}

bool unzip_knows(unsigned char first)
{
    return first == (ZSTD_MAGICNUMBER & 0xff);
}

struct unzip *unzip_new(zip_fn *fn, void *user)
{
    struct unzip *u = xcalloc(1, sizeof *u);

    u->fn = fn;
    u->user = user;
    u->context = check_context(ZSTD_createDCtx());
    return u;
}

void unzip_free(struct unzip *u)
{
    if (!u)
        return;
    ZSTD_freeDCtx(u->context);
    free(u);
}

/* How many bytes to give to libzstd next: those of one step. If one call got more and some of them
 * were damaged, the good bytes before the damage would be lost. Blocks that are stored without
 * compression come out sooner if the pieces are smaller; all others come out whole. */
static size_t step_size(const struct unzip *u, size_t left)
{
    size_t most = u->wanted ? u->wanted : 1;

    return left < most ? left : most;
}

int unzip_add(struct unzip *u, const void *data, size_t n)
{
    ZSTD_inBuffer in = {data, n, 0};
    bool full = false; /* u->room was full: more may come out without more input */

    u->begun = u->begun || n;
    while (in.pos < n || full) {
        ZSTD_outBuffer out = {u->room, ROOM, 0};
        in.size = in.pos + step_size(u, n - in.pos);
        u->wanted = ZSTD_decompressStream(u->context, &out, &in);
        if (ZSTD_isError(u->wanted)) {
            u->error = ZSTD_getErrorName(u->wanted);
            return -1;
        }
        full = out.pos == ROOM && u->wanted;
        if (out.pos && u->fn(u->user, u->room, out.pos) < 0)
            return -1;
    }
    return 0;
}

const char *unzip_error(const struct unzip *u)
{
    return u->error;
}

bool unzip_is_whole(const struct unzip *u)
{
    return u->begun && !u->error && u->wanted == 0;
}
