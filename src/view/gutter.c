/* Each column has a fixed width and a blank at its end, so that the text of all lines is aligned.
 */
#include "view/gutter.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/format.h"
#include "term/theme.h"

#define ORIGIN_COLS 17
#define STAMP_COLS 13
#define TEXT_LEAST 10 /* cells that must remain for the text */

int gutter_cols(const struct gutter *g)
{
    return (g->digits ? g->digits + 1 : 0) + (g->stamps == STAMPS_OFF ? 0 : STAMP_COLS) +
           (g->origin ? ORIGIN_COLS : 0);
}

void gutter_fit(struct gutter *g, int cols)
{
    if (gutter_cols(g) > cols - TEXT_LEAST)
        g->digits = 0;
    if (gutter_cols(g) > cols - TEXT_LEAST)
        g->stamps = STAMPS_OFF;
    if (gutter_cols(g) > cols - TEXT_LEAST)
        g->origin = false;
}

static int draw_number(struct area a, int col, const struct gutter *g, const struct entry *e)
{
    char text[24];
    int width = snprintf(text, sizeof text, "%" PRIu64, e->line.number + 1);

    area_text(a, 0, col + g->digits - width, theme(ROLE_DIM), text);
    return col + g->digits + 1;
}

static int draw_stamp(struct area a, int col, enum stamps stamps, const struct view *v,
                      const struct entry *e)
{
    char text[FORMAT_MAX];
    const struct source *source = stream_task(e->stream)->source;
    struct entry before;
    uint64_t number;

    if (stamps == STAMPS_CLOCK)
        format_clock_ms(text, e->line.time);
    else if (stamps == STAMPS_SINCE)
        format_span(text, e->line.time - source->first_time);
    else if (view_prev(v, e->number, &number) && view_entry(v, number, &before))
        format_span(text, e->line.time - before.line.time);
    else
        format_span(text, 0);
    area_textf(a, 0, col, theme(ROLE_TIME), "%12s", text);
    return col + STAMP_COLS;
}

/* "name     12345 ▏" in the colour of the task. A bar marks stderr, an arrow marks stdin. */
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
    else if (stream_kind(e->stream) == STREAM_STDIN)
        area_text(a, 0, col + ORIGIN_COLS - 2, theme(ROLE_STDIN), "‹");
}

void gutter_draw(struct area a, const struct gutter *g, const struct view *v, const struct entry *e)
{
    int col = 0;

    if (g->digits)
        col = draw_number(a, col, g, e);
    if (g->stamps != STAMPS_OFF)
        col = draw_stamp(a, col, g->stamps, v, e);
    if (g->origin)
        draw_origin(a, col, e);
}
