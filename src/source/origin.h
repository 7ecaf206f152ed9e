/* A place that events come from, with all that the viewer knows of it: the feed, the
 * model's source, and how it ended. */
#ifndef PCAT_SOURCE_ORIGIN_H
#define PCAT_SOURCE_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/regex.h"
#include "event/sink.h"
#include "model/model.h"
#include "source/feed.h"
#include "source/player.h"

/* What is known of it before it is opened. */
struct origin_options {
    const char *via;       /* what runs pcat somewhere else, NULL: it runs here */
    const char *recording; /* of -r, NULL: a live capture */
    char **args;           /* for the capture child, NULL at the end */
    size_t nargs;
    bool attach; /* -p or --name */
    bool choose; /* it has no target: the list of processes comes first */
};

struct origin;

/* Gets every event that the model was given. */
typedef void origin_fn(void *user, struct origin *origin, const struct event *ev,
                       struct bytes wire);

/* Open to read. */
struct origin {
    const struct origin_options *options;
    struct source *source; /* NULL: not yet, see origin_join() */
    struct feed *feed;     /* NULL: not started */
    struct player *player; /* of a recording whose position can be moved, NULL: of none */
    bool hello, ready;     /* hello came; and a task, when there is to be one */
    char *last_error;      /* the capture child's latest line on standard error, NULL: none */

    origin_fn *fn;
    void *user;
    struct model *model;
    struct sink sink;  /* hands on what was hidden */
    struct sink *hide; /* of a recording with --hide; NULL: none */
    bool told_end;     /* the model knows that the stream has ended */
    int64_t end_seen;  /* when it did, CLOCK_MONOTONIC ns, 0: it has not */
    uint64_t commands; /* sent so far */
    uint64_t ping;     /* the one that asks for its clock, 0: none is under way */
    int64_t ping_sent; /* CLOCK_REALTIME ns */
};

/* o stays the caller's. */
void origin_init(struct origin *origin, const struct origin_options *o, origin_fn *fn, void *user);
void origin_free(struct origin *origin);

/* Starts the capture child, or opens the recording, whose events go through the patterns to
 * hide. 0, or -1 with a line on standard error. */
int origin_start(struct origin *origin, struct regex *const *hide, size_t nhide);

/* Events go to this model from now on. Before, origin_read() must not be called. */
void origin_join(struct origin *origin, struct model *m);

/* A recording whose position can be moved, when it is one; its source must be the only one. */
void origin_make_player(struct origin *origin);

/* Takes in what is there, for at most `time` ns. */
void origin_read(struct origin *origin, int64_t time);

/* Sends a command. Returns its number, 0: nobody listens. */
uint64_t origin_command(struct origin *origin, const char *command);

/* After the end of the stream: tells the model, with the reason as far as it can be known. Returns
 * whether there is still something to wait for. */
bool origin_end(struct origin *origin);

/* Why it could not be started goes to standard error, as lines that name it when there are several.
 * Returns the exit status for that. */
int origin_failed(struct origin *origin, bool several);

#endif
