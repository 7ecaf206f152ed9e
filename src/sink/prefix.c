/* Each line is built in `line` first and then put out whole. Names (comm, targets, reasons) come
 * from tracees. Their control characters are always made visible: a newline in a comm could forge a
 * line. The text of a line is changed only with prefix_options.escape. */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include <uthash.h>

#include "base/printable.h"
#include "base/signame.h"
#include "base/xmalloc.h"
#include "sink/lines.h"
#include "sink/sinks.h"

enum { COMM_MAX = 64, TARGET_MAX = 1024, COMMAND_MAX = 200 };

/* The comm of a tid, for events that do not carry it. */
struct name {
    uint64_t tid;
    char comm[COMM_MAX];
    size_t len;
    UT_hash_handle hh;
};

/* The link of an fd of a process, from the latest fd event. */
struct target {
    uint64_t fd;
    char *text;
    size_t len;
    struct target *next;
};

struct process {
    uint64_t pid;
    struct target *targets;
    UT_hash_handle hh;
};

struct prefix {
    struct sink sink;
    struct prefix_options options;
    struct out *out;
    struct lines *lines;
    struct name *names;
    struct process *processes;
    struct buf line;
};

/* ---- names and targets ---- */

static void remember_name(struct prefix *p, uint64_t tid, struct bytes comm)
{
    struct name *name;

    if (comm.len == 0)
        return;
    HASH_FIND(hh, p->names, &tid, sizeof tid, name);
    if (!name) {
        name = xcalloc(1, sizeof *name);
        name->tid = tid;
        HASH_ADD(hh, p->names, tid, sizeof name->tid, name);
    }
    name->len = comm.len < COMM_MAX ? comm.len : COMM_MAX;
    memcpy(name->comm, comm.data, name->len);
}

static struct bytes name_of(const struct prefix *p, uint64_t tid)
{
    struct name *name;

    HASH_FIND(hh, p->names, &tid, sizeof tid, name);
    return name ? (struct bytes){name->comm, name->len} : (struct bytes){0};
}

static void forget_name(struct prefix *p, uint64_t tid)
{
    struct name *name;

    HASH_FIND(hh, p->names, &tid, sizeof tid, name);
    if (!name)
        return;
    HASH_DEL(p->names, name);
    free(name);
}

static struct process *find_process(const struct prefix *p, uint64_t pid)
{
    struct process *process;

    HASH_FIND(hh, p->processes, &pid, sizeof pid, process);
    return process;
}

static struct target *find_target(const struct process *process, uint64_t fd)
{
    struct target *t = process ? process->targets : NULL;

    while (t && t->fd != fd)
        t = t->next;
    return t;
}

static void remember_target(struct prefix *p, const struct ev_fd *fd)
{
    struct process *process = find_process(p, fd->pid);

    if (!process) {
        process = xcalloc(1, sizeof *process);
        process->pid = fd->pid;
        HASH_ADD(hh, p->processes, pid, sizeof process->pid, process);
    }
    struct target *t = find_target(process, fd->fd);
    if (!t) {
        t = xcalloc(1, sizeof *t);
        t->fd = fd->fd;
        t->next = process->targets;
        process->targets = t;
    }
    free(t->text);
    t->len = fd->target.len < TARGET_MAX ? fd->target.len : TARGET_MAX;
    t->text = xmemdup(fd->target.data, t->len);
}

static void forget_process(struct prefix *p, uint64_t pid)
{
    struct process *process = find_process(p, pid);

    if (!process)
        return;
    for (struct target *next, *t = process->targets; t; t = next) {
        next = t->next;
        free(t->text);
        free(t);
    }
    HASH_DEL(p->processes, process);
    free(process);
}

/* ---- building a line ---- */

static void add_name(struct buf *line, struct bytes name)
{
    if (name.len)
        printable_add(line, name, false);
    else
        buf_addc(line, '?');
}

static void add_clock(struct buf *line, enum prefix_time how, int64_t ns)
{
    time_t seconds = (time_t)(ns / 1000000000);
    int micro = (int)(ns % 1000000000 / 1000);
    struct tm tm = {0};

    localtime_r(&seconds, &tm);
    if (how == PREFIX_TIME_EPOCH)
        buf_addf(line, "%lld.%06d ", (long long)seconds, micro);
    else if (how == PREFIX_TIME_MICRO)
        buf_addf(line, "%02d:%02d:%02d.%06d ", tm.tm_hour, tm.tm_min, tm.tm_sec, micro);
    else if (how == PREFIX_TIME_CLOCK)
        buf_addf(line, "%02d:%02d:%02d ", tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* "nginx 815", "nginx 815/817" */
static void add_task(struct buf *line, struct bytes comm, uint64_t pid, uint64_t tid)
{
    add_name(line, comm);
    buf_addf(line, " %" PRIu64, pid);
    if (tid != pid)
        buf_addf(line, "/%" PRIu64, tid);
}

static bool is_err(uint64_t fd, enum event_stream stream)
{
    return stream == STREAM_STDERR || (fd == 2 && stream != STREAM_STDOUT);
}

/* "out", "err", "in", "3", "r3", each with <target> when asked for. Fd 1 is "err" while it leads
 * to stderr, as in a shell's `echo >&2`. */
static void add_fd(const struct prefix *p, struct buf *line, uint64_t pid, uint64_t fd, bool read,
                   enum event_stream stream)
{
    if (read && fd == 0)
        buf_adds(line, "in");
    else if (!read && (fd == 1 || fd == 2))
        buf_adds(line, is_err(fd, stream) ? "err" : "out");
    else
        buf_addf(line, "%s%" PRIu64, read ? "r" : "", fd);
    const struct target *t = find_target(find_process(p, pid), fd);
    if (!p->options.show_target || !t)
        return;
    buf_addc(line, '<');
    printable_add(line, (struct bytes){t->text, t->len}, false);
    buf_addc(line, '>');
}

/* Adds the colour of a process: one that is legible on black and on white. Not red, which stands
 * for errors. */
static void add_color(struct buf *line, uint64_t pid)
{
    static const char codes[] = "25634";

    buf_addf(line, "\033[3%cm", codes[pid % (sizeof codes - 1)]);
}

/* The line without the carriage return of a CRLF. */
static struct bytes without_cr(struct bytes text)
{
    if (text.len && ((const char *)text.data)[text.len - 1] == '\r')
        text.len--;
    return text;
}

static void print_line(void *user, const struct line *l)
{
    struct prefix *p = user;
    const struct prefix_options *o = &p->options;
    struct buf *line = &p->line;

    if (o->wants && !o->wants(o->user, l))
        return;
    buf_clear(line);
    if (o->color)
        add_color(line, l->pid);
    add_clock(line, o->time, l->time);
    add_task(line, l->comm.len ? l->comm : name_of(p, l->tid), l->pid, l->tid);
    buf_addc(line, ' ');
    add_fd(p, line, l->pid, l->fd, l->read, l->stream);
    buf_adds(line, l->whole ? "|" : "+");
    buf_adds(line, o->color ? "\033[0m " : " ");
    if (o->escape)
        printable_add(line, l->whole ? without_cr(l->text) : l->text, true);
    else
        buf_add(line, l->text.data, l->text.len);
    buf_addc(line, '\n');
    out_put(p->out, line->data, line->len);
}

/* ---- lines about other events: begin_remark(), the text, end_remark() ---- */

static struct buf *begin_remark(struct prefix *p, const struct event *ev)
{
    buf_clear(&p->line);
    add_clock(&p->line, p->options.time, ev->time);
    buf_adds(&p->line, "+++ ");
    return &p->line;
}

static struct buf *begin_task_remark(struct prefix *p, const struct event *ev, uint64_t pid,
                                     uint64_t tid)
{
    struct buf *line = begin_remark(p, ev);

    add_task(line, name_of(p, tid), pid, tid);
    return line;
}

static void end_remark(struct prefix *p)
{
    buf_adds(&p->line, " +++\n");
    out_put(p->out, p->line.data, p->line.len);
}

static void add_reason(struct buf *line, struct bytes why)
{
    if (why.len == 0)
        return;
    buf_adds(line, ": ");
    printable_add(line, why, false);
}

static void on_payload(struct prefix *p, const struct event *ev)
{
    const struct ev_write *w = &ev->write;
    bool read = ev->type == EVENT_READ;

    remember_name(p, w->tid, w->comm);
    if (w->data.len || (w->len == 0 && !w->hidden))
        return;
    struct buf *line = begin_task_remark(p, ev, w->pid, w->tid);
    buf_addc(line, ' ');
    add_fd(p, line, w->pid, w->fd, read, w->stream);
    if (w->hidden)
        buf_adds(line, ": typed unseen, not shown");
    else
        buf_addf(line, ": %" PRIu64 " bytes could not be read", w->len);
    end_remark(p);
}

static void on_lost(struct prefix *p, const struct event *ev)
{
    const struct ev_lost *lost = &ev->lost;
    bool read = lost->stream == STREAM_STDIN;

    struct buf *line = begin_task_remark(p, ev, lost->pid, lost->tid);
    buf_addc(line, ' ');
    add_fd(p, line, lost->pid, lost->fd, read, lost->stream);
    buf_addf(line, ": lost %" PRIu64 " bytes of %" PRIu64 " writes", lost->bytes, lost->writes);
    add_reason(line, lost->why);
    end_remark(p);
}

/* Adds arguments with blanks between them, cut to COMMAND_MAX bytes. */
static void add_argv(struct buf *line, struct bytes argv)
{
    struct buf flat = {0};

    buf_add(&flat, argv.data, argv.len);
    for (size_t i = 0; i < flat.len; i++)
        if (flat.data[i] == 0)
            flat.data[i] = ' ';
    while (flat.len && flat.data[flat.len - 1] == ' ')
        flat.len--;
    struct bytes shown = {flat.data, flat.len < COMMAND_MAX ? flat.len : COMMAND_MAX};
    printable_add(line, shown, false);
    if (shown.len < flat.len)
        buf_adds(line, "...");
    buf_free(&flat);
}

static void on_task(struct prefix *p, const struct event *ev)
{
    static const char *const verbs[HOWS] = {
        [HOW_UNKNOWN] = "seen", [HOW_ATTACHED] = "attached", [HOW_SPAWNED] = "started",
        [HOW_FORK] = "forked",  [HOW_VFORK] = "vforked",     [HOW_THREAD] = "thread started",
    };
    const struct ev_task *task = &ev->task;
    bool has_maker = task->parent && task->how >= HOW_FORK;
    bool again = task->how == HOW_UNKNOWN && name_of(p, task->tid).len;

    remember_name(p, task->tid, task->comm);
    if (p->options.quiet || (again && !task->argv.len))
        return;
    struct buf *line = begin_task_remark(p, ev, task->pid, task->tid);
    buf_addf(line, " %s", again ? "is now " : verbs[task->how]);
    if (again)
        add_argv(line, task->argv);
    if (has_maker)
        buf_addf(line, " by %" PRIu64, task->parent);
    end_remark(p);
}

/* Adds the path of the program and its arguments without argv[0], cut to COMMAND_MAX bytes. */
static void add_command(struct buf *line, const struct ev_exec *exec)
{
    struct bytes argv = exec->argv;
    const char *nul = argv.len ? memchr(argv.data, 0, argv.len) : NULL;
    size_t first = nul ? (size_t)(nul - (const char *)argv.data) : argv.len;

    add_name(line, exec->exe.len ? exec->exe : (struct bytes){argv.data, first});
    if (nul)
        add_argv(line, (struct bytes){nul, argv.len - first});
}

static void on_exec(struct prefix *p, const struct event *ev)
{
    const struct ev_exec *exec = &ev->exec;

    if (exec->former)
        forget_name(p, exec->former);
    remember_name(p, exec->tid, exec->comm);
    if (p->options.quiet)
        return;
    struct buf *line = begin_task_remark(p, ev, exec->pid, exec->tid);
    buf_adds(line, " runs ");
    add_command(line, exec);
    end_remark(p);
}

static void print_exit(struct prefix *p, const struct event *ev)
{
    const struct ev_exit *exited = &ev->exit;
    struct buf *line = begin_task_remark(p, ev, exited->pid, exited->tid);
    char name[SIGNAME_MAX];

    if (exited->signal)
        buf_addf(line, " killed by %s%s", signame_of(exited->signal, name),
                 exited->core ? " (core dumped)" : "");
    else
        buf_addf(line, " exited with %" PRId64, exited->code);
    end_remark(p);
}

static void on_exit_event(struct prefix *p, const struct event *ev)
{
    if (!p->options.quiet)
        print_exit(p, ev);
    forget_name(p, ev->exit.tid);
    if (ev->exit.tid == ev->exit.pid)
        forget_process(p, ev->exit.pid);
}

static void on_detached(struct prefix *p, const struct event *ev)
{
    const struct ev_detached *detached = &ev->detached;

    if (!p->options.quiet) {
        struct buf *line = begin_task_remark(p, ev, detached->pid, detached->tid);
        buf_adds(line, " detached");
        add_reason(line, detached->why);
        end_remark(p);
    }
    forget_name(p, detached->tid);
}

static void on_stop(struct prefix *p, const struct event *ev)
{
    char name[SIGNAME_MAX];

    if (p->options.quiet)
        return;
    struct buf *line = begin_task_remark(p, ev, ev->stop.pid, ev->stop.tid);
    if (ev->type == EVENT_CONT)
        buf_adds(line, " continued");
    else
        buf_addf(line, " stopped by %s", signame_of(ev->stop.signal, name));
    end_remark(p);
}

static void on_blocked(struct prefix *p, const struct event *ev)
{
    const struct ev_blocked *blocked = &ev->blocked;

    if (p->options.quiet || blocked->over)
        return;
    struct buf *line = begin_task_remark(p, ev, blocked->pid, blocked->tid);
    buf_addc(line, ' ');
    add_fd(p, line, blocked->pid, blocked->fd, false, STREAM_OTHER);
    buf_adds(line, " blocked");
    if (blocked->reader) {
        buf_adds(line, ", read by ");
        add_task(line, blocked->reader_comm, blocked->reader, blocked->reader);
    }
    if (blocked->why.len) {
        buf_adds(line, ", ");
        printable_add(line, blocked->why, false);
    }
    end_remark(p);
}

static void on_fd(struct prefix *p, const struct event *ev)
{
    remember_target(p, &ev->fd);
}

static void on_note(struct prefix *p, const struct event *ev)
{
    if (p->options.quiet)
        return;
    printable_add(begin_remark(p, ev), ev->note.text, false);
    end_remark(p);
}

static void (*const handlers[EVENT_TYPES])(struct prefix *, const struct event *) = {
    [EVENT_TASK] = on_task,       [EVENT_EXEC] = on_exec,
    [EVENT_EXIT] = on_exit_event, [EVENT_DETACHED] = on_detached,
    [EVENT_STOP] = on_stop,       [EVENT_CONT] = on_stop,
    [EVENT_FD] = on_fd,           [EVENT_WRITE] = on_payload,
    [EVENT_READ] = on_payload,    [EVENT_BLOCKED] = on_blocked,
    [EVENT_LOST] = on_lost,       [EVENT_NOTE] = on_note,
};

static void prefix_event(struct sink *sink, const struct event *ev, struct bytes wire)
{
    struct prefix *p = (struct prefix *)sink;

    (void)wire;
    lines_event(p->lines, ev);
    if (handlers[ev->type])
        handlers[ev->type](p, ev);
}

static int prefix_flush(struct sink *sink)
{
    return out_flush(((struct prefix *)sink)->out);
}

static void prefix_finish(struct sink *sink)
{
    lines_end_all(((struct prefix *)sink)->lines);
}

static void prefix_free(struct sink *sink)
{
    struct prefix *p = (struct prefix *)sink;
    struct process *process, *next_process;
    struct name *name, *next_name;

    HASH_ITER(hh, p->processes, process, next_process)
    {
        forget_process(p, process->pid);
    }
    HASH_ITER(hh, p->names, name, next_name)
    {
        forget_name(p, name->tid);
    }
    lines_free(p->lines);
    buf_free(&p->line);
    free(p);
}

struct sink *sink_prefix_new(struct out *out, const struct prefix_options *options)
{
    struct prefix *p = xcalloc(1, sizeof *p);

    p->sink = (struct sink){prefix_event, prefix_flush, prefix_free, prefix_finish};
    p->options = *options;
    p->out = out;
    p->lines = lines_new(print_line, p);
    return &p->sink;
}
