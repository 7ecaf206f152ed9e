/* Builds the fork tree from events. See tree.h for what a node is.
 *
 * The hash `by_tid` of a source has the latest node of each tid. Older nodes of the same tid are
 * dead and are in the tree alone. All dead nodes are in one of two lists, in the order of their
 * deaths: those that hold output, and the bare ones. Bare nodes are dropped first. */
#include "model/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/internal.h"

#define SECOND 1000000000
#define DEAD_TRIES 64    /* dead nodes that are looked at to find one to drop */
#define ADOPT_TRIES 1024 /* roots that are looked at to find the children of a new process */

/* --- place in the tree --- */

/* The list of siblings that a node is in: its first, its last, its length. */
static struct task **first_sibling(struct task *t)
{
    return t->parent ? &t->parent->first_child : &t->source->first_root;
}

static struct task **last_sibling(struct task *t)
{
    return t->parent ? &t->parent->last_child : &t->source->last_root;
}

static unsigned *sibling_count(struct task *t)
{
    return t->parent ? &t->parent->children : &t->source->root_count;
}

/* Whether the node is one of its parent's `threads`. */
static bool counts_as_thread(const struct task *t)
{
    return t->parent && !t->process && t->state != TASK_DEAD;
}

static void unlink_node(struct task *t)
{
    *(t->prev ? &t->prev->next : first_sibling(t)) = t->next;
    *(t->next ? &t->next->prev : last_sibling(t)) = t->prev;
    --*sibling_count(t);
    if (counts_as_thread(t))
        t->parent->threads--;
    t->next = t->prev = NULL;
}

static void set_depths(struct task *top)
{
    top->depth = top->parent ? top->parent->depth + 1 : 0;
    for (struct task *t = task_next(top, top); t; t = task_next(t, top))
        t->depth = t->parent->depth + 1;
}

/* Makes t a child of parent (NULL: a root), behind the child `after` (NULL: as the first). */
static void link_after(struct task *t, struct task *parent, struct task *after)
{
    t->parent = parent;
    t->prev = after;
    t->next = after ? after->next : *first_sibling(t);
    *(t->prev ? &t->prev->next : first_sibling(t)) = t;
    *(t->next ? &t->next->prev : last_sibling(t)) = t;
    ++*sibling_count(t);
    if (counts_as_thread(t))
        parent->threads++;
    set_depths(t);
}

static void link_last(struct task *t, struct task *parent)
{
    link_after(t, parent, parent ? parent->last_child : t->source->last_root);
}

static void notify_moved(struct model *m, struct task *t)
{
    for (struct watcher *w = m->watchers; w; w = w->next)
        w->task_moved(w->user, t);
}

static void move_node(struct model *m, struct task *t, struct task *parent)
{
    if (t->parent == parent || (parent && task_within(parent, t)))
        return;
    unlink_node(t);
    link_last(t, parent);
    notify_moved(m, t);
}

/* --- making nodes --- */

static struct task *find_latest(struct source *source, uint64_t tid)
{
    struct task *t;

    if (source->hot && source->hot->tid == tid)
        return source->hot;
    HASH_FIND(by_tid, source->by_tid, &tid, sizeof tid, t);
    if (t)
        source->hot = t;
    return t;
}

/* Makes t the latest node of its tid. */
static void set_latest(struct task *t)
{
    struct task *old;

    HASH_FIND(by_tid, t->source->by_tid, &t->tid, sizeof t->tid, old);
    if (old)
        HASH_DELETE(by_tid, t->source->by_tid, old);
    HASH_ADD(by_tid, t->source->by_tid, tid, sizeof t->tid, t);
    t->source->hot = NULL;
}

static void remove_tid(struct task *t)
{
    struct task *latest;

    HASH_FIND(by_tid, t->source->by_tid, &t->tid, sizeof t->tid, latest);
    if (latest == t)
        HASH_DELETE(by_tid, t->source->by_tid, t);
    t->source->hot = NULL;
}

static void count_alive(struct task *t, int by)
{
    t->source->tasks_alive += (unsigned)by;
    if (t->process)
        t->source->processes_alive += (unsigned)by;
}

static struct task *make_node(struct model *m, struct source *source, uint64_t tid, uint64_t pid,
                              struct task *parent)
{
    struct task *t = xcalloc(1, sizeof *t);

    t->id = ++m->last_task_id;
    t->source = source;
    t->tid = tid;
    t->pid = pid;
    t->process = tid == pid;
    t->code = -1;
    t->birth = source->last_time;
    t->birth_order = m->order;
    t->comm = xstrdup("");
    t->argv = xstrdup("");
    t->why = xstrdup("");
    t->blocked.reader_comm = xstrdup("");
    t->blocked.why = xstrdup("");
    HASH_ADD(by_id, m->by_id, id, sizeof t->id, t);
    set_latest(t);
    link_last(t, parent);
    count_alive(t, 1);
    m->tree_generation++;
    return t;
}

static struct task *need_process(struct model *m, struct source *source, uint64_t pid)
{
    struct task *t = find_latest(source, pid);

    return t ? t : make_node(m, source, pid, pid, NULL);
}

struct task *tree_need(struct model *m, struct source *source, uint64_t tid, uint64_t pid)
{
    struct task *t = find_latest(source, tid);

    if (t)
        return t;
    if (pid == 0 || pid == tid)
        return make_node(m, source, tid, tid, NULL);
    return make_node(m, source, tid, pid, need_process(m, source, pid));
}

/* The node that is the parent of a new process. NULL: not known. */
static struct task *parent_process(struct source *source, uint64_t ppid)
{
    struct task *t = ppid ? find_latest(source, ppid) : NULL;

    return t && !t->process ? task_process(t) : t;
}

static struct task *parent_of(struct model *m, struct source *source, uint64_t tid, uint64_t pid,
                              uint64_t ppid)
{
    return tid == pid ? parent_process(source, ppid) : need_process(m, source, pid);
}

/* --- states --- */

static struct dead_list *dead_list_of(struct model *m, const struct task *t)
{
    return t->dead_full ? &m->dead_full : &m->dead_bare;
}

static void dead_push(struct model *m, struct task *t)
{
    struct dead_list *list = dead_list_of(m, t);

    t->dead_prev = list->last;
    t->dead_next = NULL;
    *(list->last ? &list->last->dead_next : &list->first) = t;
    list->last = t;
    t->in_dead = true;
}

static void dead_remove(struct model *m, struct task *t)
{
    struct dead_list *list = dead_list_of(m, t);

    *(t->dead_prev ? &t->dead_prev->dead_next : &list->first) = t->dead_next;
    *(t->dead_next ? &t->dead_next->dead_prev : &list->last) = t->dead_prev;
    t->in_dead = false;
}

static bool holds_output(const struct task *t)
{
    for (unsigned i = 0; i < t->stream_count; i++)
        if (stream_first_line(t->streams[i]) < stream_end_line(t->streams[i]))
            return true;
    return false;
}

void tree_output_changed(struct model *m, struct task *t)
{
    bool full = holds_output(t);

    if (!t->in_dead || full == t->dead_full)
        return;
    dead_remove(m, t);
    t->dead_full = full;
    dead_push(m, t);
}

static void set_state(struct model *m, struct task *t, enum task_state state)
{
    if (task_is_alive(t))
        count_alive(t, -1);
    if (counts_as_thread(t))
        t->parent->threads--;
    t->state = state;
    if (counts_as_thread(t))
        t->parent->threads++;
    if (task_is_alive(t))
        count_alive(t, 1);
    if (state == TASK_DEAD)
        trouble_unblock(m, t);
    m->tree_generation++;
}

static void free_fds(struct task *t)
{
    while (t->fds) {
        struct fd_info *f = t->fds;
        t->fds = f->next;
        free(f->target);
        free(f->reader_comm);
        free(f);
    }
}

static void free_step(struct exec_step *step)
{
    free(step->exe);
    free(step->argv);
}

static void free_node(struct task *t)
{
    rates_drop(&t->source->model->rates, t);
    for (size_t i = 0; i < t->step_count; i++)
        free_step(&t->steps[i]);
    free(t->steps);
    free_fds(t);
    free(t->streams);
    free(t->comm);
    free(t->argv);
    free(t->why);
    free(t->blocked.reader_comm);
    free(t->blocked.why);
    free(t);
}

static void drop_node(struct model *m, struct task *t)
{
    for (struct watcher *w = m->watchers; w; w = w->next)
        w->task_removed(w->user, t);
    while (t->stream_count > 0)
        model_free_stream(m, t->streams[t->stream_count - 1]);
    if (t->in_dead)
        dead_remove(m, t);
    t->source->tasks_dead--;
    remove_tid(t);
    HASH_DELETE(by_id, m->by_id, t);
    unlink_node(t);
    free_node(t);
    m->dropped++;
    m->tree_generation++;
}

/* The first node without children among the longest dead of the list. Nodes with children are moved
 * to the end of the list. NULL: none was found in DEAD_TRIES tries. */
static struct task *dead_leaf(struct model *m, struct dead_list *list)
{
    for (int i = 0; i < DEAD_TRIES && list->first; i++) {
        struct task *t = list->first;
        if (!t->first_child)
            return t;
        dead_remove(m, t);
        dead_push(m, t);
    }
    return NULL;
}

static unsigned count_dead(const struct model *m)
{
    unsigned n = 0;

    for (const struct source *s = m->sources; s; s = s->next)
        n += s->tasks_dead;
    return n;
}

/* Drops the longest dead nodes when there are too many, but not `spare`. */
static void limit_dead(struct model *m, const struct task *spare)
{
    while (count_dead(m) > MODEL_DEAD_MAX) {
        struct task *t = dead_leaf(m, &m->dead_bare);
        if (!t || t == spare)
            t = dead_leaf(m, &m->dead_full);
        if (!t || t == spare)
            return;
        drop_node(m, t);
    }
}

bool tree_forget_output(struct model *m)
{
    struct task *t = m->dead_full.first;

    if (!t)
        return false;
    for (unsigned i = 0; i < t->stream_count; i++) {
        struct stream *s = t->streams[i];
        size_t before = s->memory;
        m->evicted += s->end - stream_first(s);
        m->evicted_lines += s->end_line - stream_first_line(s);
        stream_drop(s);
        budget_update(&m->budget, s, before);
    }
    tree_output_changed(m, t);
    return true;
}

static void mark_dead(struct model *m, struct task *t, int64_t time)
{
    if (t->state == TASK_DEAD)
        return;
    set_state(m, t, TASK_DEAD);
    t->end = time;
    t->end_order = m->order;
    t->source->tasks_dead++;
    t->dead_full = holds_output(t);
    dead_push(m, t);
}

/* The process has died or was detached: so have its threads. Also for execve, which ends all other
 * threads. */
static void end_threads(struct model *m, struct task *process, const struct task *except,
                        int64_t time)
{
    for (struct task *t = process->first_child; t; t = t->next) {
        if (t->process || t == except || t->state == TASK_DEAD)
            continue;
        if (process->state == TASK_DETACHED && task_is_alive(t)) {
            copy_text(&t->why, bytes_of(process->why), MODEL_TEXT_MAX);
            set_state(m, t, TASK_DETACHED);
            t->end = time;
            t->end_order = m->order;
        } else if (process->state != TASK_DETACHED) {
            mark_dead(m, t, time);
        }
    }
}

/* --- events --- */

static void add_step(struct task *t, int64_t time, struct bytes exe, struct bytes argv)
{
    if (t->step_count == MODEL_STEPS_MAX) {
        free_step(&t->steps[0]);
        memmove(t->steps, t->steps + 1, --t->step_count * sizeof *t->steps);
        t->steps_dropped++;
    }
    t->steps = xrealloc(t->steps, (t->step_count + 1) * sizeof *t->steps);
    struct exec_step *step = &t->steps[t->step_count++];
    *step = (struct exec_step){.time = time};
    copy_text(&step->exe, exe, MODEL_ARGV_MAX);
    copy_argv(&step->argv, &step->argv_len, argv);
}

/* Whether the event tells of a new task with the tid of node t. */
static bool is_reuse(const struct task *t, const struct ev_task *e, uint64_t pid)
{
    if (t->state == TASK_DEAD)
        return true;
    if (!t->described)
        return false;
    if (t->pid != pid)
        return true;
    return t->start && e->start && llabs((long long)(t->start - e->start)) > SECOND;
}

/* Takes the fields of a `task` event. A second event about the same task, with HOW_UNKNOWN, brings
 * a new name or command line; the fields that it can't tell stay. */
static void describe(struct task *t, const struct ev_task *e)
{
    bool again = t->described && e->how == HOW_UNKNOWN;

    if (!again) {
        t->ppid = e->parent;
        t->how = e->how;
        t->nspid = e->nspid;
        t->start = e->start;
    }
    t->uid = e->uid;
    copy_text(&t->comm, e->comm, MODEL_TEXT_MAX);
    if (e->argv.data || !t->described)
        copy_argv(&t->argv, &t->argv_len, e->argv);
    if (t->process && t->step_count == 0 && e->argv.len > 0)
        add_step(t, e->start ? e->start : t->birth, bytes_of(""), e->argv);
    t->described = true;
}

static void set_group(struct task *t, uint64_t pid)
{
    if (task_is_alive(t))
        count_alive(t, -1);
    if (counts_as_thread(t))
        t->parent->threads--;
    t->pid = pid;
    t->process = t->tid == pid;
    if (counts_as_thread(t))
        t->parent->threads++;
    if (task_is_alive(t))
        count_alive(t, 1);
}

/* Moves roots below t whose parent t is: their `task` events came before that of t. */
static void adopt_orphans(struct model *m, struct task *t)
{
    struct task *next = t->source->first_root;

    for (int i = 0; i < ADOPT_TRIES && next; i++) {
        struct task *orphan = next;
        next = orphan->next;
        if (orphan != t && orphan->process && orphan->ppid == t->tid && orphan->birth >= t->start)
            move_node(m, orphan, t);
    }
}

void tree_task(struct model *m, struct source *source, const struct event *e)
{
    const struct ev_task *task = &e->task;
    uint64_t pid = task->pid ? task->pid : task->tid;
    struct task *t = find_latest(source, task->tid);

    if (t && is_reuse(t, task, pid)) {
        mark_dead(m, t, e->time);
        t = NULL;
    }
    struct task *parent = parent_of(m, source, task->tid, pid, task->parent);
    if (!t) {
        t = make_node(m, source, task->tid, pid, parent);
    } else {
        if (t->pid != pid)
            set_group(t, pid);
        if (!t->described || !t->parent)
            move_node(m, t, parent == t ? NULL : parent);
    }
    if (!task_is_alive(t))
        set_state(m, t, TASK_RUNNING);
    bool born = !t->described && task->how != HOW_ATTACHED;
    describe(t, task);
    if (t->process && born)
        timeline_mark(m->timeline, t, e->time, TIMELINE_BORN);
    if (t->process)
        adopt_orphans(m, t);
    limit_dead(m, NULL);
    m->tree_generation++;
}

/* Moves what belongs to the process, and not to the thread, to its new leader. */
static void hand_over_process(struct task *from, struct task *to)
{
    free_fds(to);
    to->fds = from->fds;
    to->fd_count = from->fd_count;
    from->fds = NULL;
    from->fd_count = 0;

    struct exec_step *steps = to->steps;
    size_t count = to->step_count;
    to->steps = from->steps;
    to->step_count = from->step_count;
    to->steps_dropped = from->steps_dropped;
    from->steps = steps;
    from->step_count = count;

    to->ppid = from->ppid;
    to->how = from->how;
    to->start = from->start;
    to->nspid = from->nspid;
    to->armed = from->armed;
    to->armed_count = from->armed_count;
    to->described = from->described;
}

/* After execve in a thread that was not the leader: the thread gets the tid and the place of the
 * leader. The old leader becomes a dead thread below it. */
static void take_lead(struct model *m, struct task *old, struct task *by, int64_t time)
{
    struct task *parent = old->parent, *after = old->prev;

    mark_dead(m, old, time);
    remove_tid(by);
    unlink_node(by);
    if (task_is_alive(by))
        count_alive(by, -1);
    by->tid = by->pid = old->pid;
    by->process = true;
    if (task_is_alive(by))
        count_alive(by, 1);
    set_latest(by);
    hand_over_process(old, by);
    old->successor = by->id;
    timeline_replace_task(m->timeline, old, by);
    old->process = false;

    unlink_node(old);
    link_after(by, parent, after);
    link_last(old, by);
    while (old->first_child) {
        struct task *child = old->first_child;
        unlink_node(child);
        link_last(child, by);
    }
    for (struct watcher *w = m->watchers; w; w = w->next)
        w->task_replaced(w->user, old, by);
    notify_moved(m, by);
}

void tree_exec(struct model *m, struct source *source, const struct event *e)
{
    const struct ev_exec *exec = &e->exec;
    struct task *t = tree_need(m, source, exec->tid, exec->pid);
    struct task *former = exec->former ? find_latest(source, exec->former) : NULL;

    if (former && former->parent == t && t->process && former->state != TASK_DEAD) {
        take_lead(m, t, former, e->time);
        t = former;
    }
    timeline_mark(m->timeline, t, e->time, TIMELINE_EXEC);
    end_threads(m, t, NULL, e->time);
    add_step(t, e->time, exec->exe, exec->argv);
    copy_text(&t->comm, exec->comm, MODEL_TEXT_MAX);
    timeline_update_name(m->timeline, t);
    copy_argv(&t->argv, &t->argv_len, exec->argv);
    limit_dead(m, t);
    m->tree_generation++;
}

void tree_exit(struct model *m, struct source *source, const struct event *e)
{
    struct task *t = tree_need(m, source, e->exit.tid, e->exit.pid);

    if (t->state != TASK_DEAD || !t->status_known) {
        t->code = e->exit.code;
        t->signal = e->exit.signal;
        t->core = e->exit.core;
        t->status_known = true;
    }
    if (t->process && t->state != TASK_DEAD)
        timeline_mark(m->timeline, t, e->time,
                      t->signal || t->code ? TIMELINE_FAILED : TIMELINE_ENDED);
    mark_dead(m, t, e->time);
    trouble_note_failure(m, t);
    if (t->process)
        end_threads(m, t, NULL, e->time);
    limit_dead(m, t);
    m->tree_generation++;
}

void tree_detached(struct model *m, struct source *source, const struct event *e)
{
    struct task *t = tree_need(m, source, e->detached.tid, e->detached.pid);

    if (t->state == TASK_DEAD)
        return;
    copy_text(&t->why, e->detached.why, MODEL_TEXT_MAX);
    set_state(m, t, TASK_DETACHED);
    t->end = e->time;
    t->end_order = m->order;
    if (t->process)
        end_threads(m, t, NULL, e->time);
}

void tree_stop(struct model *m, struct source *source, const struct event *e)
{
    struct task *t = tree_need(m, source, e->stop.tid, e->stop.pid);
    bool stopped = e->type == EVENT_STOP;

    if (!task_is_alive(t))
        return;
    t->stop_signal = stopped ? e->stop.signal : 0;
    set_state(m, t, stopped ? TASK_STOPPED : TASK_RUNNING);
}

void tree_armed(struct model *m, struct source *source, const struct event *e)
{
    struct task *t = tree_need(m, source, e->armed.pid, e->armed.pid);

    t->armed = e->time;
    t->armed_count = e->armed.threads;
    m->tree_generation++;
}

void tree_detach_all(struct model *m, struct source *source, const char *why, int64_t time)
{
    for (struct task *t = source->first_root; t; t = task_next(t, NULL)) {
        if (!task_is_alive(t))
            continue;
        copy_text(&t->why, bytes_of(why), MODEL_TEXT_MAX);
        set_state(m, t, TASK_DETACHED);
        t->end = time;
        t->end_order = m->order;
    }
}

void tree_free(struct source *source)
{
    struct task *t = source->first_root;

    HASH_CLEAR(by_tid, source->by_tid);
    while (t) {
        while (t->first_child)
            t = t->first_child;
        struct task *next = t->next ? t->next : t->parent;
        if (t->parent)
            t->parent->first_child = t->next;
        free_node(t);
        t = next;
    }
    source->first_root = source->last_root = NULL;
}
