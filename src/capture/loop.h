/* The part of the tracer thread's loop that all engines share: signals to pcat, the writer's
 * wake-ups, a hang-up of the output, the control channel, the command's output pipes, and timers.
 *
 * A turn of an engine serves what the engine itself waits for, then calls loop_poll() and
 * loop_check_timers(). All functions are for the tracer thread; times are CLOCK_MONOTONIC ns. */
#ifndef PCAT_CAPTURE_LOOP_H
#define PCAT_CAPTURE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/fds.h"
#include "capture/readers.h"

struct session;

/* ns between two ticks: counts, command lines and blocked writers are checked once a tick. */
enum { LOOP_TICK_NS = 1000 * 1000 * 1000 };

/* Signals that come within this time count as one: timeout(1) and others signal a process and then
 * its group. */
enum { LOOP_SAME_WISH_NS = 200 * 1000 * 1000 };

/* Part of a session. */
struct loop {
    int engine_fd; /* set by the engine: an fd that loop_poll() waits for as well, -1: none */
    int64_t now;   /* the clock as it was read last; the engine may set it, too */

    int output_fds[2];            /* pcat's own outputs, polled for a hang-up; -1: not polled */
    bool output_gone;             /* pcat's output can't be written any more, or has no reader */
    int pipes[2];                 /* the command's output pipes, -1: none */
    struct fd_sink pipe_sinks[2]; /* what they are */
    uint64_t drained[2];          /* bytes that came out of them */

    int interrupts;         /* SIGINT, SIGTERM, SIGHUP or SIGQUIT that pcat got */
    int64_t interrupted_at; /* the last of them */

    int64_t tick_at;    /* the next tick; 0: none is needed */
    int64_t deadline;   /* of --timeout or of the command's grace; 0: none */
    const char *ending; /* not NULL: the command was told to end, for this reason; pcat leaves at
                           the deadline, and what is left of a filtered command dies with it */
    struct readers readers;
};

/* The session's options are set. */
void loop_init(struct session *s);

/* The command's fds 1 and 2 are pipes whose read ends these are (-1: no pipe). They are drained
 * from now on, and the bytes that are captured on their way there are counted. */
void loop_drain_pipes(struct session *s, const int fds[2]);

/* Sleeps until something happens, until a timer of the loop, or timeout ns at the most (-1: no
 * limit); serves all but the engine's own. Sets now. True: engine_fd can be read. */
bool loop_poll(struct session *s, int64_t timeout);

/* Does what is due at loop.now: the tick, the deadline, the end of a redraw. */
void loop_check_timers(struct session *s);

/* Asks for a tick at this time, or earlier. */
static inline void loop_tick_by(struct loop *l, int64_t at)
{
    if (!l->tick_at || at < l->tick_at)
        l->tick_at = at;
}

/* The engine has no tracee. Sets leave_reason, and returns true; false when pcat was started
 * without a target and the control channel may still bring one. */
bool loop_ends_without_tracees(struct session *s);

/* Sends the last events: the bytes of the command that no event accounts for, and `end`. */
void loop_tell_end(struct session *s);

#endif
