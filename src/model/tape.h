/* A tape: what reached one terminal, in the order in which it came, whoever wrote it. All tasks of
 * a source whose fds lead to it (the same dev:ino) are on its tape.
 *
 * It is a run of pieces with absolute numbers: bytes of a stream, which are held there and nowhere
 * else; a new size or mode; a gap, where bytes are missing. Only the last TAPE_PIECES_MAX are kept:
 * [tape_first, tape_end) can be had. The last one may still grow.
 *
 * A tape lives as long as its source. Input is not on it, nor what the kernel echoes. */
#ifndef PCAT_MODEL_TAPE_H
#define PCAT_MODEL_TAPE_H

#include <stdbool.h>
#include <stdint.h>

/* Tests shrink it. */
#ifndef TAPE_PIECES_MAX
#define TAPE_PIECES_MAX 4096
#endif

struct tape;
struct task;

/* What the terminal is like. */
struct tape_terminal {
    uint64_t rows, cols; /* 0: not known */
    bool raw;            /* a newline does not return to the first column */
};

enum tape_kind { TAPE_BYTES, TAPE_TERMINAL, TAPE_GAP };

struct tape_piece {
    enum tape_kind kind;
    uint64_t stream, offset, len;  /* TAPE_BYTES: the stream's id, and which of its bytes */
    struct tape_terminal terminal; /* TAPE_TERMINAL */
};

uint64_t tape_first(const struct tape *t);
uint64_t tape_end(const struct tape *t);
/* False: it is not kept (any more), or there is none yet. */
bool tape_piece(const struct tape *t, uint64_t number, struct tape_piece *out);

/* What the terminal was like before the first piece that is kept. */
struct tape_terminal tape_before(const struct tape *t);
/* What it is like now. */
struct tape_terminal tape_now(const struct tape *t);

/* The first piece that is kept is the first that ever was, and whoever wrote it was seen from his
 * first step on: nothing came before. */
bool tape_is_whole(const struct tape *t);

/* Nothing that the task wrote was missed: neither it nor one above it was attached to. */
bool tape_knows_birth(const struct task *t);

#endif
