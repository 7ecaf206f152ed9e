/* The fd table of each process: caches where its fds lead, and sends `fd` and `other` events. Only
 * fds 1 and 2 may be answered from the cache, see is_cached(). */
#include "capture/fds.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include <uthash.h>

#include "base/xmalloc.h"
#include "capture/fd-rules.h"
#include "capture/procfs.h"
#include "capture/readers.h"

#define SEARCH_MOST INT64_C(500000000) /* ns, for the search for the reader of a pipe */

/* The state of a terminal. Zeroed: the fd leads to no terminal. */
struct terminal {
    unsigned rows, cols;
    bool is;  /* it is a terminal */
    bool raw; /* it does not turn "\n" into "\r\n" */
};

struct entry {
    int fd;
    bool fresh; /* `at` and `stream` are still valid */
    bool told;  /* an `fd` event was sent */
    struct fd_sink at;
    enum event_stream stream;
    struct terminal terminal; /* as in the last `fd` event */
    uint64_t writes, bytes;   /* not captured, and not yet sent as `other` */
    UT_hash_handle hh;
};

struct fd_table {
    struct fd_rules *rules;
    pid_t pid;
    bool root;        /* see fd_table_new() */
    bool uncacheable; /* see fd_table_uncacheable() */
    unsigned changes; /* syscalls in flight that change the fd table */
    struct entry *entries;
};

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

/* Uses a duplicate of the fd: to open the device could block or have side effects. */
static struct terminal read_terminal(pid_t tid, int fd, const struct fd_stat *st)
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

/* Sends an `fd` event. */
static void tell_fd(struct fd_table *t, struct entry *e, pid_t tid, const struct fd_stat *st)
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
    e->terminal = read_terminal(tid, e->fd, st);
    ev.fd.rows = e->terminal.rows;
    ev.fd.cols = e->terminal.cols;
    ev.fd.raw = e->terminal.raw;
    if (S_ISFIFO(st->type) && t->root)
        add_reader(&t->rules->readers, &ev.fd, &reader, st);
    emit_control(t->rules->emitter, &ev);
    e->told = true;
}

/* Notes where an fd leads, and with it its stream. True: an `fd` event is to be sent. */
static bool note(struct fd_table *t, struct entry *e, struct fd_sink at)
{
    enum event_stream stream = fd_rules_classify(t->rules, e->fd, at);
    bool changed = !e->told || !fd_sink_same(at, e->at) || stream != e->stream;

    e->at = at;
    e->stream = stream;
    e->fresh = true;
    return changed && (stream != STREAM_OTHER || e->told);
}

/* Reads where an fd leads now. Sends an `fd` event if that, or its stream, has changed. */
static void refresh(struct fd_table *t, struct entry *e, pid_t tid)
{
    struct fd_stat st;

    e->fresh = false;
    if (procfs_fd_stat(tid, e->fd, &st) < 0) {
        e->stream = STREAM_OTHER;
        e->at = (struct fd_sink){0};
        return;
    }
    if (note(t, e, fd_sink_of(&st)))
        tell_fd(t, e, tid, &st);
}

void fd_table_check_terminals(struct fd_table *t, pid_t tid)
{
    struct fd_stat st;

    for (struct entry *e = t->entries; e; e = e->hh.next)
        if (e->told && e->terminal.is && procfs_fd_stat(tid, e->fd, &st) == 0 &&
            fd_sink_same(fd_sink_of(&st), e->at) &&
            !same_terminal(read_terminal(tid, e->fd, &st), e->terminal))
            tell_fd(t, e, tid, &st);
}

/* True when the entry can be used without reading /proc again. Every change of fds 1 and 2 is
 * noticed (close, dup2, exec). Changes of others are not, as that would take stops at more
 * syscalls. */
static bool is_cached(const struct fd_table *t, const struct entry *e)
{
    return e->fresh && !t->uncacheable && !t->changes && (e->fd == 1 || e->fd == 2);
}

enum event_stream fd_table_stream(struct fd_table *t, pid_t tid, int fd, struct fd_sink *sink)
{
    struct entry *e = entry_of(t, fd);

    if (!is_cached(t, e))
        refresh(t, e, tid);
    *sink = e->at;
    return e->stream;
}

/* Sends an `fd` event about what the fd led to and no longer does. What is no pipe or socket has a
 * name that cannot be known now: the event is sent with a later write instead. */
static void tell_former(struct fd_table *t, struct entry *e, mode_t mode)
{
    char target[64];
    struct event ev = {.type = EVENT_FD};

    e->terminal = (struct terminal){0};
    e->told = S_ISFIFO(mode) || S_ISSOCK(mode);
    if (!e->told)
        return;
    snprintf(target, sizeof target, "%s:[%llu]", S_ISFIFO(mode) ? "pipe" : "socket",
             (unsigned long long)e->at.ino);
    ev.fd = (struct ev_fd){.pid = (uint64_t)t->pid,
                           .fd = (uint64_t)e->fd,
                           .target = bytes_of(target),
                           .dev = e->at.dev,
                           .ino = e->at.ino,
                           .stream = e->stream};
    emit_control(t->rules->emitter, &ev);
}

enum event_stream fd_table_stream_at(struct fd_table *t, pid_t tid, int fd, struct fd_sink at,
                                     mode_t mode)
{
    struct entry *e = entry_of(t, fd);
    struct fd_stat st;

    if (!note(t, e, at))
        return e->stream;
    if (procfs_fd_stat(tid, fd, &st) == 0 && fd_sink_same(fd_sink_of(&st), at))
        tell_fd(t, e, tid, &st);
    else
        tell_former(t, e, mode);
    return e->stream;
}

bool fd_hides_typing(pid_t tid, int fd)
{
    struct termios mode;
    struct fd_stat st;

    if (procfs_fd_stat(tid, fd, &st) < 0)
        return true; /* not known, or closed: then the call fails */
    if (!S_ISCHR(st.type) || !procfs_is_tty(st.rdev))
        return false;
    int dup = procfs_fd_dup(tid, fd, &st);
    if (dup < 0)
        return true;
    bool hidden = tcgetattr(dup, &mode) == 0 ? !(mode.c_lflag & ECHO) : errno != ENOTTY;
    close(dup);
    return hidden;
}

enum event_stream fd_table_input(struct fd_table *t, pid_t tid, int fd, bool *hidden)
{
    if (fd != STDIN_FILENO || !fd_rules_want_input(t->rules))
        return STREAM_OTHER;
    refresh(t, entry_of(t, fd), tid); /* for its `fd` event */
    *hidden = fd_hides_typing(tid, fd);
    return STREAM_STDIN;
}

void fd_table_survey(struct fd_table *t)
{
    struct fd_stat st;

    for (int fd = 1; fd <= 2 && t->root; fd++)
        if (procfs_fd_stat(t->pid, fd, &st) == 0)
            fd_rules_add_sink(t->rules, fd_stream_of_number(fd), fd_sink_of(&st));
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
