/* The file is opened with O_EXCL first, so an existing file is never overwritten by accident. */
#include "source/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/format.h"
#include "base/out.h"
#include "base/private-file.h"
#include "base/xmalloc.h"
#include "source/excerpt.h"

/* Makes *said of the cause and the path, and frees the cause. The cause comes first: the line may
 * be too long for the screen. */
static enum save_result fail(const char *path, char *cause, char **said)
{
    *said = xasprintf("%s (%s)", cause, path);
    free(cause);
    return SAVE_FAILED;
}

enum save_result save_open(const char *path, bool overwrite, int *fd, char **said)
{
    struct stat st;
    char *cause;

    *fd = private_open(path, O_NONBLOCK | O_EXCL, &cause);
    if (*fd >= 0)
        return SAVE_DONE;
    if (errno != EEXIST)
        return fail(path, cause, said);
    free(cause);
    if (!overwrite)
        return SAVE_EXISTS;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return fail(path, xstrdup("not a regular file, nothing was saved"), said);
    *fd = private_open(path, O_NONBLOCK | O_TRUNC, &cause);
    return *fd >= 0 ? SAVE_DONE : fail(path, cause, said);
}

static uint64_t put_range(struct out *out, const struct stream *s, uint64_t from, uint64_t to)
{
    uint64_t put = 0;

    while (from + put < to) {
        struct bytes run = stream_run(s, from + put);
        if (run.len == 0)
            break;
        size_t n = run.len < to - from - put ? run.len : (size_t)(to - from - put);
        out_put(out, run.data, n);
        put += n;
    }
    return put;
}

static uint64_t put_lines(struct out *out, struct view *v, uint64_t from, uint64_t to)
{
    struct buf portion = {0};
    struct excerpt x;
    uint64_t put = 0;

    for (excerpt_begin(&x, v, from, to); excerpt_next(&x, &portion); buf_clear(&portion)) {
        out_put(out, portion.data, portion.len);
        put += portion.len;
    }
    buf_free(&portion);
    return put;
}

static char *describe(const char *path, uint64_t bytes)
{
    char count[FORMAT_MAX];

    return xasprintf("saved %s bytes to %s", format_count(count, bytes), path);
}

static char *describe_stream(const struct stream *s, const char *path, uint64_t bytes)
{
    char gone[FORMAT_MAX], *said = describe(path, bytes);

    if (stream_first(s) == 0)
        return said;
    char *more = xasprintf("%s; %s before them are no longer kept", said,
                           format_bytes(gone, stream_first(s)));
    free(said);
    return more;
}

/* Flushes and closes the file. *said holds the line for success; after a failure it is replaced. */
static enum save_result close_file(struct out *out, int fd, const char *path, char **said)
{
    int failed = out_flush(out) < 0 ? errno : 0;

    out_free(out);
    if (close(fd) < 0 && !failed)
        failed = errno;
    if (!failed)
        return SAVE_DONE;
    free(*said);
    return fail(path, xstrdup(strerror(failed)), said);
}

enum save_result save_lines(struct view *v, uint64_t from, uint64_t to, const char *path,
                            bool overwrite, char **said)
{
    int fd;
    enum save_result result = save_open(path, overwrite, &fd, said);

    if (result != SAVE_DONE)
        return result;
    struct out *out = out_new(fd);
    *said = describe(path, put_lines(out, v, from, to));
    return close_file(out, fd, path, said);
}

enum save_result save_view(struct view *v, const char *path, bool overwrite, char **said)
{
    const struct stream *s = view_scope(v).stream;
    int fd;

    if (view_scope(v).kind != SCOPE_STREAM || !s)
        return save_lines(v, view_first(v), EXCERPT_ALL, path, overwrite, said);
    enum save_result result = save_open(path, overwrite, &fd, said);
    if (result != SAVE_DONE)
        return result;
    struct out *out = out_new(fd);
    *said = describe_stream(s, path, put_range(out, s, stream_first(s), stream_end(s)));
    return close_file(out, fd, path, said);
}
