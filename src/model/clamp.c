/* Which fields of an event are times, and the clamping of them. */
#include "model/clamp.h"

#include <stddef.h>

/* Points times[] to all times and durations of an event but ev->time. Returns how many. */
static size_t find_times(struct event *ev, int64_t *times[2])
{
    switch (ev->type) {
    case EVENT_TASK:
        times[0] = &ev->task.start;
        return 1;
    case EVENT_WRITE:
    case EVENT_READ:
        times[0] = &ev->write.duration;
        return 1;
    case EVENT_BLOCKED:
        times[0] = &ev->blocked.since;
        return 1;
    case EVENT_PROCESS:
        times[0] = &ev->process.start;
        times[1] = &ev->process.cpu;
        return 2;
    default:
        return 0;
    }
}

static int64_t clamp_time(int64_t time)
{
    return time < 0 ? 0 : time > TIME_END ? TIME_END : time;
}

const struct event *clamp_times(const struct event *ev, struct event *room)
{
    int64_t *times[2];
    size_t n = find_times((struct event *)ev, times);
    bool out_of_range = clamp_time(ev->time) != ev->time;

    for (size_t i = 0; i < n; i++)
        out_of_range |= clamp_time(*times[i]) != *times[i];
    if (!out_of_range)
        return ev;
    *room = *ev;
    room->time = clamp_time(ev->time);
    n = find_times(room, times);
    for (size_t i = 0; i < n; i++)
        *times[i] = clamp_time(*times[i]);
    return room;
}
