/* The pieces of a transcript lie in a ring, which grows up to TRANSCRIPT_PIECES_MAX. */
#include "model/transcript.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "model/internal.h"

struct transcript {
    uint64_t dev, ino;
    struct transcript *next;         /* of the source */
    struct transcript_piece *pieces; /* a ring */
    size_t cap;
    uint64_t first, end;                    /* pieces [first, end) are kept */
    struct transcript_terminal before, now; /* before piece `first`; at the end */
    bool whole;   /* the task that wrote the first piece was traced since its birth */
    bool partial; /* output from before a restored state is missing */
};

/* ---- transcripts of a source ---- */

/* The transcript of a terminal. It is made when there is none. NULL: the source has too many. */
static struct transcript *need_transcript(struct source *source, uint64_t dev, uint64_t ino)
{
    struct transcript *t = source->transcripts;
    unsigned count = 0;

    for (; t && (t->dev != dev || t->ino != ino); t = t->next)
        count++;
    if (t || count == TRANSCRIPTS_MAX)
        return t;
    t = xcalloc(1, sizeof *t);
    t->dev = dev;
    t->ino = ino;
    t->next = source->transcripts;
    source->transcripts = t;
    return t;
}

void transcripts_clear(struct source *source)
{
    for (struct transcript *t = source->transcripts; t; t = t->next) {
        t->first = t->end = 0;
        t->before = t->now = (struct transcript_terminal){0};
        t->whole = t->partial = false;
    }
}

void transcripts_free(struct source *source)
{
    while (source->transcripts) {
        struct transcript *t = source->transcripts;
        source->transcripts = t->next;
        free(t->pieces);
        free(t);
    }
}

/* ---- recording ---- */

static struct transcript_piece *last_piece(struct transcript *t)
{
    return t->end > t->first ? &t->pieces[(t->end - 1) % t->cap] : NULL;
}

/* When the ring is full, it grows; at its maximum the oldest piece is dropped. */
static void make_room(struct transcript *t)
{
    if (t->end - t->first < t->cap)
        return;
    if (t->cap == TRANSCRIPT_PIECES_MAX) {
        const struct transcript_piece *oldest = &t->pieces[t->first++ % t->cap];
        if (oldest->kind == TRANSCRIPT_TERMINAL)
            t->before = oldest->terminal;
        return;
    }
    size_t cap = t->cap ? 2 * t->cap : 4;
    if (cap > TRANSCRIPT_PIECES_MAX)
        cap = TRANSCRIPT_PIECES_MAX;
    struct transcript_piece *pieces = xcalloc(cap, sizeof *pieces);
    for (uint64_t i = t->first; i < t->end; i++)
        pieces[i % cap] = t->pieces[i % t->cap];
    free(t->pieces);
    t->pieces = pieces;
    t->cap = cap;
}

static void add_piece(struct transcript *t, struct transcript_piece piece)
{
    make_room(t);
    t->pieces[t->end++ % t->cap] = piece;
}

void transcript_add_bytes(struct stream *s, uint64_t offset, uint64_t len)
{
    struct transcript *t = s->transcript;
    struct transcript_piece *last = t ? last_piece(t) : NULL;

    if (!t || len == 0)
        return;
    if (last && last->kind == TRANSCRIPT_BYTES && last->stream == s->id &&
        last->offset + last->len == offset) {
        last->len += len;
        return;
    }
    if (t->end == 0)
        t->whole = transcript_knows_birth(s->task);
    add_piece(t, (struct transcript_piece){
                     .kind = TRANSCRIPT_BYTES, .stream = s->id, .offset = offset, .len = len});
}

void transcript_add_gap(struct stream *s)
{
    struct transcript_piece *last = s->transcript ? last_piece(s->transcript) : NULL;

    if (s->transcript && (!last || last->kind != TRANSCRIPT_GAP))
        add_piece(s->transcript, (struct transcript_piece){.kind = TRANSCRIPT_GAP});
}

void transcript_restore(struct stream *s)
{
    uint64_t first = stream_first(s);

    if (!s->transcript)
        return;
    s->transcript->partial |= s->end > 0;
    transcript_add_bytes(s, first, s->end - first);
    transcript_add_gap(s);
}

static bool same_terminal(struct transcript_terminal a, struct transcript_terminal b)
{
    return a.rows == b.rows && a.cols == b.cols && a.raw == b.raw;
}

/* A change of the terminal is a piece, unless nothing was written yet. */
static void set_terminal(struct transcript *t, struct transcript_terminal now)
{
    if (same_terminal(t->now, now))
        return;
    t->now = now;
    if (t->end == 0)
        t->before = now;
    else
        add_piece(t, (struct transcript_piece){.kind = TRANSCRIPT_TERMINAL, .terminal = now});
}

/* ---- the writers ---- */

/* A terminal has a size. One whose size is 0 is recognized by its path. */
static bool is_terminal(const struct fd_info *fd)
{
    return fd->rows || fd->cols || strncmp(fd->target, "/dev/pts/", 9) == 0 ||
           strncmp(fd->target, "/dev/tty", 8) == 0 || strcmp(fd->target, "/dev/console") == 0;
}

/* Joins the streams of one task on that fd to the transcript. */
static void join_task_streams(struct task *t, uint64_t fd, struct transcript *transcript)
{
    for (unsigned i = 0; i < t->stream_count; i++)
        if (t->streams[i]->fd == fd)
            transcript_join(t->streams[i], transcript);
}

void transcript_join(struct stream *s, struct transcript *transcript)
{
    s->transcript = s->kind == STREAM_STDIN ? NULL : transcript;
}

void transcript_update_fd(struct task *process, struct fd_info *fd)
{
    fd->transcript =
        is_terminal(fd) && fd->ino ? need_transcript(process->source, fd->dev, fd->ino) : NULL;
    join_task_streams(process, fd->fd, fd->transcript);
    for (struct task *t = process->first_child; t; t = t->next)
        if (!t->process)
            join_task_streams(t, fd->fd, fd->transcript);
    if (fd->transcript)
        set_terminal(fd->transcript, (struct transcript_terminal){fd->rows, fd->cols, fd->raw});
}

/* ---- reading ---- */

uint64_t transcript_first(const struct transcript *t)
{
    return t->first;
}

uint64_t transcript_end(const struct transcript *t)
{
    return t->end;
}

bool transcript_piece(const struct transcript *t, uint64_t number, struct transcript_piece *out)
{
    if (number < t->first || number >= t->end)
        return false;
    *out = t->pieces[number % t->cap];
    return true;
}

struct transcript_terminal transcript_before(const struct transcript *t)
{
    return t->before;
}

struct transcript_terminal transcript_now(const struct transcript *t)
{
    return t->now;
}

bool transcript_is_whole(const struct transcript *t)
{
    return t->whole && !t->partial && t->first == 0;
}

bool transcript_knows_birth(const struct task *t)
{
    for (; t; t = t->parent) {
        if (t->how == HOW_ATTACHED || t->how == HOW_UNKNOWN)
            return false;
        if (t->how == HOW_SPAWNED)
            return true;
    }
    return false;
}

struct transcript *stream_transcript(const struct stream *s)
{
    return s->transcript;
}
