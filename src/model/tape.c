#include "model/tape.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "model/internal.h"

struct tape {
    uint64_t dev, ino;
    struct tape *next;         /* of the source */
    struct tape_piece *pieces; /* a ring */
    size_t cap;
    uint64_t first, end;
    struct tape_terminal before, now;
    bool whole;   /* nothing came before piece 0 */
    bool partial; /* but not all of it is here */
};

/* ---- which there are ---- */

static struct tape *need_tape(struct source *source, uint64_t dev, uint64_t ino)
{
    struct tape *t = source->tapes;

    while (t && (t->dev != dev || t->ino != ino))
        t = t->next;
    if (t)
        return t;
    t = xcalloc(1, sizeof *t);
    t->dev = dev;
    t->ino = ino;
    t->next = source->tapes;
    source->tapes = t;
    return t;
}

void tapes_clear(struct source *source)
{
    for (struct tape *t = source->tapes; t; t = t->next) {
        t->first = t->end = 0;
        t->before = t->now = (struct tape_terminal){0};
        t->whole = t->partial = false;
    }
}

void tapes_free(struct source *source)
{
    while (source->tapes) {
        struct tape *t = source->tapes;
        source->tapes = t->next;
        free(t->pieces);
        free(t);
    }
}

/* ---- recording ---- */

static struct tape_piece *last_piece(struct tape *t)
{
    return t->end > t->first ? &t->pieces[(t->end - 1) % t->cap] : NULL;
}

/* Full: it grows, up to the bound; from then on the oldest go. */
static void make_room(struct tape *t)
{
    if (t->end - t->first < t->cap)
        return;
    if (t->cap == TAPE_PIECES_MAX) {
        const struct tape_piece *oldest = &t->pieces[t->first++ % t->cap];
        if (oldest->kind == TAPE_TERMINAL)
            t->before = oldest->terminal;
        return;
    }
    size_t cap = t->cap ? 2 * t->cap : 4;
    if (cap > TAPE_PIECES_MAX)
        cap = TAPE_PIECES_MAX;
    struct tape_piece *pieces = xcalloc(cap, sizeof *pieces);
    for (uint64_t i = t->first; i < t->end; i++)
        pieces[i % cap] = t->pieces[i % t->cap];
    free(t->pieces);
    t->pieces = pieces;
    t->cap = cap;
}

static void add(struct tape *t, struct tape_piece piece)
{
    make_room(t);
    t->pieces[t->end++ % t->cap] = piece;
}

void tape_bytes(struct stream *s, uint64_t offset, uint64_t len)
{
    struct tape *t = s->tape;
    struct tape_piece *last = t ? last_piece(t) : NULL;

    if (!t || len == 0)
        return;
    if (last && last->kind == TAPE_BYTES && last->stream == s->id &&
        last->offset + last->len == offset) {
        last->len += len;
        return;
    }
    if (t->end == 0)
        t->whole = tape_knows_birth(s->task);
    add(t, (struct tape_piece){.kind = TAPE_BYTES, .stream = s->id, .offset = offset, .len = len});
}

void tape_gap(struct stream *s)
{
    struct tape_piece *last = s->tape ? last_piece(s->tape) : NULL;

    if (s->tape && (!last || last->kind != TAPE_GAP))
        add(s->tape, (struct tape_piece){.kind = TAPE_GAP});
}

void tape_restore(struct stream *s)
{
    uint64_t first = stream_first(s);

    if (!s->tape)
        return;
    s->tape->partial |= s->end > 0;
    tape_bytes(s, first, s->end - first);
    tape_gap(s);
}

static bool same_terminal(struct tape_terminal a, struct tape_terminal b)
{
    return a.rows == b.rows && a.cols == b.cols && a.raw == b.raw;
}

/* Until the first bytes come it simply is so. */
static void set_terminal(struct tape *t, struct tape_terminal now)
{
    if (same_terminal(t->now, now))
        return;
    t->now = now;
    if (t->end == 0)
        t->before = now;
    else
        add(t, (struct tape_piece){.kind = TAPE_TERMINAL, .terminal = now});
}

/* ---- who writes to it ---- */

/* A terminal without a size is known by its name. */
static bool is_terminal(const struct fd_info *fd)
{
    return fd->rows || fd->cols || strncmp(fd->target, "/dev/pts/", 9) == 0 ||
           strncmp(fd->target, "/dev/tty", 8) == 0 || strcmp(fd->target, "/dev/console") == 0;
}

static void thread(struct task *t, uint64_t fd, struct tape *tape)
{
    for (unsigned i = 0; i < t->stream_count; i++)
        if (t->streams[i]->fd == fd)
            tape_join(t->streams[i], tape);
}

void tape_join(struct stream *s, struct tape *tape)
{
    s->tape = s->kind == STREAM_STDIN ? NULL : tape;
}

void tape_fd(struct task *process, struct fd_info *fd)
{
    fd->tape = is_terminal(fd) && fd->ino ? need_tape(process->source, fd->dev, fd->ino) : NULL;
    thread(process, fd->fd, fd->tape);
    for (struct task *t = process->first_child; t; t = t->next)
        if (!t->process)
            thread(t, fd->fd, fd->tape);
    if (fd->tape)
        set_terminal(fd->tape, (struct tape_terminal){fd->rows, fd->cols, fd->raw});
}

/* ---- reading ---- */

uint64_t tape_first(const struct tape *t)
{
    return t->first;
}

uint64_t tape_end(const struct tape *t)
{
    return t->end;
}

bool tape_piece(const struct tape *t, uint64_t number, struct tape_piece *out)
{
    if (number < t->first || number >= t->end)
        return false;
    *out = t->pieces[number % t->cap];
    return true;
}

struct tape_terminal tape_before(const struct tape *t)
{
    return t->before;
}

struct tape_terminal tape_now(const struct tape *t)
{
    return t->now;
}

bool tape_is_whole(const struct tape *t)
{
    return t->whole && !t->partial && t->first == 0;
}

bool tape_knows_birth(const struct task *t)
{
    for (; t; t = t->parent) {
        if (t->how == HOW_ATTACHED || t->how == HOW_UNKNOWN)
            return false;
        if (t->how == HOW_SPAWNED)
            return true;
    }
    return false;
}

struct tape *stream_tape(const struct stream *s)
{
    return s->tape;
}
