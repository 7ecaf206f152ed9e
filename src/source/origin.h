/* An origin is a capture or a recording that the viewer shows. It joins the feed that reads the
 * events, the model's source that they are applied to, and the error with which it ended. */
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

/* What the command line says about an origin. */
struct origin_options {
    const char *via;       /* the command of --via that runs pcat elsewhere, NULL: pcat runs here */
    const char *recording; /* the path of -r, NULL: a live capture */
    char **args;           /* arguments of the capture child, NULL at the end */
    size_t nargs;
    bool attach; /* it has -p or --name */
    bool choose; /* it has no target: the user chooses one from the list of processes */
};

struct origin;

/* Called for each event that was applied to the model. */
typedef void origin_fn(void *user, struct origin *origin, const struct event *ev,
                       struct bytes wire);

/* Callers may read the members of the first part. */
struct origin {
    const struct origin_options *options;
    struct source *source; /* in the model; NULL before origin_join() */
    struct feed *feed;     /* NULL before origin_start() */
    struct player *player; /* NULL: its position can't be moved, see origin_make_player() */
    bool hello;            /* its hello has come */
    bool ready;       /* there is something to show: a task, the end, or a list to choose from */
    char *last_error; /* the capture child's latest line on standard error, NULL: none */

    origin_fn *fn;
    void *user;
    struct model *model;
    struct sink sink;  /* takes the events that come out of `hide` */
    struct sink *hide; /* for a recording with --hide, else NULL */
    bool told_end;     /* the model was told that the stream has ended */
    int64_t end_seen;  /* when the end of the stream was seen, CLOCK_MONOTONIC ns, 0: not yet */
    uint64_t commands; /* how many were sent */
    uint64_t ping;     /* number of the command that asks for its clock, 0: no answer is awaited */
    int64_t ping_sent; /* when that command was sent, CLOCK_REALTIME ns */
};

/* Sets all members. o stays the caller's and must outlive the origin. */
void origin_init(struct origin *origin, const struct origin_options *o, origin_fn *fn, void *user);

/* Frees what the members point to, but not the origin itself. */
void origin_free(struct origin *origin);

/* Starts the capture child, or opens the recording. In a recording, matches of the nhide patterns
 * are hidden. Returns 0, or -1 after printing the reason on standard error. */
int origin_start(struct origin *origin, struct regex *const *hide, size_t nhide);

/* Adds a source to the model, to which the events are applied. Must come before origin_read(). */
void origin_join(struct origin *origin, struct model *m);

/* If the origin is a recording in a file: makes its position movable. The model must have no other
 * source. */
void origin_make_player(struct origin *origin);

/* Reads and applies the events that are there, for at most `time` ns. */
void origin_read(struct origin *origin, int64_t time);

/* Sends a command on the control channel. Returns its number, 0: it can't be sent. */
uint64_t origin_command(struct origin *origin, const char *command);

/* If the stream has ended: tells the model so, with the reason. The exit status of the capture
 * child is part of that, so this may wait a little for it: true means that the model was not told
 * yet; call again soon. */
bool origin_end(struct origin *origin);

/* Prints on standard error why the origin could not be started. several: there are other origins,
 * so the lines name this one. Returns the exit status for the viewer. */
int origin_failed(struct origin *origin, bool several);

#endif
