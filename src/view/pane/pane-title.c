/* A title is a horizontal line with text at the left (task, fd, where it leads) and at the right
 * (filter, new lines, losses, bytes). Each text is made of pieces. Pieces at the right are dropped
 * until the left text has at least a third of the line, half of it on a narrow one. */
#include "view/pane/pane-title.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "term/theme.h"
#include "view/blocked-text.h"
#include "view/pane/replica.h"
#include "view/pane/uncaptured.h"
#include "view/state-text.h"

#define PIECES 12
#define UNCAPTURED_SHOWN 4
#define NARROW 30     /* a line with fewer columns is narrow */
#define OFFER_COLS 90 /* from this width on the screen is offered in words */

struct piece {
    char *text;
    enum role role;
};

struct pieces {
    struct piece piece[PIECES];
    int count;
};

static void add_piece(struct pieces *all, enum role role, char *text)
{
    if (all->count < PIECES && *text)
        all->piece[all->count++] = (struct piece){text, role};
    else
        free(text);
}

static int pieces_width(const struct pieces *all)
{
    int width = 0;

    for (int i = 0; i < all->count; i++)
        width += text_width(all->piece[i].text);
    return width;
}

static void pieces_remove(struct pieces *all, int at)
{
    free(all->piece[at].text);
    all->count--;
    for (; at < all->count; at++)
        all->piece[at] = all->piece[at + 1];
}

/* Drops pieces until the rest fits: first the dim ones, then the last ones. The first one stays. */
static void pieces_fit(struct pieces *all, int cols)
{
    if (pieces_width(all) > cols)
        for (int i = all->count - 1; i > 0; i--)
            if (all->piece[i].role == ROLE_DIM)
                pieces_remove(all, i);
    while (all->count > 1 && pieces_width(all) > cols)
        pieces_remove(all, all->count - 1);
}

static void pieces_free(struct pieces *all)
{
    for (int i = 0; i < all->count; i++)
        free(all->piece[i].text);
}

/* Draws as much as fits in `room` cells, with an ellipsis where a text is cut. Returns the next
 * column. */
static int pieces_draw(struct area a, int col, int room, const struct pieces *all)
{
    int end = col + room;

    for (int i = 0; i < all->count; i++) {
        char *text = all->piece[i].text;
        size_t len = strlen(text);
        if (len > 1 && col + text_width(text) == end + 1 && text[len - 1] == ' ')
            text[len - 1] = '\0';
        if (i > 0 && end - col < 6 && text_width(text) > end - col)
            break; /* too short to be understood */
        if (col + text_width(text) > end) {
            text[text_fit(text, end - col - 1)] = '\0';
            col = area_text(a, 0, col, theme(all->piece[i].role), text);
            return area_text(a, 0, col, theme(ROLE_DIM), "…");
        }
        col = area_text(a, 0, col, theme(all->piece[i].role), text);
    }
    return col;
}

static const char *kind_name(const struct stream *s)
{
    switch (stream_kind(s)) {
    case STREAM_STDOUT:
        return "stdout";
    case STREAM_STDERR:
        return "stderr";
    case STREAM_STDIN:
        return "stdin";
    default:
        return "";
    }
}

/* "4711", or PID/TID for a thread that is not the thread group leader: "4711/4713". */
static char *task_number(const struct task *t)
{
    if (t->tid == t->pid)
        return xasprintf("%" PRIu64, t->tid);
    return xasprintf("%" PRIu64 "/%" PRIu64, t->pid, t->tid);
}

static void add_task(struct pieces *all, const struct task *t, enum role role)
{
    char *number = task_number(t);

    add_piece(all, role, xasprintf("%s ", t->comm));
    add_piece(all, ROLE_DIM, xasprintf("%s ", number));
    free(number);
}

static bool is_only_source(const struct source *s)
{
    return s->index == 0 && !s->next;
}

static void add_blocked(struct pieces *all, const struct task *t, const struct clock *clock)
{
    char *words = clock && t && task_is_blocked(t) ? blocked_words(t, clock) : NULL;

    if (words)
        add_piece(all, ROLE_WARN, xasprintf("%s ", words));
    free(words);
}

static void add_stream(struct pieces *all, const struct stream *s, enum role role,
                       const struct title_look *look)
{
    const struct task *t = stream_task(s);
    const struct fd_info *fd = task_fd(t, stream_fd(s));
    enum event_stream kind = stream_kind(s);
    enum role mark = kind == STREAM_STDERR ? ROLE_STDERR : kind == STREAM_STDIN ? ROLE_STDIN : role;
    bool usual = (kind == STREAM_STDERR && stream_fd(s) == 2) ||
                 (kind == STREAM_STDOUT && stream_fd(s) == 1) || kind == STREAM_STDIN;
    char state[FORMAT_MAX] = "";

    add_task(all, t, role);
    if (*kind_name(s))
        add_piece(all, mark, xasprintf("%s ", kind_name(s)));
    if (!is_only_source(t->source))
        add_piece(all, ROLE_DIM, xasprintf("on %s ", source_label(t->source)));
    if (!usual)
        add_piece(all, ROLE_DIM, xasprintf("fd %" PRIu64 " ", stream_fd(s)));
    if (!look->at || instant_phase(look->at, t) == PHASE_OVER)
        format_state(state, t);
    if (*state)
        add_piece(all,
                  task_failed(t)             ? ROLE_BAD
                  : t->state == TASK_STOPPED ? ROLE_WARN
                                             : ROLE_DIM,
                  xasprintf("%s ", state));
    add_blocked(all, t, look->clock);
    if (fd && fd->stream != kind)
        return; /* the fd number is used for something else now */
    if (fd && *fd->target)
        add_piece(all, ROLE_DIM, xasprintf("→ %s ", fd->target));
    if (fd && fd->reader)
        add_piece(all, ROLE_DIM,
                  xasprintf("(read by %s %" PRIu64 ") ", fd->reader_comm, fd->reader));
}

/* Of several tasks, the longest blocked. */
static void add_blocked_below(struct pieces *all, const struct scope *scope,
                              const struct clock *clock)
{
    struct model *m = scope->task ? scope->task->source->model : NULL;
    const struct task *t;

    if (!m)
        return;
    if (scope->kind == SCOPE_THREAD)
        t = scope->task;
    else
        t = blocked_longest(m, scope->kind == SCOPE_PROCESS ? blocked_of_process : blocked_within,
                            scope->task);
    if (t && t != scope->task && clock)
        add_piece(all, ROLE_WARN, xasprintf("%" PRIu64 " ", t->tid));
    add_blocked(all, t, clock);
}

static void add_scope(struct pieces *all, const struct pane *p, enum role role,
                      const struct title_look *look)
{
    struct scope scope = view_scope(pane_view(p));

    switch (scope.kind) {
    case SCOPE_STREAM:
        if (scope.stream)
            add_stream(all, scope.stream, role, look);
        else
            add_piece(all, ROLE_DIM,
                      xstrdup(view_is_early(pane_view(p)) ? "not there yet " : "no longer kept "));
        break;
    case SCOPE_THREAD:
    case SCOPE_PROCESS:
    case SCOPE_SUBTREE:
        if (scope.task)
            add_task(all, scope.task, role);
        add_piece(all, role,
                  xstrdup(scope.kind == SCOPE_THREAD    ? "thread "
                          : scope.kind == SCOPE_PROCESS ? "process "
                                                        : "subtree "));
        add_blocked_below(all, &scope, look->clock);
        break;
    case SCOPE_SET:
        add_piece(all, role, xasprintf("tagged (%zu) ", task_set_count(scope.set)));
        break;
    case SCOPE_SOURCE:
        add_piece(all, role,
                  is_only_source(scope.source) ? xstrdup("everything ")
                                               : xasprintf("%s ", source_label(scope.source)));
        break;
    default:
        add_piece(all, role, xstrdup("everything "));
    }
}

static void add_filter(struct pieces *all, const struct pane *p)
{
    const struct view *v = pane_view(p);
    const struct filter *f = view_filter(v);

    if (!f || filter_count(f) == 0)
        return;
    char *text = filter_text(f);
    text[text_fit(text, 24)] = '\0';
    add_piece(all, ROLE_FOCUS, xasprintf("%s ", text));
    if (view_gave_up(v)) {
        char lines[FORMAT_MAX];
        add_piece(all, ROLE_WARN,
                  xasprintf("gave up on %s ", format_count(lines, view_gave_up(v))));
    }
    if (view_context_before(v) || view_context_after(v))
        add_piece(all, ROLE_DIM,
                  xasprintf("-%u +%u ", view_context_before(v), view_context_after(v)));
    free(text);
}

static void add_figures(struct pieces *all, const struct pane *p)
{
    const struct view *v = pane_view(p);
    uint64_t bytes = 0, lost = 0;
    char text[FORMAT_MAX];

    for (size_t i = 0; i < view_stream_count(v); i++) {
        const struct stream *s = view_stream(v, i);
        bytes += s ? stream_end(s) : 0;
        lost += s ? stream_lost_bytes(s) : 0;
    }
    if (bytes)
        add_piece(all, ROLE_DIM, xasprintf("%s ", format_bytes(text, bytes)));
    if (lost)
        add_piece(all, ROLE_WARN, xasprintf("lost %s ", format_bytes(text, lost)));
}

static void add_work(struct pieces *all, const struct pane *p)
{
    static const char *const words[] = {
        [PANE_SEARCHES] = "searching", [PANE_FILTERS] = "filtering", [PANE_MERGES] = "merging"};
    uint64_t done, total;
    enum pane_busy busy = pane_progress(p, &done, &total);

    if (busy != PANE_IDLE)
        add_piece(all, ROLE_GOOD,
                  xasprintf("%s %d %% ", words[busy], (int)(100.0 * (double)done / (double)total)));
}

/* Names the stream whose screen is shown, in a pane of several streams. */
static void add_screen_of(struct pieces *all, const struct pane *p)
{
    const struct stream *s = pane_screen_stream(p);

    if (s && view_scope(pane_view(p)).kind != SCOPE_STREAM)
        add_piece(all, ROLE_TEXT,
                  xasprintf("of %s %" PRIu64 " ", stream_task(s)->comm, stream_task(s)->tid));
}

/* The window title that the program set. It may hold control characters: drawing makes them
 * visible. */
static void add_window(struct pieces *all, const struct pane *p)
{
    const struct replica *r = pane_replica(p);
    const char *title = r ? replica_look(r).title : "";

    if (*title)
        add_piece(all, ROLE_TEXT, xasprintf("\"%.*s\" ", (int)text_fit(title, 40), title));
}

static void add_screen(struct pieces *all, const struct replica *r)
{
    struct replica_look look = replica_look(r);

    add_piece(all, ROLE_FOCUS,
              xasprintf("screen %dx%d%s ", look.cols, look.rows, look.part ? ", part" : ""));
    if (!look.known)
        add_piece(all, ROLE_WARN, xstrdup("from the middle "));
}

static void add_offer(struct pieces *all, const char *key, int cols)
{
    add_piece(all, ROLE_FOCUS,
              xasprintf(cols < OFFER_COLS ? "%s: screen " : "looks like a full screen: %s ", key));
}

static void make_right_pieces(struct pieces *all, const struct pane *p,
                              const struct title_look *look, int cols)
{
    uint64_t behind = pane_behind(p);
    char count[FORMAT_MAX];

    add_piece(all, ROLE_TEXT, xstrdup(" "));
    add_work(all, p);
    if (pane_is_screen(p)) {
        if (look->at)
            add_piece(all, ROLE_WARN, xstrdup("live "));
        add_screen(all, pane_replica(p));
    } else {
        add_filter(all, p);
        if (pane_selects(p))
            add_piece(all, ROLE_FOCUS,
                      xasprintf("%s selected ", format_count(count, pane_selected(p))));
        if (pane_offers_screen(p))
            add_offer(all, look->screen_key, cols);
    }
    if (!pane_is_screen(p) && pane_form(p) != FORM_TEXT)
        add_piece(all, ROLE_FOCUS, xstrdup(pane_form(p) == FORM_HEX ? "hex " : "escaped "));
    if (behind > 0)
        add_piece(all, ROLE_WARN, xasprintf("+%s ", format_count(count, behind)));
    else if (!pane_follows(p) && !pane_locked(p) && !look->frozen)
        add_piece(all, ROLE_WARN, xstrdup("scrolled "));
    if (look->watched)
        add_piece(all, ROLE_DIM, xstrdup("watched "));
    if (pane_pinned(p))
        add_piece(all, ROLE_DIM, xstrdup("pinned "));
    add_figures(all, p);
}

void title_draw(struct area a, const struct pane *p, const struct title_look *look)
{
    struct pieces left = {0}, right = {0};
    enum role role = look->focused ? ROLE_FOCUS : ROLE_STRONG;
    struct style line = theme(look->focused ? ROLE_FOCUS : ROLE_LINE);

    add_piece(&left, role, look->number > 0 ? xasprintf(" %d ", look->number) : xstrdup(" "));
    add_scope(&left, p, role, look);
    add_screen_of(&left, p);
    add_window(&left, p);
    make_right_pieces(&right, p, look, a.cols);
    area_repeat(a, 0, 0, a.cols, 0x2500, line);
    pieces_fit(&right, a.cols < NARROW ? a.cols / 2 : a.cols * 2 / 3);
    int width = right.count > 1 ? pieces_width(&right) : 0;
    pieces_draw(a, 1, a.cols - width - 2, &left);
    if (width)
        pieces_draw(a, a.cols - width - 1, width, &right);
    pieces_free(&left);
    pieces_free(&right);
}

char *title_file_name(const struct pane *p)
{
    struct scope scope = view_scope(pane_view(p));
    const struct stream *s = pane_stream(p);
    const struct task *t = scope.kind == SCOPE_STREAM && s ? stream_task(s) : scope.task;

    if (!t)
        return xstrdup(scope.kind == SCOPE_SET ? "tagged.txt" : "everything.txt");
    char *comm = xstrdup(t->comm);
    for (char *c = comm; *c; c++)
        if (*c == '/' || *c == ' ' || (unsigned char)*c < ' ')
            *c = '_';
    char *number = task_number(t);
    for (char *c = number; *c; c++)
        if (*c == '/')
            *c = '-';
    char *name = scope.kind == SCOPE_STREAM && s && *kind_name(s)
                     ? xasprintf("%s-%s-%s.txt", comm, number, kind_name(s))
                 : scope.kind == SCOPE_STREAM && s
                     ? xasprintf("%s-%s-fd%" PRIu64 ".txt", comm, number, stream_fd(s))
                     : xasprintf("%s-%s.txt", comm, number);
    free(number);
    free(comm);
    return name;
}

/* ---- an empty pane ---- */

static void add_since(struct buf *out, const struct task *process)
{
    char clock[FORMAT_MAX], count[FORMAT_MAX];
    bool attached = process->how == HOW_ATTACHED;
    int64_t time = process->armed ? process->armed : process->birth;
    uint64_t threads = process->armed_count ? process->armed_count : process->threads + 1;
    const char *verb = !attached ? "started" : process->armed ? "attached" : "attaching since";

    buf_addf(out, "%s %s, %s thread%s, ", verb, format_clock(clock, time),
             format_count(count, threads), threads == 1 ? "" : "s");
}

static void add_fds(struct buf *out, const struct task *process)
{
    bool any = false;

    buf_adds(out, "nothing yet on fd ");
    for (const struct fd_info *fd = process->fds; fd; fd = fd->next) {
        if (fd->stream != STREAM_STDOUT && fd->stream != STREAM_STDERR)
            continue;
        buf_addf(out, any ? ", %" PRIu64 : "%" PRIu64, fd->fd);
        if (*fd->target)
            buf_addf(out, " (→ %s)", fd->target);
        any = true;
    }
    if (!any)
        buf_adds(out, "1, 2");
}

static int draw_uncaptured(struct area a, int row, const struct task *process)
{
    struct uncaptured_fd busy[UNCAPTURED_SHOWN];
    size_t n = uncaptured_fds(process, busy, UNCAPTURED_SHOWN);
    char bytes[FORMAT_MAX];

    for (size_t i = 0; i < n && row < a.rows; i++) {
        int col = area_textf(a, row, 0, theme(ROLE_TEXT), "%" PRIu64 " → %s %s", busy[i].fd,
                             busy[i].target, format_bytes(bytes, busy[i].bytes));
        if (busy[i].task != process)
            col = area_textf(a, row, col, theme(ROLE_DIM), " by %s %" PRIu64, busy[i].task->comm,
                             busy[i].task->tid);
        if (i == 0)
            area_text(a, row, col, theme(ROLE_TEXT), ", o captures it");
        row++;
    }
    return row;
}

static void draw_waiting_for(struct area a, const struct task *t, const struct clock *clock)
{
    const struct task *process = task_process(t);
    struct buf text = {0};

    if (!process)
        process = t;
    add_since(&text, process);
    if (task_is_blocked(t)) {
        char *words = blocked_words(t, clock);
        buf_addf(&text, "%s; ", words);
        free(words);
    }
    if (process->state == TASK_DEAD || process->state == TASK_DETACHED) {
        char state[FORMAT_MAX];
        buf_addf(&text, "%s, it printed nothing", format_state(state, process));
    } else
        add_fds(&text, process);
    buf_addc(&text, '\0');
    int row = area_paragraph(a, 0, 0, theme(ROLE_DIM), (const char *)text.data);
    draw_uncaptured(a, row + (row + 1 < a.rows), process);
    buf_free(&text);
}

void title_draw_waiting(struct area a, const struct pane *p, const struct task *t,
                        const struct clock *clock)
{
    const struct filter *f = p ? view_filter(pane_view(p)) : NULL;
    struct area inner = area_part(a, 0, 1, a.rows, a.cols - 2);

    if (f && filter_count(f) > 0) {
        char *text = filter_text(f), count[FORMAT_MAX];
        uint64_t done, total;
        view_progress(pane_view(p), &done, &total);
        char *line = xasprintf("no line passes %s (%s looked at); & takes the filter off", text,
                               format_count(count, done));
        area_paragraph(inner, 0, 0, theme(ROLE_DIM), line);
        free(line);
        free(text);
    } else if (p && view_is_early(pane_view(p)))
        area_text(inner, 0, 0, theme(ROLE_DIM), "nothing had come by then");
    else if (t)
        draw_waiting_for(inner, t, clock);
    else
        area_text(inner, 0, 0, theme(ROLE_DIM), "waiting for the first event");
}

void title_draw_nothing(struct area a, const struct pane *p, const struct instant *at)
{
    const struct view *v = pane_view(p);
    char then[FORMAT_MAX], first[FORMAT_MAX];
    struct entry e;
    bool any = view_entry(v, view_first(v), &e), dropped = any && stream_first_line(e.stream) > 0;
    char *text = !any ? xasprintf("nothing at %s", format_clock_us(then, at->time))
                      : xasprintf("%s at %s: the first line %s from %s",
                                  dropped ? "no longer kept" : "nothing yet",
                                  format_clock_us(then, at->time), dropped ? "kept is" : "is",
                                  format_clock_us(first, e.line.time));

    area_paragraph(area_part(a, 0, 1, a.rows, a.cols - 2), 0, 0, theme(ROLE_DIM), text);
    free(text);
}
