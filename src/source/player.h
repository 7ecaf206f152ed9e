/* A recording with a position: the model holds what had come by then, as if it were live
 * at that instant. While it is read the first time, in the background, an index is made
 * (model/chapters.h); at the end of what has been read the position is "attached": what is read
 * further is shown as it comes.
 *
 * Event n is the n-th of the recording, from 1; at n, n events have come. */
#ifndef PCAT_SOURCE_PLAYER_H
#define PCAT_SOURCE_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"
#include "model/chapters.h"

#define PLAYER_SPEED_MAX 1024
#define PLAYER_PAUSE ((int64_t)2000000000) /* ns: what would take longer to wait for takes that */

struct player;

/* The model has this source alone; both stay the caller's. fd: of the recording when its own bytes
 * are events, and becomes the player's; -1: what is told is kept in an unlinked file. */
struct player *player_new(struct model *m, struct source *source, int fd);
void player_free(struct player *p);

/* The next event that was read, and where it stands in fd. It is applied to the model when the
 * position is attached: true. */
bool player_event(struct player *p, const struct event *ev, struct bytes wire, uint64_t offset);
/* Nothing follows: it is cut. */
void player_cut(struct player *p, const char *why);

/* How much of the recording has been read by now, in percent. */
void player_set_read(struct player *p, int percent);
int player_read(const struct player *p);

/* Each returns false with *why (belongs to the player) when it can't be done; then nothing has
 * changed. After true the model was cleared and filled, or events were applied. */
bool player_seek(struct player *p, uint64_t n, const char **why);
bool player_seek_time(struct player *p, int64_t time, const char **why);
bool player_step(struct player *p, int events, const char **why);
bool player_toggle(struct player *p, const char **why); /* plays or pauses */

/* To the next process that ended, or the one before. False with *why NULL: there is none. *out and
 * *number tell of it: see chapters_find_exit(). */
bool player_seek_exit(struct player *p, bool forward, bool failed, struct chapters_exit *out,
                      size_t *number, const char **why);
size_t player_exits(const struct player *p, bool failed);

/* Twice as fast, or half: 1/8 to PLAYER_SPEED_MAX. */
void player_faster(struct player *p, bool faster);
/* "4x", "1/2x". */
const char *player_speed(const struct player *p, char out[16]);

/* Time passes, CLOCK_MONOTONIC ns. Whether events came by it. */
bool player_tick(struct player *p, int64_t now);
bool player_plays(const struct player *p);

/* Where it is: at n of count; times of the recording, CLOCK_REALTIME ns, 0: nothing was read. */
struct player_place {
    uint64_t at, count;
    int64_t time, first, last;
    bool attached;
};
struct player_place player_place(const struct player *p);

size_t player_memory(const struct player *p);

#endif
