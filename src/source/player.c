/* Events behind the position are read from the tape. `placed` says that the tape stands there; a
 * search for a time moves it away. To go back or far ahead, the model is rebuilt from the nearest
 * chapter before the new position; then the events from there on are applied. */
#include "source/player.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/out.h"
#include "base/xmalloc.h"
#include "model/restore.h"
#include "source/tape.h"

enum {
    NEAR = CHAPTERS_EVENTS, /* a jump ahead by so many events or fewer just applies them */
    TURN_EVENTS = 4096,     /* the most events that one player_tick() applies */
    SPEED_MIN = -3,         /* powers of two */
    SPEED_MAX = 10,
};

struct player {
    struct model *model;
    struct source *source;
    struct chapters *chapters;
    struct tape *tape;
    struct out *copy; /* a copy of the events; NULL: the recording itself is read again */
    int copy_fd;      /* -1: no copy */
    uint64_t copied;  /* bytes */
    char *why_not;    /* why the copy can't be made, in words; NULL: no error */
    char *cut;        /* why the recording ends without an end event; NULL: it does not, so far */
    uint64_t at;      /* the position */
    int read;         /* percent */
    bool attached;
    bool placed; /* the tape stands behind event `at`, or behind `ahead` if that has been read */
    bool playing;
    int speed;          /* as a power of two */
    int64_t played_at;  /* time of the last tick while it plays, CLOCK_MONOTONIC ns, 0: none yet */
    int64_t time;       /* at the position, while it plays: may lie between two events */
    struct event ahead; /* the event behind the position, if have_ahead */
    bool have_ahead;
};

/* Opens a temporary file that no other process can open by a name. Returns -1 with errno on
 * failure. */
static int open_copy(void)
{
    const char *dir = getenv("TMPDIR");
    char *path;
    int fd = open(dir ? dir : "/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0)
        return fd;
    path = xasprintf("%s/pcat.XXXXXX", dir ? dir : "/var/tmp");
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    free(path);
    return fd;
}

static void note_copy_failure(struct player *p)
{
    if (!p->why_not)
        p->why_not = xasprintf(
            "no position: it is kept unpacked, and there is no room for that: %s", strerror(errno));
}

struct player *player_new(struct model *m, struct source *source, int fd)
{
    struct player *p = xcalloc(1, sizeof *p);

    p->model = m;
    p->source = source;
    p->chapters = chapters_new();
    chapters_lend_timeline(p->chapters, m);
    p->attached = true;
    p->read = 100;
    p->copy_fd = fd < 0 ? open_copy() : -1;
    if (fd < 0 && p->copy_fd < 0)
        note_copy_failure(p);
    if (p->copy_fd >= 0) {
        p->copy = out_new(p->copy_fd);
        fd = fcntl(p->copy_fd, F_DUPFD_CLOEXEC, 3);
    }
    p->tape = tape_new(fd);
    return p;
}

void player_free(struct player *p)
{
    if (!p)
        return;
    chapters_free(p->chapters);
    tape_free(p->tape);
    out_free(p->copy);
    if (p->copy_fd >= 0)
        close(p->copy_fd);
    free(p->why_not);
    free(p->cut);
    free(p);
}

/* ---- the first reading ---- */

bool player_event(struct player *p, const struct event *ev, struct bytes wire, uint64_t offset)
{
    if (p->copy) {
        offset = p->copied;
        out_put(p->copy, wire.data, wire.len);
        p->copied += wire.len;
    }
    chapters_add(p->chapters, ev, offset, wire.len);
    if (!p->attached)
        return false;
    model_apply(p->model, p->source, ev);
    p->at++;
    p->placed = false;
    return true;
}

void player_cut(struct player *p, const char *why)
{
    if (chapters_ended(p->chapters))
        return;
    free(p->cut);
    p->cut = xstrdup(why);
    if (p->attached)
        model_source_end(p->model, p->source, why);
}

void player_set_read(struct player *p, int percent)
{
    p->read = percent;
}

int player_read(const struct player *p)
{
    return p->read;
}

/* ---- going ahead ---- */

/* Whether all events so far can be read again. */
static bool can_read(struct player *p, const char **why)
{
    if (p->copy && !p->why_not && out_flush(p->copy) < 0)
        note_copy_failure(p);
    *why = p->why_not;
    return !p->why_not;
}

static void attach_position(struct player *p)
{
    p->attached = true;
    p->playing = false;
    p->placed = p->have_ahead = false;
    if (p->cut)
        model_source_end(p->model, p->source, p->cut);
}

/* Reads the event behind the position into p->ahead. False: there is none. */
static bool read_ahead(struct player *p)
{
    if (!p->have_ahead && p->placed && p->at < chapters_count(p->chapters))
        p->have_ahead = tape_next(p->tape, &p->ahead);
    return p->have_ahead;
}

static bool apply_next(struct player *p)
{
    if (!read_ahead(p))
        return false;
    model_apply(p->model, p->source, &p->ahead);
    p->have_ahead = false;
    p->at++;
    return true;
}

static void apply_until(struct player *p, uint64_t n)
{
    while (p->at < n && apply_next(p))
        ;
    if (p->at == chapters_count(p->chapters))
        attach_position(p);
}

/* ---- jumping ---- */

static bool read_at(void *user, uint64_t offset, struct event *ev)
{
    return tape_at(((struct player *)user)->tape, offset, ev);
}

static bool read_next(void *user, struct event *ev)
{
    return tape_next(((struct player *)user)->tape, ev);
}

static void rebuild(struct player *p, uint64_t n)
{
    struct chapters_source from = {read_at, read_next, p};
    struct chapters_place place;

    chapters_restore(p->chapters, n, p->model, p->source, &from, &place);
    p->at = place.at;
    p->attached = p->have_ahead = false;
    p->placed = true;
    tape_seek(p->tape, place.offset);
    apply_until(p, n);
    model_restored(p->model);
    log_line(LOG_UI, "player: at %llu of %llu", (unsigned long long)p->at,
             (unsigned long long)chapters_count(p->chapters));
}

bool player_seek(struct player *p, uint64_t n, const char **why)
{
    uint64_t count = chapters_count(p->chapters);

    if (!can_read(p, why))
        return false;
    if (n > count)
        n = count;
    if (n < 1 && count > 0)
        n = 1; /* event 1 is the hello: without it there is nothing to show */
    if (n == p->at)
        return true;
    if (n > p->at && n - p->at <= NEAR && p->placed)
        apply_until(p, n);
    else
        rebuild(p, n);
    p->time = p->source->last_time;
    return true;
}

/* The number of events whose time is not after `time`. */
static uint64_t count_until(struct player *p, int64_t time)
{
    struct chapters_place place = chapters_before(p->chapters, time);
    uint64_t n = place.at;
    struct event ev;

    p->placed = p->have_ahead = false; /* since this moves the tape */
    tape_seek(p->tape, place.offset);
    while (n < chapters_count(p->chapters) && tape_next(p->tape, &ev) && ev.time <= time)
        n++;
    return n;
}

bool player_seek_time(struct player *p, int64_t time, const char **why)
{
    if (!can_read(p, why))
        return false;
    if (time >= chapters_last_time(p->chapters))
        return player_seek(p, chapters_count(p->chapters), why);
    if (!player_seek(p, count_until(p, time), why))
        return false;
    p->time = time > p->time ? time : p->time;
    return true;
}

bool player_step(struct player *p, int events, const char **why)
{
    p->playing = false;
    if (events < 0)
        return player_seek(p, p->at > (uint64_t)-events ? p->at - (uint64_t)-events : 1, why);
    return player_seek(p, p->at + (uint64_t)events, why);
}

size_t player_exits(const struct player *p, bool failed)
{
    return chapters_count_exits(p->chapters, failed);
}

bool player_seek_exit(struct player *p, bool forward, bool failed, struct chapters_exit *out,
                      size_t *number, const char **why)
{
    *why = NULL;
    p->playing = false;
    return chapters_find_exit(p->chapters, p->at, forward, failed, out, number) &&
           player_seek(p, out->at, why);
}

/* ---- playing ---- */

bool player_toggle(struct player *p, const char **why)
{
    if (p->playing) {
        p->playing = false;
        return true;
    }
    if (p->at == chapters_count(p->chapters) ? !player_seek(p, 1, why) : !can_read(p, why))
        return false;
    p->playing = !p->attached;
    p->played_at = 0;
    if (p->time < p->source->last_time)
        p->time = p->source->last_time;
    return true;
}

bool player_plays(const struct player *p)
{
    return p->playing;
}

void player_faster(struct player *p, bool faster)
{
    if (faster && p->speed < SPEED_MAX)
        p->speed++;
    if (!faster && p->speed > SPEED_MIN)
        p->speed--;
}

const char *player_speed(const struct player *p, char out[16])
{
    snprintf(out, 16, p->speed < 0 ? "1/%dx" : "%dx", 1 << abs(p->speed));
    return out;
}

static int64_t scale_by_speed(const struct player *p, int64_t span)
{
    return p->speed < 0 ? span >> -p->speed : span << p->speed;
}

/* Brings the tape back to the position, after count_until() has moved it. */
static bool place_tape(struct player *p)
{
    uint64_t at = p->at;

    if (p->placed || p->attached)
        return p->placed;
    rebuild(p, at);
    return p->placed;
}

bool player_tick(struct player *p, int64_t now)
{
    int64_t passed = p->played_at ? now - p->played_at : 0;
    uint64_t before = p->at;
    const char *why;

    p->played_at = now;
    p->playing = p->playing && can_read(p, &why) && place_tape(p);
    if (!p->playing)
        return false;
    p->time += scale_by_speed(p, passed < PLAYER_PAUSE ? passed : PLAYER_PAUSE);
    for (int i = 0; i < TURN_EVENTS && read_ahead(p) && p->ahead.time <= p->time; i++)
        apply_next(p);
    if (p->at == chapters_count(p->chapters)) {
        attach_position(p);
    } else if (!read_ahead(p)) {
        p->playing = false;
    } else {
        if (p->ahead.time < p->time) /* too many events for one turn: the time waits for them */
            p->time = p->ahead.time;
        if (p->ahead.time - p->time > scale_by_speed(p, PLAYER_PAUSE))
            p->time = p->ahead.time - scale_by_speed(p, PLAYER_PAUSE);
    }
    return p->at != before;
}

/* ---- queries ---- */

struct player_place player_place(const struct player *p)
{
    struct player_place place = {.at = p->at,
                                 .count = chapters_count(p->chapters),
                                 .time = p->source->last_time,
                                 .first = chapters_first_time(p->chapters),
                                 .last = chapters_last_time(p->chapters),
                                 .attached = p->attached};

    if (!p->attached && p->time > place.time)
        place.time = p->time;
    return place;
}

size_t player_memory(const struct player *p)
{
    return chapters_memory(p->chapters);
}
