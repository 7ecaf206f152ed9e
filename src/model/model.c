/* Applies events to the model: a table has one handler for each type of event. The functions that
 * read the model's own fields are here, too. */
#include "model/model.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/clamp.h"
#include "model/internal.h"
#include "model/restore.h"

enum { SHORT_NAME = 24 };

struct model *model_new(size_t budget)
{
    struct model *m = xcalloc(1, sizeof *m);

    m->budget.limit = budget;
    m->timeline = timeline_new();
    return m;
}

static void source_free(struct source *source)
{
    tree_free(source);
    transcripts_free(source);
    free(source->name);
    free(source->program);
    free(source->host);
    free(source->boot_id);
    free(source->fds);
    free(source->argv);
    free(source->why);
    for (size_t i = 0; i < MODEL_REPLIES_MAX; i++)
        free(source->replies[i].text);
    processes_free(&source->processes);
    free(source);
}

void model_free(struct model *m)
{
    if (!m)
        return;
    while (m->newest) {
        struct stream *s = m->newest;
        m->newest = s->older;
        HASH_DEL(m->stream_by_id, s);
        stream_free(s);
    }
    HASH_CLEAR(by_id, m->by_id);
    while (m->sources) {
        struct source *next = m->sources->next;
        source_free(m->sources);
        m->sources = next;
    }
    for (size_t i = 0; i < MODEL_NOTES_MAX; i++)
        free(m->notes[i].text);
    budget_free(&m->budget);
    timeline_free(m->timeline);
    free(m->failures);
    calls_free(&m->calls);
    free(m);
}

/* --- sources --- */

struct source *model_source_add(struct model *m, const char *name)
{
    struct source *source = xcalloc(1, sizeof *source);

    source->index = m->source_count++;
    source->name = xstrdup(name);
    source->model = m;
    source->program = xstrdup("");
    source->host = xstrdup("");
    source->boot_id = xstrdup("");
    source->fds = xstrdup("");
    source->argv = xstrdup("");
    source->why = xstrdup("");
    *(m->last_source ? &m->last_source->next : &m->sources) = source;
    m->last_source = source;
    m->generation++;
    m->tree_generation++;
    return source;
}

static void end_source(struct model *m, struct source *source, struct bytes why)
{
    if (source->ended)
        return;
    source->ended = true;
    copy_text(&source->why, why, MODEL_TEXT_MAX);
    tree_detach_all(m, source, source->why, source->last_time);
    m->generation++;
    m->tree_generation++;
}

void model_source_end(struct model *m, struct source *source, const char *why)
{
    end_source(m, source, bytes_of(why));
}

void model_source_clock(struct model *m, struct source *source, int64_t offset, int64_t error)
{
    source->clock_known = true;
    source->clock_offset = offset;
    source->clock_error = error;
    m->generation++;
    m->tree_generation++;
}

const char *source_label(const struct source *source)
{
    const char *slash = strrchr(source->name, '/');
    const char *name = slash && !strchr(source->name, ' ') ? slash + 1 : source->name;

    return strlen(name) > SHORT_NAME && *source->host ? source->host : name;
}

/* --- events --- */

static void on_hello(struct model *m, struct source *source, const struct event *e)
{
    const struct ev_hello *hello = &e->hello;

    source->hello = true;
    source->version = hello->version;
    source->engine_pid = hello->pid;
    source->ring = hello->ring;
    copy_text(&source->program, hello->program, MODEL_TEXT_MAX);
    copy_text(&source->host, hello->host, MODEL_TEXT_MAX);
    copy_text(&source->boot_id, hello->boot_id, MODEL_TEXT_MAX);
    copy_text(&source->fds, hello->fds, MODEL_TEXT_MAX);
    copy_argv(&source->argv, &source->argv_len, hello->argv);
    m->tree_generation++;
}

/* The process's record of an fd. It is made when there is none. NULL: there are too many. */
static struct fd_info *need_fd(struct task *process, uint64_t fd)
{
    struct fd_info **at = &process->fds;

    while (*at && (*at)->fd < fd)
        at = &(*at)->next;
    if (*at && (*at)->fd == fd)
        return *at;
    if (process->fd_count >= MODEL_FDS_MAX)
        return NULL;
    struct fd_info *f = xcalloc(1, sizeof *f);
    f->fd = fd;
    f->target = xstrdup("");
    f->reader_comm = xstrdup("");
    f->next = *at;
    *at = f;
    process->fd_count++;
    return f;
}

/* The node that has the fds of process `pid`. */
static struct task *need_fd_owner(struct model *m, struct source *source, uint64_t pid)
{
    struct task *t = tree_need(m, source, pid, pid);
    struct task *process = task_process(t);

    return process ? process : t;
}

/* A kind that a newer version sent counts as STREAM_OTHER. */
static enum event_stream checked_kind(enum event_stream kind)
{
    return (unsigned)kind < STREAMS ? kind : STREAM_OTHER;
}

static void on_fd(struct model *m, struct source *source, const struct event *e)
{
    struct task *process = need_fd_owner(m, source, e->fd.pid);
    struct fd_info *f = need_fd(process, e->fd.fd);

    if (!f)
        return;
    copy_text(&f->target, e->fd.target, MODEL_TEXT_MAX);
    copy_text(&f->reader_comm, e->fd.reader_comm, MODEL_TEXT_MAX);
    f->dev = e->fd.dev;
    f->ino = e->fd.ino;
    f->stream = checked_kind(e->fd.stream);
    f->rows = e->fd.rows;
    f->cols = e->fd.cols;
    f->raw = e->fd.raw;
    f->reader = e->fd.reader;
    f->time = e->time;
    transcript_update_fd(process, f);
    m->tree_generation++;
}

static void on_other(struct model *m, struct source *source, const struct event *e)
{
    struct fd_info *f = need_fd(need_fd_owner(m, source, e->other.pid), e->other.fd);

    if (!f)
        return;
    if (e->other.target.data)
        copy_text(&f->target, e->other.target, MODEL_TEXT_MAX);
    f->other_writes += e->other.writes;
    f->other_bytes += e->other.bytes;
    f->time = e->time;
    m->tree_generation++;
}

/* The process of a task; the task itself if its process is not in the tree. */
static struct task *process_or_self(struct task *t)
{
    struct task *process = task_process(t);

    return process ? process : t;
}

static void set_name(struct model *m, struct task *t, struct bytes comm)
{
    if (comm.len > 0 && copy_text(&t->comm, comm, MODEL_TEXT_MAX)) {
        timeline_update_name(m->timeline, t);
        m->tree_generation++;
    }
}

static void count_write(struct model *m, struct source *source, struct task *t,
                        const struct event *e)
{
    const struct ev_write *w = &e->write;
    struct task_count *count = &t->out[checked_kind(w->stream)];
    uint64_t bytes = w->unavailable ? w->len : w->data.len;
    unsigned call = !w->more; /* a call is counted at its last piece */

    count->bytes += bytes;
    count->writes += call;
    source->bytes += bytes;
    source->writes += call;
    if (call)
        t->write_time = time_sum(t->write_time, w->duration);
    t->last_time = e->time;
    t->last_seq = e->seq;
    t->last_order = m->order;
    if (!m->counts_only)
        rates_add(&m->rates, t, e->time, bytes);
    timeline_write(m->timeline, process_or_self(t), e->time, bytes);
    trouble_unblock(m, t);
}

struct moment model_moment(struct model *m, const struct event *e)
{
    const struct ev_write *w = &e->write;
    struct moment when = {.order = m->order, .seq = e->seq, .time = e->time};

    if (e->type == EVENT_LOST)
        return when;
    when.call = calls_pack(&m->calls, w->syscall, w->duration);
    when.size = w->total < UINT32_MAX ? (uint32_t)w->total : UINT32_MAX;
    return when;
}

/* What a mark says is missing. */
struct missing {
    uint64_t bytes, writes;
};

static void add_mark(const struct model *m, struct stream *s, enum line_kind kind,
                     struct missing what, struct moment when)
{
    if (m->counts_only)
        stream_count_mark(s, kind, when);
    else
        stream_mark(s, kind, what.bytes, what.writes, when);
}

static void on_write(struct model *m, struct source *source, const struct event *e)
{
    const struct ev_write *w = &e->write;
    struct task *t = tree_need(m, source, w->tid, w->pid);
    struct stream *s = model_need_stream(m, t, w->fd, checked_kind(w->stream));
    struct moment when = model_moment(m, e);
    size_t before = s->memory;

    set_name(m, t, w->comm);
    count_write(m, source, t, e);
    s->writes += !w->more;
    if (!w->more && w->duration > 0)
        stream_count_time(s, w->duration);
    s->duration = time_sum(s->duration, w->more ? 0 : w->duration);
    if (w->hidden) {
        add_mark(m, s, LINE_HIDDEN, (struct missing){0, 1}, when);
    } else if (w->unavailable) {
        s->unavailable_bytes += w->len;
        add_mark(m, s, LINE_UNAVAILABLE, (struct missing){w->len, !w->more}, when);
        transcript_add_gap(s);
    } else if (m->counts_only) {
        transcript_add_bytes(s, s->end, w->data.len);
        stream_count(s, w->data.data, w->data.len, when);
    } else {
        transcript_add_bytes(s, s->end, w->data.len);
        stream_append(s, w->data.data, w->data.len, when);
    }
    model_stream_fed(m, s, before);
}

static void on_lost(struct model *m, struct source *source, const struct event *e)
{
    const struct ev_lost *lost = &e->lost;
    struct task *t = tree_need(m, source, lost->tid, lost->pid);
    struct stream *s = model_need_stream(m, t, lost->fd, checked_kind(lost->stream));
    struct moment when = {.order = m->order, .seq = e->seq, .time = e->time};
    size_t before = s->memory;

    trouble_unblock(m, t); /* losing output shows that the write has returned */
    t->lost_bytes += lost->bytes;
    t->lost_writes += lost->writes;
    timeline_mark(m->timeline, process_or_self(t), e->time, TIMELINE_LOST);
    source->lost_bytes += lost->bytes;
    source->lost_writes += lost->writes;
    s->lost_bytes += lost->bytes;
    s->lost_writes += lost->writes;
    add_mark(m, s, LINE_LOST, (struct missing){lost->bytes, lost->writes}, when);
    transcript_add_gap(s);
    model_stream_fed(m, s, before);
}

static void on_blocked(struct model *m, struct source *source, const struct event *e)
{
    struct task *t = tree_need(m, source, e->blocked.tid, e->blocked.pid);

    if (e->blocked.over)
        trouble_unblock(m, t);
    else if (t->state != TASK_DEAD)
        trouble_block(m, t, &e->blocked);
}

static void on_note(struct model *m, struct source *source, const struct event *e)
{
    struct note *note = &m->notes[m->note_count % MODEL_NOTES_MAX];

    note->serial = ++m->note_count;
    note->source = source;
    note->pid = e->note.pid;
    note->time = e->time;
    copy_text(&note->text, e->note.text, MODEL_TEXT_MAX);
}

static void on_reply(struct model *m, struct source *source, const struct event *e)
{
    struct reply *reply = &source->replies[source->reply_count++ % MODEL_REPLIES_MAX];

    (void)m;
    processes_end(&source->processes, e->reply.id, e->reply.ok);
    reply->id = e->reply.id;
    reply->ok = e->reply.ok;
    copy_text(&reply->text, e->reply.text, SIZE_MAX - 1);
}

static void on_process(struct model *m, struct source *source, const struct event *e)
{
    (void)m;
    processes_add(&source->processes, e);
}

static void on_end(struct model *m, struct source *source, const struct event *e)
{
    source->clean = true;
    source->totals = e->end;
    source->totals.why = (struct bytes){NULL, 0};
    end_source(m, source, e->end.why);
}

typedef void handler(struct model *m, struct source *source, const struct event *e);

static handler *const handlers[EVENT_TYPES] = {
    [EVENT_HELLO] = on_hello, [EVENT_TASK] = tree_task,     [EVENT_ARMED] = tree_armed,
    [EVENT_EXEC] = tree_exec, [EVENT_EXIT] = tree_exit,     [EVENT_DETACHED] = tree_detached,
    [EVENT_STOP] = tree_stop, [EVENT_CONT] = tree_stop,     [EVENT_FD] = on_fd,
    [EVENT_WRITE] = on_write, [EVENT_READ] = on_write,      [EVENT_BLOCKED] = on_blocked,
    [EVENT_OTHER] = on_other, [EVENT_LOST] = on_lost,       [EVENT_NOTE] = on_note,
    [EVENT_REPLY] = on_reply, [EVENT_PROCESS] = on_process, [EVENT_END] = on_end,
};

/* Applies what output means for the tree: its task, the name of the task, and its stream. */
static void shape_output(struct model *m, struct source *source, const struct event *e)
{
    bool lost = e->type == EVENT_LOST;
    uint64_t tid = lost ? e->lost.tid : e->write.tid, pid = lost ? e->lost.pid : e->write.pid;
    struct task *t = tree_need(m, source, tid, pid);

    model_need_stream(m, t, lost ? e->lost.fd : e->write.fd,
                      checked_kind(lost ? e->lost.stream : e->write.stream));
    if (!lost)
        set_name(m, t, e->write.comm);
    trouble_unblock(m, t);
}

/* Does what is the same for all types of events. */
static void count_event(struct model *m, struct source *source, const struct event *e)
{
    m->generation++;
    source->events++;
    if (e->seq)
        source->last_seq = e->seq;
    if (e->time) {
        source->last_time = e->time;
        if (!source->first_time)
            source->first_time = e->time;
    }
}

void model_apply(struct model *m, struct source *source, const struct event *ev)
{
    struct event room;
    const struct event *e = clamp_times(ev, &room);

    m->order++;
    count_event(m, source, e);
    if ((unsigned)e->type < EVENT_TYPES && handlers[e->type])
        handlers[e->type](m, source, e);
}

void model_shape(struct model *m, struct source *source, const struct event *ev, uint64_t order)
{
    struct event room;
    const struct event *e = clamp_times(ev, &room);
    bool output = e->type == EVENT_WRITE || e->type == EVENT_READ || e->type == EVENT_LOST;

    m->order = order;
    count_event(m, source, e);
    if (output)
        shape_output(m, source, e);
    else if ((unsigned)e->type < EVENT_TYPES && handlers[e->type])
        handlers[e->type](m, source, e);
}

/* --- reading --- */

struct source *model_sources(const struct model *m)
{
    return m->sources;
}

bool model_all_ended(const struct model *m)
{
    bool ended = m->sources != NULL;

    for (const struct source *s = m->sources; s; s = s->next)
        ended = ended && s->ended;
    return ended;
}

struct task *model_task(const struct model *m, uint64_t id)
{
    struct task *t;

    HASH_FIND(by_id, m->by_id, &id, sizeof id, t);
    return t;
}

struct stream *model_stream(const struct model *m, uint64_t id)
{
    struct stream *s;

    HASH_FIND(hh, m->stream_by_id, &id, sizeof id, s);
    return s;
}

struct task *model_find(const struct model *m, const struct source *source, uint64_t tid)
{
    struct task *t;

    (void)m;
    HASH_FIND(by_tid, source->by_tid, &tid, sizeof tid, t);
    return t;
}

static struct task *first_task_from(const struct source *source)
{
    while (source && !source->first_root)
        source = source->next;
    return source ? source->first_root : NULL;
}

struct task *model_first_task(const struct model *m)
{
    return first_task_from(m->sources);
}

struct task *model_next_task(const struct model *m, const struct task *t)
{
    struct task *next = task_next(t, NULL);

    (void)m;
    return next ? next : first_task_from(t->source->next);
}

struct stream *model_recent_stream(const struct model *m)
{
    return m->newest;
}

struct stream *model_next_stream(const struct stream *s)
{
    return s->older;
}

const struct timeline *model_timeline(const struct model *m)
{
    return m->borrowed ? m->borrowed : m->timeline;
}

uint64_t model_generation(const struct model *m)
{
    return m->generation;
}

uint64_t model_tree_generation(const struct model *m)
{
    return m->tree_generation;
}

uint64_t model_output_generation(const struct model *m)
{
    return m->output_generation;
}

void model_totals(const struct model *m, struct model_totals *out)
{
    *out = (struct model_totals){
        .streams = HASH_COUNT(m->stream_by_id),
        .evicted = m->evicted,
        .dropped = m->dropped,
        .memory = m->budget.used,
        .budget = m->budget.limit,
    };
    for (const struct source *s = m->sources; s; s = s->next) {
        out->tasks_alive += s->tasks_alive;
        out->tasks_dead += s->tasks_dead;
        out->processes_alive += s->processes_alive;
        out->bytes += s->bytes;
        out->writes += s->writes;
        out->lost_bytes += s->lost_bytes;
        out->lost_writes += s->lost_writes;
    }
}

uint64_t model_end_note(const struct model *m)
{
    return m->note_count + 1;
}

uint64_t model_first_note(const struct model *m)
{
    return m->note_count > MODEL_NOTES_MAX ? m->note_count - MODEL_NOTES_MAX + 1 : 1;
}

const struct note *model_note(const struct model *m, uint64_t serial)
{
    if (serial < model_first_note(m) || serial >= model_end_note(m))
        return NULL;
    return &m->notes[(serial - 1) % MODEL_NOTES_MAX];
}

const struct reply *source_reply(const struct source *source, uint64_t id)
{
    for (uint64_t back = 1; back <= MODEL_REPLIES_MAX && back <= source->reply_count; back++) {
        const struct reply *reply =
            &source->replies[(source->reply_count - back) % MODEL_REPLIES_MAX];
        if (reply->id == id)
            return reply;
    }
    return NULL;
}
