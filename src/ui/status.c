/* The status bar is a row of pieces, the most important first; from the first piece
 * that does not fit on, all are left out. */
#include "ui/status.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/format.h"
#include "term/theme.h"

#define SECOND 1000000000

void status_tick(struct status *s, const struct model *m, int64_t now)
{
    struct model_totals totals;
    int64_t span = now - s->since;

    if (s->since != 0 && span < SECOND)
        return;
    model_totals(m, &totals);
    if (s->since != 0)
        s->rate =
            totals.bytes > s->bytes ? (double)(totals.bytes - s->bytes) * SECOND / (double)span : 0;
    s->bytes = totals.bytes;
    s->since = now;
}

/* Places pieces side by side, with dots between them, until one does not fit. */
struct bar {
    struct area area;
    int col;
    bool full;
};

static void bar_add(struct bar *b, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void bar_add(struct bar *b, enum role role, const char *format, ...)
{
    char text[512];
    va_list args;
    bool first = b->col == 1;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    int width = text_width(text) + (first ? 0 : 3);
    if (b->full || (!first && b->col + width > b->area.cols)) {
        b->full = true;
        return;
    }
    if (!first)
        b->col = area_text(b->area, 0, b->col, theme(ROLE_BAR_DIM), " · ");
    b->col = area_text(b->area, 0, b->col, theme(role), text);
}

/* Adds the sources that were lost: the stream has ended without an end event. */
static void add_sources(struct bar *b, const struct source *s)
{
    for (; s; s = s->next) {
        bool fits = text_width(s->why) <= b->area.cols / 2;
        if (s->ended && !s->clean)
            bar_add(b, ROLE_BAR_WARN, fits ? "%s" : "%s is gone", fits ? s->why : source_label(s));
    }
}

static unsigned count_sources(const struct source *s)
{
    unsigned n = 0;

    for (; s; s = s->next)
        n++;
    return n;
}

#define PROGRESS 12 /* cells */

/* Adds the position of a recording. */
static void add_position(struct bar *b, const struct player *p)
{
    struct player_place at = player_place(p);
    int64_t all = at.last - at.first, done = at.time - at.first;
    char clock[FORMAT_MAX], from[FORMAT_MAX], to[FORMAT_MAX], speed[16],
        line[3 * PROGRESS + 1] = "";
    int cells = all > 0 ? (int)((double)done / (double)all * PROGRESS + 0.5) : 0;

    for (int i = 0; i < PROGRESS; i++)
        strcat(line, i < cells ? "━" : "─");
    bar_add(b, player_plays(p) ? ROLE_BAR_STRONG : ROLE_BAR_WARN, "%s %s %s",
            player_plays(p) ? "▸" : "‖", format_clock_ms(clock, at.time), player_speed(p, speed));
    bar_add(b, ROLE_BAR, "%s %s/%s", line, format_span(from, done), format_span(to, all));
}

static void add_state(struct bar *b, const struct model *m, const struct status_look *look)
{
    const struct source *source = model_sources(m);

    char size[FORMAT_MAX];

    if (look->recorder)
        bar_add(b, ROLE_BAR_WARN, "REC %s %s", recorder_name(look->recorder),
                format_bytes(size, recorder_bytes(look->recorder)));
    if (look->locked)
        bar_add(b, ROLE_BAR_WARN, "locked %s", format_clock_us(size, look->locked->time));
    if (look->player && player_read(look->player) < 100)
        bar_add(b, ROLE_BAR_DIM, "reading %d%%", player_read(look->player));
    if (look->player && !player_place(look->player).attached)
        add_position(b, look->player);
    if (look->paused)
        bar_add(b, ROLE_BAR_WARN, "PAUSED, p goes on");
    if (!source)
        return;
    if (source->next) {
        add_sources(b, source);
        return;
    }
    if (!source->ended)
        return;
    if (look->recording && source->clean)
        bar_add(b, ROLE_BAR_DIM, "recording");
    else if (source->clean)
        bar_add(b, ROLE_BAR_WARN, "ended: %s", source->why);
    else
        bar_add(b, ROLE_BAR_WARN, "%s", source->why);
}

static void add_target(struct bar *b, const struct model *m)
{
    const struct source *source = model_sources(m);
    const struct task *root = source ? source->first_root : NULL;

    if (source && source->next)
        bar_add(b, ROLE_BAR_STRONG, "%u sources", count_sources(source));
    else if (!root)
        bar_add(b, ROLE_BAR_STRONG, "pcat");
    else if (source->root_count > 1)
        bar_add(b, ROLE_BAR_STRONG, "%s %" PRIu64 " and %u more", root->comm, root->tid,
                source->root_count - 1);
    else
        bar_add(b, ROLE_BAR_STRONG, "%s %" PRIu64, root->comm, root->tid);
}

void status_draw(struct area a, const struct status *s, const struct model *m,
                 const struct status_look *look)
{
    struct bar b = {a, 1, false};
    struct model_totals totals;
    char text[FORMAT_MAX];
    bool ended = model_all_ended(m);
    unsigned blocked = 0, failed = 0;

    model_totals(m, &totals);
    for (const struct task *t = model_first_blocked(m); t; t = model_next_blocked(t))
        blocked++;
    for (const struct source *source = model_sources(m); source; source = source->next)
        failed += source->failed;
    area_fill(a, theme(ROLE_BAR));
    add_state(&b, m, look);
    add_target(&b, m);
    if (!ended)
        bar_add(&b, ROLE_BAR, "%s alive", format_count(text, totals.tasks_alive));
    if (blocked)
        bar_add(&b, ROLE_BAR_WARN, "%u blocked, ! shows", blocked);
    if (ended && failed)
        bar_add(&b, ROLE_BAR_WARN, "%s failed, F4 shows", format_count(text, failed));
    if (totals.tasks_dead)
        bar_add(&b, ROLE_BAR_DIM, "%s gone", format_count(text, totals.tasks_dead));
    if (totals.lost_bytes)
        bar_add(&b, ROLE_BAR_WARN, "%s lost", format_bytes(text, totals.lost_bytes));
    bar_add(&b, ROLE_BAR, "%s", format_bytes(text, totals.bytes));
    if (s->rate >= 1)
        bar_add(&b, ROLE_BAR, "%s/s", format_bytes(text, (uint64_t)s->rate));
    if (look->unseen)
        bar_add(&b, ROLE_BAR_DIM, "%d not shown", look->unseen);
    if (look->tree_filter)
        bar_add(&b, ROLE_BAR_WARN, "tree: &%s", look->tree_filter);
    if (totals.evicted)
        bar_add(&b, ROLE_BAR_DIM, "%s scrolled out", format_bytes(text, totals.evicted));
}

/* Draws the hints of the general actions, or of all others. Returns the column after them. */
static int draw_hints(struct area a, int col, enum mode mode, bool general)
{
    char key[24];

    for (size_t i = 0; i < action_count; i++) {
        const struct action *action = actions + i;
        if (!*action->hint || !(action->modes & mode) ||
            general != (action->section == SECTION_GENERAL))
            continue;
        key_first(key, action);
        if (!*key)
            continue;
        if (col + text_width(key) + 1 + text_width(action->hint) > a.cols)
            continue;
        col = area_text(a, 0, col, theme(ROLE_KEY), key);
        col = area_text(a, 0, col + 1, theme(ROLE_HINT), action->hint) + 2;
    }
    return col;
}

/* Draws the possible second keys from `row` down. Returns how many rows they take. */
static int draw_seconds(struct area a, int row, enum mode mode, const char *prefix)
{
    char key[24];
    size_t len = strlen(prefix);
    int first = row, start = text_width(key_text(key, prefix)) + 3, col = start;

    area_text(a, row, 1, theme(ROLE_STRONG), key);
    for (size_t i = 0; i < action_count; i++) {
        const struct action *action = actions + i;
        const char *keys = keys_of(action);
        if (!(action->modes & mode) || strncmp(keys, prefix, len) != 0)
            continue;
        int shown = (int)(strcspn(keys, " ") - len);
        if (col > start && col + shown + 1 + text_width(action->name) > a.cols) {
            row++;
            col = start;
        }
        col = area_textf(a, row, col, theme(ROLE_KEY), "%.*s", shown, keys + len);
        col = area_text(a, row, col + 1, theme(ROLE_HINT), action->name) + 2;
    }
    return row - first + 1;
}

void status_draw_seconds(struct area a, enum mode mode, const char *prefix)
{
    int rows = draw_seconds(a, a.rows, mode, prefix); /* below the area: this only counts */
    int most = a.rows > 2 ? a.rows / 2 : 1;
    struct area last;

    rows = rows < most ? rows : most;
    last = area_part(a, a.rows - rows, 0, rows, a.cols);
    area_fill(last, theme(ROLE_HINT));
    draw_seconds(last, 0, mode, prefix);
}

void status_draw_hints(struct area a, enum mode mode)
{
    draw_hints(a, draw_hints(a, 1, mode, true), mode, false);
}
