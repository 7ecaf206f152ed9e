/* A new file is made with O_EXCL; one that exists is written only when asked to
 * and when it is a regular file. */
#include "ui/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/out.h"
#include "base/xmalloc.h"
#include "ui/format.h"

#define WORK (1 << 20)

enum save_result save_open(const char *path, bool overwrite, int *fd, char **said)
{
    struct stat st;
    int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

    *fd = open(path, flags | O_CREAT | O_EXCL, 0666);
    if (*fd >= 0)
        return SAVE_DONE;
    if (errno == EEXIST && !overwrite)
        return SAVE_EXISTS;
    if (errno == EEXIST) {
        if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
            *said = xasprintf("%s: not a regular file, nothing was saved", path);
            return SAVE_FAILED;
        }
        *fd = open(path, flags | O_TRUNC);
        if (*fd >= 0)
            return SAVE_DONE;
    }
    *said = xasprintf("%s: %s", path, strerror(errno));
    return SAVE_FAILED;
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

static uint64_t put_lines(struct out *out, struct view *v)
{
    uint64_t put = 0, number;
    struct entry e;

    while (view_work(v, WORK))
        ;
    if (view_empty(v) || !view_clamp(v, view_first(v), &number))
        return 0;
    do {
        if (!view_entry(v, number, &e) || e.line.kind != LINE_TEXT)
            continue;
        put += put_range(out, e.stream, e.line.offset, e.line.offset + e.line.len);
        out_put(out, "\n", 1);
        put++;
    } while (view_next(v, number, &number));
    return put;
}

static char *describe(const struct view *v, const char *path, uint64_t bytes)
{
    struct scope scope = view_scope(v);
    char count[FORMAT_MAX], gone[FORMAT_MAX];

    if (scope.kind == SCOPE_STREAM && scope.stream && stream_first(scope.stream) > 0)
        return xasprintf("saved %s bytes to %s; %s before them are no longer kept",
                         format_count(count, bytes), path,
                         format_bytes(gone, stream_first(scope.stream)));
    return xasprintf("saved %s bytes to %s", format_count(count, bytes), path);
}

enum save_result save_view(struct view *v, const char *path, bool overwrite, uint64_t *bytes,
                           char **said)
{
    struct scope scope = view_scope(v);
    int fd;
    enum save_result result = save_open(path, overwrite, &fd, said);

    if (result != SAVE_DONE)
        return result;
    struct out *out = out_new(fd);
    if (scope.kind == SCOPE_STREAM && scope.stream)
        *bytes = put_range(out, scope.stream, stream_first(scope.stream), stream_end(scope.stream));
    else
        *bytes = put_lines(out, v);
    int failed = out_flush(out) < 0 ? errno : 0;
    out_free(out);
    if (close(fd) < 0 && !failed)
        failed = errno;
    *said = failed ? xasprintf("%s: %s", path, strerror(failed)) : describe(v, path, *bytes);
    return failed ? SAVE_FAILED : SAVE_DONE;
}
