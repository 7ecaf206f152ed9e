/* A pane's life, its anchor, moving and drawing. For the words see pane.h and pane-state.h. */
#include "view/pane/pane.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "term/theme.h"
#include "view/pane/hex.h"
#include "view/pane/pane-state.h"
#include "view/pane/replica.h"
#include "view/rows.h"

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

struct pane *pane_copy(const struct pane *p)
{
    struct pane *copy = pane_new(p->model, view_scope(p->view), view_kinds(p->view));

    copy->stream = p->stream;
    copy->wrap = p->wrap;
    copy->stamps = p->stamps;
    copy->form = p->form;
    copy->numbers = p->numbers;
    if (view_filter(p->view))
        view_set_filter(copy->view, filter_copy(view_filter(p->view)));
    view_set_context(copy->view, view_context_before(p->view), view_context_after(p->view));
    copy->epoch = view_epoch(copy->view);
    pane_set_screen(copy, pane_is_screen(p));
    return copy;
}

void pane_free(struct pane *p)
{
    if (!p)
        return;
    pane_decide(p, false);
    search_free(p->search);
    regex_free(p->re);
    replica_free(p->replica);
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
    return view_has(p->view, s);
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
        if (t && task_is_alive(t))
            return false;
    }
    return true;
}

/* ---- the anchor ---- */

static const struct text *text_of(struct pane *p, const struct entry *e)
{
    if (p->form == FORM_ESCAPED)
        return linetext_escape(p->lt, e->stream, &e->line);
    return linetext_render(p->lt, e->stream, &e->line);
}

size_t pane_rows_of(struct pane *p, uint64_t entry)
{
    struct entry e;

    if ((!p->wrap && p->form != FORM_HEX) || !view_entry(p->view, entry, &e))
        return 1;
    if (p->form == FORM_HEX)
        return hex_rows(e.stream, &e.line, p->cols);
    return rows_count(text_of(p, &e), p->cols, true);
}

bool anchor_is_before(struct anchor a, struct anchor b)
{
    return a.entry < b.entry || (a.entry == b.entry && a.row < b.row);
}

bool pane_step_up(struct pane *p, struct anchor *a)
{
    uint64_t before;

    if (a->row > 0) {
        a->row--;
        return true;
    }
    if (!view_prev(p->view, a->entry, &before))
        return false;
    *a = (struct anchor){before, pane_rows_of(p, before) - 1};
    return true;
}

bool pane_step_down(struct pane *p, struct anchor *a)
{
    uint64_t after;

    if (a->row + 1 < pane_rows_of(p, a->entry)) {
        a->row++;
        return true;
    }
    if (!view_next(p->view, a->entry, &after))
        return false;
    *a = (struct anchor){after, 0};
    return true;
}

struct anchor pane_anchor_above(struct pane *p, uint64_t entry)
{
    struct anchor a = {entry, pane_rows_of(p, entry) - 1};

    for (int i = 1; i < p->rows && pane_step_up(p, &a); i++)
        ;
    return a;
}

bool pane_end_anchor(struct pane *p, struct anchor *out)
{
    uint64_t last;

    if (!view_clamp(p->view, UINT64_MAX, &last))
        return false;
    *out = pane_anchor_above(p, last);
    return true;
}

static void set_anchor_at_top(struct pane *p)
{
    uint64_t first;

    p->anchor = (struct anchor){0, 0};
    if (view_clamp(p->view, view_first(p->view), &first))
        p->anchor.entry = first;
}

void pane_settle(struct pane *p)
{
    uint64_t entry;

    if (p->lock.on) {
        pane_settle_locked(p);
        return;
    }
    if (p->epoch != view_epoch(p->view)) {
        p->epoch = view_epoch(p->view);
        p->follow = p->follow || !p->frozen;
        p->have_found = p->chosen.any = false;
    }
    if (p->follow && !p->frozen && pane_end_anchor(p, &p->anchor))
        return;
    if (!view_clamp(p->view, p->anchor.entry, &entry))
        return;
    if (entry != p->anchor.entry)
        p->anchor = (struct anchor){entry, 0};
    size_t rows = pane_rows_of(p, entry);
    if (p->anchor.row >= rows)
        p->anchor.row = rows - 1;
}

void pane_stick(struct pane *p)
{
    struct anchor end;

    if (p->lock.on)
        return;
    if (!pane_end_anchor(p, &end) || !anchor_is_before(p->anchor, end)) {
        p->follow = true;
        if (!p->frozen)
            p->anchor = end;
    }
}

/* Moves by lines. Without wrap each line is one row, so rows need not be counted. */
static void scroll_lines(struct pane *p, int64_t lines)
{
    p->anchor.entry = view_move(p->view, p->anchor.entry, lines, NULL);
    p->anchor.row = 0;
}

void pane_scroll(struct pane *p, int rows)
{
    if (p->replica) {
        replica_scroll(p->replica, rows);
        return;
    }
    pane_settle(p);
    if (p->lock.on) {
        pane_scroll_locked(p, rows);
        return;
    }
    if (rows < 0)
        p->follow = false;
    bool by_lines = !p->wrap && p->form != FORM_HEX;
    if (by_lines)
        scroll_lines(p, rows);
    else
        for (; rows < 0 && pane_step_up(p, &p->anchor); rows++)
            ;
    for (; !by_lines && rows > 0 && pane_step_down(p, &p->anchor); rows--)
        ;
    pane_stick(p);
}

void pane_scroll_page(struct pane *p, int halves)
{
    int page = p->rows > 1 ? p->rows - 1 : 1;

    pane_scroll(p,
                halves % 2 == 0 ? page * (halves / 2) : halves * (p->rows / 2 ? p->rows / 2 : 1));
}

void pane_scroll_side(struct pane *p, int cols)
{
    if (p->replica)
        replica_scroll_side(p->replica, cols);
    if (p->replica || p->wrap)
        return;
    p->side += cols;
    if (p->side < 0)
        p->side = 0;
}

void pane_to_top(struct pane *p)
{
    if (p->replica) {
        replica_to_top(p->replica);
        return;
    }
    pane_remember_spot(p);
    p->follow = false;
    set_anchor_at_top(p);
    pane_move_locked(p, p->anchor.entry);
    pane_stick(p);
}

void pane_follow(struct pane *p)
{
    if (p->replica) {
        replica_follow(p->replica);
        return;
    }
    pane_select_end(p);
    if (!p->follow)
        pane_remember_spot(p);
    p->follow = true;
    p->side = 0;
    if (p->frozen)
        pane_end_anchor(p, &p->anchor);
}

bool pane_follows(const struct pane *p)
{
    return p->replica ? replica_follows(p->replica) : p->follow;
}

void pane_freeze(struct pane *p, bool frozen)
{
    pane_settle(p);
    p->frozen = frozen;
}

void pane_set_look(struct pane *p, const struct pane_look *look)
{
    p->wrap = look->wrap;
    p->numbers = look->numbers;
    p->stamps = look->stamps;
}

bool pane_toggle_wrap(struct pane *p)
{
    pane_settle(p);
    p->wrap = !p->wrap;
    p->side = 0;
    p->anchor.row = 0;
    return p->wrap;
}

bool pane_toggle_numbers(struct pane *p)
{
    p->numbers = !p->numbers;
    return p->numbers;
}

enum form pane_next_form(struct pane *p)
{
    pane_settle(p);
    p->form = (p->form + 1) % FORMS;
    p->side = 0;
    p->anchor.row = 0;
    return p->form;
}

enum form pane_form(const struct pane *p)
{
    return p->form;
}

enum stamps pane_next_stamps(struct pane *p)
{
    p->stamps = (p->stamps + 1) % STAMPS;
    return p->stamps;
}

bool pane_work(struct pane *p, size_t budget)
{
    bool playing = pane_work_screen(p, budget);

    p->working = view_work(p->view, budget);
    budget = budget < PANE_SEARCH_LEAST ? PANE_SEARCH_LEAST : budget;
    while (p->search && budget > 0 && pane_work_search(p, &budget))
        ;
    return p->working || p->search || playing;
}

void pane_set_pinned(struct pane *p, bool pinned)
{
    p->pinned = pinned;
}

bool pane_pinned(const struct pane *p)
{
    return p->pinned;
}

void pane_set_gathers(struct pane *p)
{
    p->gathers = true;
}

bool pane_gathers(const struct pane *p)
{
    return p->gathers;
}

/* ---- drawing ---- */

/* The width of the line numbers. */
static int number_width(const struct pane *p)
{
    const struct stream *s = view_scope(p->view).stream;
    int n = 4;

    if (!s)
        return 6;
    for (uint64_t most = 10000; stream_end_line(s) >= most && n < 12; most *= 10)
        n++;
    return n;
}

/* The gutter in an area of so many columns. */
static struct gutter gutter_of(const struct pane *p, int cols)
{
    struct gutter g = {.digits = p->numbers ? number_width(p) : 0,
                       .stamps = p->stamps,
                       .origin = view_scope(p->view).kind != SCOPE_STREAM};

    gutter_fit(&g, cols);
    return g;
}

static bool is_selected(const struct pane *p, uint64_t entry)
{
    const struct chosen *c = &p->chosen;

    return c->any && (c->from < c->at ? c->from <= entry && entry <= c->at
                                      : c->at <= entry && entry <= c->from);
}

static int draw_entry(struct pane *p, struct area a, const struct gutter *g, const struct entry *e,
                      size_t row)
{
    int gutter = gutter_cols(g);
    struct area body = area_part(a, 0, gutter, a.rows, a.cols - gutter);
    bool now = p->have_found && p->found.entry == e->number;
    struct rows_marks marks = {p->re, now, p->found.match};
    struct style base = theme(e->line.kind != LINE_TEXT     ? ROLE_WARN
                              : view_is_context(p->view, e) ? ROLE_DIM
                                                            : ROLE_TEXT);
    int drawn = p->form == FORM_HEX && e->line.kind == LINE_TEXT
                    ? hex_draw(body, e->stream, &e->line, row)
                    : rows_draw(text_of(p, e), body, p->wrap, row, p->side, base, &marks);

    if (row == 0)
        gutter_draw(area_part(a, 0, 0, 1, a.cols), g, p->view, e);
    if (is_selected(p, e->number))
        for (int i = 0; i < drawn; i++)
            area_restyle(a, i, 0, a.cols, theme(ROLE_SELECTED));
    return drawn;
}

/* Whether this is the line of the instant to which the pane is locked. */
static bool is_locked_line(const struct pane *p, const struct entry *e)
{
    const struct instant *at = &p->lock.at;

    return p->lock.on && stream_id(e->stream) == at->stream && e->line.number == at->line;
}

bool pane_draw(struct pane *p, struct area a)
{
    struct gutter g = gutter_of(p, a.cols);
    int gutter = gutter_cols(&g), row = 0;
    struct entry e;

    p->rows = a.rows > 0 ? a.rows : 1;
    if (p->replica) {
        replica_draw(p->replica, a);
        return true;
    }
    p->cols = a.cols - gutter > 0 ? a.cols - gutter : 1;
    pane_settle(p);
    p->any_drawn = false;
    if ((p->lock.on && p->lock.none) || !view_entry(p->view, p->anchor.entry, &e))
        return false;
    for (size_t skip = p->anchor.row; row < a.rows; skip = 0) {
        uint64_t next;
        int from = row;
        row += draw_entry(p, area_part(a, row, 0, a.rows - row, a.cols), &g, &e, skip);
        p->behind = e.number;
        p->any_drawn = true;
        if (is_locked_line(p, &e))
            for (; from < row; from++)
                area_shade(a, from, 0, a.cols, theme(ROLE_SELECTED_DIM));
        if (p->lock.on && e.number >= p->lock.until)
            break;
        if (!view_next(p->view, e.number, &next) || !view_entry(p->view, next, &e))
            break;
    }
    return p->any_drawn;
}

uint64_t pane_behind(const struct pane *p)
{
    if (p->replica)
        return replica_look(p->replica).below;
    return p->any_drawn ? view_count_behind(p->view, p->behind) : 0;
}

/* ---- copying ---- */

size_t pane_copy_entry(struct pane *p, uint64_t number, struct buf *out)
{
    struct entry e;

    if (!view_entry(p->view, number, &e) || e.line.kind != LINE_TEXT)
        return 0;
    struct bytes plain = linetext_plain(p->lt, e.stream, &e.line);
    buf_add(out, plain.data, plain.len);
    buf_addc(out, '\n');
    return 1;
}

uint64_t pane_current_line(const struct pane *p)
{
    if (p->chosen.any)
        return p->chosen.at;
    bool seen = p->any_drawn && p->found.entry >= p->anchor.entry && p->found.entry <= p->behind;

    if (p->have_found && seen)
        return p->found.entry;
    bool last = p->follow || p->lock.on;
    return last && p->any_drawn ? p->behind : p->anchor.entry;
}

size_t pane_copy_line(struct pane *p, struct buf *out)
{
    if (p->replica)
        return replica_copy_line(p->replica, out);
    return pane_copy_entry(p, pane_current_line(p), out);
}

size_t pane_copy_seen(struct pane *p, struct buf *out)
{
    uint64_t n = p->anchor.entry;
    size_t lines = 0;

    if (p->replica)
        return replica_copy_seen(p->replica, out);
    for (bool more = p->any_drawn; more && n <= p->behind; more = view_next(p->view, n, &n))
        lines += pane_copy_entry(p, n, out);
    return lines;
}
