/* Draws the list of failed processes and the last words of the selected one. The lower the screen,
 * the fewer of the facts are shown. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "term/theme.h"
#include "view/list/lastwords-state.h"
#include "view/rows.h"
#include "view/state-text.h"

#define STATE_COLS 14
#define AGE_COLS 8
#define STEP_COLS 24       /* most columns for a command that ran before the last one */
#define FACTS_FROM_ROWS 10 /* a lower part with fewer rows shows only how the process ended */
#define TITLE_FROM_ROWS 5  /* one with fewer rows shows only the last words */
#define NAME_FROM_ROWS 4   /* lines in fewer rows are shown without the name of their stream */
#define LINES_MAX 200      /* most lines that are drawn */

/* ---- the list ---- */

static void draw_failure(struct area a, const struct task *t, bool selected)
{
    char text[FORMAT_MAX];
    char *command = task_command(t);
    bool wide = a.cols >= 70;
    int col = 1;

    if (wide) {
        area_text(a, 0, col, theme(ROLE_TIME), format_clock(text, t->end));
        col += 9;
    }
    area_textf(a, 0, col, theme(ROLE_DIM), "%7" PRIu64, t->tid);
    col += 8;
    area_text(a, 0, col, theme(ROLE_BAD), format_state(text, t));
    col += wide ? STATE_COLS : text_width(text) + 1;
    if (wide) {
        format_age(text, t->end - task_began(t));
        area_textf(a, 0, col, theme(ROLE_DIM), "%*s", AGE_COLS, text);
        col += AGE_COLS + 2;
    }
    area_cut(a, 0, col, a.cols - col, theme(ROLE_TEXT), command);
    free(command);
    if (selected)
        area_restyle(a, 0, 0, a.cols, theme(ROLE_SELECTED));
}

static void draw_list(struct lastwords *w, struct area a)
{
    uint64_t first = model_first_failure(w->model), rows = (uint64_t)a.rows;

    if (w->at > w->top)
        w->top = w->at;
    if (w->at + rows <= w->top)
        w->top = w->at + rows - 1;
    if (w->top < first + rows - 1)
        w->top = first + rows - 1;
    for (uint64_t row = 0; row < rows && w->top >= first + row; row++) {
        struct area line = area_part(a, (int)row, 0, 1, a.cols);
        const struct task *t = model_failure(w->model, w->top - row);
        if (t)
            draw_failure(line, t, w->top - row == w->at);
        else
            area_text(line, 0, 1, theme(ROLE_DIM), "no longer kept");
    }
    w->drawn = (struct rect){a.row, a.col, a.rows, a.cols};
}

/* ---- the facts ---- */

static int draw_end(struct area a, int row, const struct task *t)
{
    char state[FORMAT_MAX], age[FORMAT_MAX], from[FORMAT_MAX], to[FORMAT_MAX];
    const char *core = t->signal && !t->core ? ", no core" : "";
    int col = area_text(a, row, 1, theme(ROLE_BAD), format_state(state, t));

    area_textf(a, row, col, theme(ROLE_TEXT), "%s after %s, %s to %s", core,
               format_age(age, t->end - task_began(t)), format_clock(from, task_began(t)),
               format_clock_ms(to, t->end));
    return row + 1;
}

static int draw_parents(struct area a, int row, const struct task *t)
{
    struct buf text = {0};

    for (const struct task *up = t->parent; up; up = up->parent)
        if (up->process)
            buf_addf(&text, "%s%" PRIu64 " %s", text.len ? " ← " : "", up->tid, up->comm);
    if (text.len == 0)
        buf_addf(&text, t->ppid ? "%" PRIu64 ", not traced" : "not known", t->ppid);
    buf_addc(&text, '\0');
    int col = area_text(a, row, 1, theme(ROLE_DIM), "child of  ");
    area_cut(a, row, col, a.cols - col, theme(ROLE_TEXT), (const char *)text.data);
    buf_free(&text);
    return row + 1;
}

/* The commands that the process executed. The last one failed and is shown in full; the earlier
 * ones are shortened. */
static int draw_execs(struct area a, int row, const struct task *t)
{
    struct buf text = {0};

    for (size_t i = 0; i < t->step_count; i++) {
        char *one = step_command(&t->steps[i]);
        bool cut = i + 1 < t->step_count && text_width(one) > STEP_COLS;
        if (cut)
            one[text_fit(one, STEP_COLS - 1)] = '\0';
        buf_addf(&text, "%s%s%s", i > 0 ? " → " : "", one, cut ? "…" : "");
        free(one);
    }
    if (t->step_count == 0)
        buf_adds(&text, t->comm);
    buf_addc(&text, '\0');
    int col = area_text(a, row, 1, theme(ROLE_DIM), "ran       ");
    area_cut(a, row, col, a.cols - col, theme(ROLE_TEXT), (const char *)text.data);
    buf_free(&text);
    return row + 1;
}

/* ---- the last words ---- */

/* Goes up through a stream: `line` is the newest_cursor line that was not collected yet. */
struct cursor {
    const struct stream *stream;
    struct line line;
    bool any;
};

static void cursor_step_up(struct cursor *c, uint64_t behind)
{
    c->any = behind > stream_first_line(c->stream) && stream_line(c->stream, behind - 1, &c->line);
}

struct cursors {
    struct cursor *all;
    size_t count;
};

static void add_cursors(struct cursors *c, const struct task *t, enum event_stream kind)
{
    for (unsigned i = 0; i < t->stream_count; i++) {
        if (stream_kind(t->streams[i]) != kind)
            continue;
        c->all = xrealloc(c->all, (c->count + 1) * sizeof *c->all);
        c->all[c->count] = (struct cursor){.stream = t->streams[i]};
        cursor_step_up(&c->all[c->count++], stream_end_line(t->streams[i]));
    }
}

/* A cursor for each stream of that kind of the process and its threads. */
static struct cursors cursors_of(const struct task *process, enum event_stream kind)
{
    struct cursors c = {0};

    add_cursors(&c, process, kind);
    for (const struct task *t = process->first_child; t; t = t->next)
        if (!t->process)
            add_cursors(&c, t, kind);
    return c;
}

static struct cursor *newest_cursor(struct cursors *c)
{
    struct cursor *best = NULL;

    for (size_t i = 0; i < c->count; i++)
        if (c->all[i].any && (!best || c->all[i].line.order > best->line.order))
            best = &c->all[i];
    return best;
}

struct words {
    struct cursor lines[LINES_MAX]; /* the newest_cursor first */
    int count;
    size_t rows;
};

/* Collects the last lines of all threads, in the order of their writes, until they fill the
 * area. */
static void collect_lines(struct lastwords *w, const struct task *t, enum event_stream kind,
                          struct area a, struct words *out)
{
    struct cursors c = cursors_of(t, kind);
    struct cursor *next;

    out->count = 0;
    out->rows = 0;
    while (out->count < LINES_MAX && out->rows < (size_t)a.rows && (next = newest_cursor(&c))) {
        out->lines[out->count++] = *next;
        out->rows += rows_count(linetext_render(w->lt, next->stream, &next->line), a.cols, true);
        cursor_step_up(next, next->line.number);
    }
    free(c.all);
}

/* Draws the lines, the newest_cursor at the end. Returns the number of rows used. */
static int draw_lines(struct lastwords *w, const struct words *words, struct area a)
{
    size_t skip = words->rows > (size_t)a.rows ? words->rows - (size_t)a.rows : 0;
    struct rows_marks none = {0};
    int row = 0;

    for (int i = words->count; i-- > 0 && row < a.rows; skip = 0) {
        const struct cursor *c = &words->lines[i];
        row += rows_draw(linetext_render(w->lt, c->stream, &c->line),
                         area_part(a, row, 0, a.rows - row, a.cols), true, skip, 0,
                         theme(c->line.kind == LINE_TEXT ? ROLE_TEXT : ROLE_WARN), &none);
    }
    return row;
}

static int draw_stream(struct lastwords *w, const struct task *t, enum event_stream kind,
                       const char *name, struct area a)
{
    bool named = a.rows >= NAME_FROM_ROWS;
    struct area text = area_part(a, named, 1, a.rows - named, a.cols - 1);
    struct words words;

    collect_lines(w, t, kind, text, &words);
    if (named)
        area_text(a, 0, 1, theme(ROLE_DIM), name);
    return named + draw_lines(w, &words, text);
}

/* Draws what was printed on stderr. stdout follows when there is room, or stands alone when nothing
 * was printed on stderr. */
static void draw_last_words(struct lastwords *w, const struct task *t, struct area a)
{
    struct stream *err, *out;
    int row = 0;

    lastwords_streams(t, &err, &out);
    if (err)
        row = draw_stream(w, t, STREAM_STDERR, "last lines on stderr", a);
    if (out && (!err || a.rows - row > NAME_FROM_ROWS)) {
        row += err ? 1 : 0;
        draw_stream(w, t, STREAM_STDOUT,
                    err ? "and on stdout" : "nothing on stderr; last lines on stdout",
                    area_part(a, row, 0, a.rows - row, a.cols));
    }
    if (!err && !out)
        area_text(a, 0, 1, theme(ROLE_DIM), "it printed nothing that is kept");
}

static void draw_rule(struct area a, int row, const char *title)
{
    area_repeat(a, row, 0, a.cols, 0x2500, theme(ROLE_FOCUS));
    area_textf(area_part(a, row, 0, 1, a.cols - 2), 0, 1, theme(ROLE_FOCUS), " %s ", title);
}

static void draw_selected(struct lastwords *w, const struct task *t, struct area a)
{
    char *title = xasprintf("%" PRIu64 " %s", t->tid, t->comm);
    bool facts = a.rows >= FACTS_FROM_ROWS;
    int row = 1;

    draw_rule(a, 0, title);
    free(title);
    row = draw_end(a, row, t);
    if (facts) {
        row = draw_parents(a, row, t);
        row = draw_execs(a, row, t) + 1;
    }
    draw_last_words(w, t, area_part(a, row, 0, a.rows - row, a.cols));
}

void lastwords_draw(struct lastwords *w, struct area a)
{
    char text[FORMAT_MAX];
    struct task *t = lastwords_choice(w);
    uint64_t count = model_end_failure(w->model) - model_first_failure(w->model);
    int rows = a.rows >= 12 ? (a.rows - 1) / 3 : 1;

    if ((uint64_t)rows > count)
        rows = (int)count;
    area_fill(a, theme(ROLE_TEXT));
    char *title = xasprintf("%s failed: last words", format_count(text, count));
    draw_rule(a, 0, title);
    free(title);
    draw_list(w, area_part(a, 1, 0, rows, a.cols));
    struct area below = area_part(a, 1 + rows, 0, a.rows - 1 - rows, a.cols);
    if (t && below.rows < TITLE_FROM_ROWS)
        draw_last_words(w, t, below);
    else if (t)
        draw_selected(w, t, below);
}
