/* The names of types, origins of tasks, and streams. */
#include "event/event.h"

static const char *const type_names[EVENT_TYPES] = {
    [EVENT_UNKNOWN] = "unknown",   [EVENT_HELLO] = "hello",
    [EVENT_TASK] = "task",         [EVENT_ARMED] = "armed",
    [EVENT_EXEC] = "exec",         [EVENT_EXIT] = "exit",
    [EVENT_DETACHED] = "detached", [EVENT_STOP] = "stop",
    [EVENT_CONT] = "cont",         [EVENT_FD] = "fd",
    [EVENT_WRITE] = "write",       [EVENT_READ] = "read",
    [EVENT_BLOCKED] = "blocked",   [EVENT_OTHER] = "other",
    [EVENT_LOST] = "lost",         [EVENT_NOTE] = "note",
    [EVENT_REPLY] = "reply",       [EVENT_PROCESS] = "process",
    [EVENT_END] = "end",
};

static const char *const how_names[HOWS] = {
    [HOW_UNKNOWN] = "unknown", [HOW_ATTACHED] = "attached", [HOW_SPAWNED] = "spawned",
    [HOW_FORK] = "fork",       [HOW_VFORK] = "vfork",       [HOW_THREAD] = "thread",
};

static const char *const stream_names[STREAMS] = {
    [STREAM_OTHER] = "other",
    [STREAM_STDIN] = "stdin",
    [STREAM_STDOUT] = "stdout",
    [STREAM_STDERR] = "stderr",
};

const char *event_type_name(enum event_type type)
{
    return (unsigned)type < EVENT_TYPES ? type_names[type] : "unknown";
}

const char *event_how_name(enum event_how how)
{
    return (unsigned)how < HOWS ? how_names[how] : "unknown";
}

const char *event_stream_name(enum event_stream stream)
{
    return (unsigned)stream < STREAMS ? stream_names[stream] : "unknown";
}
