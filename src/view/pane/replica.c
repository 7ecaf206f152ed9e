/* The output is a run of pieces, as in a transcript; a stream alone is one piece. The replica knows
 * its position: the piece, and the next byte of the piece's stream. Wherever bytes are missing or
 * skipped, the terminal is told by vtview_gap(), which makes its screen unknown. */
#include "view/pane/replica.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "term/vtview.h"

#define PORTION 64     /* bytes played at a time; then their cost is taken from the budget */
#define BYTE_COST 4    /* budget for a byte */
#define CELL_COST 2    /* cells moved for a budget of 1: scrolling by a line moves many */
#define START_MAX 4096 /* most bytes skipped to find a good place to begin */

struct replica {
    struct model *model;
    const struct transcript *transcript; /* NULL: it plays one stream */
    uint64_t stream;                     /* id of that stream */
    struct vtview *vt;

    uint64_t piece;   /* the piece that is played */
    uint64_t at;      /* the next byte, an offset in the stream of the piece */
    uint64_t missing; /* without a transcript: bytes of the stream that were lost so far */
    bool begun;       /* piece and at are set */

    uint64_t line; /* first line and column of the view */
    int col;
    bool follow;
    int seen_rows, seen_cols; /* size of the view in the last drawing */
};

/* ---- pieces ---- */

/* A stream without a transcript is one piece that grows. False: there is no such piece. */
static bool get_piece(const struct replica *r, uint64_t number, struct transcript_piece *out)
{
    if (r->transcript)
        return transcript_piece(r->transcript, number, out);
    const struct stream *s = model_stream(r->model, r->stream);
    *out = (struct transcript_piece){.kind = TRANSCRIPT_BYTES, .stream = r->stream};
    if (number > 0 || !s)
        return false;
    out->len = stream_end(s);
    return true;
}

static void set_terminal(struct replica *r, struct transcript_terminal t)
{
    vtview_resize(r->vt, t.rows ? (int)(t.rows < INT16_MAX ? t.rows : INT16_MAX) : REPLICA_ROWS,
                  t.cols ? (int)(t.cols < INT16_MAX ? t.cols : INT16_MAX) : REPLICA_COLS);
    vtview_set_raw(r->vt, t.raw);
}

static void enter_piece(struct replica *r, uint64_t number)
{
    struct transcript_piece p;

    r->piece = number;
    r->at = 0;
    if (!get_piece(r, number, &p))
        return;
    if (p.kind == TRANSCRIPT_BYTES)
        r->at = p.offset;
    else if (p.kind == TRANSCRIPT_GAP)
        vtview_gap(r->vt);
    else
        set_terminal(r, p.terminal);
}

/* ---- where to begin ---- */

/* A good place to begin at or after the offset: the next escape sequence or newline. Bytes before
 * it may belong to an unfinished sequence. */
static uint64_t start_near(const struct stream *s, uint64_t offset)
{
    char bytes[START_MAX];
    size_t n = stream_copy(s, offset, bytes, sizeof bytes);

    for (size_t i = 0; i < n; i++)
        if (bytes[i] == '\x1b' || bytes[i] == '\n')
            return offset + i;
    return offset;
}

/* Sets piece and at so that at most REPLICA_TAIL bytes follow. True: that is all that is held. */
static bool find_start(struct replica *r)
{
    uint64_t first = r->transcript ? transcript_first(r->transcript) : 0,
             n = r->transcript ? transcript_end(r->transcript) : 1;
    uint64_t room = REPLICA_TAIL;
    struct transcript_piece p;

    while (n > first && get_piece(r, n - 1, &p)) {
        n--;
        uint64_t len = p.kind == TRANSCRIPT_BYTES ? p.len : 0;
        if (len > room) {
            const struct stream *s = model_stream(r->model, p.stream);
            r->piece = n;
            r->at = p.offset + len - room;
            r->at = s ? start_near(s, r->at) : r->at;
            return false;
        }
        room -= len;
    }
    r->piece = n;
    r->at = get_piece(r, n, &p) && p.kind == TRANSCRIPT_BYTES ? p.offset : 0;
    return true;
}

/* Whether the output that is held is all that was ever written. */
static bool nothing_before(const struct replica *r)
{
    const struct stream *s = model_stream(r->model, r->stream);

    return r->transcript ? transcript_is_whole(r->transcript)
                         : s && transcript_knows_birth(stream_task(s));
}

/* Begins to play near the end of the output, with the size and mode that the terminal had there. */
static void begin_playing(struct replica *r)
{
    struct transcript_terminal t = {0};
    struct transcript_piece p;
    bool all = find_start(r);

    if (r->transcript) {
        t = transcript_before(r->transcript);
        for (uint64_t n = transcript_first(r->transcript);
             n < r->piece && transcript_piece(r->transcript, n, &p); n++)
            if (p.kind == TRANSCRIPT_TERMINAL)
                t = p.terminal;
    }
    set_terminal(r, t);
    if (all && get_piece(r, r->piece, &p) && p.kind != TRANSCRIPT_BYTES)
        enter_piece(r, r->piece);
    vtview_gap(r->vt);
    if (all && nothing_before(r))
        vtview_set_known(r->vt, true);
    r->begun = true;
}

/* ---- playing ---- */

/* Skips bytes that are further back than REPLICA_TAIL or no longer held. */
static void skip_bytes(struct replica *r, const struct stream *s, const struct transcript_piece *p)
{
    uint64_t end = p->offset + p->len, to = r->at;

    if (end - r->at > REPLICA_TAIL)
        to = start_near(s, end - REPLICA_TAIL);
    if (to < stream_first(s))
        to = stream_first(s) < end ? stream_first(s) : end;
    if (to == r->at)
        return;
    r->at = to;
    vtview_gap(r->vt);
}

/* Plays at most n bytes of the piece. Returns the number played. */
static size_t play_piece(struct replica *r, const struct transcript_piece *p, size_t n)
{
    const struct stream *s = model_stream(r->model, p->stream);
    uint64_t left;

    if (p->kind != TRANSCRIPT_BYTES || r->at >= p->offset + p->len)
        return 0;
    if (!s) { /* dropped */
        r->at = p->offset + p->len;
        vtview_gap(r->vt);
        return 0;
    }
    skip_bytes(r, s, p);
    left = p->offset + p->len - r->at;
    struct bytes run = stream_run(s, r->at);
    if (n > left)
        n = (size_t)left;
    if (n > run.len)
        n = run.len;
    vtview_feed(r->vt, run.data, n);
    r->at += n;
    return n;
}

/* Plays one portion or enters the next piece. False: there is no more output. */
static bool play_step(struct replica *r, size_t *budget)
{
    struct transcript_piece p, next;

    if (r->transcript &&
        (r->piece < transcript_first(r->transcript) || r->piece > transcript_end(r->transcript))) {
        /* the piece is no longer held, or the transcript was reset */
        begin_playing(r);
        return true;
    }
    if (!get_piece(r, r->piece, &p))
        return false;
    uint64_t before = vtview_work(r->vt);
    size_t played = play_piece(r, &p, PORTION);
    uint64_t cost = BYTE_COST * played + (vtview_work(r->vt) - before) / CELL_COST;
    *budget -= cost < *budget ? (size_t)cost : *budget;
    if (played > 0)
        return true;
    if (!get_piece(r, r->piece + 1, &next))
        return false;
    enter_piece(r, r->piece + 1);
    *budget -= *budget > 64 ? 64 : *budget;
    return true;
}

/* A transcript has gaps where bytes are missing. A stream only has a count of them, which grows. */
static void look_for_losses(struct replica *r)
{
    const struct stream *s = r->transcript ? NULL : model_stream(r->model, r->stream);
    uint64_t missing = s ? stream_lost_bytes(s) + stream_unavailable_bytes(s) : r->missing;

    if (missing != r->missing && r->begun)
        vtview_gap(r->vt);
    r->missing = missing;
}

bool replica_work(struct replica *r, size_t budget)
{
    look_for_losses(r);
    if (!r->begun) {
        struct transcript_piece p;
        if (!get_piece(r, r->transcript ? transcript_first(r->transcript) : 0, &p))
            return false;
        begin_playing(r);
    }
    while (budget > 0)
        if (!play_step(r, &budget))
            return false;
    return true;
}

void replica_doubt(struct replica *r)
{
    vtview_set_known(r->vt, false);
}

/* ---- life ---- */

struct replica *replica_new(struct model *m, const struct transcript *transcript,
                            const struct stream *stream)
{
    struct replica *r = xcalloc(1, sizeof *r);
    struct transcript_terminal t = {0};

    r->model = m;
    r->transcript = transcript;
    r->stream = stream ? stream_id(stream) : 0;
    r->follow = true;
    r->seen_rows = REPLICA_ROWS;
    r->seen_cols = REPLICA_COLS;
    r->vt = vtview_new(REPLICA_ROWS, REPLICA_COLS);
    set_terminal(r, transcript ? transcript_now(transcript) : t);
    return r;
}

void replica_free(struct replica *r)
{
    if (!r)
        return;
    vtview_free(r->vt);
    free(r);
}

uint64_t replica_stream(const struct replica *r)
{
    return r->transcript ? 0 : r->stream;
}

/* ---- the view ---- */

static uint64_t last_line(const struct replica *r)
{
    int more = vtview_rows(r->vt) - r->seen_rows;

    return vtview_top(r->vt) + (uint64_t)(more > 0 ? more : 0);
}

static int last_col(const struct replica *r)
{
    int more = vtview_cols(r->vt) - r->seen_cols;

    return more > 0 ? more : 0;
}

/* The first line of a view that follows, when it was `line`: as near to it as shows the cursor. */
static uint64_t line_to_follow(const struct replica *r, uint64_t line)
{
    uint64_t top = vtview_top(r->vt), last = last_line(r);
    int row, col;

    line = line < top ? top : line > last ? last : line;
    if (!vtview_cursor(r->vt, &row, &col))
        return line;
    uint64_t cursor = top + (uint64_t)row;
    if (cursor < line)
        return cursor;
    if (cursor >= line + (uint64_t)r->seen_rows)
        return cursor - (uint64_t)r->seen_rows + 1;
    return line;
}

static int col_to_follow(const struct replica *r, int at)
{
    int row, col;

    at = at < 0 ? 0 : at > last_col(r) ? last_col(r) : at;
    if (!vtview_cursor(r->vt, &row, &col))
        return at;
    return col < at ? col : col >= at + r->seen_cols ? col - r->seen_cols + 1 : at;
}

static void settle_view(struct replica *r)
{
    if (r->follow) {
        r->line = line_to_follow(r, r->line);
        r->col = col_to_follow(r, r->col);
    }
    if (r->line < vtview_first(r->vt))
        r->line = vtview_first(r->vt);
    if (r->line > last_line(r))
        r->line = last_line(r);
    if (r->col > last_col(r))
        r->col = last_col(r);
}

static void follow_at_end(struct replica *r)
{
    r->follow = r->line == line_to_follow(r, r->line) && r->col == col_to_follow(r, r->col);
}

void replica_scroll(struct replica *r, int rows)
{
    settle_view(r);
    uint64_t up = r->line - vtview_first(r->vt), down = last_line(r) - r->line;
    if (rows < 0)
        r->line -= (uint64_t) - (int64_t)rows < up ? (uint64_t) - (int64_t)rows : up;
    else
        r->line += (uint64_t)rows < down ? (uint64_t)rows : down;
    follow_at_end(r);
}

void replica_scroll_side(struct replica *r, int cols)
{
    settle_view(r);
    r->col += cols;
    if (r->col > last_col(r))
        r->col = last_col(r);
    if (r->col < 0)
        r->col = 0;
    follow_at_end(r);
}

void replica_to_top(struct replica *r)
{
    r->line = vtview_first(r->vt);
    r->follow = false;
    settle_view(r);
    follow_at_end(r);
}

void replica_follow(struct replica *r)
{
    r->follow = true;
}

bool replica_follows(const struct replica *r)
{
    return r->follow;
}

/* ---- drawing ---- */

void replica_draw(struct replica *r, struct area a)
{
    r->seen_rows = a.rows > 0 ? a.rows : 1;
    r->seen_cols = a.cols > 0 ? a.cols : 1;
    settle_view(r);
    vtview_draw(r->vt, a, r->line, r->col);
}

struct replica_look replica_look(const struct replica *r)
{
    bool part = vtview_rows(r->vt) > r->seen_rows || vtview_cols(r->vt) > r->seen_cols;

    return (struct replica_look){.rows = vtview_rows(r->vt),
                                 .cols = vtview_cols(r->vt),
                                 .part = part,
                                 .known = vtview_is_known(r->vt),
                                 .below = r->follow ? 0 : last_line(r) - r->line,
                                 .title = vtview_title(r->vt)};
}

/* ---- copying ---- */

static size_t copy_lines(const struct replica *r, uint64_t from, int rows, struct buf *out)
{
    size_t n = 0;

    for (int i = 0; i < rows && vtview_text(r->vt, from + (uint64_t)i, out); i++, n++)
        buf_addc(out, '\n');
    return n;
}

size_t replica_copy_line(const struct replica *r, struct buf *out)
{
    int row, col;

    vtview_cursor(r->vt, &row, &col);
    return copy_lines(r, r->follow ? vtview_top(r->vt) + (uint64_t)row : r->line, 1, out);
}

size_t replica_copy_seen(const struct replica *r, struct buf *out)
{
    return copy_lines(r, r->line, r->seen_rows, out);
}
