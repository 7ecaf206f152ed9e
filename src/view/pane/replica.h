/* A replica of the terminal that a program writes to: it plays the program's output and shows the
 * screen that results.
 *
 * The output comes from the model: from a transcript (model/transcript.h), which has the output of
 * all tasks that write to one terminal, or from one stream that leads to no terminal. A replica
 * begins with the last REPLICA_TAIL bytes and plays all that follows. When it falls further behind
 * than that, it skips bytes.
 *
 * Words: the view is the visible part of screen and scrollback. It follows the program: it shows
 * the screen, and of a screen that is larger than the view the part with the cursor. */
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
/* The size of the screen when there is no terminal or its size is not known. */
#define REPLICA_ROWS 24
#define REPLICA_COLS 80

struct replica;

/* A replica of a transcript; when that is NULL, of a stream. All arguments stay the caller's. */
struct replica *replica_new(struct model *m, const struct transcript *transcript,
                            const struct stream *stream);
void replica_free(struct replica *r); /* NULL is fine */

/* The id of the stream that it plays; 0: it plays a transcript. */
uint64_t replica_stream(const struct replica *r);

/* Plays new output. budget: as for view_work(); a byte that is played costs several, and more when
 * many cells change. True: there is more to do. */
bool replica_work(struct replica *r, size_t budget);

/* Counts all cells of the screen as unknown until the program draws them again. */
void replica_doubt(struct replica *r);

/* Moves the view; rows < 0: up, cols < 0: left. It follows again once it is back at the place that
 * following would show. */
void replica_scroll(struct replica *r, int rows);
void replica_scroll_side(struct replica *r, int cols);
void replica_to_top(struct replica *r);
void replica_follow(struct replica *r);
bool replica_follows(const struct replica *r);

void replica_draw(struct replica *r, struct area a);

struct replica_look {
    int rows, cols;    /* of the terminal */
    bool part;         /* the screen is larger than the view */
    bool known;        /* every cell of the screen is known, see term/vtview.h */
    uint64_t below;    /* lines below the view; 0 while it follows */
    const char *title; /* the window title that the program set, see vtview_title() */
};
/* The state of terminal and view, with the size of the last drawing. */
struct replica_look replica_look(const struct replica *r);

/* Appends plain text, a newline after each line: the line with the cursor (the first line of the
 * view when it does not follow), or all visible lines. Returns the number of lines. */
size_t replica_copy_line(const struct replica *r, struct buf *out);
size_t replica_copy_seen(const struct replica *r, struct buf *out);

#endif
