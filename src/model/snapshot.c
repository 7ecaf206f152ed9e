/* First everything that happened to tasks is collected and sorted by time. Then the lines of all
 * streams are walked through in order, and before each line the happenings up to its time are
 * emitted. Lines of the same write are put together. */
#include "model/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "model/view.h"

enum { WORK = 1 << 20 }; /* budget of one view_work() */

enum what { WHAT_BIRTH, WHAT_ARMED, WHAT_FD, WHAT_EXEC, WHAT_BLOCKED, WHAT_STOP, WHAT_END };

/* Something that happened to a task: when, and where its details are. */
struct happening {
    int64_t time;
    size_t rank; /* in the order of collection: sorts those of the same time */
    enum what what;
    const struct task *task;
    const struct exec_step *step;
    const struct fd_info *fd;
};

struct snapshot {
    void (*fn)(void *user, const struct event *ev);
    void *user;
    uint64_t seq;
    struct happening *happenings;
    size_t count, cap, next;
    struct event write;          /* the write that is being put together */
    struct buf data;             /* its bytes */
    const struct stream *stream; /* its stream; NULL: there is no write */
    uint64_t line_seq;           /* seq of the event that brought its lines */
};

static void emit(struct snapshot *r, struct event *ev, int64_t time)
{
    ev->seq = ++r->seq;
    ev->time = time;
    r->fn(r->user, ev);
}

/* --- happenings --- */

static void add_happening(struct snapshot *r, struct happening h)
{
    if (r->count == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 64;
        r->happenings = xrealloc(r->happenings, r->cap * sizeof *r->happenings);
    }
    h.rank = r->count;
    r->happenings[r->count++] = h;
}

static void add_task(struct snapshot *r, const struct task *t)
{
    add_happening(r, (struct happening){.time = t->birth, .what = WHAT_BIRTH, .task = t});
    if (t->process && t->armed)
        add_happening(r, (struct happening){.time = t->armed, .what = WHAT_ARMED, .task = t});
    for (const struct fd_info *fd = t->fds; fd; fd = fd->next)
        add_happening(
            r, (struct happening){
                   .time = fd->time ? fd->time : t->birth, .what = WHAT_FD, .task = t, .fd = fd});
    for (size_t i = 1; i < t->step_count; i++)
        add_happening(
            r, (struct happening){
                   .time = t->steps[i].time, .what = WHAT_EXEC, .task = t, .step = &t->steps[i]});
    if (t->blocked.now)
        add_happening(
            r, (struct happening){.time = t->blocked.since, .what = WHAT_BLOCKED, .task = t});
    if (t->state == TASK_STOPPED)
        add_happening(r,
                      (struct happening){.time = t->last_time > t->birth ? t->last_time : t->birth,
                                         .what = WHAT_STOP,
                                         .task = t});
    if (t->state == TASK_DEAD || (t->state == TASK_DETACHED && t->process))
        add_happening(r, (struct happening){.time = t->end, .what = WHAT_END, .task = t});
}

static int compare_times(const void *a, const void *b)
{
    const struct happening *x = a, *y = b;

    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->rank < y->rank ? -1 : 1;
}

static void collect_happenings(struct snapshot *r, const struct source *source)
{
    for (const struct task *root = source->first_root; root; root = root->next)
        for (const struct task *t = root; t; t = task_next(t, root))
            add_task(r, t);
    if (r->count)
        qsort(r->happenings, r->count, sizeof *r->happenings, compare_times);
}

static void emit_birth(struct snapshot *r, const struct task *t, int64_t time)
{
    struct event ev = {.type = EVENT_TASK};
    const struct exec_step *first = t->step_count ? &t->steps[0] : NULL;

    ev.task = (struct ev_task){.tid = t->tid,
                               .pid = t->pid,
                               .parent = t->ppid,
                               .how = t->how,
                               .nspid = t->nspid,
                               .uid = t->uid,
                               .comm = bytes_of(t->comm),
                               .argv = first ? (struct bytes){first->argv, first->argv_len}
                                             : (struct bytes){t->argv, t->argv_len},
                               .start = t->start};
    emit(r, &ev, time);
}

static void emit_fd(struct snapshot *r, const struct happening *h)
{
    const struct fd_info *fd = h->fd;
    struct event ev = {.type = EVENT_FD};

    ev.fd = (struct ev_fd){.pid = h->task->pid,
                           .fd = fd->fd,
                           .target = bytes_of(fd->target),
                           .dev = fd->dev,
                           .ino = fd->ino,
                           .stream = fd->stream,
                           .rows = fd->rows,
                           .cols = fd->cols,
                           .raw = fd->raw,
                           .reader = fd->reader,
                           .reader_comm = bytes_of(fd->reader_comm)};
    emit(r, &ev, h->time);
    if (!fd->other_writes)
        return;
    ev = (struct event){.type = EVENT_OTHER};
    ev.other = (struct ev_other){.pid = h->task->pid,
                                 .fd = fd->fd,
                                 .target = bytes_of(fd->target),
                                 .writes = fd->other_writes,
                                 .bytes = fd->other_bytes};
    emit(r, &ev, h->time);
}

static void emit_exec(struct snapshot *r, const struct happening *h)
{
    struct event ev = {.type = EVENT_EXEC};

    ev.exec = (struct ev_exec){.tid = h->task->tid,
                               .pid = h->task->pid,
                               .comm = bytes_of(h->task->comm),
                               .exe = bytes_of(h->step->exe),
                               .argv = {h->step->argv, h->step->argv_len}};
    emit(r, &ev, h->time);
}

static void emit_blocked(struct snapshot *r, const struct task *t, int64_t time)
{
    const struct task_blocked *b = &t->blocked;
    struct event ev = {.type = EVENT_BLOCKED};

    ev.blocked = (struct ev_blocked){.tid = t->tid,
                                     .pid = t->pid,
                                     .fd = b->fd,
                                     .since = b->since,
                                     .reader = b->reader,
                                     .reader_comm = bytes_of(b->reader_comm),
                                     .why = bytes_of(b->why)};
    emit(r, &ev, time);
}

static void emit_end(struct snapshot *r, const struct task *t, int64_t time)
{
    struct event ev = {.type = EVENT_EXIT};

    if (t->state == TASK_DEAD && t->status_known) {
        ev.exit = (struct ev_exit){
            .tid = t->tid, .pid = t->pid, .code = t->code, .signal = t->signal, .core = t->core};
    } else {
        ev.type = EVENT_DETACHED;
        ev.detached = (struct ev_detached){
            .tid = t->tid, .pid = t->pid, .why = bytes_of(t->why ? t->why : "it is gone")};
    }
    emit(r, &ev, time);
}

static void emit_happening(struct snapshot *r, const struct happening *h)
{
    const struct task *t = h->task;
    struct event ev = {0};

    switch (h->what) {
    case WHAT_BIRTH:
        emit_birth(r, t, h->time);
        break;
    case WHAT_ARMED:
        ev.type = EVENT_ARMED;
        ev.armed = (struct ev_armed){.pid = t->pid, .threads = t->armed_count};
        emit(r, &ev, h->time);
        break;
    case WHAT_FD:
        emit_fd(r, h);
        break;
    case WHAT_EXEC:
        emit_exec(r, h);
        break;
    case WHAT_BLOCKED:
        emit_blocked(r, t, h->time);
        break;
    case WHAT_STOP:
        ev.type = EVENT_STOP;
        ev.stop = (struct ev_stop){.tid = t->tid, .pid = t->pid, .signal = t->stop_signal};
        emit(r, &ev, h->time);
        break;
    case WHAT_END:
        emit_end(r, t, h->time);
        break;
    }
}

/* --- output --- */

static void end_write(struct snapshot *r)
{
    if (!r->stream)
        return;
    r->stream = NULL;
    r->write.write.data = (struct bytes){r->data.data, r->data.len};
    r->write.write.len = r->write.write.total = r->data.len;
    emit(r, &r->write, r->write.time);
}

/* Emits all happenings up to that time. */
static void emit_happenings_until(struct snapshot *r, int64_t time)
{
    if (r->next == r->count || r->happenings[r->next].time > time)
        return;
    end_write(r);
    while (r->next < r->count && r->happenings[r->next].time <= time)
        emit_happening(r, &r->happenings[r->next++]);
}

static void begin_write(struct snapshot *r, const struct entry *e)
{
    const struct task *t = stream_task(e->stream);
    enum event_stream kind = stream_kind(e->stream);
    struct line_call call = {0};

    stream_line_call(e->stream, e->line.number, &call);
    r->stream = e->stream;
    r->line_seq = e->line.seq;
    buf_clear(&r->data);
    r->write = (struct event){.type = kind == STREAM_STDIN ? EVENT_READ : EVENT_WRITE,
                              .time = e->line.time};
    r->write.write = (struct ev_write){.tid = t->tid,
                                       .pid = t->pid,
                                       .fd = stream_fd(e->stream),
                                       .comm = bytes_of(t->comm),
                                       .stream = kind,
                                       .syscall = bytes_of(call.syscall),
                                       .duration = call.duration};
}

static void add_bytes(struct snapshot *r, const struct entry *e, const void *data, size_t n)
{
    const char *from = data;

    while (n) {
        if (r->data.len == EVENT_CHUNK_MAX) {
            end_write(r);
            begin_write(r, e);
        }
        size_t room = EVENT_CHUNK_MAX - r->data.len, portion = n < room ? n : room;
        buf_add(&r->data, from, portion);
        from += portion;
        n -= portion;
    }
}

static void emit_text(struct snapshot *r, const struct entry *e)
{
    uint64_t at = e->line.offset, end = at + e->line.len;

    if (r->stream != e->stream || r->line_seq != e->line.seq) {
        end_write(r);
        begin_write(r, e);
    }
    while (at < end) {
        struct bytes run = stream_run(e->stream, at);
        size_t n = run.len < end - at ? run.len : (size_t)(end - at);
        if (n == 0)
            break;
        add_bytes(r, e, run.data, n);
        at += n;
    }
    if (!e->line.open)
        add_bytes(r, e, "\n", 1);
}

static void emit_mark(struct snapshot *r, const struct entry *e)
{
    const struct task *t = stream_task(e->stream);
    struct event ev = {.type = EVENT_LOST};

    end_write(r);
    if (e->line.kind == LINE_LOST) {
        ev.lost = (struct ev_lost){.tid = t->tid,
                                   .pid = t->pid,
                                   .fd = stream_fd(e->stream),
                                   .stream = stream_kind(e->stream),
                                   .writes = e->line.writes,
                                   .bytes = e->line.bytes};
        emit(r, &ev, e->line.time);
        return;
    }
    begin_write(r, e);
    r->stream = NULL;
    r->write.write.unavailable = true;
    r->write.write.hidden = e->line.kind == LINE_HIDDEN;
    r->write.write.len = r->write.write.total = e->line.bytes;
    emit(r, &r->write, e->line.time);
}

static void emit_output(struct snapshot *r, struct model *m, struct source *source)
{
    struct view *v = view_new(m, scope_source(source), KIND_ALL);
    struct entry e;
    uint64_t number;

    while (view_work(v, WORK))
        ;
    if (!view_empty(v) && view_clamp(v, view_first(v), &number))
        do {
            if (!view_entry(v, number, &e))
                continue;
            emit_happenings_until(r, e.line.time);
            if (e.line.kind == LINE_TEXT)
                emit_text(r, &e);
            else
                emit_mark(r, &e);
        } while (view_next(v, number, &number));
    end_write(r);
    view_free(v);
}

void model_snapshot(struct model *m, struct source *source,
                    void (*fn)(void *user, const struct event *ev), void *user)
{
    struct snapshot r = {.fn = fn, .user = user};
    struct event ev = {.type = EVENT_HELLO};

    if (!source->hello)
        return;
    ev.hello = (struct ev_hello){.magic = bytes_of(EVENT_MAGIC),
                                 .version = EVENT_VERSION,
                                 .program = bytes_of(source->program),
                                 .host = bytes_of(source->host),
                                 .boot_id = bytes_of(source->boot_id),
                                 .pid = source->engine_pid,
                                 .fds = bytes_of(source->fds),
                                 .argv = {source->argv, source->argv_len},
                                 .ring = source->ring};
    emit(&r, &ev, source->first_time);
    collect_happenings(&r, source);
    emit_output(&r, m, source);
    emit_happenings_until(&r, INT64_MAX);
    if (source->ended) {
        ev = (struct event){.type = EVENT_END};
        ev.end = source->totals;
        ev.end.why = bytes_of(source->why);
        emit(&r, &ev, source->last_time);
    }
    free(r.happenings);
    buf_free(&r.data);
}
