#include "view/picker.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "term/theme.h"
#include "view/layout.h"

struct item {
    uint64_t value;
    char *text;
};

struct picker {
    bool open;
    char *title;
    struct item *items;
    int count, at, top; /* number of lines; the selected one; the first one that is visible */
    struct rect drawn;  /* where the lines are on the screen */
};

struct picker *picker_new(void)
{
    return xcalloc(1, sizeof(struct picker));
}

static void clear(struct picker *k)
{
    for (int i = 0; i < k->count; i++)
        free(k->items[i].text);
    free(k->items);
    free(k->title);
    *k = (struct picker){0};
}

void picker_free(struct picker *k)
{
    if (!k)
        return;
    clear(k);
    free(k);
}

void picker_open(struct picker *k, const char *title)
{
    clear(k);
    k->open = true;
    k->title = xstrdup(title);
}

void picker_add(struct picker *k, uint64_t value, const char *text)
{
    k->items = xrealloc(k->items, (size_t)(k->count + 1) * sizeof *k->items);
    k->items[k->count++] = (struct item){value, xstrdup(text)};
}

void picker_close(struct picker *k)
{
    clear(k);
}

bool picker_is_open(const struct picker *k)
{
    return k->open;
}

void picker_move(struct picker *k, int lines)
{
    int64_t to = (int64_t)k->at + lines;

    k->at = to < 0 ? 0 : to >= k->count ? k->count - 1 : (int)to;
    if (k->at < 0)
        k->at = 0;
}

bool picker_choice(const struct picker *k, uint64_t *value)
{
    if (k->count == 0)
        return false;
    *value = k->items[k->at].value;
    return true;
}

bool picker_click(struct picker *k, int row, int col)
{
    int i = k->top + row - k->drawn.row;

    if (!rect_holds(k->drawn, row, col) || i >= k->count)
        return false;
    k->at = i;
    return true;
}

static int widest(const struct picker *k)
{
    int width = text_width(k->title) + 4;

    for (int i = 0; i < k->count; i++)
        if (text_width(k->items[i].text) + 2 > width)
            width = text_width(k->items[i].text) + 2;
    return width;
}

void picker_draw(struct picker *k, struct area a)
{
    int cols = widest(k) + 2 < a.cols ? widest(k) + 2 : a.cols;
    int rows = k->count + 2 < a.rows ? k->count + 2 : a.rows;
    struct area box = area_part(a, (a.rows - rows) / 2, (a.cols - cols) / 2, rows, cols);
    struct area list = area_part(box, 1, 1, rows - 2, cols - 2);

    if (k->at < k->top)
        k->top = k->at;
    if (k->at >= k->top + list.rows)
        k->top = k->at - list.rows + 1;
    area_frame(box, theme(ROLE_TEXT), theme(ROLE_FOCUS), k->title);
    for (int row = 0; row < list.rows && k->top + row < k->count; row++) {
        area_text(list, row, 1, theme(ROLE_TEXT), k->items[k->top + row].text);
        if (k->top + row == k->at)
            area_restyle(list, row, 0, list.cols, theme(ROLE_SELECTED));
    }
    k->drawn = (struct rect){list.row, list.col, list.rows, list.cols};
}
