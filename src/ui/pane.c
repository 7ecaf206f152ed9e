/* Words: the anchor is the entry and the row of it that is drawn first. While
 * following, the anchor is computed anew for each drawing, from the end upwards;
 * otherwise it stays, and is only moved when its entry is gone. */
#include "ui/pane.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/linetext.h"
#include "model/search.h"
#include "ui/format.h"
#include "ui/rows.h"
#include "ui/theme.h"

#define WORK_SHARE (64 * 1024) /* bytes of text that a search looks at in one step */

struct anchor {
    uint64_t entry;
    size_t row;
};

struct pane {
    struct model *model;
    struct view *view;
    struct linetext *lt;
    uint64_t stream; /* id; 0: of no single one */
    uint64_t epoch;  /* of the view, when the anchor was set */
    struct anchor anchor;
    bool follow, frozen, pinned, wrap;
    int side;
    enum stamps stamps;
    int rows, cols;  /* of the text, gutter excluded */
    uint64_t behind; /* the last entry that was drawn */
    bool any_drawn;

    struct regex *re; /* of the search; NULL: none */
    struct search *search;
    bool forward;
    enum pane_search state;
    struct found found;
    bool have_found;
};

struct pane *pane_new(struct model *m, struct scope scope, unsigned kinds)
{
    struct pane *p = xcalloc(1, sizeof *p);

    p->model = m;
    p->view = view_new(m, scope, kinds);
    p->lt = linetext_new();
    p->stream = scope.kind == SCOPE_STREAM && scope.stream ? stream_id(scope.stream) : 0;
    p->epoch = view_epoch(p->view);
    p->follow = p->wrap = true;
    p->rows = 10;
    p->cols = 80;
    return p;
}

void pane_free(struct pane *p)
{
    if (!p)
        return;
    search_free(p->search);
    regex_free(p->re);
    view_free(p->view);
    linetext_free(p->lt);
    free(p);
}

struct view *pane_view(const struct pane *p)
{
    return p->view;
}

struct stream *pane_stream(const struct pane *p)
{
    struct stream *s = p->stream ? model_stream(p->model, p->stream) : NULL;

    if (!s)
        for (size_t i = 0; !s && i < view_stream_count(p->view); i++)
            s = view_stream(p->view, i);
    return s;
}

bool pane_covers(const struct pane *p, const struct stream *s)
{
    for (size_t i = 0; i < view_stream_count(p->view); i++)
        if (view_stream(p->view, i) == s)
            return true;
    return false;
}

int64_t pane_last_time(const struct pane *p)
{
    int64_t last = 0;

    for (size_t i = 0; i < view_stream_count(p->view); i++) {
        const struct stream *s = view_stream(p->view, i);
        if (s && stream_last_time(s) > last)
            last = stream_last_time(s);
    }
    return last;
}

bool pane_is_over(const struct pane *p)
{
    for (size_t i = 0; i < view_stream_count(p->view); i++) {
        const struct stream *s = view_stream(p->view, i);
        const struct task *t = s ? stream_task(s) : NULL;
        if (t && (t->state == TASK_RUNNING || t->state == TASK_STOPPED))
            return false;
    }
    return true;
}

/* ---- the anchor ---- */

static size_t rows_of(struct pane *p, uint64_t entry)
{
    struct entry e;

    if (!p->wrap || !view_entry(p->view, entry, &e))
        return 1;
    return rows_count(linetext_render(p->lt, e.stream, &e.line), p->cols, true);
}

static bool is_before(struct anchor a, struct anchor b)
{
    return a.entry < b.entry || (a.entry == b.entry && a.row < b.row);
}

/* One row up; false at the top. */
static bool step_up(struct pane *p, struct anchor *a)
{
    uint64_t before;

    if (a->row > 0) {
        a->row--;
        return true;
    }
    if (!view_prev(p->view, a->entry, &before))
        return false;
    *a = (struct anchor){before, rows_of(p, before) - 1};
    return true;
}

static bool step_down(struct pane *p, struct anchor *a)
{
    uint64_t after;

    if (a->row + 1 < rows_of(p, a->entry)) {
        a->row++;
        return true;
    }
    if (!view_next(p->view, a->entry, &after))
        return false;
    *a = (struct anchor){after, 0};
    return true;
}

/* The anchor with which the last row is at the bottom. */
static bool anchor_at_end(struct pane *p, struct anchor *out)
{
    uint64_t last;

    if (!view_clamp(p->view, UINT64_MAX, &last))
        return false;
    *out = (struct anchor){last, rows_of(p, last) - 1};
    for (int i = 1; i < p->rows && step_up(p, out); i++)
        ;
    return true;
}

static void set_anchor_at_top(struct pane *p)
{
    uint64_t first;

    p->anchor = (struct anchor){0, 0};
    if (view_clamp(p->view, view_first(p->view), &first))
        p->anchor.entry = first;
}

/* Puts the anchor where it can be drawn from. */
static void settle(struct pane *p)
{
    uint64_t entry;

    if (p->epoch != view_epoch(p->view)) {
        p->epoch = view_epoch(p->view);
        p->follow = p->follow || !p->frozen;
        p->have_found = false;
    }
    if (p->follow && !p->frozen && anchor_at_end(p, &p->anchor))
        return;
    if (!view_clamp(p->view, p->anchor.entry, &entry))
        return;
    if (entry != p->anchor.entry)
        p->anchor = (struct anchor){entry, 0};
    size_t rows = rows_of(p, entry);
    if (p->anchor.row >= rows)
        p->anchor.row = rows - 1;
}

/* After a move down: at the end one follows again. */
static void stick(struct pane *p)
{
    struct anchor end;

    if (!anchor_at_end(p, &end) || !is_before(p->anchor, end)) {
        p->follow = true;
        if (!p->frozen)
            p->anchor = end;
    }
}

/* Far jumps go by lines: rows are counted near the place only. */
static void scroll_lines(struct pane *p, int64_t lines)
{
    p->anchor.entry = view_move(p->view, p->anchor.entry, lines, NULL);
    p->anchor.row = 0;
}

void pane_scroll(struct pane *p, int rows)
{
    settle(p);
    if (rows < 0)
        p->follow = false;
    if (!p->wrap)
        scroll_lines(p, rows);
    else
        for (; rows < 0 && step_up(p, &p->anchor); rows++)
            ;
    for (; p->wrap && rows > 0 && step_down(p, &p->anchor); rows--)
        ;
    stick(p);
}

void pane_scroll_page(struct pane *p, int halves)
{
    int page = p->rows > 1 ? p->rows - 1 : 1;

    pane_scroll(p,
                halves % 2 == 0 ? page * (halves / 2) : halves * (p->rows / 2 ? p->rows / 2 : 1));
}

void pane_scroll_side(struct pane *p, int cols)
{
    if (p->wrap)
        return;
    p->side += cols;
    if (p->side < 0)
        p->side = 0;
}

void pane_to_top(struct pane *p)
{
    p->follow = false;
    set_anchor_at_top(p);
    stick(p);
}

void pane_follow(struct pane *p)
{
    p->follow = true;
    p->side = 0;
    if (p->frozen)
        anchor_at_end(p, &p->anchor);
}

bool pane_follows(const struct pane *p)
{
    return p->follow;
}

void pane_freeze(struct pane *p, bool frozen)
{
    settle(p);
    p->frozen = frozen;
}

bool pane_toggle_wrap(struct pane *p)
{
    settle(p);
    p->wrap = !p->wrap;
    p->side = 0;
    p->anchor.row = 0;
    return p->wrap;
}

enum stamps pane_next_stamps(struct pane *p)
{
    p->stamps = (p->stamps + 1) % STAMPS;
    return p->stamps;
}

/* ---- the query ---- */

static void end_search(struct pane *p)
{
    search_free(p->search);
    p->search = NULL;
    if (p->state == PANE_SEARCH_RUNS)
        p->state = PANE_SEARCH_NONE;
}

/* The stream of the line at the top of what is seen. */
static struct stream *stream_here(struct pane *p)
{
    struct entry e;

    settle(p);
    return view_entry(p->view, p->anchor.entry, &e) ? e.stream : pane_stream(p);
}

static bool set_scope(struct pane *p, struct scope scope)
{
    if (scope_equal(scope, view_scope(p->view)))
        return false;
    end_search(p);
    view_set_scope(p->view, scope);
    p->follow = true;
    return true;
}

bool pane_wider(struct pane *p)
{
    return set_scope(p, scope_wider(view_scope(p->view)));
}

bool pane_narrower(struct pane *p)
{
    struct stream *at = p->stream ? model_stream(p->model, p->stream) : NULL;

    if (!at)
        at = stream_here(p);
    return at && set_scope(p, scope_narrower(view_scope(p->view), at));
}

static void set_filter(struct pane *p, struct filter *f)
{
    end_search(p);
    view_set_filter(p->view, f);
}

bool pane_filter(struct pane *p, const char *text, char **cause, size_t *at)
{
    bool exclude = *text == '!';
    struct regex *re;

    if (!*text) {
        set_filter(p, NULL);
        return true;
    }
    re = regex_new(text + exclude, cause, at);
    if (!re) {
        *at += exclude;
        return false;
    }
    regex_free(re);
    struct filter *f = filter_copy(view_filter(p->view));
    if (!filter_add(f, text + exclude, exclude, cause)) {
        filter_free(f);
        *at = 0;
        return false;
    }
    set_filter(p, f);
    return true;
}

bool pane_unfilter(struct pane *p)
{
    const struct filter *now = view_filter(p->view);
    struct filter *f;

    if (!now || filter_count(now) == 0)
        return false;
    f = filter_copy(now);
    filter_pop(f);
    set_filter(p, f);
    return true;
}

/* ---- searching ---- */

static bool start_search(struct pane *p, bool forward)
{
    uint64_t from = p->anchor.entry, next;

    settle(p);
    end_search(p);
    if (view_empty(p->view)) {
        p->state = PANE_SEARCH_NOT_FOUND;
        return true;
    }
    if (p->have_found) {
        from = p->found.entry;
        if (forward ? view_next(p->view, from, &next) : view_prev(p->view, from, &next))
            from = next;
        else
            from = forward ? view_first(p->view) : view_end(p->view);
    } else if (!forward || p->follow)
        from = p->any_drawn ? p->behind : view_end(p->view);
    if (!view_clamp(p->view, from, &from))
        from = view_first(p->view);
    p->search = search_new(p->view, p->re, from, forward, true);
    p->state = PANE_SEARCH_RUNS;
    return true;
}

bool pane_search(struct pane *p, const char *pattern, bool forward, char **cause, size_t *at)
{
    if (*pattern || !p->re) {
        struct regex *re = regex_new(pattern, cause, at);
        if (!re)
            return false;
        end_search(p);
        regex_free(p->re);
        p->re = re;
    }
    p->forward = forward;
    p->have_found = false;
    return start_search(p, forward);
}

bool pane_search_next(struct pane *p, bool same)
{
    return p->re && start_search(p, same ? p->forward : !p->forward);
}

void pane_search_cancel(struct pane *p)
{
    end_search(p);
}

void pane_search_forget(struct pane *p)
{
    end_search(p);
    regex_free(p->re);
    p->re = NULL;
    p->have_found = false;
    p->state = PANE_SEARCH_NONE;
}

enum pane_search pane_search_state(const struct pane *p)
{
    return p->state;
}

bool pane_search_wrapped(const struct pane *p)
{
    return p->state == PANE_SEARCH_FOUND && p->found.wrapped;
}

const char *pane_search_pattern(const struct pane *p)
{
    return p->re ? regex_pattern(p->re) : NULL;
}

/* The row of its line in which the match begins. */
static size_t row_of_match(struct pane *p)
{
    return p->wrap && p->cols > 0 ? p->found.column / (size_t)p->cols : 0;
}

static bool match_is_seen(struct pane *p)
{
    struct anchor at = {p->found.entry, row_of_match(p)}, last = p->anchor;

    for (int i = 1; i < p->rows && step_down(p, &last); i++)
        ;
    return !is_before(at, p->anchor) && !is_before(last, at);
}

/* Shows the match: in place when it is seen, else in the middle. */
static void show_match(struct pane *p)
{
    settle(p);
    if (!match_is_seen(p)) {
        p->anchor = (struct anchor){p->found.entry, row_of_match(p)};
        for (int i = 0; i < p->rows / 2 && step_up(p, &p->anchor); i++)
            ;
        struct anchor end;
        if (anchor_at_end(p, &end) && is_before(end, p->anchor))
            p->anchor = end;
    }
    p->follow = false;
    if (p->wrap)
        return;
    int left = (int)p->found.column, right = left + (int)p->found.columns;
    if (left < p->side || right > p->side + p->cols)
        p->side = right <= p->cols ? 0 : left - p->cols / 4;
}

static bool work_search(struct pane *p)
{
    switch (search_step(p->search, WORK_SHARE, &p->found)) {
    case SEARCH_MORE:
        return true;
    case SEARCH_FOUND:
        p->have_found = true;
        show_match(p);
        end_search(p);
        p->state = PANE_SEARCH_FOUND;
        return false;
    default:
        end_search(p);
        p->state = PANE_SEARCH_NOT_FOUND;
        return false;
    }
}

bool pane_work(struct pane *p, size_t budget)
{
    bool more = view_work(p->view, budget);

    for (size_t done = 0; p->search && done < budget; done += WORK_SHARE)
        if (!work_search(p))
            break;
    return more || p->search;
}

void pane_set_pinned(struct pane *p, bool pinned)
{
    p->pinned = pinned;
}

bool pane_pinned(const struct pane *p)
{
    return p->pinned;
}

/* ---- drawing ---- */

#define ORIGIN_COLS 17

static bool merged(const struct pane *p)
{
    return view_scope(p->view).kind != SCOPE_STREAM;
}

static int stamp_cols(const struct pane *p)
{
    return p->stamps == STAMPS_OFF ? 0 : 13;
}

static int gutter_cols(const struct pane *p, int cols)
{
    int gutter = stamp_cols(p) + (merged(p) ? ORIGIN_COLS : 0);

    return gutter < cols - 10 ? gutter : 0;
}

static void draw_stamp(struct pane *p, struct area a, const struct entry *e)
{
    char text[FORMAT_MAX];
    const struct source *source = stream_task(e->stream)->source;
    struct entry before;
    uint64_t number;

    if (p->stamps == STAMPS_CLOCK)
        format_clock_ms(text, e->line.time);
    else if (p->stamps == STAMPS_SINCE)
        format_span(text, e->line.time - source->first_time);
    else if (view_prev(p->view, e->number, &number) && view_entry(p->view, number, &before))
        format_span(text, e->line.time - before.line.time);
    else
        format_span(text, 0);
    area_textf(a, 0, 0, theme(ROLE_TIME), "%12s", text);
}

/* "name     12345 ▏", in the colour of its task; the bar tells stderr. */
static void draw_origin(struct area a, int col, const struct entry *e)
{
    const struct task *t = stream_task(e->stream);
    char number[24];
    int width = snprintf(number, sizeof number, "%" PRIu64, t->tid);
    struct area name = area_part(a, 0, col, 1, ORIGIN_COLS - 3 - width);

    area_text(name, 0, 0, theme_origin(t->tid), t->comm);
    area_text(a, 0, col + ORIGIN_COLS - 2 - width, theme_origin(t->tid), number);
    if (stream_kind(e->stream) == STREAM_STDERR)
        area_text(a, 0, col + ORIGIN_COLS - 2, theme(ROLE_STDERR), "▏");
}

static int draw_entry(struct pane *p, struct area a, int gutter, const struct entry *e, size_t row)
{
    const struct text *text = linetext_render(p->lt, e->stream, &e->line);
    struct area body = area_part(a, 0, gutter, a.rows, a.cols - gutter);
    bool now = p->have_found && p->found.entry == e->number;
    struct rows_marks marks = {p->re, now, p->found.match};
    struct style base = theme(e->line.kind == LINE_TEXT ? ROLE_TEXT : ROLE_WARN);
    int drawn = rows_draw(text, body, p->wrap, row, p->side, base, &marks);

    if (row == 0 && gutter >= stamp_cols(p) && p->stamps != STAMPS_OFF)
        draw_stamp(p, area_part(a, 0, 0, 1, a.cols), e);
    if (row == 0 && gutter > stamp_cols(p))
        draw_origin(area_part(a, 0, 0, 1, a.cols), stamp_cols(p), e);
    return drawn;
}

bool pane_draw(struct pane *p, struct area a)
{
    int gutter = gutter_cols(p, a.cols), row = 0;
    struct entry e;

    p->rows = a.rows > 0 ? a.rows : 1;
    p->cols = a.cols - gutter > 0 ? a.cols - gutter : 1;
    settle(p);
    p->any_drawn = false;
    if (!view_entry(p->view, p->anchor.entry, &e))
        return false;
    for (size_t skip = p->anchor.row; row < a.rows; skip = 0) {
        uint64_t next;
        row += draw_entry(p, area_part(a, row, 0, a.rows - row, a.cols), gutter, &e, skip);
        p->behind = e.number;
        p->any_drawn = true;
        if (!view_next(p->view, e.number, &next) || !view_entry(p->view, next, &e))
            break;
    }
    return p->any_drawn;
}

uint64_t pane_behind(const struct pane *p)
{
    return p->any_drawn ? view_behind(p->view, p->behind) : 0;
}
