/* Each rule has a view of its scope. The view keeps track of which streams are in scope as the tree
 * changes. For NOTICE_MATCH the view has the pattern as its filter, and each settled entry gives a
 * notice. */
#include "model/notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/internal.h"
#include "model/linetext.h"
#include "model/trouble.h"

#define ENTRIES_MAX 65536 /* entries that gave a notice and are still in the view */
#define TOLD_MIN 1024     /* see struct rule, told_limit */

/* A task whose first line on standard error gave a notice. */
struct told {
    uint64_t task; /* id */
    UT_hash_handle hh;
};

struct rule {
    uint64_t number;
    enum notice_kind kind;
    struct view *view;
    uint64_t next;       /* NOTICE_MATCH: number of the view's first entry without a notice */
    uint64_t seen;       /* order of the last event that was looked at */
    struct told *told;   /* NOTICE_STDERR: a hash */
    unsigned told_limit; /* when `told` has so many, those of dropped nodes are removed */
    int64_t silence;     /* NOTICE_SILENCE: ns */
    int64_t since;       /* CLOCK_MONOTONIC ns: when output was last seen, or the rule was made */
    uint64_t last_order; /* of the last output in scope */
    bool silent;         /* the notice of this silence was given */
    bool told_gave_up;   /* NOTICE_GAVE_UP was given */
};

struct notices {
    struct model *model;
    struct linetext *lt;
    struct rule *rules[NOTICE_RULES_MAX];
    size_t count;
    uint64_t last_number;
    struct notice ring[NOTICES_MAX];
    size_t first, pending; /* the oldest notice in the ring, and how many there are */
};

struct notices *notices_new(struct model *m)
{
    struct notices *n = xcalloc(1, sizeof *n);

    n->model = m;
    n->lt = linetext_new();
    return n;
}

static void rule_free(struct rule *r)
{
    struct told *t, *next;

    HASH_ITER(hh, r->told, t, next)
    {
        HASH_DEL(r->told, t);
        free(t);
    }
    view_free(r->view);
    free(r);
}

void notices_free(struct notices *n)
{
    if (!n)
        return;
    for (size_t i = 0; i < n->count; i++)
        rule_free(n->rules[i]);
    linetext_free(n->lt);
    free(n);
}

/* ---- rules ---- */

static struct view *make_view(struct notices *n, const struct notice_rule *rule, char **cause)
{
    struct view *v = view_new(n->model, rule->scope, KIND_ALL);
    struct filter *f;

    if (rule->kind != NOTICE_MATCH)
        return v;
    f = filter_new();
    if (!filter_add(f, rule->pattern, false, cause)) {
        filter_free(f);
        view_free(v);
        return NULL;
    }
    filter_be_sure(f);
    view_set_filter(v, f);
    view_set_marks(v, false);
    if (!rule->all)
        view_skip(v);
    return v;
}

uint64_t notices_watch(struct notices *n, const struct notice_rule *rule, int64_t now, char **cause)
{
    struct view *v;

    if (n->count == NOTICE_RULES_MAX) {
        *cause = xasprintf("there are %d already", NOTICE_RULES_MAX);
        return 0;
    }
    v = make_view(n, rule, cause);
    if (!v)
        return 0;
    struct rule *r = xcalloc(1, sizeof *r);
    *r = (struct rule){.number = ++n->last_number,
                       .kind = rule->kind,
                       .view = v,
                       .next = view_settled(v),
                       .seen = rule->all ? 0 : n->model->order,
                       .silence = rule->silence,
                       .since = now};
    n->rules[n->count++] = r;
    return r->number;
}

size_t notices_unwatch(struct notices *n, struct scope scope)
{
    size_t kept = 0, before = n->count;

    for (size_t i = 0; i < before; i++)
        if (scope_equal(view_scope(n->rules[i]->view), scope))
            rule_free(n->rules[i]);
        else
            n->rules[kept++] = n->rules[i];
    n->count = kept;
    return before - kept;
}

size_t notices_rules(const struct notices *n, struct scope scope)
{
    size_t count = 0;

    for (size_t i = 0; i < n->count; i++)
        count += scope_equal(view_scope(n->rules[i]->view), scope);
    return count;
}

/* ---- notices ---- */

/* A new notice in the ring. When the ring is full, the last notice of the same rule and kind is
 * used again, with a higher count; if there is none, the oldest notice is dropped. */
static struct notice *add_notice(struct notices *n, const struct rule *r, enum notice_kind kind)
{
    struct notice *out = NULL;

    for (size_t i = n->pending; i-- > 0 && !out && n->pending == NOTICES_MAX;) {
        struct notice *old = &n->ring[(n->first + i) % NOTICES_MAX];
        out = old->rule == r->number && old->kind == kind ? old : NULL;
    }
    uint64_t count = out ? out->count : 0;
    if (!out && n->pending == NOTICES_MAX) {
        n->first = (n->first + 1) % NOTICES_MAX;
        n->pending--;
    }
    if (!out)
        out = &n->ring[(n->first + n->pending++) % NOTICES_MAX];
    *out = (struct notice){.rule = r->number, .kind = kind, .count = count + 1};
    return out;
}

static void add_line_notice(struct notices *n, const struct rule *r, const struct stream *s,
                            const struct line *line)
{
    struct notice *out = add_notice(n, r, r->kind);
    struct bytes plain = linetext_plain(n->lt, s, line);
    size_t len = plain.len < NOTICE_TEXT_MAX - 1 ? plain.len : NOTICE_TEXT_MAX - 1;

    out->task = stream_task(s)->id;
    out->fd = stream_fd(s);
    out->time = line->time;
    if (len)
        memcpy(out->text, plain.data, len);
    for (size_t i = 0; i < len; i++)
        if (out->text[i] == '\0')
            out->text[i] = ' ';
    out->text[len] = '\0';
}

bool notices_take(struct notices *n, struct notice *out)
{
    if (n->pending == 0)
        return false;
    *out = n->ring[n->first];
    n->first = (n->first + 1) % NOTICES_MAX;
    n->pending--;
    return true;
}

/* ---- matches ---- */

static void add_match_notices(struct notices *n, struct rule *r)
{
    uint64_t at = r->next;
    struct entry e;

    bool more = view_clamp(r->view, at, &at) && at >= r->next;
    for (; more && at < view_settled(r->view); more = view_next(r->view, at, &at))
        if (view_entry(r->view, at, &e))
            add_line_notice(n, r, e.stream, &e.line);
    r->next = view_settled(r->view);
}

static void add_gave_up_notice(struct notices *n, struct rule *r)
{
    if (r->told_gave_up || view_gave_up(r->view) == 0)
        return;
    struct notice *out = add_notice(n, r, NOTICE_GAVE_UP);
    snprintf(out->text, sizeof out->text, "%s", filter_pattern(view_filter(r->view), 0));
    r->told_gave_up = true;
}

static bool work_on_rule(struct notices *n, struct rule *r, size_t budget)
{
    bool more = view_work(r->view, budget);

    add_match_notices(n, r);
    add_gave_up_notice(n, r);
    if (!more && r->next > ENTRIES_MAX) { /* all have given their notices: free the memory */
        view_skip(r->view);
        r->next = view_settled(r->view);
    }
    return more;
}

void notices_skip(struct notices *n)
{
    for (size_t i = 0; i < n->count; i++) {
        struct rule *r = n->rules[i];
        if (r->kind == NOTICE_MATCH)
            view_skip(r->view);
        r->next = view_settled(r->view);
        r->seen = n->model->order;
    }
    n->pending = 0;
}

bool notices_work(struct notices *n, size_t budget)
{
    bool more = false;

    for (size_t i = 0; i < n->count; i++)
        if (n->rules[i]->kind == NOTICE_MATCH)
            more |= work_on_rule(n, n->rules[i], budget / n->count + 1);
    return more;
}

/* ---- rules that match no lines ---- */

/* Removes tasks from `told` that the model no longer has. */
static void forget_dropped_tasks(struct notices *n, struct rule *r)
{
    struct told *t, *next;

    HASH_ITER(hh, r->told, t, next)
    {
        if (model_task(n->model, t->task))
            continue;
        HASH_DEL(r->told, t);
        free(t);
    }
    r->told_limit = 2 * HASH_COUNT(r->told) + TOLD_MIN;
}

/* Whether the task is new to `told`. It is added then. */
static bool is_first_line(struct notices *n, struct rule *r, uint64_t task)
{
    struct told *t;

    HASH_FIND(hh, r->told, &task, sizeof task, t);
    if (t)
        return false;
    if (HASH_COUNT(r->told) >= r->told_limit)
        forget_dropped_tasks(n, r);
    t = xcalloc(1, sizeof *t);
    t->task = task;
    HASH_ADD(hh, r->told, task, sizeof t->task, t);
    return true;
}

static void check_stderr(struct notices *n, struct rule *r)
{
    struct line line;

    for (struct stream *s = n->model->newest; s && s->last.order > r->seen; s = s->older)
        if (s->kind == STREAM_STDERR && view_has(r->view, s) &&
            stream_line(s, stream_find_order(s, r->seen + 1), &line) &&
            is_first_line(n, r, s->task->id))
            add_line_notice(n, r, s, &line);
    r->seen = n->model->order;
}

/* Whether process t is in scope. The scope of a thread or a stream stands for its process here. */
static bool scope_holds(struct scope scope, const struct task *t)
{
    switch (scope.kind) {
    case SCOPE_STREAM:
        return scope.stream && task_process(scope.stream->task) == task_process(t);
    case SCOPE_THREAD:
    case SCOPE_PROCESS:
        return scope.task && task_process(scope.task) == task_process(t);
    case SCOPE_SUBTREE:
        return scope.task && task_within(t, scope.task);
    case SCOPE_SET:
        return task_set_holds(scope.set, t);
    case SCOPE_SOURCE:
        return t->source == scope.source;
    default:
        return true;
    }
}

/* Failures are in the order of the processes' ends, so the new ones are the last. */
static void check_failures(struct notices *n, struct rule *r)
{
    uint64_t first = model_end_failure(n->model), end = first;
    struct scope scope = view_scope(r->view);

    while (first > model_first_failure(n->model)) {
        const struct task *t = model_failure(n->model, first - 1);
        if (t && t->end_order <= r->seen)
            break;
        first--;
    }
    for (; first < end; first++) {
        const struct task *t = model_failure(n->model, first);
        if (t && scope_holds(scope, t)) {
            struct notice *out = add_notice(n, r, r->kind);
            out->task = t->id;
            out->time = t->end;
        }
    }
    r->seen = n->model->order;
}

/* The stream in scope with the latest output; NULL: none. Sets *any_alive when a task in scope is
 * alive. */
static const struct stream *find_last_output(const struct rule *r, bool *any_alive)
{
    struct scope scope = view_scope(r->view);
    const struct stream *last = NULL;

    *any_alive = scope.task && task_is_alive(scope.task);
    for (size_t i = 0; i < view_stream_count(r->view); i++) {
        const struct stream *s = view_stream(r->view, i);
        if (!s)
            continue;
        *any_alive = *any_alive || task_is_alive(s->task);
        if (!last || s->last.order > last->last.order)
            last = s;
    }
    return last;
}

static void check_silence(struct notices *n, struct rule *r, int64_t now)
{
    bool any_alive;
    const struct stream *last = find_last_output(r, &any_alive);
    uint64_t order = last ? last->last.order : 0;

    if (order != r->last_order) {
        r->last_order = order;
        r->since = now;
        r->silent = false;
    }
    if (!any_alive || r->silent || now - r->since < r->silence)
        return;
    struct scope scope = view_scope(r->view);
    struct notice *out = add_notice(n, r, r->kind);
    out->task = scope.task ? scope.task->id : last ? last->task->id : 0;
    out->time = last ? last->last.time : 0;
    r->silent = true;
}

void notices_tick(struct notices *n, int64_t now)
{
    for (size_t i = 0; i < n->count; i++)
        switch (n->rules[i]->kind) {
        case NOTICE_STDERR:
            check_stderr(n, n->rules[i]);
            break;
        case NOTICE_FAILED:
            check_failures(n, n->rules[i]);
            break;
        case NOTICE_SILENCE:
            check_silence(n, n->rules[i], now);
            break;
        default:
            break;
        }
}
