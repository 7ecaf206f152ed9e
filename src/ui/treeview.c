/* Words: a line is a node that is not hidden below a fold, by the filter or as a
 * thread. The lines are made anew when the tree, the folds or the filter have
 * changed, at the most once a drawing. The selection is a node's id; it goes on
 * as the node's successor, and falls to what stands in its line when it is gone. */
#include "ui/treeview.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/xmalloc.h"
#include "model/regex.h"
#include "ui/format.h"
#include "ui/theme.h"

#define SECOND 1000000000
#define DEPTH_MAX 63 /* levels with guides of their own */

struct tree_line {
    uint64_t id;
    uint64_t guides; /* bit n: a guide runs through at level n */
    unsigned depth;
    bool last;     /* of its brothers */
    bool relative; /* shown for its descendants' sake */
};

/* Bytes of a node over time. */
struct meter {
    uint64_t id;
    uint64_t bytes;
    int64_t since;
    double rate; /* bytes a second */
    UT_hash_handle hh;
};

struct fold {
    uint64_t id;
    UT_hash_handle hh;
};

struct treeview {
    struct model *model;
    struct tree_line *lines;
    size_t count, cap;
    uint64_t generation; /* of the tree, when the lines were made */
    bool stale, frozen;
    bool threads, dead; /* are shown */
    bool follow;
    uint64_t selected;
    size_t selected_line; /* where it was seen last */
    size_t top;
    int rows; /* of the last drawing */
    struct fold *folds;
    struct meter *meters;
    int64_t now;
    struct regex *find, *filter;
    bool forward, exclude;
    char *filter_text;
};

struct treeview *treeview_new(struct model *m)
{
    struct treeview *tv = xcalloc(1, sizeof *tv);

    tv->model = m;
    tv->threads = tv->dead = true;
    tv->stale = true;
    tv->rows = 10;
    return tv;
}

static void unfold_all(struct treeview *tv)
{
    struct fold *f, *next;

    HASH_ITER(hh, tv->folds, f, next)
    {
        HASH_DEL(tv->folds, f);
        free(f);
    }
}

static void forget_meters(struct treeview *tv)
{
    struct meter *m, *next;

    HASH_ITER(hh, tv->meters, m, next)
    {
        HASH_DEL(tv->meters, m);
        free(m);
    }
}

void treeview_free(struct treeview *tv)
{
    if (!tv)
        return;
    unfold_all(tv);
    forget_meters(tv);
    regex_free(tv->find);
    regex_free(tv->filter);
    free(tv->filter_text);
    free(tv->lines);
    free(tv);
}

void treeview_tick(struct treeview *tv, int64_t now)
{
    tv->now = now;
}

void treeview_freeze(struct treeview *tv, bool frozen)
{
    tv->frozen = frozen;
}

/* ---- the lines ---- */

static bool folded(const struct treeview *tv, uint64_t id)
{
    struct fold *f;

    HASH_FIND(hh, tv->folds, &id, sizeof id, f);
    return f != NULL;
}

static void set_fold(struct treeview *tv, uint64_t id, bool fold)
{
    struct fold *f;

    tv->stale = true;
    HASH_FIND(hh, tv->folds, &id, sizeof id, f);
    if (fold == (f != NULL))
        return;
    if (fold) {
        f = xcalloc(1, sizeof *f);
        f->id = id;
        HASH_ADD(hh, tv->folds, id, sizeof f->id, f);
    } else {
        HASH_DEL(tv->folds, f);
        free(f);
    }
}

/* What find and filter look at. To be freed. */
static char *searchable(const struct task *t)
{
    char *command = task_command(t);
    char *text = xasprintf("%" PRIu64 " %s %s", t->tid, t->comm, command);

    free(command);
    return text;
}

static bool matches(struct regex *re, const struct task *t)
{
    char *text = searchable(t);
    bool yes = regex_matches(re, text, strlen(text));

    free(text);
    return yes;
}

static bool passes(struct treeview *tv, const struct task *t)
{
    if (!tv->dead && t->state == TASK_DEAD)
        return false;
    return !tv->filter || matches(tv->filter, t) != tv->exclude;
}

static void add_line(struct treeview *tv, const struct task *t)
{
    if (tv->count == tv->cap) {
        tv->cap = tv->cap ? tv->cap * 2 : 64;
        tv->lines = xrealloc(tv->lines, tv->cap * sizeof *tv->lines);
    }
    unsigned depth = t->depth < DEPTH_MAX ? t->depth : DEPTH_MAX;
    tv->lines[tv->count++] =
        (struct tree_line){.id = t->id, .depth = depth, .relative = !passes(tv, t)};
}

/* The next node that is not below t. */
static struct task *skip_below(const struct treeview *tv, const struct task *t)
{
    const struct task *last = t;

    while (last->last_child)
        last = last->last_child;
    return model_next_task(tv->model, last);
}

/* From the end upwards: relatives that nobody below needs go, the rest moves to the end. */
static void drop_relatives(struct treeview *tv)
{
    size_t to = tv->count;
    unsigned wanted = 0; /* a kept line of this depth needs the relative above it */

    for (size_t i = tv->count; i-- > 0;) {
        struct tree_line *l = tv->lines + i;
        bool needed = wanted > l->depth;

        if (l->relative && !needed)
            continue;
        wanted = l->depth;
        tv->lines[--to] = *l;
    }
    tv->count -= to;
    memmove(tv->lines, tv->lines + to, tv->count * sizeof *tv->lines);
}

static void draw_guides(struct treeview *tv)
{
    uint64_t open = 0; /* levels that go on further down */

    for (size_t i = tv->count; i-- > 0;) {
        struct tree_line *l = tv->lines + i;
        uint64_t bit = (uint64_t)1 << l->depth;

        l->last = !(open & bit);
        l->guides = open & (bit - 1);
        open = l->guides | bit;
    }
}

static void make_lines(struct treeview *tv)
{
    struct task *t = model_first_task(tv->model);

    tv->count = 0;
    while (t) {
        if (t->process || tv->threads || !t->parent)
            add_line(tv, t);
        bool skip = t->first_child && folded(tv, t->id) && !tv->filter;
        t = skip ? skip_below(tv, t) : model_next_task(tv->model, t);
    }
    if (tv->filter || !tv->dead)
        drop_relatives(tv);
    draw_guides(tv);
    tv->generation = model_tree_generation(tv->model);
    tv->stale = false;
}

static bool find_line(const struct treeview *tv, uint64_t id, size_t *out)
{
    if (*out < tv->count && tv->lines[*out].id == id)
        return true;
    for (size_t i = 0; i < tv->count; i++)
        if (tv->lines[i].id == id) {
            *out = i;
            return true;
        }
    return false;
}

static void select_line(struct treeview *tv, size_t i)
{
    if (tv->count == 0)
        return;
    tv->selected_line = i < tv->count ? i : tv->count - 1;
    tv->selected = tv->lines[tv->selected_line].id;
}

/* Keeps the selection on a line that exists. */
static void keep_selection(struct treeview *tv)
{
    const struct task *t = model_task(tv->model, tv->selected);

    for (int hops = 0; t && t->successor && hops < 8; hops++) {
        const struct task *next = model_task(tv->model, t->successor);
        if (!next)
            break;
        t = next;
    }
    for (; t; t = t->parent)
        if (find_line(tv, t->id, &tv->selected_line)) {
            tv->selected = t->id;
            return;
        }
    select_line(tv, tv->selected_line);
}

static void select_active(struct treeview *tv)
{
    struct stream *s = model_recent_stream(tv->model);

    if (s)
        treeview_select(tv, stream_task(s));
}

static void update(struct treeview *tv)
{
    bool changed = tv->generation != model_tree_generation(tv->model);

    if (tv->stale || (changed && !tv->frozen) || (tv->count == 0 && changed)) {
        make_lines(tv);
        keep_selection(tv);
    }
}

struct task *treeview_selected(struct treeview *tv)
{
    update(tv);
    return model_task(tv->model, tv->selected);
}

void treeview_select(struct treeview *tv, const struct task *t)
{
    for (const struct task *up = t->parent; up; up = up->parent)
        if (folded(tv, up->id))
            set_fold(tv, up->id, false);
    update(tv);
    tv->selected = t->id;
    keep_selection(tv);
}

bool treeview_is_folded(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);

    return t && t->first_child && folded(tv, t->id);
}

char *treeview_command(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);

    return t ? task_command(t) : NULL;
}

/* ---- moving ---- */

void treeview_move(struct treeview *tv, int lines)
{
    update(tv);
    tv->follow = false;
    int64_t to = (int64_t)tv->selected_line + lines;
    select_line(tv, to < 0 ? 0 : (size_t)to);
}

void treeview_page(struct treeview *tv, int halves)
{
    int page = tv->rows > 1 ? tv->rows - 1 : 1;

    treeview_move(tv, halves % 2 == 0 ? page * halves / 2 : halves * (tv->rows / 2 + 1));
}

void treeview_to_top(struct treeview *tv)
{
    update(tv);
    tv->follow = false;
    select_line(tv, 0);
}

void treeview_to_end(struct treeview *tv)
{
    update(tv);
    tv->follow = false;
    select_line(tv, tv->count);
}

void treeview_to_parent(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);

    if (t && t->parent)
        treeview_select(tv, t->parent);
}

bool treeview_to_failed(struct treeview *tv)
{
    struct task *start = treeview_selected(tv), *t = start;

    while (t) {
        t = model_next_task(tv->model, t);
        if (!t)
            t = model_first_task(tv->model);
        if (t->process && task_failed(t)) {
            treeview_select(tv, t);
            return true;
        }
        if (t == start)
            break;
    }
    return false;
}

void treeview_left(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);

    if (t && t->first_child && !folded(tv, t->id))
        set_fold(tv, t->id, true);
    else
        treeview_to_parent(tv);
}

void treeview_right(struct treeview *tv)
{
    const struct task *t = treeview_selected(tv);

    if (t && t->first_child && folded(tv, t->id))
        set_fold(tv, t->id, false);
    else if (t && t->first_child)
        treeview_move(tv, 1);
}

void treeview_fold(struct treeview *tv, bool fold)
{
    const struct task *t = treeview_selected(tv);

    if (t && fold && !t->first_child && t->parent) {
        treeview_to_parent(tv);
        t = treeview_selected(tv);
    }
    if (t)
        set_fold(tv, t->id, fold);
}

void treeview_fold_all(struct treeview *tv)
{
    tv->stale = true;
    if (tv->folds) {
        unfold_all(tv);
        return;
    }
    for (const struct task *t = model_first_task(tv->model); t; t = model_next_task(tv->model, t))
        if (t->first_child && t->parent)
            set_fold(tv, t->id, true);
    if (!tv->folds) /* nothing below the roots: fold those */
        for (const struct task *t = model_first_task(tv->model); t;
             t = model_next_task(tv->model, t))
            if (t->first_child)
                set_fold(tv, t->id, true);
}

bool treeview_toggle_threads(struct treeview *tv)
{
    tv->threads = !tv->threads;
    tv->stale = true;
    return tv->threads;
}

bool treeview_toggle_dead(struct treeview *tv)
{
    tv->dead = !tv->dead;
    tv->stale = true;
    return tv->dead;
}

bool treeview_toggle_follow(struct treeview *tv)
{
    tv->follow = !tv->follow;
    return tv->follow;
}

/* ---- finding ---- */

bool treeview_find_next(struct treeview *tv, bool same)
{
    bool forward = tv->forward == same;
    update(tv);
    if (!tv->find || tv->count == 0)
        return false;
    for (size_t n = 1; n <= tv->count; n++) {
        size_t i = (tv->selected_line + (forward ? n : tv->count - n)) % tv->count;
        const struct task *t = model_task(tv->model, tv->lines[i].id);
        if (t && matches(tv->find, t)) {
            select_line(tv, i);
            return true;
        }
    }
    return false;
}

bool treeview_find(struct treeview *tv, const char *pattern, bool forward, bool *found,
                   char **cause, size_t *at)
{
    if (*pattern || !tv->find) {
        struct regex *re = regex_new(pattern, cause, at);
        if (!re)
            return false;
        regex_free(tv->find);
        tv->find = re;
    }
    tv->forward = forward;
    tv->follow = false;
    *found = treeview_find_next(tv, true);
    return true;
}

bool treeview_filter(struct treeview *tv, const char *text, char **cause, size_t *at)
{
    bool exclude = *text == '!';
    struct regex *re = NULL;

    if (text[exclude]) {
        re = regex_new(text + exclude, cause, at);
        if (!re) {
            *at += exclude;
            return false;
        }
    }
    regex_free(tv->filter);
    free(tv->filter_text);
    tv->filter = re;
    tv->filter_text = re ? xstrdup(text) : NULL;
    tv->exclude = exclude;
    tv->stale = true;
    return true;
}

const char *treeview_filter_text(const struct treeview *tv)
{
    return tv->filter_text;
}

bool treeview_click(struct treeview *tv, int row)
{
    size_t i = tv->top + (size_t)row;

    if (row < 0 || i >= tv->count)
        return false;
    bool before = tv->lines[i].id == tv->selected;
    tv->follow = false;
    select_line(tv, i);
    return before;
}

void treeview_wheel(struct treeview *tv, int lines)
{
    treeview_move(tv, lines);
}

/* ---- drawing ---- */

static uint64_t bytes_of_node(const struct treeview *tv, const struct task *t)
{
    uint64_t bytes = 0;
    struct task_sum sum;

    if (t->first_child && folded(tv, t->id)) {
        task_sum(t, &sum);
        for (int i = 0; i < STREAMS; i++)
            bytes += sum.bytes[i];
        return bytes;
    }
    for (int i = 0; i < STREAMS; i++)
        bytes += t->out[i].bytes;
    return bytes;
}

static double rate_of_node(struct treeview *tv, uint64_t id, uint64_t bytes)
{
    struct meter *m;

    HASH_FIND(hh, tv->meters, &id, sizeof id, m);
    if (!m) {
        if (HASH_COUNT(tv->meters) > 4096)
            forget_meters(tv);
        m = xcalloc(1, sizeof *m);
        *m = (struct meter){.id = id, .bytes = bytes, .since = tv->now};
        HASH_ADD(hh, tv->meters, id, sizeof m->id, m);
    }
    int64_t span = tv->now - m->since;
    if (span >= SECOND) {
        m->rate = bytes > m->bytes ? (double)(bytes - m->bytes) * SECOND / (double)span : 0;
        m->bytes = bytes;
        m->since = tv->now;
    }
    return m->rate;
}

static struct style state_style(const struct task *t)
{
    if (t->state == TASK_STOPPED)
        return theme(ROLE_WARN);
    if (task_failed(t))
        return theme(ROLE_BAD);
    return theme(ROLE_DIM);
}

/* The arguments without the directory of the program. To be freed. */
static char *short_command(const struct task *t)
{
    char *command = task_command(t);
    size_t end = strcspn(command, " ");
    size_t start = 0;

    for (size_t i = 0; i < end; i++)
        if (command[i] == '/')
            start = i + 1;
    if (command[0] == '/' && start < end)
        memmove(command, command + start, strlen(command + start) + 1);
    return command;
}

static int draw_line_guides(struct area a, const struct tree_line *l)
{
    struct style style = theme(ROLE_LINE);
    unsigned most = (unsigned)a.cols / 6, skip = l->depth > most ? l->depth - most : 0;
    int col = 0;

    for (unsigned level = 1 + skip; level < l->depth; level++, col += 2)
        if (l->guides & (uint64_t)1 << level)
            area_text(a, 0, col, style, "│");
    if (l->depth > 0) {
        area_text(a, 0, col, style, l->last ? "└─" : "├─");
        col += 2;
    }
    return col;
}

/* The columns at the right: bytes, and how it stands or its rate. Returns the width. */
static int draw_figures(struct treeview *tv, struct area a, const struct task *t)
{
    char text[FORMAT_MAX], number[FORMAT_MAX];
    uint64_t bytes = bytes_of_node(tv, t);
    double rate = rate_of_node(tv, t->id, bytes);
    struct style style = theme(ROLE_DIM);
    int at = a.cols - 1;

    format_state(text, t);
    if (*text)
        style = state_style(t);
    else if (t->blocked.now) {
        snprintf(text, sizeof text, "blocked");
        style = theme(ROLE_WARN);
    } else if (rate >= 1) {
        snprintf(text, sizeof text, "%s/s", format_short(number, (uint64_t)rate));
        style = theme(ROLE_GOOD);
    }
    bool narrow = a.cols < 34;
    if (narrow && !*text && bytes)
        format_short(text, bytes);
    area_text(a, 0, at - text_width(text), style, text);
    if (narrow || bytes == 0)
        return *text ? text_width(text) + 2 : 1;
    int width = text_width(text) > 7 ? text_width(text) : 7;
    format_short(number, bytes);
    area_text(a, 0, at - width - 1 - text_width(number), theme(ROLE_DIM), number);
    return width + text_width(number) + 3;
}

static void draw_name(struct treeview *tv, struct area a, const struct tree_line *l,
                      const struct task *t)
{
    bool left = t->state == TASK_DETACHED && !t->source->ended;
    bool gone = t->state == TASK_DEAD || left || l->relative;
    struct style name = theme(gone || !t->process ? ROLE_DIM : ROLE_TEXT);
    char *command = t->process ? short_command(t) : xstrdup(t->comm);
    int col = area_textf(a, 0, 0, theme(ROLE_DIM), "%" PRIu64 " ", t->tid);

    if (!gone && !t->process)
        name = theme(ROLE_TEXT);
    if (t->first_child && folded(tv, t->id))
        col = area_text(a, 0, col, theme(ROLE_FOCUS), "▸ ");
    if (text_width(command) > a.cols - col && a.cols - col > 1) {
        command[text_fit(command, a.cols - col - 1)] = '\0';
        col = area_text(a, 0, col, name, command);
        area_text(a, 0, col, theme(ROLE_DIM), "…");
    } else
        area_text(a, 0, col, name, command);
    free(command);
}

static void draw_line(struct treeview *tv, struct area a, const struct tree_line *l, bool focused)
{
    const struct task *t = model_task(tv->model, l->id);

    if (!t)
        return;
    int left = draw_line_guides(a, l), right = draw_figures(tv, a, t);
    draw_name(tv, area_part(a, 0, left, 1, a.cols - left - right), l, t);
    if (l->id == tv->selected)
        area_restyle(a, 0, 0, a.cols, theme(focused ? ROLE_SELECTED : ROLE_SELECTED_DIM));
}

static void scroll_to_selection(struct treeview *tv)
{
    size_t rows = (size_t)tv->rows;

    if (tv->selected_line < tv->top)
        tv->top = tv->selected_line;
    if (tv->selected_line >= tv->top + rows)
        tv->top = tv->selected_line - rows + 1;
    if (tv->count <= rows)
        tv->top = 0;
    else if (tv->top > tv->count - rows)
        tv->top = tv->count - rows;
}

void treeview_draw(struct treeview *tv, struct area a, bool focused)
{
    tv->rows = a.rows > 0 ? a.rows : 1;
    if (tv->follow && !tv->frozen)
        select_active(tv);
    update(tv);
    scroll_to_selection(tv);
    for (int row = 0; row < a.rows && tv->top + (size_t)row < tv->count; row++)
        draw_line(tv, area_part(a, row, 0, 1, a.cols), tv->lines + tv->top + row, focused);
}
