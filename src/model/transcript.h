/* A transcript: what reached one terminal, from all writers, in the order of arrival. A writer is
 * any task of the source with an fd that leads to the terminal (the same dev:ino).
 *
 * A transcript is a run of pieces with absolute numbers. A piece is one of: some bytes of a stream
 * (the bytes themselves are in the stream alone); a new size or mode of the terminal; a gap, where
 * bytes are missing. Only the last TRANSCRIPT_PIECES_MAX pieces are kept: [transcript_first,
 * transcript_end). The last piece may still grow.
 *
 * A transcript lives as long as its source. A source has at most TRANSCRIPTS_MAX; further terminals
 * have none. Input is not on a transcript, nor is what the kernel echoes.
 *
 * Public: other rooms read this. */
#ifndef PCAT_MODEL_TRANSCRIPT_H
#define PCAT_MODEL_TRANSCRIPT_H

#include <stdbool.h>
#include <stdint.h>

/* Tests shrink it. */
#ifndef TRANSCRIPT_PIECES_MAX
#define TRANSCRIPT_PIECES_MAX 4096
#endif

#define TRANSCRIPTS_MAX 1024

struct transcript;
struct task;

/* The size and the mode of the terminal. */
struct transcript_terminal {
    uint64_t rows, cols; /* 0: not known */
    bool raw;            /* a newline does not return to the first column */
};

enum transcript_kind { TRANSCRIPT_BYTES, TRANSCRIPT_TERMINAL, TRANSCRIPT_GAP };

struct transcript_piece {
    enum transcript_kind kind;
    uint64_t stream, offset, len; /* TRANSCRIPT_BYTES: the stream's id, and which of its bytes */
    struct transcript_terminal terminal; /* TRANSCRIPT_TERMINAL */
};

/* The pieces [first, end) are kept. */
uint64_t transcript_first(const struct transcript *t);
uint64_t transcript_end(const struct transcript *t);
/* Fills *out. False: the piece is no longer kept, or does not exist yet. */
bool transcript_piece(const struct transcript *t, uint64_t number, struct transcript_piece *out);

/* The terminal before the first piece that is kept. */
struct transcript_terminal transcript_before(const struct transcript *t);
/* The terminal now. */
struct transcript_terminal transcript_now(const struct transcript *t);

/* Whether nothing is missing at the beginning: all pieces are kept, and the task that wrote the
 * first one has been traced since its birth. */
bool transcript_is_whole(const struct transcript *t);

/* Whether a task has been traced since its birth, so that none of its output was missed: it is the
 * command that pcat started, or a descendant of it. */
bool transcript_knows_birth(const struct task *t);

#endif
