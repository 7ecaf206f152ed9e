/* The list is a view of everything with the pattern as its filter: what is looked
 * at when, in which order and with which budget is the view's affair. The selection
 * is the number of an entry, the top of what is drawn another. */
#include "ui/results.h"

#include <limits.h>
#include <stdlib.h>

#include "base/xmalloc.h"
#include "model/linetext.h"
#include "ui/format.h"
#include "ui/gutter.h"
#include "ui/layout.h"
#include "ui/rows.h"
#include "ui/theme.h"

struct results {
    struct model *model;
    struct view *view; /* NULL: nothing was looked for yet */
    struct regex *re;
    struct linetext *lt;
    bool open, working, stopped;
    uint64_t at, top;
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

void results_free(struct results *r)
{
    if (!r)
        return;
    view_free(r->view);
    regex_free(r->re);
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
    regex_free(r->re);
    r->re = re;
    if (!r->view)
        r->view = view_new(r->model, scope_all(), KIND_ALL);
    view_set_marks(r->view, false);
    view_set_filter(r->view, f);
    r->at = r->top = 0;
    return true;
}

bool results_search(struct results *r, const char *pattern, char **cause, size_t *at)
{
    *at = 0;
    if (!*pattern && !r->view) {
        *cause = xstrdup("nothing was looked for yet");
        return false;
    }
    if (*pattern && !set_pattern(r, pattern, cause, at))
        return false;
    r->open = r->working = true;
    r->stopped = false;
    return true;
}

void results_close(struct results *r)
{
    r->open = false;
}

bool results_is_open(const struct results *r)
{
    return r->open;
}

const char *results_pattern(const struct results *r)
{
    return r->view ? regex_pattern(r->re) : NULL;
}

bool results_work(struct results *r, size_t budget, bool *changed)
{
    bool was = r->working;

    if (!r->open || r->stopped)
        return false;
    r->working = view_work(r->view, budget);
    if (was || r->working)
        *changed = true;
    return r->working;
}

bool results_stop(struct results *r)
{
    bool was = r->open && r->working && !r->stopped;

    r->stopped = r->stopped || was;
    return was;
}

/* Puts the selection on a line that is there. */
static bool settle(struct results *r)
{
    return r->view && view_clamp(r->view, r->at, &r->at);
}

void results_move(struct results *r, int lines)
{
    if (!settle(r))
        return;
    if (lines == INT_MIN)
        view_clamp(r->view, 0, &r->at);
    else if (lines == INT_MAX)
        view_clamp(r->view, UINT64_MAX, &r->at);
    else
        r->at = view_move(r->view, r->at, lines, NULL);
}

void results_page(struct results *r, int halves)
{
    results_move(r, halves * (r->drawn.rows > 1 ? r->drawn.rows / 2 : 1));
}

bool results_choice(const struct results *r, struct place *out)
{
    struct entry e;
    uint64_t at;

    if (!r->view || !view_clamp(r->view, r->at, &at) || !view_entry(r->view, at, &e))
        return false;
    *out = place_of(&e);
    return true;
}

bool results_click(struct results *r, int row, int col)
{
    int64_t moved;

    if (!r->view || !rect_holds(r->drawn, row, col) || view_empty(r->view))
        return false;
    uint64_t to = view_move(r->view, r->top, row - r->drawn.row, &moved);
    if (moved != row - r->drawn.row)
        return false;
    r->at = to;
    return true;
}

/* ---- drawing ---- */

static void scroll_to_selection(struct results *r)
{
    uint64_t lowest;

    if (!settle(r))
        return;
    if (r->at < r->top)
        r->top = r->at;
    view_clamp(r->view, r->top, &r->top);
    lowest = view_move(r->view, r->at, -(r->drawn.rows - 1), NULL);
    if (r->top < lowest)
        r->top = lowest;
}

static uint64_t count(const struct results *r)
{
    return view_empty(r->view) ? 0 : view_behind(r->view, view_first(r->view)) + 1;
}

/* "12 lines", and how far it has come. To be freed. */
static char *progress(const struct results *r)
{
    char lines[FORMAT_MAX];
    uint64_t done, total, n = count(r);
    const char *s = n == 1 ? "" : "s";

    format_count(lines, n);
    view_progress(r->view, &done, &total);
    int percent = total ? (int)(100.0 * (double)done / (double)total) : 100;
    if (r->stopped)
        return xasprintf("%s line%s, stopped at %d %%", lines, s, percent);
    if (r->working && done < total)
        return xasprintf("%s line%s, looked at %d %%", lines, s, percent);
    return xasprintf("%s line%s", lines, s);
}

static void draw_head(struct results *r, struct area a)
{
    char *figures = progress(r);
    int at = a.cols - text_width(figures) - 3;

    area_repeat(a, 0, 0, a.cols, 0x2500, theme(ROLE_FOCUS));
    area_textf(area_part(a, 0, 0, 1, at > 20 ? at - 1 : a.cols), 0, 1, theme(ROLE_FOCUS),
               " %s in all streams ", regex_pattern(r->re));
    if (at > 20)
        area_textf(a, 0, at, theme(ROLE_STRONG), " %s ", figures);
    free(figures);
}

static void draw_result(struct results *r, struct area a, const struct entry *e)
{
    struct gutter g = {.stamps = STAMPS_CLOCK, .origin = true};
    struct rows_marks marks = {.re = r->re};

    gutter_fit(&g, a.cols);
    int cols = gutter_cols(&g);
    gutter_draw(a, &g, r->view, e);
    rows_draw(linetext_render(r->lt, e->stream, &e->line), area_part(a, 0, cols, 1, a.cols - cols),
              false, 0, 0, theme(ROLE_TEXT), &marks);
    if (e->number == r->at)
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
    bool more = view_clamp(r->view, r->top, &n);
    for (int row = 0; more && row < list.rows; row++, more = view_next(r->view, n, &n))
        if (view_entry(r->view, n, &e))
            draw_result(r, area_part(list, row, 0, 1, list.cols), &e);
    if (count(r) == 0)
        area_text(list, 1, 1, theme(ROLE_DIM),
                  r->working && !r->stopped ? "looking ..." : "no line has it");
}
