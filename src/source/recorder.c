/* The file begins with events made from the model's state (model/snapshot.h). They have numbers of
 * their own (seq). If the last of those is higher than the number of the newest real event, all
 * later events get higher numbers, so that the numbers in the file always rise. */
#include "source/recorder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/format.h"
#include "base/out.h"
#include "base/xmalloc.h"
#include "event/wire.h"
#include "event/zip.h"
#include "model/snapshot.h"

struct recorder {
    char *path;
    int fd;
    struct out *out;
    struct zip *zip; /* NULL: not compressed */
    struct buf wire; /* scratch */
    uint64_t bytes;
    uint64_t last;  /* seq of the last event of the snapshot */
    uint64_t shift; /* is added to the seq of all later events */
    int error;      /* errno of the first failure */
};

static int put_zipped(void *user, const void *data, size_t n)
{
    out_put(user, data, n);
    return 0;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

static void put_bytes(struct recorder *r, struct bytes wire)
{
    r->bytes += wire.len;
    if (r->zip)
        zip_add(r->zip, wire.data, wire.len);
    else
        out_put(r->out, wire.data, wire.len);
}

static void put_event(struct recorder *r, const struct event *ev)
{
    buf_clear(&r->wire);
    wire_encode(&r->wire, ev);
    put_bytes(r, (struct bytes){r->wire.data, r->wire.len});
}

int recorder_event(struct recorder *r, const struct event *ev, struct bytes wire)
{
    struct event later = *ev;

    later.seq += r->shift;
    if (r->shift)
        put_event(r, &later);
    else
        put_bytes(r, wire);
    return r->error ? -1 : 0;
}

int recorder_flush(struct recorder *r)
{
    if (r->zip)
        zip_flush(r->zip);
    if (out_flush(r->out) < 0 && !r->error)
        r->error = errno;
    return r->error ? -1 : 0;
}

static void on_snapshot_event(void *user, const struct event *ev)
{
    struct recorder *r = user;

    put_event(r, ev);
    r->last = ev->seq;
}

enum save_result recorder_new(struct recorder **recorder, struct model *m, struct source *source,
                              const char *path, bool overwrite, char **said)
{
    int fd;
    enum save_result result = save_open(path, overwrite, &fd, said);

    if (result != SAVE_DONE)
        return result;
    struct recorder *r = xcalloc(1, sizeof *r);
    r->path = xstrdup(path);
    r->fd = fd;
    r->out = out_new(fd);
    r->zip = ends_with(path, ".zst") ? zip_new(put_zipped, r->out) : NULL;
    model_snapshot(m, source, on_snapshot_event, r);
    r->shift = r->last > source->last_seq ? r->last - source->last_seq : 0;
    recorder_flush(r);
    *recorder = r;
    return SAVE_DONE;
}

const char *recorder_name(const struct recorder *r)
{
    const char *slash = strrchr(r->path, '/');

    return slash ? slash + 1 : r->path;
}

uint64_t recorder_bytes(const struct recorder *r)
{
    return r->bytes;
}

char *recorder_end(struct recorder *r, bool *failed)
{
    char count[FORMAT_MAX], *said;

    if (r->zip)
        zip_end(r->zip);
    recorder_flush(r);
    if (close(r->fd) < 0 && !r->error)
        r->error = errno;
    *failed = r->error != 0;
    if (r->error)
        said = xasprintf("recording ended: %s; all else goes on (%s)", strerror(r->error), r->path);
    else
        said = xasprintf("recorded %s to %s", format_bytes(count, r->bytes), r->path);
    zip_free(r->zip);
    out_free(r->out);
    buf_free(&r->wire);
    free(r->path);
    free(r);
    return said;
}
