/* Scope and filter of a pane, the search in it, and its marks: places to which the user can
 * return. */
#include "view/pane/pane.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "view/pane/pane-state.h"

/* ---- the query ---- */

void pane_end_search(struct pane *p)
{
    search_free(p->search);
    p->search = NULL;
    if (p->state == PANE_SEARCH_RUNS)
        p->state = PANE_SEARCH_NONE;
}

/* The stream of the line at the top of the pane. */
static struct stream *stream_at_top(struct pane *p)
{
    struct entry e;

    pane_settle(p);
    return view_entry(p->view, p->anchor.entry, &e) ? e.stream : pane_stream(p);
}

static bool set_scope(struct pane *p, struct scope scope)
{
    if (scope_equal(scope, view_scope(p->view)))
        return false;
    pane_end_search(p);
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
        at = stream_at_top(p);
    return at && set_scope(p, scope_narrower(view_scope(p->view), at));
}

static void set_filter(struct pane *p, struct filter *f)
{
    pane_end_search(p);
    view_set_filter(p->view, f);
}

bool pane_make_filter(const struct view *v, const char *text, struct filter **out, char **cause,
                      size_t *at)
{
    bool exclude = *text == '!';
    struct regex *re = regex_new(text + exclude, cause, at);

    if (!re) {
        *at += exclude;
        return false;
    }
    regex_free(re);
    *out = filter_copy(view_filter(v));
    if (filter_add(*out, text + exclude, exclude, cause))
        return true;
    filter_free(*out);
    *at = 0;
    return false;
}

bool pane_filter(struct pane *p, const char *text, char **cause, size_t *at)
{
    struct filter *f = NULL;

    if (*text && !pane_make_filter(p->view, text, &f, cause, at))
        return false;
    set_filter(p, f);
    return true;
}

void pane_set_context(struct pane *p, unsigned before, unsigned after)
{
    pane_end_search(p);
    view_set_context(p->view, before, after);
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

void pane_start_search(struct pane *p, bool forward)
{
    uint64_t from = p->anchor.entry, next, done;

    pane_settle(p);
    pane_end_search(p);
    view_progress(p->view, &done, &p->search_goal);
    if (view_empty(p->view) && done >= p->search_goal) {
        p->state = PANE_SEARCH_NOT_FOUND;
        return;
    }
    if (p->have_found) {
        from = p->found.entry;
        if (forward ? view_next(p->view, from, &next) : view_prev(p->view, from, &next))
            from = next;
        else
            from = forward ? view_first(p->view) : view_end(p->view);
    } else if (!forward || p->follow || p->lock.on)
        from = p->any_drawn ? p->behind : view_end(p->view);
    if (!view_clamp(p->view, from, &from))
        from = view_first(p->view);
    p->search = search_new(p->view, p->re, from, forward, true);
    p->search_from = from;
    p->search_gave_up = 0;
    p->search_forward = forward;
    p->state = PANE_SEARCH_RUNS;
    pane_remember_spot(p);
}

bool pane_search(struct pane *p, const char *pattern, bool forward, char **cause, size_t *at)
{
    if (*pattern || !p->re) {
        struct regex *re = regex_new(pattern, cause, at);
        if (!re)
            return false;
        pane_end_search(p);
        regex_free(p->re);
        p->re = re;
    }
    p->forward = forward;
    p->have_found = false;
    pane_start_search(p, forward);
    return true;
}

bool pane_search_next(struct pane *p, bool same)
{
    if (p->re)
        pane_start_search(p, same ? p->forward : !p->forward);
    return p->re != NULL;
}

void pane_search_cancel(struct pane *p)
{
    pane_end_search(p);
}

void pane_search_forget(struct pane *p)
{
    pane_end_search(p);
    regex_free(p->re);
    p->re = NULL;
    p->have_found = false;
    p->state = PANE_SEARCH_NONE;
}

enum pane_search pane_search_state(const struct pane *p)
{
    return p->state;
}

uint64_t pane_search_gave_up(const struct pane *p)
{
    return p->search_gave_up;
}

bool pane_search_wrapped(const struct pane *p)
{
    return p->state == PANE_SEARCH_FOUND && p->found.wrapped;
}

const char *pane_search_pattern(const struct pane *p)
{
    return p->re ? regex_pattern(p->re) : NULL;
}

/* The row, within its line, in which the match begins. */
static size_t row_of_match(struct pane *p)
{
    bool rows = p->wrap && p->form == FORM_TEXT;

    return rows && p->cols > 0 ? p->found.column / (size_t)p->cols : 0;
}

static bool match_is_seen(struct pane *p)
{
    struct anchor at = {p->found.entry, row_of_match(p)}, last = p->anchor;

    for (int i = 1; i < p->rows && pane_step_down(p, &last); i++)
        ;
    return !anchor_is_before(at, p->anchor) && !anchor_is_before(last, at);
}

/* Makes the match visible: scrolls only when it is not, and then to the middle of the pane. */
static void show_match(struct pane *p)
{
    pane_settle(p);
    pane_move_locked(p, p->found.entry);
    if (!p->lock.on && !match_is_seen(p)) {
        p->anchor = (struct anchor){p->found.entry, row_of_match(p)};
        for (int i = 0; i < p->rows / 2 && pane_step_up(p, &p->anchor); i++)
            ;
        struct anchor end;
        if (pane_end_anchor(p, &end) && anchor_is_before(end, p->anchor))
            p->anchor = end;
    }
    p->follow = false;
    if (p->wrap)
        return;
    int left = (int)p->found.column, right = left + (int)p->found.columns;
    if (left < p->side || right > p->side + p->cols)
        p->side = right <= p->cols ? 0 : left - p->cols / 4;
}

/* Nothing was found. If the view has not yet taken in all lines that there were when the search
 * began, the search begins again. False: it has. */
static bool restart_search(struct pane *p)
{
    uint64_t done, total;

    view_progress(p->view, &done, &total);
    if (!p->working || done >= p->search_goal)
        return false;
    search_free(p->search);
    p->search = search_new(p->view, p->re, p->search_from, p->search_forward, true);
    return true;
}

bool pane_work_search(struct pane *p, size_t *budget)
{
    enum search_result result = search_step(p->search, *budget, &p->found);
    size_t spent = search_spent(p->search);

    *budget -= spent < *budget ? spent : *budget;
    p->search_gave_up = search_gave_up(p->search);
    switch (result) {
    case SEARCH_MORE:
        return true;
    case SEARCH_FOUND:
        p->have_found = true;
        p->chosen.at = p->found.entry;
        show_match(p);
        pane_end_search(p);
        p->state = PANE_SEARCH_FOUND;
        return false;
    default:
        if (restart_search(p))
            return false;
        pane_end_search(p);
        p->state = PANE_SEARCH_NOT_FOUND;
        return false;
    }
}

/* ---- places ---- */

struct place place_of(const struct entry *e)
{
    return (struct place){stream_id(e->stream), e->line.number, e->line.order};
}

static bool is_place(const struct entry *e, const struct place *place)
{
    return stream_id(e->stream) == place->stream && e->line.number == place->line;
}

/* The entry of the line `place`. *exact: the view has that line; else the result is the next entry.
 * False: the view is empty. Lines of one write share an order, so their numbers are compared. */
static bool find_place(struct pane *p, const struct place *place, struct entry *out, bool *exact)
{
    uint64_t first = view_find_order(p->view, place->order), n;

    *exact = false;
    if (!view_clamp(p->view, first, &first))
        return false;
    n = first;
    for (bool more = true; more; more = view_next(p->view, n, &n)) {
        if (!view_entry(p->view, n, out) || out->line.order > place->order)
            break;
        if ((*exact = is_place(out, place)))
            return true;
    }
    return view_entry(p->view, first, out);
}

static bool find_match(struct pane *p, const struct entry *e, struct regex *re, struct found *out)
{
    struct bytes plain = linetext_plain(p->lt, e->stream, &e->line);
    struct match match = {0};

    *out = (struct found){.entry = e->number};
    if (regex_find(re, plain.data, plain.len, 0, &match) != REGEX_YES)
        return false;
    const struct text *text = linetext_render(p->lt, e->stream, &e->line);
    out->match = match;
    out->column = text_column(text, match.start);
    out->columns = text_column(text, match.end) - out->column;
    return true;
}

bool pane_show_match(struct pane *p, const struct place *place, const char *pattern)
{
    struct found found;
    struct entry e;
    bool exact;
    char *cause;

    if (!find_place(p, place, &e, &exact) || !exact)
        return false;
    struct regex *re = regex_new(pattern, &cause, NULL);
    if (!re) {
        free(cause);
        return false;
    }
    pane_set_screen(p, false);
    pane_remember_spot(p);
    pane_end_search(p);
    regex_free(p->re);
    p->re = re;
    p->forward = true;
    p->have_found = find_match(p, &e, re, &found);
    p->found = found;
    p->state = PANE_SEARCH_FOUND;
    show_match(p);
    return true;
}

static struct spot spot_at_top(struct pane *p)
{
    struct spot spot = {.follow = p->follow};
    struct entry e;

    pane_settle(p);
    spot.set = view_entry(p->view, p->anchor.entry, &e);
    if (spot.set) {
        spot.place = place_of(&e);
        spot.time = e.line.time;
    }
    return spot;
}

void pane_remember_spot(struct pane *p)
{
    struct spot spot = spot_at_top(p);

    if (spot.set)
        p->before = spot;
}

static struct spot *spot_of(struct pane *p, char letter)
{
    if (letter >= 'a' && letter <= 'z')
        return p->marks + (letter - 'a');
    if (letter >= 'A' && letter <= 'Z')
        return p->marks + 26 + (letter - 'A');
    return NULL;
}

bool pane_mark(struct pane *p, char letter)
{
    struct spot *spot = spot_of(p, letter);

    if (!spot)
        return false;
    *spot = spot_at_top(p);
    spot->follow = false;
    p->last_mark = letter;
    return true;
}

/* Measures the time from the previous mark, or from p->before, to the target of a jump. For
 * pane_leap(). */
static void measure_leap(struct pane *p, const struct spot *to, char letter)
{
    bool mark = p->last_mark && letter != '\'' && p->last_mark != letter;
    const struct spot *from = mark ? spot_of(p, p->last_mark) : &p->before;

    p->leapt = from->set;
    p->leap = to->time - from->time;
    p->leap_from = mark ? p->last_mark : '\0';
    if (letter != '\'')
        p->last_mark = letter;
}

bool pane_leap(const struct pane *p, int64_t *span, char *from)
{
    *span = p->leap;
    *from = p->leap_from;
    return p->leapt;
}

/* The bytes that came on a stream before the line of that spot. */
static uint64_t bytes_before(const struct pane *p, const struct spot *spot, const struct stream *s)
{
    const struct stream *own = model_stream(p->model, spot->place.stream);
    struct instant at = {.order = spot->place.order, .time = spot->time};
    struct line line;

    if (own == s && stream_line(s, spot->place.line, &line))
        return line.offset;
    at.source = own ? stream_task(own)->source : NULL;
    return instant_bytes(&at, s);
}

static bool spot_of_instant(struct pane *p, struct spot *out)
{
    struct instant at;

    *out = (struct spot){0};
    if (!pane_instant(p, &at))
        return false;
    *out = (struct spot){true, false, {at.stream, at.line, at.order}, at.time};
    return true;
}

bool pane_between(struct pane *p, char from, char to, struct pane_between *out, char *unset)
{
    const struct spot *a = spot_of(p, from), *b = to ? spot_of(p, to) : NULL;
    struct spot now;
    struct entry first, last;
    bool exact;

    *unset = !a || !a->set ? from : to;
    if (!a || !a->set || (to && (!b || !b->set)))
        return false;
    if (!to && !spot_of_instant(p, &now))
        return false;
    b = to ? b : &now;
    *unset = '\0';
    if (!find_place(p, &a->place, &first, &exact) || !find_place(p, &b->place, &last, &exact))
        return false;
    *out = (struct pane_between){.time = b->time - a->time};
    out->lines =
        first.number < last.number ? last.number - first.number : first.number - last.number;
    for (size_t i = 0; i < view_stream_count(p->view); i++) {
        const struct stream *s = view_stream(p->view, i);
        uint64_t x = s ? bytes_before(p, a, s) : 0, y = s ? bytes_before(p, b, s) : 0;
        out->bytes += x < y ? y - x : x - y;
    }
    return true;
}

enum pane_jump pane_jump(struct pane *p, char letter)
{
    const struct spot *spot = letter == '\'' ? &p->before : spot_of(p, letter);
    struct spot to;
    struct entry e;
    bool exact;

    if (!spot || !spot->set)
        return PANE_JUMP_UNSET;
    to = *spot;
    if (!find_place(p, &to.place, &e, &exact))
        return PANE_JUMP_GONE;
    pane_remember_spot(p);
    measure_leap(p, &to, letter);
    p->follow = to.follow;
    p->anchor = (struct anchor){e.number, 0};
    pane_move_locked(p, e.number);
    pane_stick(p);
    return exact || to.follow ? PANE_JUMPED : PANE_JUMP_NEAR;
}
