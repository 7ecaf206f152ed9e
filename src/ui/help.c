/* The help is drawn twice: first without any row, to count its rows, then from h->top on. */
#include "ui/help.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "term/theme.h"
#include "ui/keys.h"

#define KEYS_COLS 25
#define NAME_COLS 16

struct help {
    bool open;
    int top;         /* the first line on the screen */
    int rows, lines; /* rows for the text, and lines of the help, at the last drawing */
};

struct help *help_new(void)
{
    return xcalloc(1, sizeof(struct help));
}

void help_free(struct help *h)
{
    free(h);
}

void help_open(struct help *h)
{
    h->open = true;
    h->top = 0;
}

void help_close(struct help *h)
{
    h->open = false;
}

bool help_is_open(const struct help *h)
{
    return h->open;
}

static void clamp_top(struct help *h)
{
    int most = h->lines - h->rows;

    if (h->top > most)
        h->top = most;
    if (h->top < 0)
        h->top = 0;
}

void help_scroll(struct help *h, int lines)
{
    int64_t to = (int64_t)h->top + lines;

    h->top = to < 0 ? 0 : to > h->lines ? h->lines : (int)to;
    clamp_top(h);
}

void help_page(struct help *h, int halves)
{
    help_scroll(h, halves * (h->rows > 1 ? h->rows / 2 : 1));
}

/* The column of the help texts. Narrow screens have no names; very narrow ones have less room for
 * keys. */
static int text_col(int cols)
{
    return cols >= 110 ? KEYS_COLS + NAME_COLS : cols >= 50 ? KEYS_COLS : 10;
}

/* Draws one action. Returns how many rows it takes. */
static int draw_action(struct area a, int row, const struct action *action)
{
    char *keys = keys_text(action);
    int col = text_col(a.cols), keys_end = col < KEYS_COLS ? col : KEYS_COLS;

    if (row >= 0) {
        area_text(area_part(a, row, 1, 1, keys_end - 2), 0, 0, theme(ROLE_KEY), keys);
        if (col > KEYS_COLS && action->modes != MODE_PROMPT)
            area_textf(a, row, KEYS_COLS, theme(ROLE_DIM), ":%s", action->name);
    }
    free(keys);
    return area_paragraph(a, row, col, theme(ROLE_TEXT), action->help);
}

/* Draws all lines, line `top` in the first row. Returns how many lines there are. */
static int draw_lines(struct area a, int top)
{
    int row = -top;

    for (int s = 0; s < SECTIONS; s++) {
        area_text(a, row++, 1, theme(ROLE_STRONG), section_name((enum section)s));
        for (size_t i = 0; i < action_count; i++)
            if ((int)actions[i].section == s)
                row += draw_action(a, row, actions + i);
        row++;
    }
    return row + top - 1;
}

void help_draw(struct help *h, struct area a)
{
    struct area text = area_part(a, 1, 0, a.rows - 1, a.cols);
    struct area head = area_part(a, 0, 0, 1, a.cols);

    area_fill(a, theme(ROLE_TEXT));
    h->rows = text.rows;
    h->lines = draw_lines(area_part(text, 0, 0, 0, text.cols), 0);
    clamp_top(h);
    area_repeat(head, 0, 0, head.cols, 0x2500, theme(ROLE_FOCUS));
    area_text(head, 0, 1, theme(ROLE_FOCUS), " Keys ");
    if (h->lines > h->rows && head.cols > 40)
        area_textf(head, 0, head.cols - 24, theme(ROLE_DIM), " %d-%d of %d, q closes ", h->top + 1,
                   h->top + h->rows < h->lines ? h->top + h->rows : h->lines, h->lines);
    draw_lines(text, h->top);
}
