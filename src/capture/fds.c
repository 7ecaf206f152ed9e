#include "capture/fds.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include <uthash.h>

#include "base/xmalloc.h"
#include "capture/procfs.h"
#include "capture/readers.h"

struct sink {
    enum event_stream stream; /* whose stdout or stderr it is: some root's */
    struct fd_sink at;
};

enum { WATCHED_MAX = 2 };
#define SEARCH_MOST INT64_C(500000000) /* ns, for readers of pipes */

struct fd_rules {
    struct fd_policy policy;
    struct emitter *emitter;
    struct sink *sinks;
    size_t nsinks;
    struct fd_sink ours[2]; /* our own stdout and stderr */
    struct watched {
        struct fd_sink at;
        uint64_t bytes;
    } watched[WATCHED_MAX];
    int nwatched;
    struct readers readers;
};

/* What a terminal does with output. All 0: it is none. */
struct terminal {
    unsigned rows, cols;
    bool is, raw;
};

struct entry {
    int fd;
    bool fresh; /* what is noted here still holds */
    bool told;  /* an fd event said so */
    struct fd_sink at;
    enum event_stream stream;
    struct terminal terminal; /* as it was told */
    uint64_t writes, bytes;   /* uncaptured, not yet told */
    UT_hash_handle hh;
};

struct fd_table {
    struct fd_rules *rules;
    pid_t pid;
    bool root, uncacheable;
    unsigned changes; /* calls under way that change it */
    struct entry *entries;
};

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

static struct fd_sink sink_of(const struct fd_stat *st)
{
    return (struct fd_sink){st->dev, st->ino};
}

static bool same_sink(struct fd_sink a, struct fd_sink b)
{
    return a.ino == b.ino && a.dev == b.dev;
}

static void note_ours(struct fd_rules *r)
{
    struct fd_stat st;

    for (int i = 0; i < 2; i++)
        if (procfs_own_fd_stat(i + 1, &st) == 0)
            r->ours[i] = sink_of(&st);
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

/* Whose sink this is. */
static void find_sinks(const struct fd_rules *r, struct fd_sink at, bool *out, bool *err)
{
    *out = *err = false;
    for (size_t i = 0; i < r->nsinks; i++)
        if (same_sink(r->sinks[i].at, at)) {
            *out |= r->sinks[i].stream == STREAM_STDOUT;
            *err |= r->sinks[i].stream == STREAM_STDERR;
        }
}

static void add_sink(struct fd_rules *r, enum event_stream stream, struct fd_sink at)
{
    for (size_t i = 0; i < r->nsinks; i++)
        if (r->sinks[i].stream == stream && same_sink(r->sinks[i].at, at))
            return;
    r->sinks = xrealloc(r->sinks, (r->nsinks + 1) * sizeof *r->sinks);
    r->sinks[r->nsinks++] = (struct sink){stream, at};
}

void fd_rules_watch(struct fd_rules *r, struct fd_sink sink)
{
    if (r->nwatched < WATCHED_MAX)
        r->watched[r->nwatched++].at = sink;
}

void fd_rules_account(struct fd_rules *r, struct fd_sink sink, uint64_t bytes)
{
    for (int i = 0; i < r->nwatched; i++)
        if (same_sink(r->watched[i].at, sink))
            r->watched[i].bytes += bytes;
}

uint64_t fd_rules_accounted(const struct fd_rules *r, struct fd_sink sink)
{
    for (int i = 0; i < r->nwatched; i++)
        if (same_sink(r->watched[i].at, sink))
            return r->watched[i].bytes;
    return 0;
}

static enum event_stream stream_of_number(int fd)
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

/* Where it leads says more than the number: a shell's `echo >&2` writes to its stderr by fd 1. The
 * number decides where that says nothing. */
static enum event_stream classify(const struct fd_rules *r, int fd, struct fd_sink at)
{
    const struct fd_policy *p = &r->policy;
    bool out, err;

    if (p->skip_ours && (same_sink(r->ours[0], at) || same_sink(r->ours[1], at)))
        return STREAM_OTHER;
    find_sinks(r, at, &out, &err);
    if (p->own && !out && !err)
        return STREAM_OTHER;
    if (p->by_sink && out != err)
        return out ? STREAM_STDOUT : STREAM_STDERR;
    if (fdset_has(&p->numbers, fd) || (p->by_sink && out))
        return stream_of_number(fd);
    return STREAM_OTHER;
}

/* --- the table of one process --- */

struct fd_table *fd_table_new(struct fd_rules *r, pid_t pid, bool root)
{
    struct fd_table *t = xcalloc(1, sizeof *t);

    t->rules = r;
    t->pid = pid;
    t->root = root;
    return t;
}

void fd_table_free(struct fd_table *t)
{
    struct entry *e, *next;

    if (!t)
        return;
    HASH_ITER(hh, t->entries, e, next)
    {
        HASH_DEL(t->entries, e);
        free(e);
    }
    free(t);
}

static struct entry *entry_of(struct fd_table *t, int fd)
{
    struct entry *e;

    HASH_FIND_INT(t->entries, &fd, e);
    if (!e) {
        e = xcalloc(1, sizeof *e);
        e->fd = fd;
        HASH_ADD_INT(t->entries, fd, e);
    }
    return e;
}

/* Through a descriptor of our own, never by opening the device. */
static struct terminal look_at_terminal(pid_t tid, int fd, const struct fd_stat *st)
{
    struct terminal found = {0};
    struct winsize size;
    struct termios mode;
    int dup = S_ISCHR(st->type) ? procfs_fd_dup(tid, fd, st) : -1;

    if (dup < 0)
        return found;
    if (tcgetattr(dup, &mode) == 0) {
        found.is = true;
        found.raw = !(mode.c_oflag & OPOST) || !(mode.c_oflag & ONLCR);
    }
    if (found.is && ioctl(dup, TIOCGWINSZ, &size) == 0) {
        found.rows = size.ws_row;
        found.cols = size.ws_col;
    }
    close(dup);
    return found;
}

static bool same_terminal(struct terminal a, struct terminal b)
{
    return a.is == b.is && a.raw == b.raw && a.rows == b.rows && a.cols == b.cols;
}

static void add_reader(struct readers *readers, struct ev_fd *ev, struct proc_status *reader,
                       const struct fd_stat *st)
{
    pid_t pid = readers_find(readers, NULL, st, 0, SEARCH_MOST);

    if (!pid || procfs_status(pid, reader) < 0)
        return;
    ev->reader = (uint64_t)pid;
    ev->reader_comm = bytes_of(reader->comm);
}

static void tell(struct fd_table *t, struct entry *e, pid_t tid, const struct fd_stat *st)
{
    char target[1024];
    struct proc_status reader;
    struct event ev = {.type = EVENT_FD};

    if (procfs_fd_target(tid, e->fd, target, sizeof target) < 0)
        return;
    ev.fd = (struct ev_fd){.pid = (uint64_t)t->pid,
                           .fd = (uint64_t)e->fd,
                           .target = bytes_of(target),
                           .dev = st->dev,
                           .ino = st->ino,
                           .stream = e->stream};
    e->terminal = look_at_terminal(tid, e->fd, st);
    ev.fd.rows = e->terminal.rows;
    ev.fd.cols = e->terminal.cols;
    ev.fd.raw = e->terminal.raw;
    if (S_ISFIFO(st->type) && t->root)
        add_reader(&t->rules->readers, &ev.fd, &reader, st);
    emit_control(t->rules->emitter, &ev);
    e->told = true;
}

/* Looks again at what an fd leads to. */
static void refresh(struct fd_table *t, struct entry *e, pid_t tid)
{
    struct fd_stat st;

    e->fresh = false;
    if (procfs_fd_stat(tid, e->fd, &st) < 0) {
        e->stream = STREAM_OTHER;
        e->at = (struct fd_sink){0};
        return;
    }
    struct fd_sink at = sink_of(&st);
    enum event_stream stream = classify(t->rules, e->fd, at);
    bool changed = !e->told || !same_sink(at, e->at) || stream != e->stream;
    e->at = at;
    e->stream = stream;
    e->fresh = true;
    if (changed && (stream != STREAM_OTHER || e->told))
        tell(t, e, tid, &st);
}

void fd_table_look_again(struct fd_table *t, pid_t tid)
{
    struct fd_stat st;

    for (struct entry *e = t->entries; e; e = e->hh.next)
        if (e->told && e->terminal.is && procfs_fd_stat(tid, e->fd, &st) == 0 &&
            same_sink(sink_of(&st), e->at) &&
            !same_terminal(look_at_terminal(tid, e->fd, &st), e->terminal))
            tell(t, e, tid, &st);
}

/* Every change of fds 1 and 2 is seen (close, dup2, exec); what else there is
 * would need more syscalls to be stopped at, so it is looked at each time. */
static bool remembered(const struct fd_table *t, const struct entry *e)
{
    return e->fresh && !t->uncacheable && !t->changes && (e->fd == 1 || e->fd == 2);
}

enum event_stream fd_table_stream(struct fd_table *t, pid_t tid, int fd, struct fd_sink *sink)
{
    struct entry *e = entry_of(t, fd);

    if (!remembered(t, e))
        refresh(t, e, tid);
    *sink = e->at;
    return e->stream;
}

bool fd_table_is_unseen(pid_t tid, int fd)
{
    struct termios mode;
    struct fd_stat st;

    if (procfs_fd_stat(tid, fd, &st) < 0)
        return true; /* or it is closed, and the call will fail */
    if (!S_ISCHR(st.type) || !procfs_is_tty(st.rdev))
        return false;
    int dup = procfs_fd_dup(tid, fd, &st);
    if (dup < 0)
        return true;
    bool unseen = tcgetattr(dup, &mode) == 0 ? !(mode.c_lflag & ECHO) : errno != ENOTTY;
    close(dup);
    return unseen;
}

enum event_stream fd_table_input(struct fd_table *t, pid_t tid, int fd, bool *unseen)
{
    if (fd != STDIN_FILENO || !fd_rules_want_input(t->rules))
        return STREAM_OTHER;
    refresh(t, entry_of(t, fd), tid); /* tells where it leads */
    *unseen = fd_table_is_unseen(tid, fd);
    return STREAM_STDIN;
}

void fd_table_survey(struct fd_table *t)
{
    struct fd_stat st;

    for (int fd = 1; fd <= 2 && t->root; fd++)
        if (procfs_fd_stat(t->pid, fd, &st) == 0)
            add_sink(t->rules, stream_of_number(fd), sink_of(&st));
    for (int fd = 1; fd <= 2; fd++)
        refresh(t, entry_of(t, fd), t->pid);
}

void fd_table_count(struct fd_table *t, int fd, uint64_t bytes)
{
    struct entry *e = entry_of(t, fd);

    e->writes++;
    e->bytes += bytes;
}

void fd_table_tell_counts(struct fd_table *t)
{
    char target[1024];

    for (struct entry *e = t->entries; e; e = e->hh.next) {
        if (e->writes == 0)
            continue;
        struct event ev = {.type = EVENT_OTHER};
        bool known = procfs_fd_target(t->pid, e->fd, target, sizeof target) == 0;
        ev.other = (struct ev_other){.pid = (uint64_t)t->pid,
                                     .fd = (uint64_t)e->fd,
                                     .target = bytes_of(known ? target : NULL),
                                     .writes = e->writes,
                                     .bytes = e->bytes};
        e->writes = e->bytes = 0;
        emit_control(t->rules->emitter, &ev);
    }
}

void fd_table_forget(struct fd_table *t, unsigned first, unsigned last)
{
    for (struct entry *e = t->entries; e; e = e->hh.next)
        if ((unsigned)e->fd >= first && (unsigned)e->fd <= last)
            e->fresh = false;
}

void fd_table_exec(struct fd_table *t)
{
    fd_table_forget(t, 0, UINT_MAX);
    t->uncacheable = false;
    t->changes = 0;
}

void fd_table_uncacheable(struct fd_table *t)
{
    t->uncacheable = true;
}

void fd_table_change_begins(struct fd_table *t)
{
    t->changes++;
}

void fd_table_change_ends(struct fd_table *t)
{
    if (t->changes)
        t->changes--;
}
