/* The selection of a pane: all lines from the one where it began to the current line. */
#include <limits.h>

#include "view/pane/pane-state.h"

bool pane_select(struct pane *p)
{
    return pane_select_at(p, pane_current_line(p));
}

bool pane_select_at(struct pane *p, uint64_t entry)
{
    pane_settle(p);
    if (!view_clamp(p->view, entry, &entry))
        return false;
    p->follow = false;
    p->chosen = (struct chosen){.any = true, .from = entry, .at = entry};
    return true;
}

void pane_select_end(struct pane *p)
{
    if (!p->chosen.any)
        return;
    p->chosen.any = false;
    pane_stick(p);
}

bool pane_selects(const struct pane *p)
{
    return p->chosen.any;
}

/* The last entry that is visible when the row `a` is at the top. */
static uint64_t last_visible(struct pane *p, struct anchor a)
{
    for (int i = 1; i < p->rows && pane_step_down(p, &a); i++)
        ;
    return a.entry;
}

/* Scrolls until the current line is visible, and no further. A locked pane ends with the line of
 * its instant: it is moved to another instant. */
static void show_cursor(struct pane *p)
{
    struct anchor want = {p->chosen.at, 0}, lowest;

    if (p->lock.on) {
        if (want.entry > p->lock.until)
            pane_move_locked(p, want.entry);
        else if (want.entry < p->anchor.entry)
            pane_move_locked(p, last_visible(p, want));
        return;
    }
    if (want.entry < p->anchor.entry) {
        p->anchor = want;
        return;
    }
    lowest = (struct anchor){want.entry, pane_rows_of(p, want.entry) - 1};
    for (int i = 1; i < p->rows && pane_step_up(p, &lowest); i++)
        ;
    if (anchor_is_before(p->anchor, lowest))
        p->anchor = anchor_is_before(lowest, want) ? lowest : want;
}

void pane_select_to(struct pane *p, uint64_t entry)
{
    if (!p->chosen.any || !view_clamp(p->view, entry, &p->chosen.at))
        return;
    p->follow = false;
    pane_settle(p);
    show_cursor(p);
}

void pane_select_move(struct pane *p, int lines)
{
    pane_select_to(p, view_move(p->view, p->chosen.at, lines, NULL));
}

void pane_select_page(struct pane *p, int halves)
{
    int half = p->rows / 2 ? p->rows / 2 : 1;

    pane_select_move(p, halves % 2 ? halves * half : halves / 2 * (p->rows > 1 ? p->rows - 1 : 1));
}

bool pane_selection(const struct pane *p, uint64_t *from, uint64_t *to)
{
    const struct chosen *c = &p->chosen;

    if (!c->any || !view_clamp(p->view, c->from < c->at ? c->from : c->at, from) ||
        !view_clamp(p->view, c->from < c->at ? c->at : c->from, to))
        return false;
    return true;
}

uint64_t pane_selected(const struct pane *p)
{
    uint64_t from, to;

    if (!pane_selection(p, &from, &to))
        return 0;
    return view_count_behind(p->view, from) - view_count_behind(p->view, to) + 1;
}

bool pane_entry_at(struct pane *p, int row, uint64_t *out)
{
    struct anchor a = p->anchor;

    if (!p->any_drawn)
        return false;
    for (int i = 0; i < row; i++)
        if (!pane_step_down(p, &a))
            break;
    return view_clamp(p->view, a.entry, out);
}

size_t pane_copy_selection(struct pane *p, struct buf *out, size_t most)
{
    uint64_t n, to;
    size_t lines = 0;

    if (!pane_selection(p, &n, &to))
        return 0;
    for (bool more = true; more && n <= to && out->len <= most; more = view_next(p->view, n, &n))
        lines += pane_copy_entry(p, n, out);
    return lines;
}

bool pane_select_one(struct pane *p, int lines)
{
    uint64_t at = p->chosen.any ? p->chosen.at : pane_current_line(p);

    if (lines == INT_MIN || lines == INT_MAX)
        at = lines < 0 ? 0 : UINT64_MAX;
    else
        at = view_move(p->view, at, lines, NULL);
    if (!pane_select_at(p, at))
        return false;
    pane_select_to(p, p->chosen.at);
    return true;
}

bool pane_cursor(const struct pane *p, struct entry *out)
{
    return p->chosen.any && view_entry(p->view, p->chosen.at, out);
}
