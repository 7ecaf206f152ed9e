/* The list is a view of all streams with the pattern as its filter: the view does the searching
 * and the merging. The selection and the first visible line are numbers of its entries. */
#include "view/list/results.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/format.h"
#include "base/xmalloc.h"
#include "model/linetext.h"
#include "term/theme.h"
#include "view/gutter.h"
#include "view/layout.h"
#include "view/rows.h"

/* One search, and the place in its list. */
struct query {
    struct view *view; /* NULL: there was no search yet */
    struct regex *re;
    bool open, working, stopped;
    uint64_t at, top; /* entries: the selected one, the first visible one */
};

struct results {
    struct model *model;
    struct query query;
    bool trying;         /* `query` is a preview, see results_try() */
    struct query before; /* comes back when the preview is dropped */
    struct linetext *lt;
    struct rect drawn; /* where the lines are on the screen */
};

struct results *results_new(struct model *m)
{
    struct results *r = xcalloc(1, sizeof *r);

    r->model = m;
    r->lt = linetext_new();
    r->drawn.rows = 10;
    return r;
}

static void query_free(struct query *h)
{
    view_free(h->view);
    regex_free(h->re);
    *h = (struct query){0};
}

void results_free(struct results *r)
{
    if (!r)
        return;
    results_decide(r, false);
    query_free(&r->query);
    linetext_free(r->lt);
    free(r);
}

/* Makes the pattern the view's filter. */
static bool set_pattern(struct results *r, const char *pattern, char **cause, size_t *at)
{
    struct regex *re = regex_new(pattern, cause, at);
    struct filter *f = filter_new();

    if (!re || !filter_add(f, pattern, false, cause)) {
        filter_free(f);
        regex_free(re);
        return false;
    }
    regex_free(r->query.re);
    r->query.re = re;
    if (!r->query.view)
        r->query.view = view_new(r->model, scope_all(), KIND_ALL);
    view_set_marks(r->query.view, false);
    view_set_filter(r->query.view, f);
    r->query.at = r->query.top = 0;
    return true;
}

bool results_search(struct results *r, const char *pattern, char **cause, size_t *at)
{
    *at = 0;
    if (!*pattern && !r->query.view) {
        *cause = xstrdup("there was no search yet");
        return false;
    }
    if (*pattern && !set_pattern(r, pattern, cause, at))
        return false;
    r->query.open = r->query.working = true;
    r->query.stopped = false;
    return true;
}

bool results_try(struct results *r, const char *pattern, char **cause, size_t *at)
{
    struct regex *re = regex_new(pattern, cause, at);

    if (!re)
        return false;
    regex_free(re);
    results_decide(r, false);
    if (!*pattern)
        return true;
    r->trying = true;
    r->before = r->query;
    r->query = (struct query){0};
    return results_search(r, pattern, cause, at);
}

void results_decide(struct results *r, bool keep)
{
    if (!r->trying)
        return;
    r->trying = false;
    if (keep) {
        query_free(&r->before);
        return;
    }
    query_free(&r->query);
    r->query = r->before;
    r->before = (struct query){0};
}

void results_close(struct results *r)
{
    r->query.open = false;
}

bool results_is_open(const struct results *r)
{
    return r->query.open;
}

const char *results_pattern(const struct results *r)
{
    return r->query.view ? regex_pattern(r->query.re) : NULL;
}

bool results_work(struct results *r, size_t budget, bool *changed)
{
    bool was = r->query.working;

    if (!r->query.open || r->query.stopped)
        return false;
    r->query.working = view_work(r->query.view, budget);
    if (was || r->query.working)
        *changed = true;
    return r->query.working;
}

bool results_stop(struct results *r)
{
    bool was = r->query.open && r->query.working && !r->query.stopped;

    r->query.stopped = r->query.stopped || was;
    return was;
}

/* Moves the selection to an entry that is still held. False: there is none. */
static bool clamp_selection(struct results *r)
{
    return r->query.view && view_clamp(r->query.view, r->query.at, &r->query.at);
}

void results_move(struct results *r, int lines)
{
    if (!clamp_selection(r))
        return;
    if (lines == INT_MIN)
        view_clamp(r->query.view, 0, &r->query.at);
    else if (lines == INT_MAX)
        view_clamp(r->query.view, UINT64_MAX, &r->query.at);
    else
        r->query.at = view_move(r->query.view, r->query.at, lines, NULL);
}

void results_page(struct results *r, int halves)
{
    results_move(r, halves * (r->drawn.rows > 1 ? r->drawn.rows / 2 : 1));
}

bool results_choice(const struct results *r, struct place *out)
{
    struct entry e;
    uint64_t at;

    if (!r->query.view || !view_clamp(r->query.view, r->query.at, &at) ||
        !view_entry(r->query.view, at, &e))
        return false;
    *out = place_of(&e);
    return true;
}

bool results_click(struct results *r, int row, int col)
{
    int64_t moved;

    if (!r->query.view || !rect_holds(r->drawn, row, col) || view_empty(r->query.view))
        return false;
    uint64_t to = view_move(r->query.view, r->query.top, row - r->drawn.row, &moved);
    if (moved != row - r->drawn.row)
        return false;
    r->query.at = to;
    return true;
}

/* ---- drawing ---- */

static void scroll_to_selection(struct results *r)
{
    uint64_t lowest;

    if (!clamp_selection(r))
        return;
    if (r->query.at < r->query.top)
        r->query.top = r->query.at;
    view_clamp(r->query.view, r->query.top, &r->query.top);
    lowest = view_move(r->query.view, r->query.at, -(r->drawn.rows - 1), NULL);
    if (r->query.top < lowest)
        r->query.top = lowest;
}

static uint64_t count_lines(const struct results *r)
{
    return view_empty(r->query.view)
               ? 0
               : view_count_behind(r->query.view, view_first(r->query.view)) + 1;
}

/* "12 lines", how much was searched, and on how many lines the pattern gave up. The caller frees
 * it. */
static char *describe_progress(const struct results *r)
{
    char lines[FORMAT_MAX], gave_up[FORMAT_MAX], doubt[FORMAT_MAX + 16] = "";
    uint64_t done, total, n = count_lines(r), unknown = view_gave_up(r->query.view);
    const char *s = n == 1 ? "" : "s";

    format_count(lines, n);
    if (unknown)
        snprintf(doubt, sizeof doubt, ", gave up on %s", format_count(gave_up, unknown));
    view_progress(r->query.view, &done, &total);
    int percent = total ? (int)(100.0 * (double)done / (double)total) : 100;
    if (r->query.stopped)
        return xasprintf("%s line%s, stopped at %d %%%s", lines, s, percent, doubt);
    if (r->query.working && done < total)
        return xasprintf("%s line%s, searched %d %%%s", lines, s, percent, doubt);
    return xasprintf("%s line%s%s", lines, s, doubt);
}

static void draw_head(struct results *r, struct area a)
{
    char *figures = describe_progress(r);
    int at = a.cols - text_width(figures) - 3;

    area_repeat(a, 0, 0, a.cols, 0x2500, theme(ROLE_FOCUS));
    area_textf(area_part(a, 0, 0, 1, at > 20 ? at - 1 : a.cols), 0, 1, theme(ROLE_FOCUS),
               " %s in all streams ", regex_pattern(r->query.re));
    if (at > 20)
        area_textf(a, 0, at, theme(ROLE_STRONG), " %s ", figures);
    free(figures);
}

static void draw_result(struct results *r, struct area a, const struct entry *e)
{
    struct gutter g = {.stamps = STAMPS_CLOCK, .origin = true};
    struct rows_marks marks = {.re = r->query.re};

    gutter_fit(&g, a.cols);
    int cols = gutter_cols(&g);
    gutter_draw(a, &g, r->query.view, e);
    rows_draw(linetext_render(r->lt, e->stream, &e->line), area_part(a, 0, cols, 1, a.cols - cols),
              false, 0, 0, theme(ROLE_TEXT), &marks);
    if (e->number == r->query.at)
        area_restyle(a, 0, 0, a.cols, theme(ROLE_SELECTED));
}

void results_draw(struct results *r, struct area a)
{
    struct area list = area_part(a, 1, 0, a.rows - 1, a.cols);
    struct entry e;
    uint64_t n = 0;

    area_fill(a, theme(ROLE_TEXT));
    draw_head(r, area_part(a, 0, 0, 1, a.cols));
    r->drawn = (struct rect){list.row, list.col, list.rows, list.cols};
    scroll_to_selection(r);
    bool more = view_clamp(r->query.view, r->query.top, &n);
    for (int row = 0; more && row < list.rows; row++, more = view_next(r->query.view, n, &n))
        if (view_entry(r->query.view, n, &e))
            draw_result(r, area_part(list, row, 0, 1, list.cols), &e);
    if (count_lines(r) == 0)
        area_text(list, 1, 1, theme(ROLE_DIM),
                  r->query.working && !r->query.stopped ? "looking ..." : "no line matches");
}
