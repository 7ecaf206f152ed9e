/* A transcript: what reached one terminal, in the order in which it came, whoever wrote it. All
 * tasks of a source whose fds lead to it (the same dev:ino) are on its transcript.
 *
 * It is a run of pieces with absolute numbers: bytes of a stream, which are held there and nowhere
 * else; a new size or mode; a gap, where bytes are missing. Only the last TRANSCRIPT_PIECES_MAX are
 * kept: [transcript_first, transcript_end) can be had. The last one may still grow.
 *
 * A transcript lives as long as its source; of the terminals beyond the first TRANSCRIPTS_MAX there
 * is none. Input is not on it, nor what the kernel echoes. */
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

/* What the terminal is like. */
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

uint64_t transcript_first(const struct transcript *t);
uint64_t transcript_end(const struct transcript *t);
/* False: it is not kept (any more), or there is none yet. */
bool transcript_piece(const struct transcript *t, uint64_t number, struct transcript_piece *out);

/* What the terminal was like before the first piece that is kept. */
struct transcript_terminal transcript_before(const struct transcript *t);
/* What it is like now. */
struct transcript_terminal transcript_now(const struct transcript *t);

/* The first piece that is kept is the first that ever was, and whoever wrote it was seen from his
 * first step on: nothing came before. */
bool transcript_is_whole(const struct transcript *t);

/* Nothing that the task wrote was missed: neither it nor one above it was attached to. */
bool transcript_knows_birth(const struct task *t);

#endif
