/* Decides which fds are captured: by their number, and by where they lead. Reads nothing about any
 * task. */
#include "capture/fd-rules.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "capture/procfs.h"

/* --- sets of numbers --- */

int fdset_parse(struct fdset *set, const char *list)
{
    *set = (struct fdset){0};
    if (strcmp(list, "all") == 0) {
        set->all = true;
        return 0;
    }
    for (;; list++) {
        char *end;
        long fd = *list >= '0' && *list <= '9' ? strtol(list, &end, 10) : -1;
        if (fd < 0 || fd >= FDSET_MAX || (*end && *end != ','))
            return -1;
        set->bits[fd / 64] |= 1ULL << (fd % 64);
        list = end;
        if (!*list)
            return 0;
    }
}

bool fdset_has(const struct fdset *set, int fd)
{
    return set->all || (fd >= 0 && fd < FDSET_MAX && (set->bits[fd / 64] >> (fd % 64) & 1));
}

/* --- rules --- */

struct fd_sink fd_sink_of(const struct fd_stat *st)
{
    return (struct fd_sink){st->dev, st->ino};
}

bool fd_sink_same(struct fd_sink a, struct fd_sink b)
{
    return a.ino == b.ino && a.dev == b.dev;
}

static void note_ours(struct fd_rules *r)
{
    struct fd_stat st;

    for (int i = 0; i < 2; i++)
        if (procfs_own_fd_stat(i + 1, &st) == 0)
            r->ours[i] = fd_sink_of(&st);
}

struct fd_rules *fd_rules_new(const struct fd_policy *policy, struct emitter *e)
{
    struct fd_rules *r = xcalloc(1, sizeof *r);

    r->policy = *policy;
    r->emitter = e;
    if (policy->skip_ours)
        note_ours(r);
    return r;
}

void fd_rules_free(struct fd_rules *r)
{
    if (!r)
        return;
    free(r->sinks);
    free(r);
}

void fd_rules_set_numbers(struct fd_rules *r, const struct fdset *numbers)
{
    r->policy.numbers = *numbers;
}

bool fd_rules_want_input(const struct fd_rules *r)
{
    return fdset_has(&r->policy.numbers, STDIN_FILENO);
}

/* Whether `at` is a sink for stdout, for stderr, or both. */
static void find_sinks(const struct fd_rules *r, struct fd_sink at, bool *out, bool *err)
{
    *out = *err = false;
    for (size_t i = 0; i < r->nsinks; i++)
        if (fd_sink_same(r->sinks[i].at, at)) {
            *out |= r->sinks[i].stream == STREAM_STDOUT;
            *err |= r->sinks[i].stream == STREAM_STDERR;
        }
}

void fd_rules_add_sink(struct fd_rules *r, enum event_stream stream, struct fd_sink at)
{
    for (size_t i = 0; i < r->nsinks; i++)
        if (r->sinks[i].stream == stream && fd_sink_same(r->sinks[i].at, at))
            return;
    r->sinks = xrealloc(r->sinks, (r->nsinks + 1) * sizeof *r->sinks);
    r->sinks[r->nsinks++] = (struct root_sink){stream, at};
}

void fd_rules_watch(struct fd_rules *r, struct fd_sink sink)
{
    if (r->nwatched < WATCHED_MAX)
        r->watched[r->nwatched++].at = sink;
}

void fd_rules_account(struct fd_rules *r, struct fd_sink sink, uint64_t bytes)
{
    for (int i = 0; i < r->nwatched; i++)
        if (fd_sink_same(r->watched[i].at, sink))
            r->watched[i].bytes += bytes;
}

uint64_t fd_rules_accounted(const struct fd_rules *r, struct fd_sink sink)
{
    for (int i = 0; i < r->nwatched; i++)
        if (fd_sink_same(r->watched[i].at, sink))
            return r->watched[i].bytes;
    return 0;
}

enum event_stream fd_stream_of_number(int fd)
{
    switch (fd) {
    case 0:
        return STREAM_STDIN;
    case 2:
        return STREAM_STDERR;
    default:
        return STREAM_STDOUT;
    }
}

enum event_stream fd_rules_classify(const struct fd_rules *r, int fd, struct fd_sink at)
{
    const struct fd_policy *p = &r->policy;
    bool out, err;

    if (p->skip_ours && (fd_sink_same(r->ours[0], at) || fd_sink_same(r->ours[1], at)))
        return STREAM_OTHER;
    find_sinks(r, at, &out, &err);
    if (p->own && !out && !err)
        return STREAM_OTHER;
    if (p->by_sink && out != err)
        return out ? STREAM_STDOUT : STREAM_STDERR;
    if (fdset_has(&p->numbers, fd) || (p->by_sink && out))
        return fd_stream_of_number(fd);
    return STREAM_OTHER;
}
