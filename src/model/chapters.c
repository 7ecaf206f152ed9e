/* All events of the recording are applied to a model that counts but keeps no output
 * (model_new_counter()). The counters of a checkpoint are taken from it. Its ids are the same as
 * those of a restored model, as both see the events that make nodes and streams in the same order.
 *
 * An event shapes the tree when it is not output, or when the tree changed as it was applied: a
 * thread's new name, the first write on an fd.
 *
 *   run      neighbouring events of the recording that all shape the tree
 *   state    the counters of one stream at one checkpoint, and where its last few writes stand
 *   track    the states of one stream, one for each checkpoint before which it had changed
 *   tail     the last few writes of a stream, which are read again when it is restored */
#include "model/chapters.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "model/internal.h"
#include "model/restore.h"

enum {
    TAIL = 8,                  /* writes in the tail of a stream */
    TAILS_MAX = 8192,          /* about: writes in the tails of all streams together, ... */
    TAIL_BYTES_MAX = 32 << 20, /* ... and their bytes */
    /* An earlier checkpoint is taken when no more events than this have to be read after it. */
    NEAR = CHAPTERS_EVENTS + CHAPTERS_EVENTS / 4,
};
#define NEAR_BYTES (4 * CHAPTERS_BYTES)

struct run {
    uint64_t offset, first; /* of its first event: offset in bytes, number */
    uint64_t count;         /* events */
};

struct state {
    uint32_t checkpoint; /* its index */
    uint32_t tail_bytes; /* of all writes in the tail */
    struct {
        uint32_t bytes, events; /* how far before the checkpoint the write stands; 0: none */
    } tail[TAIL];               /* the latest first */
    struct stream_sum sum;
};

/* Where a write stands. */
struct written {
    struct chapters_place place;
    size_t len; /* bytes of its event */
};

struct track {
    struct written tail[TAIL]; /* a ring */
    uint64_t writes;           /* that ever went into the ring */
    struct state *states;
    uint32_t count, cap;
    uint64_t touched; /* number of the last event on the stream */
};

struct checkpoint {
    struct chapters_place place;
    int64_t time;
    uint64_t runs, in_run; /* before it: whole runs, and events of the next run */
    struct source_sum sum;
};

struct chapters {
    struct model *counter;
    struct source *source;
    uint64_t count, end; /* events so far; offset behind the last, in bytes */
    struct run *runs;
    size_t run_count, run_cap;
    struct checkpoint *checkpoints;
    size_t checkpoint_count, checkpoint_cap;
    struct track *tracks; /* by stream id, from 1 */
    size_t track_count, track_cap;
    size_t state_memory; /* of all tracks, in bytes */
    size_t changed;      /* streams with output since the last checkpoint */
    struct chapters_exit *exits;
    size_t exit_count, exit_cap, failed_count;
};

struct chapters *chapters_new(void)
{
    struct chapters *ch = xcalloc(1, sizeof *ch);

    ch->counter = model_new_counter();
    ch->source = model_source_add(ch->counter, "");
    return ch;
}

void chapters_free(struct chapters *ch)
{
    if (!ch)
        return;
    for (size_t i = 0; i < ch->track_count; i++)
        free(ch->tracks[i].states);
    free(ch->tracks);
    free(ch->checkpoints);
    free(ch->runs);
    free(ch->exits);
    model_free(ch->counter);
    free(ch);
}

/* Makes room in a list for one more element of `size` bytes. Returns the list. */
static void *grow_list(void *list, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return list;
    *cap = *cap ? 2 * *cap : 16;
    return xrealloc(list, *cap * size);
}

/* ---- building the index ---- */

static void add_to_runs(struct chapters *ch, uint64_t offset)
{
    struct run *last = ch->run_count ? &ch->runs[ch->run_count - 1] : NULL;

    if (last && last->first + last->count == ch->count) {
        last->count++;
        return;
    }
    ch->runs = grow_list(ch->runs, ch->run_count, &ch->run_cap, sizeof *ch->runs);
    ch->runs[ch->run_count++] = (struct run){offset, ch->count, 1};
}

/* The track of a stream, by the stream's id. */
static struct track *need_track(struct chapters *ch, uint64_t id)
{
    while (ch->track_count < id) {
        ch->tracks = grow_list(ch->tracks, ch->track_count, &ch->track_cap, sizeof *ch->tracks);
        ch->tracks[ch->track_count++] = (struct track){.cap = 0};
    }
    return &ch->tracks[id - 1];
}

static void add_exit(struct chapters *ch, const struct ev_exit *e)
{
    bool failed = e->signal != 0 || e->code != 0;

    ch->exits = grow_list(ch->exits, ch->exit_count, &ch->exit_cap, sizeof *ch->exits);
    ch->exits[ch->exit_count++] = (struct chapters_exit){ch->count, e->pid, failed};
    ch->failed_count += failed;
}

/* Adds a stream's state to the checkpoint that is being made at `offset`. */
static void add_state(struct chapters *ch, const struct stream *s, uint64_t offset)
{
    struct track *track = need_track(ch, s->id);
    struct state *state;

    if (track->count == track->cap) {
        track->cap = track->cap ? track->cap + track->cap / 2 + 1 : 1;
        ch->state_memory += (track->cap - track->count) * sizeof *state;
        track->states = xrealloc(track->states, track->cap * sizeof *state);
    }
    state = &track->states[track->count++];
    *state = (struct state){.checkpoint = (uint32_t)ch->checkpoint_count, .sum = stream_sum(s)};
    for (uint64_t i = 0; i < TAIL && i < track->writes; i++) {
        const struct written *w = &track->tail[(track->writes - 1 - i) % TAIL];
        const struct chapters_place *p = &w->place;
        if (offset - p->offset > UINT32_MAX || ch->count - p->at > UINT32_MAX)
            break;
        state->tail[i].bytes = (uint32_t)(offset - p->offset);
        state->tail[i].events = (uint32_t)(ch->count - p->at);
        state->tail_bytes += (uint32_t)w->len;
    }
}

/* The model's streams are in order of activity, so those that changed since the last checkpoint
 * come first. */
static void add_checkpoint(struct chapters *ch, uint64_t offset)
{
    const struct run *last = ch->run_count ? &ch->runs[ch->run_count - 1] : NULL;
    uint64_t since = ch->checkpoint_count ? ch->checkpoints[ch->checkpoint_count - 1].place.at : 0;
    struct checkpoint c = {.place = {ch->count, offset},
                           .time = ch->source->last_time,
                           .runs = last ? ch->run_count - 1 : 0,
                           .in_run = last ? last->count : 0,
                           .sum = source_sum(ch->counter, ch->source)};

    for (const struct stream *s = ch->counter->newest; s && s->last.order > since; s = s->older)
        add_state(ch, s, offset);
    ch->checkpoints = grow_list(ch->checkpoints, ch->checkpoint_count, &ch->checkpoint_cap,
                                sizeof *ch->checkpoints);
    ch->checkpoints[ch->checkpoint_count++] = c;
    ch->changed = 0;
}

static bool is_output(const struct event *ev)
{
    return ev->type == EVENT_WRITE || ev->type == EVENT_READ || ev->type == EVENT_LOST;
}

/* Whether a checkpoint is to be made before the event at `offset`. */
static bool is_checkpoint_due(const struct chapters *ch, const struct chapters_place *last,
                              uint64_t offset)
{
    uint64_t events = ch->count - last->at, bytes = offset - last->offset;

    if (events < CHAPTERS_EVENTS && bytes < CHAPTERS_BYTES)
        return false;
    return bytes >= CHAPTERS_COST * ch->changed * sizeof(struct state) ||
           events >= 4 * CHAPTERS_EVENTS || bytes >= 4 * CHAPTERS_BYTES;
}

void chapters_add(struct chapters *ch, const struct event *ev, uint64_t offset, size_t len)
{
    uint64_t before = model_tree_generation(ch->counter);
    struct chapters_place last = ch->checkpoint_count
                                     ? ch->checkpoints[ch->checkpoint_count - 1].place
                                     : (struct chapters_place){0, 0};

    if (is_checkpoint_due(ch, &last, offset))
        add_checkpoint(ch, offset);
    ch->count++;
    ch->end = offset + len;
    model_apply(ch->counter, ch->source, ev);
    if (!is_output(ev) || model_tree_generation(ch->counter) != before)
        add_to_runs(ch, offset);
    if (is_output(ev)) {
        struct track *track = need_track(ch, ch->counter->newest->id);
        ch->changed += track->touched <= last.at;
        track->touched = ch->count;
        track->tail[track->writes++ % TAIL] = (struct written){{ch->count - 1, offset}, len};
    }
    if (ev->type == EVENT_EXIT && ev->exit.tid == ev->exit.pid)
        add_exit(ch, &ev->exit);
}

uint64_t chapters_count(const struct chapters *ch)
{
    return ch->count;
}

int64_t chapters_first_time(const struct chapters *ch)
{
    return ch->source->first_time;
}

int64_t chapters_last_time(const struct chapters *ch)
{
    return ch->source->last_time;
}

bool chapters_ended(const struct chapters *ch)
{
    return ch->source->ended;
}

void chapters_lend_timeline(const struct chapters *ch, struct model *m)
{
    model_borrow_timeline(m, ch->counter);
}

size_t chapters_memory(const struct chapters *ch)
{
    return ch->run_cap * sizeof *ch->runs + ch->checkpoint_cap * sizeof *ch->checkpoints +
           ch->track_cap * sizeof *ch->tracks + ch->exit_cap * sizeof *ch->exits + ch->state_memory;
}

/* ---- exits of processes ---- */

size_t chapters_count_exits(const struct chapters *ch, bool failed)
{
    return failed ? ch->failed_count : ch->exit_count;
}

bool chapters_find_exit(const struct chapters *ch, uint64_t n, bool forward, bool failed,
                        struct chapters_exit *out, size_t *number)
{
    size_t counted = 0;
    bool found = false;

    for (size_t i = 0; i < ch->exit_count; i++) {
        const struct chapters_exit *e = &ch->exits[i];
        if (failed && !e->failed)
            continue;
        if (!forward && e->at >= n)
            break;
        counted++;
        if (forward && e->at <= n)
            continue;
        *out = *e;
        *number = counted;
        found = true;
        if (forward)
            break;
    }
    return found;
}

/* ---- restoring a model ---- */

struct chapters_place chapters_before(const struct chapters *ch, int64_t time)
{
    size_t low = 0, high = ch->checkpoint_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (ch->checkpoints[mid].time < time)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? ch->checkpoints[low - 1].place : (struct chapters_place){0, 0};
}

/* Chooses the checkpoint to begin with. It is as early as the limits allow, as then more of the
 * output is held in the end. Returns its index plus one; 0: the beginning of the recording. */
static size_t choose_checkpoint(const struct chapters *ch, uint64_t n)
{
    size_t low = 0, high = ch->checkpoint_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (ch->checkpoints[mid].place.at <= n)
            low = mid + 1;
        else
            high = mid;
    }
    const struct chapters_place *last = low ? &ch->checkpoints[low - 1].place : NULL;
    while (low > 0) {
        struct chapters_place before =
            low > 1 ? ch->checkpoints[low - 2].place : (struct chapters_place){0, 0};
        if (n - before.at > NEAR || last->offset - before.offset > NEAR_BYTES)
            break;
        low--;
    }
    return low;
}

/* Applies all events before the checkpoint that shape the tree. False: one could not be read. */
static bool apply_shaping_events(const struct chapters *ch, const struct checkpoint *c,
                                 struct model *m, struct source *source,
                                 const struct chapters_source *from)
{
    struct event ev;

    for (uint64_t i = 0; i < ch->run_count && i <= c->runs; i++) {
        const struct run *run = &ch->runs[i];
        uint64_t count = i < c->runs ? run->count : c->in_run;
        for (uint64_t k = 0; k < count; k++) {
            bool got =
                k == 0 ? from->at(from->user, run->offset, &ev) : from->next(from->user, &ev);
            if (!got)
                return false;
            model_shape(m, source, &ev, run->first + k);
        }
    }
    return true;
}

/* The latest state of a stream at the checkpoint of that index, or before. NULL: it had no output
 * by then. */
static const struct state *state_at(const struct track *track, uint32_t checkpoint)
{
    uint32_t low = 0, high = track->count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (track->states[mid].checkpoint <= checkpoint)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? &track->states[low - 1] : NULL;
}

struct chosen {
    const struct state *state;
    uint64_t id;
};

static int newest_first(const void *a, const void *b)
{
    const struct chosen *x = a, *y = b;
    uint64_t left = x->state->sum.last.order, right = y->state->sum.last.order;

    return left > right ? -1 : left < right;
}

/* Restores the tail of a stream. A write that can't be read is left out. */
static void read_tail(const struct chapters *ch, const struct state *state, struct model *m,
                      uint64_t id, const struct chapters_source *from)
{
    struct chapters_place end = ch->checkpoints[state->checkpoint].place;
    struct event ev;

    for (size_t i = TAIL; i-- > 0;)
        if (state->tail[i].bytes && from->at(from->user, end.offset - state->tail[i].bytes, &ev) &&
            is_output(&ev))
            model_restore_output(m, id, &ev, end.at - state->tail[i].events + 1);
}

static size_t tail_length(const struct state *state)
{
    size_t n = 0;

    while (n < TAIL && state->tail[n].bytes)
        n++;
    return n;
}

/* Restores all streams, the least recently active one first, so that the order by activity is
 * right. Only the most recently active ones get their tails. */
static void restore_streams(const struct chapters *ch, uint32_t checkpoint, struct model *m,
                            const struct chapters_source *from)
{
    struct chosen *all = xcalloc(ch->track_count + 1, sizeof *all);
    size_t n = 0, with_tail = 0, tails = 0, bytes = 0;

    for (size_t i = 0; i < ch->track_count; i++) {
        const struct state *state = state_at(&ch->tracks[i], checkpoint);
        if (state)
            all[n++] = (struct chosen){state, i + 1};
    }
    qsort(all, n, sizeof *all, newest_first);
    for (; with_tail < n && tails < TAILS_MAX && bytes < TAIL_BYTES_MAX; with_tail++) {
        tails += tail_length(all[with_tail].state);
        bytes += all[with_tail].state->tail_bytes;
    }
    for (size_t i = n; i-- > 0;) {
        if (i < with_tail)
            read_tail(ch, all[i].state, m, all[i].id, from);
        model_restore_stream(m, all[i].id, &all[i].state->sum);
    }
    free(all);
}

bool chapters_restore(const struct chapters *ch, uint64_t n, struct model *m, struct source *source,
                      const struct chapters_source *from, struct chapters_place *out)
{
    size_t chosen = choose_checkpoint(ch, n);
    const struct checkpoint *c = chosen ? &ch->checkpoints[chosen - 1] : NULL;

    *out = c ? c->place : (struct chapters_place){0, 0};
    model_clear(m);
    if (!c)
        return true;
    if (!apply_shaping_events(ch, c, m, source, from))
        return false;
    restore_streams(ch, (uint32_t)(chosen - 1), m, from);
    model_restore_source(m, source, &c->sum);
    return true;
}
