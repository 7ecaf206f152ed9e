/* From the bytes that a finished call has moved to `write` and `read` events. */
#ifndef PCAT_CAPTURE_PIECE_H
#define PCAT_CAPTURE_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "capture/emit.h"

struct task;

/* A call that has written or read, and has returned. Times are those of emit.h. */
struct finished_call {
    const char *name; /* of the syscall */
    int fd;
    enum event_stream stream;
    bool input;            /* it has read */
    int64_t entered, left; /* when it began, and returned */
};

/* A part of what such a call has moved. */
struct piece {
    uint64_t total, offset; /* bytes of the whole, and where in them the piece begins */
    size_t len;             /* of the piece */
    struct bytes data;      /* len bytes; or none: they are not available */
    bool reread;            /* data was read from the file that the call had read from */
};

/* Emits a piece through a ring of the task. whole: NULL, or the buffer that piece->data fills; the
 * buffer is then taken over, not copied, and left empty. */
void piece_emit(struct emitter *e, struct ring *ring, const struct task *task,
                const struct finished_call *call, const struct piece *piece, struct buf *whole);

/* Emits that the call has read something hidden, but not how much: see fd_hides_typing(). */
void piece_emit_hidden(struct emitter *e, struct ring *ring, const struct task *task,
                       const struct finished_call *call);

#endif
