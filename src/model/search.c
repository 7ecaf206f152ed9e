#include "model/search.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "model/linetext.h"

#define ENTRY_COST 64 /* budget that an entry takes besides its bytes */
#define STEP_COST 2   /* budget that a counted step of the regex takes */

struct search {
    struct view *view;
    struct regex *regex;
    struct linetext *text;
    bool forward, wrap;
    uint64_t from;  /* entry at which it began: a wrapped search stops there */
    uint64_t epoch; /* of the view: entry numbers are valid in this one alone */
    uint64_t at;    /* the entry that is looked at */
    bool started, wrapped;
    uint64_t looked, gave_up; /* entries */
    size_t spent;
    enum search_result result;
    struct found found;
};

struct search *search_new(struct view *v, struct regex *re, uint64_t from, bool forward, bool wrap)
{
    struct search *s = xcalloc(1, sizeof *s);

    s->view = v;
    s->regex = re;
    s->text = linetext_new();
    s->forward = forward;
    s->wrap = wrap;
    s->from = from;
    s->epoch = view_epoch(v);
    s->result = SEARCH_MORE;
    return s;
}

void search_free(struct search *s)
{
    if (!s)
        return;
    linetext_free(s->text);
    free(s);
}

uint64_t search_progress(const struct search *s)
{
    return s->looked;
}

uint64_t search_gave_up(const struct search *s)
{
    return s->gave_up;
}

size_t search_spent(const struct search *s)
{
    return s->spent;
}

/* Sets the first entry to look at: `from`, or if it is gone, the next one in the direction of the
 * search. False: there is none. */
static bool start_at_from(struct search *s)
{
    uint64_t clamped;

    s->started = true;
    if (!view_clamp(s->view, s->from, &clamped))
        return false;
    if (!s->forward && clamped > s->from)
        return view_prev(s->view, clamped, &s->at);
    s->at = clamped;
    return !s->forward || clamped >= s->from;
}

/* Continues at the other end of the view. False: the search does not wrap, or did so already. */
static bool wrap_around(struct search *s)
{
    if (!s->wrap || s->wrapped)
        return false;
    s->wrapped = true;
    return view_clamp(s->view, s->forward ? 0 : UINT64_MAX, &s->at);
}

/* Whether a wrapped search is not yet back at its start. */
static bool is_in_range(const struct search *s)
{
    if (!s->wrapped)
        return true;
    return s->forward ? s->at < s->from : s->at > s->from;
}

/* Sets the next entry to look at. False: there is none left. */
static bool advance(struct search *s)
{
    bool more = !s->started  ? start_at_from(s)
                : s->forward ? view_next(s->view, s->at, &s->at)
                             : view_prev(s->view, s->at, &s->at);

    return (more || wrap_around(s)) && is_in_range(s);
}

static void fill_found(struct search *s, const struct entry *entry, struct match match)
{
    const struct text *text = linetext_render(s->text, entry->stream, &entry->line);

    s->found = (struct found){.entry = entry->number, .match = match, .wrapped = s->wrapped};
    s->found.column = text_column(text, match.start);
    s->found.columns = text_column(text, match.end) - s->found.column;
}

/* Matches one entry. *cost: what it takes of the budget. */
static bool match_entry(struct search *s, size_t *cost)
{
    struct entry entry;
    struct match match;

    *cost = ENTRY_COST;
    s->looked++;
    if (!view_entry(s->view, s->at, &entry) || entry.line.kind != LINE_TEXT)
        return false;
    uint64_t steps = regex_steps(s->regex);
    struct bytes plain = linetext_plain(s->text, entry.stream, &entry.line);
    enum regex_answer answer = regex_find(s->regex, plain.data, plain.len, 0, &match);
    *cost += (entry.line.len < TEXT_MAX ? (size_t)entry.line.len : TEXT_MAX) +
             STEP_COST * (size_t)(regex_steps(s->regex) - steps);
    s->gave_up += answer == REGEX_GAVE_UP;
    if (answer == REGEX_YES)
        fill_found(s, &entry, match);
    return answer == REGEX_YES;
}

enum search_result search_step(struct search *s, size_t budget, struct found *out)
{
    size_t cost;

    if (s->epoch != view_epoch(s->view) && s->result == SEARCH_MORE)
        s->result = SEARCH_NONE;
    s->spent = 0;
    while (s->result == SEARCH_MORE && (s->spent == 0 || s->spent < budget)) {
        if (!advance(s))
            s->result = SEARCH_NONE;
        else if (match_entry(s, &cost))
            s->result = SEARCH_FOUND;
        else
            s->spent += cost;
    }
    if (s->result == SEARCH_FOUND)
        *out = s->found;
    return s->result;
}
