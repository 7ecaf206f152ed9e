/* A replica of the terminal that a program thinks it writes to, and where one looks at it.
 *
 * It is made of what the model holds: of a transcript (model/transcript.h), so that all who write
 * to one terminal share it, or of one stream that goes to no terminal. It begins with the last
 * REPLICA_TAIL bytes, and from then on keeps up; when it falls further behind, it leaves out.
 *
 * Words: the view is the part of the lines that is seen. It follows the program: the screen is
 * seen, and when that is larger, the part with the cursor. */
#ifndef PCAT_VIEW_PANE_REPLICA_H
#define PCAT_VIEW_PANE_REPLICA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/model.h"
#include "model/transcript.h"
#include "term/canvas.h"

/* Tests shrink it. */
#ifndef REPLICA_TAIL
#define REPLICA_TAIL (1024 * 1024)
#endif
/* Of a program that writes to no terminal. */
#define REPLICA_ROWS 24
#define REPLICA_COLS 80

struct replica;

/* Of a transcript, or of a stream when that is NULL. */
struct replica *replica_new(struct model *m, const struct transcript *transcript,
                            const struct stream *stream);
void replica_free(struct replica *r); /* NULL is fine */

/* Id of the stream that it is of; 0: of a terminal, whoever writes there. */
uint64_t replica_stream(const struct replica *r);

/* Plays on; what a terminal has to move for its bytes costs more than bytes of lines. True: there is
 * more to do. */
bool replica_work(struct replica *r, size_t budget);

/* Nothing of what it shows is believed until it is drawn anew. */
void replica_doubt(struct replica *r);

/* Moving the view. */
void replica_scroll(struct replica *r, int rows);
void replica_scroll_side(struct replica *r, int cols);
void replica_to_top(struct replica *r);
void replica_follow(struct replica *r);
bool replica_follows(const struct replica *r);

void replica_draw(struct replica *r, struct area a);

struct replica_look {
    int rows, cols;    /* of the terminal */
    bool part;         /* not all of it is seen */
    bool known;        /* what is seen is what the program's user sees, from edge to edge */
    uint64_t below;    /* lines below what is seen */
    const char *title; /* what the program calls its window; see vtview_title() */
};
/* As it was drawn last. */
struct replica_look replica_look(const struct replica *r);

/* Appends the line that the cursor is on, or all that are seen, a newline behind each. Returns how
 * many. */
size_t replica_copy_line(const struct replica *r, struct buf *out);
size_t replica_copy_seen(const struct replica *r, struct buf *out);

#endif
