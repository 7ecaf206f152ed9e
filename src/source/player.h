/* Plays a recording. The player has a position in the recording, and the model holds what a live
 * capture would have shown at that point. Positions count events: at position n, the first n events
 * have been applied.
 *
 * The recording is read once from beginning to end, while the user can already move. That builds an
 * index (model/chapters.h). While the position is the end of what has been read, it is "attached":
 * further events are applied as they are read. */
#ifndef PCAT_SOURCE_PLAYER_H
#define PCAT_SOURCE_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"
#include "model/chapters.h"

#define PLAYER_SPEED_MAX 1024
#define PLAYER_PAUSE ((int64_t)2000000000) /* ns: the longest pause between two events */

struct player;

/* source must be the only one of the model; both stay the caller's. fd: an uncompressed recording,
 * which becomes the player's and is read again to move the position. -1: the player keeps a copy of
 * the events in an unlinked file. */
struct player *player_new(struct model *m, struct source *source, int fd);
void player_free(struct player *p);

/* Takes the next event that was read. wire: its encoding; offset: its offset in fd. True: the
 * position is attached, and the event was applied to the model. */
bool player_event(struct player *p, const struct event *ev, struct bytes wire, uint64_t offset);
/* To be called if the recording ends without an end event. why: the reason, in words. */
void player_cut(struct player *p, const char *why);

/* How much of the recording has been read, in percent. */
void player_set_read(struct player *p, int percent);
int player_read(const struct player *p);

/* Move the position: to event n, to a time (CLOCK_REALTIME ns), by a number of events. All return
 * false, with the reason in *why, if the recording can't be read again: the model is unchanged
 * then. *why belongs to the player. */
bool player_seek(struct player *p, uint64_t n, const char **why);
bool player_seek_time(struct player *p, int64_t time, const char **why);
bool player_step(struct player *p, int events, const char **why);
/* Starts or stops playing. At the end of the recording it starts from the beginning. Returns false
 * as above. */
bool player_toggle(struct player *p, const char **why);

/* Moves to the next exit of a process, or to the previous one. failed: only exits with a failure.
 * *out and *number describe the exit, see chapters_find_exit(). False with *why NULL: there is
 * none; else false as above. */
bool player_seek_exit(struct player *p, bool forward, bool failed, struct chapters_exit *out,
                      size_t *number, const char **why);
/* How many such exits there are so far. */
size_t player_exits(const struct player *p, bool failed);

/* Doubles or halves the speed, between 1/8 and PLAYER_SPEED_MAX. */
void player_faster(struct player *p, bool faster);
/* Writes the speed to out: "4x", "1/2x". Returns out. */
const char *player_speed(const struct player *p, char out[16]);

/* Lets time pass while it plays: applies the events that are due. now: CLOCK_MONOTONIC ns. Returns
 * whether events were applied. */
bool player_tick(struct player *p, int64_t now);
bool player_plays(const struct player *p);

/* The position. Times are CLOCK_REALTIME ns of the recording, 0: nothing was read yet. */
struct player_place {
    uint64_t at, count;        /* the position; the number of events read so far */
    int64_t time, first, last; /* at the position; of the first and last event read so far */
    bool attached;
};
struct player_place player_place(const struct player *p);

/* Bytes that the index takes. */
size_t player_memory(const struct player *p);

#endif
