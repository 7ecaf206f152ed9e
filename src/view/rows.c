/* A row holds as many whole glyphs as fit. A glyph that is wider than the row gets a row of its
 * own and is clipped. */
#include "view/rows.h"

#include "base/utf8.h"
#include "term/theme.h"

/* The first glyph after the row that begins with glyph i. */
static size_t row_end(const struct text *t, size_t i, int width)
{
    size_t start = i;

    while (i < t->count &&
           t->glyphs[i].column + t->glyphs[i].width <= t->glyphs[start].column + (size_t)width)
        i++;
    return i > start || i == t->count ? i : i + 1;
}

size_t rows_count(const struct text *t, int width, bool wrap)
{
    size_t rows = 0;

    if (!wrap || width <= 0 || t->columns <= (size_t)width)
        return 1;
    for (size_t i = 0; i < t->count; i = row_end(t, i, width))
        rows++;
    return rows;
}

static struct style style_of(const struct attr *attr, struct style base)
{
    struct style style = {attr->fg, attr->bg, attr->flags};

    if (attr->flags & ATTR_CONTROL)
        return theme(ROLE_MARK);
    if (attr->fg == COLOUR_DEFAULT && attr->bg == COLOUR_DEFAULT && attr->flags == 0)
        return base;
    return style;
}

/* Finds the matches one after the other while the glyphs are drawn. */
struct finder {
    const struct rows_marks *marks;
    const struct text *text;
    struct match match; /* the match at or after the glyph that is drawn */
    bool any;           /* there is one */
};

static void finder_next(struct finder *f, size_t from)
{
    enum regex_answer answer = REGEX_NO;

    if (f->marks && f->marks->re)
        answer = regex_glance(f->marks->re, f->text->plain, f->text->len, from, true, &f->match);
    f->any = answer == REGEX_YES;
    if (answer == REGEX_GAVE_UP && f->marks->current && f->marks->at.start >= from) {
        f->match = f->marks->at; /* the search, which has a higher limit, has found this match */
        f->any = true;
    }
}

static struct style style_in_match(struct finder *f, const struct glyph *g, struct style style)
{
    while (f->any && f->match.end <= g->at)
        finder_next(f, f->match.end);
    if (!f->any || g->at < f->match.start)
        return style;
    bool now = f->marks->current && f->marks->at.start == f->match.start;
    return theme(now ? ROLE_MATCH_NOW : ROLE_MATCH);
}

static void put_tab(struct area a, int row, int col, int width, struct style style)
{
    area_repeat(a, row, col, width, ' ', style);
}

static void put_glyph(struct area a, int row, int col, const struct text *t, const struct glyph *g,
                      struct style style)
{
    int32_t chars[CELL_CHARS];
    int n = 0;

    if (t->plain[g->at] == '\t') {
        put_tab(a, row, col, g->width, style);
        return;
    }
    for (size_t at = 0; at < g->len && n < CELL_CHARS;) {
        size_t used = utf8_decode(t->plain + g->at + at, g->len - at, chars + n);
        if (used == 0)
            break;
        at += used;
        n++;
    }
    area_put(a, row, col, chars, n, g->width, style);
}

static void draw_glyphs(const struct text *t, struct area a, int row, size_t from, size_t to,
                        int shift, struct style base, struct finder *f)
{
    for (size_t i = from; i < to; i++) {
        const struct glyph *g = t->glyphs + i;
        struct style style = style_in_match(f, g, style_of(&g->attr, base));

        put_glyph(a, row, (int)g->column - shift, t, g, style);
    }
}

static int draw_chopped(const struct text *t, struct area a, int side, struct style base,
                        struct finder *f)
{
    size_t from = text_glyph_at_column(t, (size_t)side);
    size_t to = text_glyph_at_column(t, (size_t)(side + a.cols - 1));

    draw_glyphs(t, a, 0, from, to < t->count ? to + 1 : to, side, base, f);
    if (t->columns > (size_t)(side + a.cols))
        area_text(a, 0, a.cols - 1, theme(ROLE_MARK), "›");
    if (side > 0 && t->columns > 0)
        area_text(a, 0, 0, theme(ROLE_MARK), "‹");
    return 1;
}

int rows_draw(const struct text *t, struct area a, bool wrap, size_t first, int side,
              struct style base, const struct rows_marks *marks)
{
    struct finder f = {.marks = marks, .text = t};
    size_t i = 0;
    int row = 0;

    if (a.rows <= 0 || a.cols <= 0)
        return 0;
    finder_next(&f, 0);
    if (!wrap)
        return draw_chopped(t, a, side, base, &f);
    for (; first > 0 && i < t->count; first--)
        i = row_end(t, i, a.cols);
    do {
        size_t end = row_end(t, i, a.cols);
        int shift = i < t->count ? (int)t->glyphs[i].column : 0;
        draw_glyphs(t, a, row++, i, end, shift, base, &f);
        i = end;
    } while (row < a.rows && i < t->count);
    return row;
}
