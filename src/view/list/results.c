/* The list is a view of everything with the pattern as its filter: what is looked
 * at when, in which order and with which budget is the view's affair. The selection
 * is the number of an entry, the top of what is drawn another. */
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

/* What was looked for, and how one looks at it. */
struct hunt {
    struct view *view; /* NULL: nothing was looked for yet */
    struct regex *re;
    bool open, working, stopped;
    uint64_t at, top;
};

struct results {
    struct model *model;
    struct hunt hunt;
    bool trying; /* `before` waits while one types another pattern */
    struct hunt before;
    struct linetext *lt;
    struct rect drawn; /* the lines, on the screen */
};

struct results *results_new(struct model *m)
{
    struct results *r = xcalloc(1, sizeof *r);

    r->model = m;
    r->lt = linetext_new();
    r->drawn.rows = 10;
    return r;
}

static void hunt_end(struct hunt *h)
{
    view_free(h->view);
    regex_free(h->re);
    *h = (struct hunt){0};
}

void results_free(struct results *r)
{
    if (!r)
        return;
    results_decide(r, false);
    hunt_end(&r->hunt);
    linetext_free(r->lt);
    free(r);
}

/* A filter that lets the pattern pass. */
static bool set_pattern(struct results *r, const char *pattern, char **cause, size_t *at)
{
    struct regex *re = regex_new(pattern, cause, at);
    struct filter *f = filter_new();

    if (!re || !filter_add(f, pattern, false, cause)) {
        filter_free(f);
        regex_free(re);
        return false;
    }
    regex_free(r->hunt.re);
    r->hunt.re = re;
    if (!r->hunt.view)
        r->hunt.view = view_new(r->model, scope_all(), KIND_ALL);
    view_set_marks(r->hunt.view, false);
    view_set_filter(r->hunt.view, f);
    r->hunt.at = r->hunt.top = 0;
    return true;
}

bool results_search(struct results *r, const char *pattern, char **cause, size_t *at)
{
    *at = 0;
    if (!*pattern && !r->hunt.view) {
        *cause = xstrdup("nothing was looked for yet");
        return false;
    }
    if (*pattern && !set_pattern(r, pattern, cause, at))
        return false;
    r->hunt.open = r->hunt.working = true;
    r->hunt.stopped = false;
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
    r->before = r->hunt;
    r->hunt = (struct hunt){0};
    return results_search(r, pattern, cause, at);
}

void results_decide(struct results *r, bool keep)
{
    if (!r->trying)
        return;
    r->trying = false;
    if (keep) {
        hunt_end(&r->before);
        return;
    }
    hunt_end(&r->hunt);
    r->hunt = r->before;
    r->before = (struct hunt){0};
}

void results_close(struct results *r)
{
    r->hunt.open = false;
}

bool results_is_open(const struct results *r)
{
    return r->hunt.open;
}

const char *results_pattern(const struct results *r)
{
    return r->hunt.view ? regex_pattern(r->hunt.re) : NULL;
}

bool results_work(struct results *r, size_t budget, bool *changed)
{
    bool was = r->hunt.working;

    if (!r->hunt.open || r->hunt.stopped)
        return false;
    r->hunt.working = view_work(r->hunt.view, budget);
    if (was || r->hunt.working)
        *changed = true;
    return r->hunt.working;
}

bool results_stop(struct results *r)
{
    bool was = r->hunt.open && r->hunt.working && !r->hunt.stopped;

    r->hunt.stopped = r->hunt.stopped || was;
    return was;
}

/* Puts the selection on a line that is there. */
static bool settle(struct results *r)
{
    return r->hunt.view && view_clamp(r->hunt.view, r->hunt.at, &r->hunt.at);
}

void results_move(struct results *r, int lines)
{
    if (!settle(r))
        return;
    if (lines == INT_MIN)
        view_clamp(r->hunt.view, 0, &r->hunt.at);
    else if (lines == INT_MAX)
        view_clamp(r->hunt.view, UINT64_MAX, &r->hunt.at);
    else
        r->hunt.at = view_move(r->hunt.view, r->hunt.at, lines, NULL);
}

void results_page(struct results *r, int halves)
{
    results_move(r, halves * (r->drawn.rows > 1 ? r->drawn.rows / 2 : 1));
}

bool results_choice(const struct results *r, struct place *out)
{
    struct entry e;
    uint64_t at;

    if (!r->hunt.view || !view_clamp(r->hunt.view, r->hunt.at, &at) ||
        !view_entry(r->hunt.view, at, &e))
        return false;
    *out = place_of(&e);
    return true;
}

bool results_click(struct results *r, int row, int col)
{
    int64_t moved;

    if (!r->hunt.view || !rect_holds(r->drawn, row, col) || view_empty(r->hunt.view))
        return false;
    uint64_t to = view_move(r->hunt.view, r->hunt.top, row - r->drawn.row, &moved);
    if (moved != row - r->drawn.row)
        return false;
    r->hunt.at = to;
    return true;
}

/* ---- drawing ---- */

static void scroll_to_selection(struct results *r)
{
    uint64_t lowest;

    if (!settle(r))
        return;
    if (r->hunt.at < r->hunt.top)
        r->hunt.top = r->hunt.at;
    view_clamp(r->hunt.view, r->hunt.top, &r->hunt.top);
    lowest = view_move(r->hunt.view, r->hunt.at, -(r->drawn.rows - 1), NULL);
    if (r->hunt.top < lowest)
        r->hunt.top = lowest;
}

static uint64_t count(const struct results *r)
{
    return view_empty(r->hunt.view) ? 0 : view_behind(r->hunt.view, view_first(r->hunt.view)) + 1;
}

/* "12 lines", how far it has come, and on how many it gave up. To be freed. */
static char *progress(const struct results *r)
{
    char lines[FORMAT_MAX], gave_up[FORMAT_MAX], doubt[FORMAT_MAX + 16] = "";
    uint64_t done, total, n = count(r), unknown = view_gave_up(r->hunt.view);
    const char *s = n == 1 ? "" : "s";

    format_count(lines, n);
    if (unknown)
        snprintf(doubt, sizeof doubt, ", gave up on %s", format_count(gave_up, unknown));
    view_progress(r->hunt.view, &done, &total);
    int percent = total ? (int)(100.0 * (double)done / (double)total) : 100;
    if (r->hunt.stopped)
        return xasprintf("%s line%s, stopped at %d %%%s", lines, s, percent, doubt);
    if (r->hunt.working && done < total)
        return xasprintf("%s line%s, looked at %d %%%s", lines, s, percent, doubt);
    return xasprintf("%s line%s%s", lines, s, doubt);
}

static void draw_head(struct results *r, struct area a)
{
    char *figures = progress(r);
    int at = a.cols - text_width(figures) - 3;

    area_repeat(a, 0, 0, a.cols, 0x2500, theme(ROLE_FOCUS));
    area_textf(area_part(a, 0, 0, 1, at > 20 ? at - 1 : a.cols), 0, 1, theme(ROLE_FOCUS),
               " %s in all streams ", regex_pattern(r->hunt.re));
    if (at > 20)
        area_textf(a, 0, at, theme(ROLE_STRONG), " %s ", figures);
    free(figures);
}

static void draw_result(struct results *r, struct area a, const struct entry *e)
{
    struct gutter g = {.stamps = STAMPS_CLOCK, .origin = true};
    struct rows_marks marks = {.re = r->hunt.re};

    gutter_fit(&g, a.cols);
    int cols = gutter_cols(&g);
    gutter_draw(a, &g, r->hunt.view, e);
    rows_draw(linetext_render(r->lt, e->stream, &e->line), area_part(a, 0, cols, 1, a.cols - cols),
              false, 0, 0, theme(ROLE_TEXT), &marks);
    if (e->number == r->hunt.at)
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
    bool more = view_clamp(r->hunt.view, r->hunt.top, &n);
    for (int row = 0; more && row < list.rows; row++, more = view_next(r->hunt.view, n, &n))
        if (view_entry(r->hunt.view, n, &e))
            draw_result(r, area_part(list, row, 0, 1, list.cols), &e);
    if (count(r) == 0)
        area_text(list, 1, 1, theme(ROLE_DIM),
                  r->hunt.working && !r->hunt.stopped ? "looking ..." : "no line has it");
}
