/* Draws the list of processes: a title with the text that is searched for, a headline, the lines,
 * and below them details of the selected process. Narrow screens get fewer columns, low ones no
 * headline and details. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/xmalloc.h"
#include "term/theme.h"
#include "view/list/procview-state.h"

enum {
    USER_COLS = 8,
    LOAD_COLS = 5,
    AGE_COLS = 5,
    ABOUT_ROWS = 3 /* details of the selected process, below a horizontal line */
};

#define SECOND ((int64_t)1000000000)

/* The first cell of each column; -1: there is no room for it. */
struct columns {
    int pid_cols;
    int user, load, age, out, err, command;
    int target_cols;
};

static int digits(uint64_t n)
{
    int count = 1;

    for (; n >= 10; n /= 10)
        count++;
    return count;
}

static struct columns columns_of(const struct procview *pv, int cols)
{
    const struct processes *l = pv->list;
    int pid_cols = l && l->count ? digits(l->items[l->count - 1].pid) : 1;
    struct columns c = {.user = -1, .load = -1, .age = -1, .out = -1, .err = -1};
    int at;

    c.pid_cols = pid_cols < 5 ? 5 : pid_cols;
    c.target_cols = cols >= 160 ? 20 : cols >= 100 ? 14 : 11;
    at = 2 + c.pid_cols + 1;
    if (cols >= 60)
        c.user = at, at += USER_COLS + 1;
    if (cols >= 40)
        c.load = at, at += LOAD_COLS + 1;
    if (cols >= 60) {
        c.age = at, at += AGE_COLS + 1;
        c.out = at, at += c.target_cols + 1;
    }
    if (cols >= 100)
        c.err = at, at += c.target_cols + 1;
    c.command = at;
    return c;
}

static struct style head_style(const struct procview *pv, enum order order)
{
    return theme(pv->order[pv->tree] == order ? ROLE_FOCUS : ROLE_STRONG);
}

static void draw_headline(const struct procview *pv, struct area a, const struct columns *c)
{
    area_textf(a, 0, 2, head_style(pv, ORDER_PID), "%*s", c->pid_cols, "PID");
    if (c->user >= 0)
        area_text(a, 0, c->user, head_style(pv, ORDER_USER), "USER");
    if (c->load >= 0)
        area_textf(a, 0, c->load, head_style(pv, ORDER_CPU), "%*s", LOAD_COLS, "CPU%");
    if (c->age >= 0)
        area_textf(a, 0, c->age, head_style(pv, ORDER_AGE), "%*s", AGE_COLS, "AGE");
    if (c->out >= 0)
        area_text(a, 0, c->out, theme(ROLE_STRONG), "STDOUT");
    if (c->err >= 0)
        area_text(a, 0, c->err, theme(ROLE_STRONG), "STDERR");
    area_text(a, 0, c->command, head_style(pv, ORDER_COMMAND), "COMMAND");
}

/* The age of a process in at most AGE_COLS cells. Returns out. */
static const char *age_text(char out[FORMAT_MAX], const struct process *p)
{
    int64_t s = p->time > p->start ? (p->time - p->start) / SECOND : 0;

    if (s < 60)
        snprintf(out, FORMAT_MAX, "%ds", (int)s);
    else if (s < 3600)
        snprintf(out, FORMAT_MAX, "%dm%02d", (int)(s / 60), (int)(s % 60));
    else if (s < 86400)
        snprintf(out, FORMAT_MAX, "%dh%02d", (int)(s / 3600), (int)(s / 60 % 60));
    else
        snprintf(out, FORMAT_MAX, "%" PRId64 "d", s / 86400);
    return out;
}

/* Draws "null", "pts/3", "pipe:[1155]", or the end of a longer path. */
static void draw_target(struct area a, const char *target, bool hidden, struct style style)
{
    int width;

    if (strncmp(target, "/dev/", 5) == 0)
        target += 5;
    if (!*target)
        target = hidden ? "?" : "-";
    width = text_width(target);
    if (width > a.cols) {
        while (*target && text_width(target) > a.cols - 1)
            target++;
        area_text(a, 0, area_text(a, 0, 0, style, "…"), style, target);
    } else {
        area_text(a, 0, 0, style, target);
    }
}

static int draw_guides(struct area a, const struct proc_line *l)
{
    struct style style = theme(ROLE_LINE);
    unsigned most = (unsigned)a.cols / 4, skip = l->depth > most ? l->depth - most : 0;
    int col = 0;

    for (unsigned level = 1 + skip; level < l->depth; level++, col += 2)
        if (level <= PROC_DEPTH_MAX && l->guides & (uint64_t)1 << level)
            area_text(a, 0, col, style, "│");
    if (l->depth > 0) {
        area_text(a, 0, col, style, l->last ? "└─" : "├─");
        col += 2;
    }
    return col;
}

/* Draws the name of the program without its directory, and then its arguments. */
static void draw_command(struct area a, int col, const struct process *p, struct style name,
                         struct style rest)
{
    size_t end = strcspn(p->command, " "), start = 0;

    if (!*p->command) {
        area_textf(a, 0, col, rest, "[%s]", p->comm);
        return;
    }
    for (size_t i = 0; i < end && p->command[0] == '/'; i++)
        if (p->command[i] == '/' && i + 1 < end)
            start = i + 1;
    col = area_textf(a, 0, col, name, "%.*s", (int)(end - start), p->command + start);
    area_text(a, 0, col, rest, p->command + end);
}

static const char *mark_of(const struct procview *pv, const struct process *p)
{
    return procview_is_tagged(pv, p) ? "*" : p->traced ? "+" : *p->refused ? "-" : " ";
}

static void draw_process(const struct procview *pv, struct area a, const struct columns *c,
                         const struct proc_line *l)
{
    const struct process *p = &pv->list->items[l->item];
    bool dim = l->ancestor || *p->refused, tagged = procview_is_tagged(pv, p);
    struct style style = theme(tagged ? ROLE_WARN : dim ? ROLE_DIM : ROLE_TEXT);
    struct style name = dim || tagged ? style : theme(ROLE_STRONG);
    struct area command = area_part(a, 0, c->command, 1, a.cols - c->command);
    char text[FORMAT_MAX];

    area_text(a, 0, 0, p->traced && !tagged ? theme(ROLE_GOOD) : style, mark_of(pv, p));
    area_textf(a, 0, 2, style, "%*" PRIu64, c->pid_cols, p->pid);
    if (c->user >= 0)
        area_text(area_part(a, 0, c->user, 1, USER_COLS), 0, 0, style, p->user);
    if (c->load >= 0 && p->load >= 0.0005)
        area_textf(a, 0, c->load, style, "%*.*f", LOAD_COLS, p->load < 9.9995 ? 1 : 0,
                   100 * p->load);
    if (c->age >= 0)
        area_textf(a, 0, c->age, style, "%*s", AGE_COLS, age_text(text, p));
    if (c->out >= 0)
        draw_target(area_part(a, 0, c->out, 1, c->target_cols), p->out, *p->refused, style);
    if (c->err >= 0)
        draw_target(area_part(a, 0, c->err, 1, c->target_cols), p->err, *p->refused, style);
    draw_command(command, pv->tree ? draw_guides(command, l) : 0, p, name, style);
}

static void draw_title(struct procview *pv, struct area a)
{
    char some[FORMAT_MAX], all[FORMAT_MAX];
    struct style line = theme(ROLE_FOCUS);
    char *figures;

    if (*pv->find)
        figures =
            xasprintf(" %s of %s ", format_count(some, pv->matches), format_count(all, pv->total));
    else
        figures = xasprintf(" %s ", format_count(some, pv->matches));
    area_repeat(a, 0, 0, a.cols, 0x2500, line);
    int at = a.cols - text_width(figures) - 1;
    if (pv->ntags)
        at -= 3 + digits(pv->ntags) + 6;
    int col = 1;
    if (pv->machine && a.cols >= 30)
        col = area_textf(a, 0, col, theme(ROLE_STRONG), " %.*s",
                         (int)text_fit(pv->machine, a.cols / 4), pv->machine);
    if (pv->machine && a.cols >= 60)
        col = area_text(a, 0, col, line, " (Tab: the next):");
    col = area_text(a, 0, col, line,
                    a.cols < (pv->machine ? 90 : 40) ? " Find: "
                                                     : " Attach to which process? Find: ");
    struct area field = area_part(a, 0, col, 1, (at > col + 8 ? at : a.cols) - col);
    int end = area_text(field, 0, 0, theme(ROLE_STRONG), pv->find);
    area_text(field, 0, end, line, " ");
    if (end < field.cols)
        canvas_set_cursor(a.canvas, a.row, a.col + col + end);
    if (at > col + 8) {
        int next = area_text(a, 0, at, theme(ROLE_STRONG), figures);
        if (pv->ntags)
            area_textf(a, 0, next, theme(ROLE_WARN), "%zu tagged ", pv->ntags);
    }
    free(figures);
}

/* Draws where stdout and stderr go, in one row or two. Returns the number of rows. */
static int draw_targets(struct area a, const struct process *p)
{
    const char *out = *p->out ? p->out : "closed", *err = *p->err ? p->err : "closed";
    int row = 0, col;

    if (strcmp(p->err, p->out) == 0)
        err = "the same";
    col = area_text(a, row, 0, theme(ROLE_DIM), "1 → ");
    col = area_text(a, row, col, theme(ROLE_TEXT), out) + 2;
    if (col + text_width("2 → ") + text_width(err) > a.cols)
        row++, col = 0;
    col = area_text(a, row, col, theme(ROLE_DIM), "2 → ");
    area_text(a, row, col, theme(ROLE_TEXT), err);
    return row + 1;
}

/* Below a horizontal line: where the output of the selected process goes, and then its command,
 * "attached", or why it can't be attached to. An error replaces both. */
static void draw_about(const struct procview *pv, struct area a)
{
    const struct process *p = procview_selected(pv);
    struct area text = area_part(a, 1, 1, a.rows - 1, a.cols - 2);
    int row = 0;

    area_repeat(a, 0, 0, a.cols, 0x2500, theme(ROLE_LINE));
    if (pv->complaint) {
        area_paragraph(text, 0, 0, theme(ROLE_ERROR), pv->complaint);
        return;
    }
    if (!p)
        return;
    if (*p->out || *p->err)
        row = draw_targets(text, p);
    if (p->traced)
        area_text(text, row, 0, theme(ROLE_GOOD), "attached");
    else if (*p->refused)
        area_paragraph(text, row, 0, theme(ROLE_WARN), p->refused);
    else
        area_paragraph(text, row, 0, theme(ROLE_DIM), *p->command ? p->command : p->comm);
}

static void draw_list(struct procview *pv, struct area a, const struct columns *c)
{
    pv->drawn = (struct rect){a.row, a.col, a.rows, a.cols};
    if (pv->at < pv->top)
        pv->top = pv->at;
    if (a.rows > 0 && pv->at >= pv->top + (size_t)a.rows)
        pv->top = pv->at - (size_t)a.rows + 1;
    if (pv->count < (size_t)a.rows)
        pv->top = 0;
    for (int row = 0; row < a.rows && pv->top + (size_t)row < pv->count; row++) {
        size_t line = pv->top + (size_t)row;
        draw_process(pv, area_part(a, row, 0, 1, a.cols), c, &pv->lines[line]);
        if (line == pv->at)
            area_restyle(a, row, 0, a.cols, theme(ROLE_SELECTED));
    }
    if (pv->count == 0)
        area_text(a, 0, 2, theme(ROLE_DIM),
                  pv->list && pv->list->serial ? "no process matches" : "looking ...");
}

void procview_draw(struct procview *pv, struct area a)
{
    struct columns c;
    bool headline = a.rows >= 6;
    int about = a.rows >= 14 ? 1 + ABOUT_ROWS : a.rows >= 8 ? 2 : 0;

    procview_update(pv);
    c = columns_of(pv, a.cols);
    area_fill(a, theme(ROLE_TEXT));
    draw_title(pv, area_part(a, 0, 0, 1, a.cols));
    if (headline)
        draw_headline(pv, area_part(a, 1, 0, 1, a.cols), &c);
    draw_list(pv, area_part(a, 1 + headline, 0, a.rows - 1 - headline - about, a.cols), &c);
    if (about)
        draw_about(pv, area_part(a, a.rows - about, 0, about, a.cols));
    else if (pv->complaint)
        area_text(area_part(a, a.rows - 1, 0, 1, a.cols), 0, 0, theme(ROLE_ERROR), pv->complaint);
}
